// test/e2e/stream/page.js - the player's side of the stream tests, in a real browser: answers offers, shows the stream,
// reads the strip under each picture, measures the sound. The test asks through `window.harness`.
import { encodeKeyFrame, encodeMotionFrame } from '../../../src/protocol/input-frames.ts';
import { codeStripHeight, readPictureCode } from '../../../src/protocol/picture-code.ts';
import { decodeProbe, encodeProbe } from '../../../src/protocol/probe-frames.ts';

const { pack, unpack } = window.msgpackr;
const video = document.querySelector('video');
const audio = document.querySelector('audio');
const socket = new WebSocket(`ws://${location.host}/ws`);
const peers = new Map();
const channels = new Map();
const controls = [];
const codes = [];
let unreadable = 0;
let lastCode;
let keySeq = 0;
let motionSeq = 0;
let current;
const canvas = document.createElement('canvas');
const context = canvas.getContext('2d', { willReadFrequently: true });

function readStrip() {
  const width = video.videoWidth;
  if (width === 0) return;
  const strip = codeStripHeight(width);
  canvas.width = width;
  canvas.height = strip;
  context.drawImage(video, 0, video.videoHeight - strip, width, strip, 0, 0, width, strip);
  const code = readPictureCode(context.getImageData(0, 0, width, strip).data, width);
  if (code === undefined && lastCode !== undefined) unreadable++;
  lastCode = code ?? lastCode;
}

function watch() {
  video.requestVideoFrameCallback((nowMs, meta) => {
    readStrip();
    if (lastCode !== undefined) {
      const { rtpTimestamp = 0, receiveTime: receivedMs = 0, presentationTime: shownMs = nowMs } = meta;
      codes.push({ code: lastCode, atMs: nowMs, rtpTimestamp, receivedMs, shownMs });
      if (codes.length > 2_000) codes.shift();
    }
    watch();
  });
}
watch();

function newPeer(name) {
  const peer = new RTCPeerConnection({ iceServers: [], bundlePolicy: 'max-bundle' });
  peers.set(name, peer);
  current = peer;
  peer.onicecandidate = ({ candidate }) =>
    socket.send(JSON.stringify({ t: 'candidate', peer: name, candidate: candidate?.toJSON() ?? null }));
  peer.ontrack = ({ track }) => {
    const element = track.kind === 'video' ? video : audio;
    element.srcObject = new MediaStream([track]);
    if (track.kind === 'audio') listen(track);
    void element.play().catch(() => undefined);
  };
  peer.ondatachannel = ({ channel }) => {
    channel.binaryType = 'arraybuffer';
    channels.set(channel.label, channel);
    if (channel.label === 'control') channel.onmessage = ({ data }) => controls.push({ ...unpack(new Uint8Array(data)), atMs: performance.now() });
  };
  return peer;
}

socket.onmessage = async ({ data }) => {
  const message = JSON.parse(data);
  if (message.t === 'candidate') {
    await peers.get(message.peer)?.addIceCandidate(message.candidate ?? undefined);
    return;
  }
  const peer = peers.get(message.peer) ?? newPeer(message.peer);
  await peer.setRemoteDescription({ type: 'offer', sdp: message.sdp });
  await peer.setLocalDescription();
  socket.send(JSON.stringify({ t: 'answer', peer: message.peer, sdp: peer.localDescription?.sdp }));
};

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what, read, timeoutMs = 15_000) {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const value = read();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > endMs) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await sleep(5);
  }
}

async function stats() {
  const report = await current?.getStats();
  return report === undefined ? [] : [...report.values()];
}

function open(label) {
  return until(`channel ${label}`, () => {
    const channel = channels.get(label);
    return channel?.readyState === 'open' ? channel : undefined;
  });
}

/** Peak of the sound as it is played, 0..1: an analyser behind the decoder. */
let analyser;
function listen(track) {
  const sound = new AudioContext();
  analyser = sound.createAnalyser();
  analyser.fftSize = 4096;
  sound.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  void sound.resume();
}

const harness = {
  controls: () => controls,
  soundPeak() {
    const samples = new Float32Array(4096);
    analyser?.getFloatTimeDomainData(samples);
    return Math.max(...samples.map(Math.abs));
  },
  say: (message) => channels.get('control')?.send(pack(message)),
  now: () => performance.now(),
  longestGapMs(fromMs) {
    const times = [fromMs, ...codes.map(({ atMs }) => atMs).filter((atMs) => atMs > fromMs), performance.now()];
    return Math.max(...times.slice(1).map((atMs, i) => atMs - times[i]));
  },
  codes: () => codes,
  lastCode: () => lastCode,
  unreadable: () => unreadable,
  channelFacts: () => [...channels.values()].map((c) => [c.label, c.ordered, c.maxRetransmits, c.maxPacketLifeTime]),
  remoteSdp: () => current?.remoteDescription?.sdp,
  stats,
  async inbound(kind) {
    const found = (await stats()).find((entry) => entry.type === 'inbound-rtp' && entry.kind === kind);
    return found ?? {};
  },
  async probe(count) {
    const channel = await open('probe');
    const rtts = [];
    channel.onmessage = ({ data }) => {
      const frame = decodeProbe(new Uint8Array(data));
      if (frame.ok) rtts.push(performance.now() - frame.value.sentMs);
    };
    for (let seq = 1; seq <= count; seq++) {
      channel.send(encodeProbe({ seq, sentMs: performance.now() }));
      await sleep(20);
    }
    await sleep(100);
    return rtts;
  },
  async key(event) {
    const channel = await open('keys');
    channel.send(encodeKeyFrame({ seq: ++keySeq, event }));
    return keySeq;
  },
  async motion(pointer) {
    const channel = await open('motion');
    channel.send(encodeMotionFrame({ seq: ++motionSeq, pointer, pads: [], touches: [] }));
    return motionSeq;
  },
  async click() {
    const sentMs = performance.now();
    const seq = await harness.key({ kind: 'marker' });
    const { receivedMs, shownMs } = await until(`picture for click ${seq}`, () =>
      codes.find(({ code }) => code.inputSeq >= seq),
    );
    return { seq, sentMs, receivedMs, shownMs };
  },
  async clockOffsetMs() {
    const exchanges = [];
    for (let n = 1; n <= 15; n++) {
      const playerMs = performance.now();
      harness.say({ t: 'clock', n, playerMs });
      const answer = await until('the clock', () => controls.find((message) => message.t === 'clock' && message.n === n));
      const rttMs = answer.atMs - playerMs;
      exchanges.push({ rttMs, offsetMs: answer.nodeMs - playerMs - rttMs / 2 });
      await sleep(20);
    }
    return exchanges.sort((a, b) => a.rttMs - b.rttMs)[0].offsetMs;
  },
  /** Sends a marker and waits for the picture that answers it; milliseconds from send to presentation. */
  async marker() {
    const sentMs = performance.now();
    const seq = await harness.key({ kind: 'marker' });
    const answer = await until(`picture for input ${seq}`, () => codes.find(({ code }) => code.inputSeq >= seq));
    return answer.atMs - sentMs;
  },
  async picture() {
    await until('a picture', () => video.videoWidth > 0 && lastCode !== undefined);
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    context.drawImage(video, 0, 0);
    const at = context.getImageData(20, 20, 1, 1).data;
    return { width: video.videoWidth, height: video.videoHeight, pixel: [...at] };
  },
  closePeer: () => current?.close(),
};
Object.assign(window, { harness });
