// test/unit/signaling/door.test.ts - what comes in over one socket, and how often it is told no.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GREETING_MS, maySay, newDoor, stepDoor } from '../../../src/signaling/door.ts';

const rate = { perSecond: 10, burst: 20 };

test('who does not greet in time is cut, who does is not', () => {
  const [silent, polite] = [newDoor(rate, 0), newDoor(rate, 0)];
  stepDoor(polite, 'greeted', 100);
  expect(stepDoor(silent, 'deadline', GREETING_MS - 1)).toBe('drop');
  expect(stepDoor(silent, 'deadline', GREETING_MS)).toBe('cut');
  expect(stepDoor(polite, 'deadline', GREETING_MS)).toBe('drop');
  expect(stepDoor(silent, 'frame', GREETING_MS + 1)).toBe('drop');
  expect(stepDoor(polite, 'frame', GREETING_MS + 1)).toBe('pass');
});

test('a burst passes, the rest is told once a second and dropped, a flood is cut', () => {
  const door = newDoor(rate, 0);
  const verdicts = Array.from({ length: 30 }, () => stepDoor(door, 'frame', 0));
  expect(verdicts.slice(0, 20)).toEqual(new Array(20).fill('pass'));
  expect(verdicts.slice(20)).toEqual(['tell', ...new Array(9).fill('drop')]);
  expect(stepDoor(door, 'frame', 1_000)).toBe('pass');
  let cutAfter = 0;
  while (stepDoor(door, 'frame', 1_001) !== 'cut') cutAfter += 1;
  expect(cutAfter).toBeLessThan(250);
  expect(door.stage).toBe('closed');
});

test('a peer a little above its rate is slowed, never cut', () => {
  const door = newDoor(rate, 0);
  stepDoor(door, 'greeted', 0);
  let passed = 0;
  for (let ms = 0; ms < 60_000; ms += 80) {
    const verdict = stepDoor(door, 'frame', ms);
    expect(verdict).not.toBe('cut');
    if (verdict === 'pass') passed += 1;
  }
  expect(passed).toBeGreaterThanOrEqual(600);
  expect(passed).toBeLessThanOrEqual(621);
});

// Goal: whatever a peer sends, it hears at most one refusal a second. Method: frames and refusals at random times.
test('refusals are at least a second apart', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ waitMs: fc.nat(400), nonsense: fc.boolean() }), { maxLength: 300 }), (events) => {
      const door = newDoor(rate, 0);
      const saidMs: number[] = [];
      let nowMs = 0;
      for (const { waitMs, nonsense } of events) {
        nowMs += waitMs;
        const verdict = stepDoor(door, 'frame', nowMs);
        if (verdict === 'tell' || (verdict === 'pass' && nonsense && maySay(door, nowMs))) saidMs.push(nowMs);
      }
      for (const [i, ms] of saidMs.entries()) expect(ms - (saidMs[i - 1] ?? -1_000)).toBeGreaterThanOrEqual(1_000);
    }),
  );
});
