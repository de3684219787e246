// test/e2e/stream-peers.test.ts - peers against real browsers: probes, sessions, restarts.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openProbePeer, openSessionPeer } from '../../src/stream/open-peer.ts';
import { openStreamPage, reached, type StreamPage } from './stream/harness.ts';

declare const harness: any;
const network = { ice: [], addresses: ['127.0.0.1'], portRange: { first: 22000, last: 22999 } };

describe.each(['chromium', 'firefox'] as const)('%s', (kind) => {
  let stage: StreamPage;
  beforeAll(async () => {
    stage = await openStreamPage(kind);
  });
  afterAll(() => stage.close());

  test('a probe is echoed at once on an unordered channel without retransmission', async () => {
    const peer = openProbePeer(network);
    await stage.connect(peer);
    await reached(peer, 'connected');
    const rtts: number[] = await stage.page.evaluate(() => harness.probe(16));
    console.log(kind, rtts.map((rtt) => rtt.toFixed(2)).join(' '));
    expect(rtts).toHaveLength(16);
    expect(await stage.page.evaluate(() => harness.channelFacts())).toContainEqual(['probe', false, 0, null]);
    await peer.close();
  });

  test('a session opens its channels, and a restart with fresh credentials keeps them', async () => {
    const peer = openSessionPeer({ ...network, codecs: kind === 'chromium' ? ['h264', 'vp8'] : ['vp8'] });
    const keys: number[] = [];
    peer.onKey(({ seq }) => keys.push(seq));
    await stage.connect(peer);
    await reached(peer, 'connected');
    await stage.page.evaluate(() => harness.key({ kind: 'marker' }));
    expect(await stage.page.evaluate(() => harness.channelFacts())).toContainEqual(['motion', false, null, 100]);
    const before = await stage.page.evaluate(() => harness.remoteSdp());
    await stage.connect(peer, { iceRestart: true });
    await stage.page.waitForTimeout(1500);
    const after = await stage.page.evaluate(() => harness.remoteSdp());
    const ufrag = (sdp: string) => /a=ice-ufrag:(\S+)/.exec(sdp)?.[1];
    expect(ufrag(after)).not.toBe(ufrag(before));
    await stage.page.evaluate(() => harness.key({ kind: 'marker' }));
    await expect.poll(() => keys).toEqual([1, 2]);
    await expect.poll(() => peer.link.search).toEqual({ generation: 1, found: true });
    expect(peer.state).toBe('connected');
    console.log(peer.link.agreed?.video, peer.link.agreed?.audio, peer.link.iceRttMs);
    await peer.close();
  });
});
