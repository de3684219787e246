// test/unit/stream/session-stream.test.ts - goal: a stream does what the player and the slot ask of it and leaves nothing
// behind. Method: a page made of werift, which needs no browser. Pictures in browsers: test/e2e/stream-video.test.ts.
import { createSocket } from 'node:dgram';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RTCDataChannel, RTCPeerConnection, RTCRtpCodecParameters } from 'werift';
import { systemClock } from '../../../src/observe/clock.ts';
import { silentLog } from '../../../src/observe/log.ts';
import { messageCodec } from '../../../src/protocol/codec.ts';
import { type NodeToPlayer, nodeToPlayer, type PlayerToNode } from '../../../src/protocol/control-messages.ts';
import { encodeKeyFrame } from '../../../src/protocol/input-frames.ts';
import type { IceCandidate } from '../../../src/protocol/shapes.ts';
import { openProbePeer, openSessionPeer } from '../../../src/stream/open-peer.ts';
import { type AttachableStream, openSessionStream } from '../../../src/stream/session-stream.ts';
import type { StreamPeer } from '../../../src/stream/stream-peer.ts';
import { dropBadChannelData } from '../../../src/stream/werift-quirks.ts';
import { type FakeGame, openFakeGame } from '../../e2e/stream/fake-game.ts';

const network = { ice: [], addresses: ['127.0.0.1'], portRange: { first: 22000, last: 22999 } };
const codec = messageCodec<NodeToPlayer, PlayerToNode>(nodeToPlayer);
const vp8 = () => new RTCRtpCodecParameters({ mimeType: 'video/VP8', clockRate: 90_000, payloadType: 96 });

type TestPage = {
  pc: RTCPeerConnection;
  heard: NodeToPlayer[];
  channel(label: string): Promise<RTCDataChannel>;
  say(message: PlayerToNode): Promise<void>;
};

async function openPage(peer: StreamPeer): Promise<TestPage> {
  const pc = new RTCPeerConnection({
    iceServers: [],
    iceAdditionalHostAddresses: ['127.0.0.1'],
    iceUseIpv6: false,
    codecs: { video: [vp8()] },
  });
  const channels = new Map<string, RTCDataChannel>();
  const heard: NodeToPlayer[] = [];
  pc.onDataChannel.subscribe((channel) => {
    channels.set(channel.label, channel);
    if (channel.label !== 'control') return;
    channel.onMessage.subscribe((data) => {
      const message = typeof data === 'string' ? undefined : codec.decode(data);
      if (message?.ok) heard.push(message.value);
    });
  });
  await pc.setRemoteDescription({ type: 'offer', sdp: await peer.offer() });
  dropBadChannelData(pc);
  await pc.setLocalDescription(await pc.createAnswer());
  await peer.answer(pc.localDescription?.sdp ?? '');
  const channel = async (label: string) => {
    await expect.poll(() => channels.get(label)?.readyState, { timeout: 10_000 }).toBe('open');
    return channels.get(label) ?? Promise.reject(new Error(label));
  };
  return {
    pc,
    heard,
    channel,
    say: async (message) => (await channel('control')).send(Buffer.from(codec.encode(message))),
  };
}

function held(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return {
    sockets: counts.UDPWrap ?? counts.UDPWRAP ?? 0,
    timers: counts.Timeout ?? 0,
    immediates: counts.Immediate ?? 0,
  };
}

describe('a stream', () => {
  let run: FakeGame | undefined;
  let peer: StreamPeer | undefined;
  let stream: AttachableStream | undefined;
  let page: TestPage | undefined;
  const playing = async () => {
    run = openFakeGame(320, 176, 30);
    peer = openSessionPeer({ ...network, codecs: ['vp8'] });
    stream = openSessionStream({ run, peer, clock: systemClock, log: silentLog });
    page = await openPage(peer);
    await expect.poll(() => stream?.counters.framesSent, { timeout: 15_000 }).toBeGreaterThan(3);
    return { run, peer, stream, page };
  };
  let before: Record<string, number>;
  beforeEach(() => {
    before = held();
  });
  afterEach(async () => {
    await stream?.close();
    await peer?.close();
    await page?.pc.close();
    await run?.close();
    run = undefined;
    peer = undefined;
    stream = undefined;
    page = undefined;
    await expect.poll(held, { timeout: 15_000 }).toEqual(before); // Each of these tests is one of leaks, too.
  });

  test('draws nothing before its peer is connected, then sends, says what with, and counts', async () => {
    run = openFakeGame(320, 176, 30);
    peer = openSessionPeer({ ...network, codecs: ['vp8'] });
    stream = openSessionStream({ run, peer, clock: systemClock, log: silentLog });
    const told: string[] = [];
    stream.onEncoder(({ name }) => told.push(name));
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect([run.draws, stream.counters.framesSent, stream.encoder]).toEqual([0, 0, undefined]);
    page = await openPage(peer);
    await expect.poll(() => stream?.counters.framesSent, { timeout: 15_000 }).toBeGreaterThan(10);
    expect(told).toEqual(['libvpx']);
    await expect.poll(() => page?.heard.map(({ t }) => t)).toContain('ready');
    const { counters } = stream;
    expect(counters.keyFrames).toBeGreaterThanOrEqual(1);
    expect(counters.bytesSent).toBeGreaterThan(1_000);
    expect(counters.framesEncoded).toBeGreaterThanOrEqual(counters.framesSent);
    expect(counters.encodeMs).toBeGreaterThan(0);
  });

  test('answers clocks, takes bounds, makes a key frame, releases keys on bye', async () => {
    const { run, stream, page } = await playing();
    await page.say({ t: 'clock', n: 5, playerMs: 1_000 });
    await expect.poll(() => page.heard.find(({ t }) => t === 'clock')).toMatchObject({ n: 5, playerMs: 1_000 });
    const keys = stream.counters.keyFrames;
    await new Promise((resolve) => setTimeout(resolve, 300));
    await page.say({ t: 'key-frame' });
    await expect.poll(() => stream.counters.keyFrames, { timeout: 5_000 }).toBe(keys + 1);
    await page.say({ t: 'quality', kbpsMax: 500, fps: 15 });
    await expect.poll(() => stream.counters.targetKbps, { timeout: 5_000 }).toBeLessThanOrEqual(500);
    expect(stream.counters.fps).toBe(15);
    const { released } = run;
    await page.say({ t: 'bye' });
    await expect.poll(() => run.released).toBe(released + 1);
  });

  test('input reaches the game; markers do not count as a hand; nonsense is refused and counted', async () => {
    const { run, stream, page } = await playing();
    const keys = await page.channel('keys');
    keys.send(Buffer.from(encodeKeyFrame({ seq: 1, event: { kind: 'marker' } })));
    await expect.poll(() => stream.counters.inputSeq).toBe(1);
    expect(stream.counters.inputAtMs).toBe(0);
    await expect.poll(() => page.heard.find(({ t }) => t === 'stages')).toMatchObject({ inputSeq: 1 });
    keys.send(Buffer.from('nonsense'));
    keys.send(Buffer.from(encodeKeyFrame({ seq: 2, event: { kind: 'key', hid: 4, down: true } })));
    await expect.poll(() => stream.counters.inputSeq).toBe(2);
    expect(stream.counters.inputAtMs).toBeGreaterThan(0);
    expect(stream.counters.inputsRefused).toBe(1);
    expect(run.keys.map(({ event }) => event.kind)).toEqual(['marker', 'key']);
  });

  test('when the page is gone the game goes on, unseen and uncounted', async () => {
    const { run, peer, stream } = await playing();
    await peer.close();
    const { draws } = run;
    const { framesEncoded } = stream.counters;
    await expect.poll(() => run.draws, { timeout: 5_000 }).toBeGreaterThan(draws + 5);
    expect(stream.counters.framesEncoded).toBeLessThanOrEqual(framesEncoded + 1);
  });

  test('a source that fails is told once, and closing works after it', async () => {
    const { run, stream } = await playing();
    const faults: string[] = [];
    stream.onFault((reason) => faults.push(reason));
    run.broken = true;
    await expect.poll(() => faults).toEqual(['the game broke']);
    const { framesSent } = stream.counters;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect([stream.counters.framesSent, faults.length]).toEqual([framesSent, 1]);
  });
});

test('a STUN server tells how a peer looks from outside, and that is trickled after the offer', async () => {
  const server = createSocket('udp4');
  server.on('message', (request, from) => {
    // XOR-MAPPED-ADDRESS 203.0.113.7:5555 (RFC 8489 section 14.2).
    const answer = Buffer.alloc(32);
    request.copy(answer, 0, 0, 20);
    answer.writeUInt16BE(0x0101, 0);
    answer.writeUInt16BE(12, 2);
    answer.set([0, 0x20, 0, 8, 0, 1], 20);
    answer.writeUInt16BE(5_555 ^ 0x2112, 26);
    answer.writeUInt32BE((0xcb007107 ^ 0x2112a442) >>> 0, 28);
    server.send(answer, from.port, from.address);
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  const peer = openProbePeer({ ...network, ice: [{ urls: [`stun:127.0.0.1:${server.address().port}`] }] });
  const said: IceCandidate[] = [];
  peer.onCandidate((candidate) => said.push(candidate));
  const sdp = await peer.offer();
  expect(said).toEqual([]); // Nothing before its offer.
  expect(sdp).toContain('typ host');
  await expect
    .poll(() => said.map((candidate) => candidate?.candidate))
    .toEqual([expect.stringMatching(/ 203\.0\.113\.7 5555 typ srflx /)]);
  await peer.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});
