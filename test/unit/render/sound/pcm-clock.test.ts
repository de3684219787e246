// test/unit/render/sound/pcm-clock.test.ts - one piece for each 10 ms, whatever the timer does.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PcmClock } from '../../../../src/render/sound/pcm-clock.ts';

let nowMs = 0;
const clock = { monotonicMs: () => nowMs, wallMs: () => nowMs };

beforeEach(() => {
  vi.useFakeTimers();
  nowMs = 1_000;
});
afterEach(() => vi.useRealTimers());

function pass(ms: number, stepMs: number): void {
  for (let passed = 0; passed < ms; passed += stepMs) {
    nowMs += stepMs;
    vi.advanceTimersByTime(stepMs);
  }
}

test('a second has a hundred pieces, with a fine timer and with a coarse one', () => {
  for (const stepMs of [1, 16]) {
    let pieces = 0;
    const pcm = new PcmClock(clock, () => pieces++);
    pass(1_008, stepMs);
    expect(pieces).toBeGreaterThanOrEqual(99);
    expect(pieces).toBeLessThanOrEqual(102);
    pcm.stop();
    pass(200, 10);
    expect(pieces).toBeLessThanOrEqual(102);
  }
});

test('after a stall a few pieces are caught up, the rest is left out', () => {
  let pieces = 0;
  const pcm = new PcmClock(clock, () => pieces++);
  pass(100, 10);
  const before = pieces;
  nowMs += 3_000;
  vi.advanceTimersByTime(10);
  expect(pieces - before).toBeGreaterThanOrEqual(5);
  expect(pieces - before).toBeLessThanOrEqual(8);
  pcm.stop();
});

test('stopped from within, it stops', () => {
  let pieces = 0;
  const pcm: PcmClock = new PcmClock(clock, () => {
    pieces++;
    pcm.stop();
  });
  pass(100, 10);
  expect(pieces).toBe(1);
});
