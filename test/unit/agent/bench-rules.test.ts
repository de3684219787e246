// test/unit/agent/bench-rules.test.ts - small rules of a bench: when a session keeps its promise, what a router does to an
// address, when a bench is out of date, and that it is kept whole.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keepsPromise } from '../../../src/agent/bench-sessions.ts';
import { natOf } from '../../../src/agent/bench-stun.ts';
import { keepBench, keptBench } from '../../../src/agent/kept-bench.ts';
import { isStale } from '../../../src/agent/self-bench.ts';
import { slotsFor } from '../../../src/main/node.ts';
import type { NodeBench } from '../../../src/protocol/node-bench.ts';

const bench: NodeBench = {
  atMs: 1_700_000_000_000,
  version: '0.1.0',
  encodes: [
    { encoder: 'libx264', codec: 'h264', height: 720, fps: 300, msPerFrame: 4 },
    { encoder: 'libx264', codec: 'h264', height: 1_080, fps: 150, msPerFrame: 9 },
  ],
  sessions: { count: 3, most: 8 },
  relays: [],
};

test('nine tenths of the pictures keep the promise, one less does not', () => {
  expect(keepsPromise({ made: 54, ms: 2_000 }, 30)).toBe(true);
  expect(keepsPromise({ made: 53, ms: 2_000 }, 30)).toBe(false);
});

test.each([
  ['none', ['10.0.0.2:5000', '10.0.0.2:5000']],
  ['none', ['10.0.0.2:5000']],
  ['endpoint-independent', ['203.0.113.7:61000', '203.0.113.7:61000']],
  ['dependent', ['203.0.113.7:61000', '203.0.113.7:61001']],
  ['unknown', ['203.0.113.7:61000']],
  ['blocked', []],
] as const)('translation is %s when relays see %j', (kind, mapped) => {
  expect(natOf(mapped, new Set(['127.0.0.1:5000', '10.0.0.2:5000']))).toBe(kind);
});

test('a bench is out of date with another version or other encoders, and only then', () => {
  const now = { version: '0.1.0', encoders: ['libx264'] };
  expect(isStale(bench, now)).toBe(false);
  expect(isStale(undefined, now)).toBe(true);
  expect(isStale(bench, { ...now, version: '0.2.0' })).toBe(true);
  expect(isStale(bench, { ...now, encoders: ['h264_nvenc', 'libx264'] })).toBe(true);
  expect(isStale(bench, { ...now, encoders: ['libvpx'] })).toBe(true);
});

test('slots are what the operator says, else what the bench saw side by side; a damaged bench is none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nearcade-bench-'));
  try {
    expect(keptBench(folder)).toBeUndefined();
    const guess = slotsFor(undefined, keptBench(folder));
    expect(guess).toBeGreaterThanOrEqual(1);
    keepBench(folder, bench);
    expect(keptBench(folder)).toEqual(bench);
    expect(slotsFor(undefined, keptBench(folder))).toBe(3);
    expect(slotsFor(5, keptBench(folder))).toBe(5);
    keepBench(folder, { ...bench, sessions: { count: 0, most: 8 } });
    expect(slotsFor(undefined, keptBench(folder))).toBe(1);
    writeFileSync(join(folder, 'bench.json'), '{"atMs":1}');
    expect(keptBench(folder)).toBeUndefined();
    expect(slotsFor(undefined, keptBench(folder))).toBe(guess);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
