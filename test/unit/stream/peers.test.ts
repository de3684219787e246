// test/unit/stream/peers.test.ts - goal: peers leave nothing behind, show one identity, and take signaling in any order
// and shape without falling over. Method: two peers of werift in one process. Real browsers: test/e2e/stream-peers.test.ts.
import { describe, expect, test } from 'vitest';
import { type RTCDataChannel, RTCPeerConnection, RTCRtpCodecParameters } from 'werift';
import { seededRandom } from '../../../src/base/random.ts';
import type { MediaPeer } from '../../../src/media/ports.ts';
import { encodeProbe } from '../../../src/protocol/probe-frames.ts';
import { openProbePeer, openSessionPeer } from '../../../src/stream/open-peer.ts';
import { dropBadChannelData } from '../../../src/stream/werift-quirks.ts';

const network = { ice: [], addresses: ['127.0.0.1'], portRange: { first: 22000, last: 22999 } };
const fingerprint = (sdp: string) => /a=fingerprint:(.*)/.exec(sdp)?.[1];

function held(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return { sockets: counts.UDPWrap ?? counts.UDPWRAP ?? 0, timers: counts.Timeout ?? 0 };
}

const h264 = () =>
  new RTCRtpCodecParameters({
    mimeType: 'video/H264',
    clockRate: 90_000,
    payloadType: 102,
    parameters: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
  });

/** Answers as a browser would, with werift. */
async function answerWith(peer: MediaPeer): Promise<RTCPeerConnection> {
  const page = new RTCPeerConnection({ iceServers: [], iceAdditionalHostAddresses: ['127.0.0.1'], iceUseIpv6: false });
  await page.setRemoteDescription({ type: 'offer', sdp: await peer.offer() });
  dropBadChannelData(page); // This page is werift too, and would die of its own answers.
  await page.setLocalDescription(await page.createAnswer());
  await peer.answer(page.localDescription?.sdp ?? '');
  return page;
}

describe('what is left', () => {
  test('fifty peers opened, offered and closed leave no socket and no timer', async () => {
    const before = held();
    for (let round = 0; round < 5; round++) {
      const peers = Array.from({ length: 10 }, (_, i) =>
        i % 2 === 0 ? openProbePeer(network) : openSessionPeer({ ...network, codecs: ['h264', 'vp8'] }),
      );
      await Promise.all(peers.map((peer) => peer.offer()));
      expect(held().sockets).toBeGreaterThanOrEqual((before.sockets ?? 0) + 10);
      await Promise.all(peers.map((peer) => peer.close()));
    }
    await expect.poll(held, { timeout: 5_000 }).toEqual(before);
  });

  test('a connected peer leaves nothing either', async () => {
    const before = held();
    const peer = openProbePeer(network);
    const connected = new Promise<void>((resolve) => peer.onState((state) => state === 'connected' && resolve()));
    const page = await answerWith(peer);
    await connected;
    await peer.close();
    await page.close();
    await expect.poll(held, { timeout: 15_000 }).toEqual(before);
  }, 30_000);

  test('closing before the offer and closing twice are fine', async () => {
    const peer = openProbePeer(network);
    await peer.close();
    await peer.close();
    await expect(peer.offer()).rejects.toThrow('closed');
  });
});

describe('offers', () => {
  test('probe and session of one process show one fingerprint, their candidates are exactly the given addresses', async () => {
    const [probe, session] = [openProbePeer(network), openSessionPeer({ ...network, codecs: ['vp8'] })];
    const offers = [await probe.offer(), await session.offer()];
    expect(fingerprint(offers[0] ?? '')).toMatch(/^sha-256 /);
    expect(fingerprint(offers[0] ?? '')).toBe(fingerprint(offers[1] ?? ''));
    for (const sdp of offers) {
      const candidates = [...new Set(sdp.match(/a=candidate:.*/g))];
      expect(candidates).toHaveLength(1);
      const [, port] = / 127\.0\.0\.1 (\d+) typ host/.exec(candidates[0] ?? '') ?? [];
      expect(Number(port)).toBeGreaterThanOrEqual(22000);
      expect(Number(port)).toBeLessThanOrEqual(22999);
    }
    await Promise.all([probe.close(), session.close()]);
  });

  test('a session offers what a browser needs to be quick, in the order of the codecs', async () => {
    const peer = openSessionPeer({ ...network, codecs: ['vp8', 'h264'] });
    const sdp = await peer.offer();
    expect(sdp).toMatch(/m=video 9 UDP\/TLS\/RTP\/SAVPF 96 97 102 103/);
    for (const part of [
      'a=rtpmap:102 H264/90000',
      'a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
      'a=fmtp:103 apt=102',
      'a=fmtp:97 apt=96',
      'a=rtcp-fb:102 nack',
      'a=rtcp-fb:102 nack pli',
      'a=rtcp-fb:102 ccm fir',
      'a=rtcp-fb:102 transport-cc',
      'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
      'a=ssrc-group:FID',
      'a=sctp-port:5000',
      'a=setup:actpass',
    ]) {
      expect(sdp).toContain(part);
    }
    const streams = [...sdp.matchAll(/a=msid:(\S+)/g)].map(([, stream]) => stream);
    expect(new Set(streams).size).toBe(2); // Picture and sound apart, or the picture would wait for the sound.
    await peer.close();
  });
});

describe('signaling that goes wrong', () => {
  test('candidates before the answer, of nobody, and nonsense are taken quietly', async () => {
    const peer = openProbePeer(network);
    await peer.offer();
    await peer.addCandidate({ candidate: 'candidate:1 1 udp 1 127.0.0.1 40000 typ host', sdpMid: '0' });
    await peer.addCandidate({ candidate: 'nonsense', sdpMid: 'none' });
    await peer.addCandidate({ candidate: '' });
    await peer.addCandidate(null);
    await peer.close();
  });

  test('an answer that is none, or takes no codec, is refused, and the peer goes on', async () => {
    const peer = openSessionPeer({ ...network, codecs: ['h264'] });
    const connected = new Promise<void>((resolve) => peer.onState((state) => state === 'connected' && resolve()));
    const offer = await peer.offer();
    await expect(peer.answer('')).rejects.toThrow();
    await expect(peer.answer(offer.replace(/102 103/, '120 121'))).rejects.toThrow('none of our codecs');
    expect(peer.codec).toBeUndefined();
    const page = new RTCPeerConnection({
      iceServers: [],
      iceAdditionalHostAddresses: ['127.0.0.1'],
      iceUseIpv6: false,
      codecs: { video: [h264()] },
    });
    await page.setRemoteDescription({ type: 'offer', sdp: offer });
    await page.setLocalDescription(await page.createAnswer());
    await peer.answer(page.localDescription?.sdp ?? '');
    await connected;
    expect(peer.codec).toBe('h264');
    await page.close();
    await peer.close();
  }, 30_000);

  test('a flood of signaling is bounded', async () => {
    const peer = openProbePeer(network);
    const steps = Array.from({ length: 200 }, () =>
      peer.addCandidate({ candidate: 'x' }).then(
        () => 'taken',
        () => 'refused',
      ),
    );
    const outcomes = await Promise.all(steps);
    expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(64);
    await peer.close();
  });

  test('a page that opens channels without end is closed, one that opens a few is not', async () => {
    for (const [channels, expected] of [
      [3, 'connected'],
      [20, 'closed'],
    ] as const) {
      const peer = openProbePeer(network);
      let state = 'connecting';
      peer.onState((now) => {
        state = now;
      });
      const page = await answerWith(peer);
      await expect.poll(() => state, { timeout: 10_000 }).toBe('connected');
      for (let i = 0; i < channels; i++) page.createDataChannel(`more ${i}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(state).toBe(expected);
      await page.close();
      await peer.close();
    }
  }, 30_000);

  test('malformed SCTP and channel messages of a page end nothing: the echo goes on', async () => {
    const rejected: unknown[] = [];
    const note = (reason: unknown) => rejected.push(reason);
    process.on('unhandledRejection', note);
    const peer = openProbePeer(network);
    const page = await answerWith(peer);
    const channel = await new Promise<RTCDataChannel>((resolve) => page.onDataChannel.subscribe(resolve));
    const transport = page.dtlsTransports[0];
    const sctp = page.sctpTransport?.sctp;
    const random = seededRandom(7);
    for (let i = 0; i < 500; i++) await transport?.sendData(Buffer.from(random.bytes(random.below(200))));
    for (const [stream, protocol] of [
      [1, 99], // a payload type that nobody knows
      [77, 50], // an acknowledgement for a channel that is not there
      [78, 51],
    ] as const) {
      await sctp?.send(stream, protocol, Buffer.of(2), { ordered: true });
    }
    const echoed = new Promise<number>((resolve) => channel.onMessage.subscribe((data) => resolve(data.length)));
    channel.send(Buffer.from(encodeProbe({ seq: 1, sentMs: 1 })));
    expect(await echoed).toBe(12);
    process.off('unhandledRejection', note);
    expect(rejected).toEqual([]);
    await page.close();
    await peer.close();
  }, 30_000);
});
