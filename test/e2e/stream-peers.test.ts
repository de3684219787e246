// test/e2e/stream-peers.test.ts - goal: probe and session peers connect with real browsers, their channels are of the
// promised kind, and a restart finds a new path. Method: peers of this process, pages in Chromium and Firefox.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openProbePeer, openSessionPeer } from '../../src/stream/open-peer.ts';
import { openStreamPage, type PageApi, reached, type StreamPage } from './stream/harness.ts';

declare const harness: PageApi;
const network = { ice: [], addresses: ['127.0.0.1'], portRange: { first: 22000, last: 22999 } };
const fingerprint = (sdp: string) => /a=fingerprint:(.*)/.exec(sdp)?.[1];

describe.each(['chromium', 'firefox'] as const)('%s', (kind) => {
  let stage: StreamPage;
  beforeAll(async () => {
    stage = await openStreamPage(kind);
  });
  afterAll(() => stage?.close());

  test('a probe is echoed at once on an unordered channel without retransmission', async () => {
    const peer = openProbePeer(network);
    await stage.connect(peer);
    await reached(peer, 'connected');
    const rtts = await stage.page.evaluate(() => harness.probe(16));
    expect(rtts).toHaveLength(16);
    expect(Math.min(...rtts)).toBeLessThan(20);
    expect(await stage.page.evaluate(() => harness.channelFacts())).toContainEqual(['probe', false, 0, null]);
    await peer.close();
  });

  test('a session takes keys, motion and control, also after a restart with fresh credentials', async () => {
    const peer = openSessionPeer({ ...network, codecs: kind === 'chromium' ? ['h264', 'vp8'] : ['vp8'] });
    const [keys, motions, said]: [number[], number[], unknown[]] = [[], [], []];
    peer.onKey(({ seq }) => keys.push(seq));
    peer.onMotion(({ pointer }) => motions.push(pointer.totalX));
    peer.onControl((message) => said.push(message));
    await stage.connect(peer);
    await reached(peer, 'connected');
    expect(peer.codec).toBe(kind === 'chromium' ? 'h264' : 'vp8');
    await stage.page.evaluate(() => harness.key({ kind: 'marker' }));
    await stage.page.evaluate(() => harness.motion({ totalX: 7, totalY: 0, x: 1, y: 2 }));
    await stage.page.evaluate(() => harness.say({ t: 'key-frame' }));
    const facts = await stage.page.evaluate(() => harness.channelFacts());
    expect(facts).toContainEqual(['keys', true, null, null]);
    expect(facts).toContainEqual(['motion', false, null, 100]);
    expect(facts).toContainEqual(['control', true, null, null]);
    const before = await stage.page.evaluate(() => harness.remoteSdp());

    await stage.connect(peer, { iceRestart: true });
    await expect.poll(() => peer.link.search, { timeout: 15_000 }).toEqual({ generation: 1, found: true });
    const after = await stage.page.evaluate(() => harness.remoteSdp());
    const ufrag = (sdp: string) => /a=ice-ufrag:(\S+)/.exec(sdp)?.[1];
    expect(ufrag(after)).not.toBe(ufrag(before));
    expect(fingerprint(after)).toBe(fingerprint(before));
    await stage.page.evaluate(() => harness.key({ kind: 'marker' }));
    await expect.poll(() => keys).toEqual([1, 2]);
    expect([motions, said, peer.state]).toEqual([[7], [{ t: 'key-frame' }], 'connected']);
    await peer.close();
  });

  test('a page that closes its connection is gone at once', async () => {
    const peer = openSessionPeer({ ...network, codecs: ['vp8'] });
    await stage.connect(peer);
    await reached(peer, 'connected');
    await stage.page.evaluate(() => harness.key({ kind: 'marker' }));
    const closed = reached(peer, 'closed');
    const startMs = performance.now();
    await stage.page.evaluate(() => harness.closePeer());
    await closed;
    expect(performance.now() - startMs).toBeLessThan(1_000);
    await peer.close();
  });
});
