// Goal: the node counts what it really sent, whatever the rhythm of the calls. Method: seconds of one kind each, then a
// property: good and bad time together are the time that passed.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ServedTime } from '../../../src/agent/served-time.ts';
import { sumBadMs } from '../../../src/session/good-time.ts';

const promise = { fps: 30, height: 720, rttCapMs: 80 };
const facts = { connected: true, serving: true, framesSent: 0, fpsAsked: 60 };

test('a full second of nine tenths of the pictures is good, of fewer is not', () => {
  const served = new ServedTime(promise, 0);
  expect(served.beat(500, { ...facts, framesSent: 14 })).toBe(false);
  expect(served.beat(1_000, { ...facts, framesSent: 27 })).toBe(true);
  expect(served.goodMs).toBe(1_000);
  served.beat(2_000, { ...facts, framesSent: 53 });
  expect([served.goodMs, served.badMs['few-sent']]).toEqual([1_000, 1_000]);
});

test('a second in which the path broke off for a moment is not good', () => {
  const served = new ServedTime(promise, 0);
  served.beat(300, { ...facts, connected: false, framesSent: 9 });
  served.beat(1_000, { ...facts, framesSent: 30 });
  expect([served.goodMs, served.badMs.disconnected]).toEqual([0, 1_000]);
  served.beat(2_000, { ...facts, framesSent: 60 });
  expect(served.goodMs).toBe(1_000);
});

test('a player who asks for fewer pictures pays for what was asked', () => {
  const served = new ServedTime(promise, 0);
  served.beat(1_000, { ...facts, framesSent: 10, fpsAsked: 10 });
  expect(served.goodMs).toBe(1_000);
});

test('before the first picture nothing is good', () => {
  const served = new ServedTime(promise, 0);
  served.beat(1_000, { ...facts, serving: false });
  expect(served.badMs['no-frame-yet']).toBe(1_000);
});

test('the end judges what is left of the last second', () => {
  const served = new ServedTime(promise, 0);
  served.close(400, { ...facts, framesSent: 12 });
  expect(served.goodMs).toBe(400);
});

test('time is neither lost nor made, but for parts of a millisecond', () => {
  const step = fc.record({
    waitMs: fc.double({ min: 1, max: 1_700, noNaN: true }),
    frames: fc.integer({ min: 0, max: 60 }),
    connected: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const served = new ServedTime(promise, 0);
      let [nowMs, framesSent] = [0, 0];
      for (const { waitMs, frames, connected } of steps) {
        nowMs += waitMs;
        framesSent += frames;
        served.beat(nowMs, { ...facts, connected, framesSent });
      }
      served.close(nowMs, { ...facts, framesSent });
      const counted = served.goodMs + sumBadMs(served.badMs);
      expect(counted).toBeLessThanOrEqual(nowMs);
      expect(counted).toBeGreaterThan(nowMs - steps.length - 1);
    }),
  );
});
