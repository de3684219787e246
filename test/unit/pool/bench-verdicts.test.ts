// test/unit/pool/bench-verdicts.test.ts - each figure of a bench is good or named, at its own limit and at no other's.
import { expect, test } from 'vitest';
import { judgeBench } from '../../../src/pool/bench-verdicts.ts';
import type { BenchLine } from '../../../src/protocol/http-api.ts';
import type { NodeBench } from '../../../src/protocol/node-bench.ts';

const encode = (height: number, fps: number) => ({
  ...{ encoder: 'h264_nvenc', codec: 'h264' as const },
  ...{ height, fps, msPerFrame: 1_000 / fps },
});
const good: NodeBench = {
  atMs: 1,
  version: '0.1.0',
  encodes: [encode(720, 60), encode(1_080, 60), encode(1_440, 60)],
  sessions: { count: 2, most: 8 },
  uploadMbps: 24,
  nat: 'endpoint-independent',
  relays: [{ name: 'r1', rttMs: 20, loss: 0.01 }],
};
const short = (change: Partial<NodeBench>, slots = 2) =>
  judgeBench({ ...good, ...change }, slots)
    .filter(({ verdict }) => verdict !== 'ok')
    .map(({ check, verdict }) => [check, verdict]);

test('at its limits everything is good, in one order', () => {
  expect(short({})).toEqual([]);
  const order: BenchLine['check'][] = ['encode', 'encode', 'encode', 'sessions', 'upload', 'nat', 'rtt', 'loss'];
  expect(judgeBench(good, 2).map(({ check }) => check)).toEqual(order);
});

test.each<[string, Partial<NodeBench>, BenchLine['check'], BenchLine['verdict']]>([
  ['an encoder below 60 pictures', { encodes: [encode(720, 59)] }, 'encode', 'less'],
  ['one below every promise', { encodes: [encode(720, 29)] }, 'encode', 'bad'],
  ['a picture larger than games draw', { encodes: [encode(1_080, 5)] }, 'encode', 'less'],
  ['fewer sessions than slots', { sessions: { count: 1, most: 8 } }, 'sessions', 'less'],
  ['no session at all', { sessions: { count: 0, most: 8 } }, 'sessions', 'bad'],
  ['a line too slow for all slots', { uploadMbps: 23 }, 'upload', 'less'],
  ['a line too slow for one', { uploadMbps: 2.9 }, 'upload', 'bad'],
  ['another address for each relay', { nat: 'dependent' }, 'nat', 'less'],
  ['no answer over UDP', { nat: 'blocked' }, 'nat', 'less'],
  ['a far relay', { relays: [{ name: 'r1', rttMs: 21, loss: 0 }] }, 'rtt', 'less'],
  ['some loss', { relays: [{ name: 'r1', rttMs: 1, loss: 0.02 }] }, 'loss', 'less'],
  ['much loss', { relays: [{ name: 'r1', rttMs: 1, loss: 0.06 }] }, 'loss', 'bad'],
  ['a relay that does not answer', { relays: [{ name: 'r1', loss: 1 }] }, 'loss', 'less'],
])('%s is named, and nothing else', (_, change, check, verdict) => expect(short(change)).toEqual([[check, verdict]]));

test('nobody is asked for more sessions than were tried, and what was not measured is not judged', () => {
  expect(short({ sessions: { count: 8, most: 8 }, uploadMbps: 1_000 }, 12)).toEqual([]);
  const { uploadMbps, nat, ...bare } = { ...good, relays: [] };
  expect(judgeBench(bare, 2).map(({ check }) => check)).toEqual(['encode', 'encode', 'encode', 'sessions']);
});
