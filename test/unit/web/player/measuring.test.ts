// test/unit/web/player/measuring.test.ts - numbers of probes and of running streams, and what is said of them.
import { expect, test } from 'vitest';
import { iceFor } from '../../../../clients/web/src/player/answerer.ts';
import { createMeter } from '../../../../clients/web/src/player/meter.ts';
import { previewChoice } from '../../../../clients/web/src/player/preview.ts';
import { probeStats } from '../../../../clients/web/src/player/probe-stats.ts';
import {
  lossShare,
  readCounters,
  type StatRow,
  sampleBetween,
} from '../../../../clients/web/src/player/stream-stats.ts';
import { verdictOf } from '../../../../clients/web/src/player/verdict.ts';
import { placeLabels, radiusShare } from '../../../../clients/web/src/ui/radar/geometry.ts';
import type { PlanCandidate } from '../../../../src/protocol/player-messages.ts';
import type { Measurement, Path } from '../../../../src/protocol/shapes.ts';
import { fakeConfig, fakeNodes, fakeQuote, noBadMs } from '../../../e2e/web/fake-facts.ts';

test('a probe says least, middle, jitter and loss', () => {
  expect(probeStats([14, 15, 13, 20], 5)).toEqual({ rttMinMs: 13, rttMedianMs: 14.5, jitterMs: 10 / 3, loss: 0.2 });
  expect(probeStats([9], 16)).toMatchObject({ rttMinMs: 9, rttMedianMs: 9, jitterMs: 0 });
  expect(probeStats([], 16)).toBeUndefined();
});

test('a direct probe uses no relay, a relay probe nothing else, and TCP only where it was asked for', () => {
  const ice = [
    {
      urls: ['stun:a:1', 'turn:a:1?transport=udp', 'turn:a:1?transport=tcp', 'turns:a:2'],
      username: 'u',
      credential: 'c',
    },
  ];
  expect(iceFor('direct', ice).flatMap(({ urls }) => urls)).toEqual(['stun:a:1']);
  expect(iceFor('relay', ice).flatMap(({ urls }) => urls)).toEqual(['turn:a:1?transport=udp']);
  expect(iceFor('relay-tcp', ice).flatMap(({ urls }) => urls)).toEqual(['turn:a:1?transport=tcp', 'turns:a:2']);
  expect(iceFor('direct', [{ urls: ['turn:a:1'] }])).toEqual([]);
});

const config = fakeConfig();
const candidates: PlanCandidate[] = fakeNodes().map(({ node, name, region, freeSlots, ...fake }) => ({
  node,
  name,
  region,
  ticket: 'a'.repeat(20),
  quote: fakeQuote({ node, name, region, freeSlots, ...fake }, config, { height: 720, fps: 60 }),
  freeSlots,
}));
const measure = (
  name: string,
  rttMinMs: number,
  path: Path = 'direct',
  rest: Partial<Measurement> = {},
): Measurement => ({
  node: candidates.find((candidate) => candidate.name === name)?.node ?? ('0x' as never),
  path,
  rttMinMs,
  rttMedianMs: rttMinMs + 1,
  jitterMs: 1,
  loss: 0,
  ...rest,
});

test('the preview names the nearest, one line a node, over its best path', () => {
  const measurements = [
    measure('Tokyo-1', 38),
    measure('Taipei-2', 31),
    measure('Taipei-2', 14, 'relay'),
    measure('Hong Kong-1', 25),
  ];
  const { winner, ranked } = previewChoice(candidates, measurements, 'auto');
  expect([winner?.candidate.name, winner?.measured.path]).toEqual(['Taipei-2', 'relay']);
  expect(ranked.map(({ candidate }) => candidate.name)).toEqual(['Taipei-2', 'Hong Kong-1', 'Tokyo-1']);
  expect(previewChoice(candidates, measurements, 'direct').winner?.candidate.name).toBe('Hong Kong-1');
});

test('a node taken by hand wins; when every seat is taken nobody does, but the distances stay', () => {
  const measurements = [measure('Tokyo-1', 38), measure('Taipei-2', 14)];
  const tokyo = candidates.find(({ name }) => name === 'Tokyo-1')?.node;
  expect(previewChoice(candidates, measurements, 'auto', tokyo).winner?.candidate.name).toBe('Tokyo-1');
  const full = candidates.map((candidate) => ({ ...candidate, freeSlots: 0 }));
  const preview = previewChoice(full, measurements, 'auto');
  expect(preview.winner).toBeUndefined();
  expect(preview.ranked.map(({ candidate }) => candidate.name)).toEqual(['Taipei-2', 'Tokyo-1']);
});

test('the worst number of a path decides its grade, and is named', () => {
  const promise = { fps: 60, height: 720, rttCapMs: 60 };
  const grade = (rttMinMs: number, rest: Partial<Measurement> = {}) =>
    verdictOf(measure('Taipei-2', rttMinMs, 'direct', rest), promise);
  expect(grade(14)).toEqual({ grade: 'excellent', because: 'rtt' });
  expect(grade(40)).toEqual({ grade: 'good', because: 'rtt' });
  expect(grade(14, { jitterMs: 14 })).toEqual({ grade: 'fair', because: 'jitter' });
  expect(grade(14, { loss: 0.2 })).toEqual({ grade: 'poor', because: 'loss' });
  expect(verdictOf(measure('Taipei-2', 30), { ...promise, rttCapMs: 25 }).grade).toBe('fair');
});

// -- getStats --

const report = (
  over: Partial<Record<string, number>> = {},
  local: StatRow = { candidateType: 'host', protocol: 'udp' },
): StatRow[] => [
  {
    id: 'v',
    type: 'inbound-rtp',
    kind: 'video',
    framesReceived: 60,
    framesDecoded: 60,
    packetsReceived: 500,
    packetsLost: 0,
    bytesReceived: 100_000,
    headerBytesReceived: 0,
    totalDecodeTime: 0.12,
    jitterBufferDelay: 0.6,
    jitterBufferEmittedCount: 60,
    totalInterFrameDelay: 1,
    totalSquaredInterFrameDelay: 1 / 60,
    codecId: 'c',
    ...over,
  },
  { id: 'c', type: 'codec', mimeType: 'video/H264' },
  { id: 't', type: 'transport', selectedCandidatePairId: 'p', bytesReceived: 120_000 },
  { id: 'p', type: 'candidate-pair', localCandidateId: 'l', remoteCandidateId: 'r', currentRoundTripTime: 0.014 },
  { id: 'l', type: 'local-candidate', ...local },
  { id: 'r', type: 'remote-candidate', candidateType: 'host' },
];

test('a report becomes counters with the path in words of ours', () => {
  const counters = readCounters(report(), 58, 1_000);
  expect(counters).toMatchObject({ codec: 'H264', rttMs: 14, receivedBytes: 120_000, pair: { path: 'direct' } });
  const over = (relayProtocol: string, candidateType = 'relay') =>
    readCounters(report({}, { candidateType, protocol: 'udp', relayProtocol }), 0, 0).pair?.path;
  expect([over('udp'), over('tcp'), over('tls')]).toEqual(['relay', 'relay-tcp', 'relay-tcp']);
  // Behind a router between relay and node the relayed address comes back as a peer-reflexive one.
  expect([over('udp', 'prflx'), over('tcp', 'prflx')]).toEqual(['relay', 'relay-tcp']);
  expect(readCounters(report({}, { candidateType: 'prflx', protocol: 'udp' }), 0, 0).pair?.path).toBe('direct');
});

test('Firefox, which has no transport row, is read by its selected pair', () => {
  const rows = report()
    .filter(({ id }) => id !== 't')
    .map((row) => (row.id === 'p' ? { ...row, selected: true } : row));
  expect(readCounters(rows, 0, 0).pair?.local).toBe('host');
});

test('a second is the difference of two readings, and a new connection starts from 0', () => {
  const first = readCounters(report(), 58, 1_000);
  const second = readCounters(
    report({ framesDecoded: 118, packetsReceived: 950, packetsLost: 50, bytesReceived: 350_000 }),
    116,
    2_000,
  );
  expect(sampleBetween(first, second)).toMatchObject({ fpsDecoded: 58, fpsShown: 58, lossShare: 0.1, kbps: 2_000 });
  const anew = readCounters(report({ framesDecoded: 30 }), 146, 3_000);
  expect(sampleBetween(second, anew).framesDecoded).toBe(30);
});

test('packets that were thought lost and came late are no negative loss', () => expect(lossShare(-5, 100)).toBe(0));

test('the meter pays only seconds that kept the promise, none before the first picture', () => {
  const meter = createMeter({ fps: 60, height: 720, rttCapMs: 60 }, { goodMs: 0, badMs: noBadMs() });
  const facts = { connected: true, framesShown: 0, rttMs: 14, slowestAnswerMs: 50 };
  const at = (framesDecoded: number) =>
    report({
      framesDecoded,
      totalInterFrameDelay: framesDecoded / 60,
      totalSquaredInterFrameDelay: framesDecoded / 3_600,
    });
  expect(meter.read(at(0), facts, 0).verdict).toBe('no-frame-yet');
  expect(meter.read(at(0), facts, 1_000).verdict).toBe('no-frame-yet');
  expect(meter.read(at(60), facts, 2_000).verdict).toBe('no-frame-yet');
  expect(meter.goodMs).toBe(0);
  expect(meter.read(at(120), facts, 3_000).verdict).toBe('good');
  expect(meter.read(at(150), facts, 4_000).verdict).toBe('few-decoded');
  expect(meter.read(at(210), { ...facts, rttMs: 130 }, 5_000).verdict).toBe('rtt');
  expect(meter.read(at(270), { ...facts, slowestAnswerMs: 900 }, 6_000).verdict).toBe('input-unanswered');
  expect(meter.read(at(330), { ...facts, connected: false }, 7_000).verdict).toBe('disconnected');
  expect([meter.goodMs, meter.badMs.rtt]).toEqual([1_000, 1_000]);
});

test('the first reading of a connection that already shows pictures is no burst of them', () => {
  const meter = createMeter({ fps: 60, height: 720, rttCapMs: 60 }, { goodMs: 0, badMs: noBadMs() });
  const facts = { connected: true, framesShown: 40, rttMs: 14, slowestAnswerMs: undefined };
  const rows = (framesDecoded: number) => report({ framesReceived: framesDecoded, framesDecoded });
  expect(meter.read(rows(40), facts, 0).sample).toMatchObject({ fpsDecoded: 0, fpsReceived: 0, kbps: 0 });
  expect(meter.read(rows(100), facts, 1_000).sample).toMatchObject({ fpsDecoded: 60, fpsReceived: 60 });
});

test('a reloaded page goes on counting where the last one was', () => {
  const meter = createMeter(
    { fps: 30, height: 720, rttCapMs: 60 },
    { goodMs: 90_000, badMs: { ...noBadMs(), gap: 2_000 } },
  );
  expect([meter.goodMs, meter.badMs.gap]).toEqual([90_000, 2_000]);
});

test('farther is farther out on the radar, and labels do not cover one another', () => {
  const shares = [1, 5, 20, 40, 80, 500].map(radiusShare);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.at(-1)).toBe(1);
  const labels = Array.from({ length: 5 }, (_, index) => ({
    at: { x: 200 + index * 3, y: 150 },
    gap: 11,
    width: 70,
    height: 30,
  }));
  const boxes = placeLabels(labels, { width: 400, height: 300 });
  for (const [i, a] of boxes.entries()) {
    for (const b of boxes.slice(i + 1)) {
      const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
      expect(apart).toBe(true);
    }
  }
});
