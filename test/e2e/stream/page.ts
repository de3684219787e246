// test/e2e/stream/page.ts - the player's side of the stream tests, in a real browser: answers offers, shows the stream,
// reads the strip under each picture, measures the sound. The test asks through `window.harness`.
import { encodeKeyFrame, encodeMotionFrame, type KeyEvent, type Pointer } from '../../../src/protocol/input-frames.ts';
import { codeStripHeight, type PictureCode, readPictureCode } from '../../../src/protocol/picture-code.ts';
import { decodeProbe, encodeProbe } from '../../../src/protocol/probe-frames.ts';

type FromNode =
  | { t: 'offer'; sdp: string; peer: string }
  | { t: 'candidate'; peer: string; candidate: RTCIceCandidateInit | null };

const video = document.querySelector('video') as HTMLVideoElement;
const audio = document.querySelector('audio') as HTMLAudioElement;
const socket = new WebSocket(`ws://${location.host}/ws`);
const peers = new Map<string, RTCPeerConnection>();
const channels = new Map<string, RTCDataChannel>();
const controls: Uint8Array[] = [];
const codes: { code: PictureCode; atMs: number; rtpTimestamp: number }[] = [];
let unreadable = 0;
let lastCode: PictureCode | undefined;
let keySeq = 0;
let motionSeq = 0;
let current: RTCPeerConnection | undefined;
const canvas = document.createElement('canvas');
const context = canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;

function readStrip(): void {
  const width = video.videoWidth;
  const strip = codeStripHeight(width);
  canvas.width = width;
  canvas.height = strip;
  context.drawImage(video, 0, video.videoHeight - strip, width, strip, 0, 0, width, strip);
  const code = readPictureCode(context.getImageData(0, 0, width, strip).data, width);
  if (code === undefined) unreadable++;
  else lastCode = code;
}

function watch(): void {
  video.requestVideoFrameCallback((nowMs, meta) => {
    readStrip();
    if (lastCode !== undefined) {
      codes.push({ code: lastCode, atMs: nowMs, rtpTimestamp: meta.rtpTimestamp ?? 0 });
      if (codes.length > 2_000) codes.shift();
    }
    watch();
  });
}
watch();

function newPeer(name: string): RTCPeerConnection {
  const peer = new RTCPeerConnection({ iceServers: [], bundlePolicy: 'max-bundle' });
  peers.set(name, peer);
  current = peer;
  peer.onicecandidate = ({ candidate }) =>
    socket.send(JSON.stringify({ t: 'candidate', peer: name, candidate: candidate?.toJSON() ?? null }));
  peer.ontrack = ({ track }) => {
    const element = track.kind === 'video' ? video : audio;
    element.srcObject = new MediaStream([track]);
    void element.play().catch(() => undefined);
  };
  peer.ondatachannel = ({ channel }) => {
    channel.binaryType = 'arraybuffer';
    channels.set(channel.label, channel);
    if (channel.label === 'control') channel.onmessage = ({ data }) => controls.push(new Uint8Array(data));
  };
  return peer;
}

socket.onmessage = async ({ data }) => {
  const message = JSON.parse(data) as FromNode;
  if (message.t === 'candidate') {
    await peers.get(message.peer)?.addIceCandidate(message.candidate ?? undefined);
    return;
  }
  const peer = peers.get(message.peer) ?? newPeer(message.peer);
  await peer.setRemoteDescription({ type: 'offer', sdp: message.sdp });
  await peer.setLocalDescription();
  socket.send(JSON.stringify({ t: 'answer', peer: message.peer, sdp: peer.localDescription?.sdp }));
};

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until<T>(what: string, read: () => T | undefined | false, timeoutMs = 15_000): Promise<T> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const value = read();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > endMs) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await sleep(5);
  }
}

async function stats(): Promise<Record<string, unknown>[]> {
  const report = await current?.getStats();
  return report === undefined ? [] : [...report.values()];
}

function open(label: string): Promise<RTCDataChannel> {
  return until(`channel ${label}`, () => {
    const channel = channels.get(label);
    return channel?.readyState === 'open' ? channel : undefined;
  });
}

const harness = {
  controls,
  codes: () => codes,
  lastCode: () => lastCode,
  unreadable: () => unreadable,
  channelFacts: () => [...channels.values()].map((c) => [c.label, c.ordered, c.maxRetransmits, c.maxPacketLifeTime]),
  remoteSdp: () => current?.remoteDescription?.sdp,
  stats,
  async inbound(kind: string): Promise<Record<string, number>> {
    const found = (await stats()).find((entry) => entry['type'] === 'inbound-rtp' && entry['kind'] === kind);
    return (found ?? {}) as Record<string, number>;
  },
  async probe(count: number): Promise<number[]> {
    const channel = await open('probe');
    const rtts: number[] = [];
    channel.onmessage = ({ data }) => {
      const frame = decodeProbe(new Uint8Array(data));
      if (frame.ok) rtts.push(performance.now() - frame.value.sentMs);
    };
    for (let seq = 1; seq <= count; seq++) {
      channel.send(encodeProbe({ seq, sentMs: performance.now() }) as BufferSource as ArrayBuffer);
      await sleep(20);
    }
    await sleep(100);
    return rtts;
  },
  async key(event: KeyEvent): Promise<number> {
    const channel = await open('keys');
    channel.send(encodeKeyFrame({ seq: ++keySeq, event }) as BufferSource as ArrayBuffer);
    return keySeq;
  },
  async motion(pointer: Pointer): Promise<number> {
    const channel = await open('motion');
    channel.send(
      encodeMotionFrame({ seq: ++motionSeq, pointer, pads: [], touches: [] }) as BufferSource as ArrayBuffer,
    );
    return motionSeq;
  },
  /** Sends a marker and waits for the picture that answers it; milliseconds from send to presentation. */
  async marker(): Promise<number> {
    const sentMs = performance.now();
    const seq = await harness.key({ kind: 'marker' });
    const answer = await until(`picture for input ${seq}`, () => codes.find(({ code }) => code.inputSeq >= seq));
    return answer.atMs - sentMs;
  },
  async picture(): Promise<{ width: number; height: number; pixel: number[] }> {
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
