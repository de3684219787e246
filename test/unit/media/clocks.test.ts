// test/unit/media/clocks.test.ts - goal: pictures come at the promised rate without drift, at once after an input, and
// never too close; key frames answer wishes but not each repetition.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameClock } from '../../../src/media/frame-clock.ts';
import { KeyFrameGate } from '../../../src/media/key-frame-gate.ts';

/** Runs the clock as the stream does: sleeps until due, with some lateness, and begins. */
function run(clock: FrameClock, untilMs: number, inputsMs: readonly number[], lateMs: () => number): number[] {
  const begun: number[] = [];
  let nowMs = 0;
  const inputs = [...inputsMs].sort((a, b) => a - b);
  while (nowMs < untilMs) {
    const next = inputs[0];
    if (next !== undefined && next <= Math.max(nowMs, clock.dueMs)) {
      nowMs = Math.max(nowMs, next);
      clock.hurry(inputs.shift() ?? 0);
      continue;
    }
    nowMs = Math.max(nowMs, clock.dueMs) + lateMs();
    clock.begin(nowMs);
    begun.push(nowMs);
  }
  return begun;
}

describe('the frame clock', () => {
  test('an hour at 60 fps is 216,000 pictures, late timers or not', () => {
    let seed = 1;
    const late = () => {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
      return (seed % 1_000) / 500; // Up to 2 ms.
    };
    const begun = run(new FrameClock(60, 0), 3_600_000, [], late);
    expect(Math.abs(begun.length - 216_000)).toBeLessThanOrEqual(2);
  });

  test('an input between two ticks gets its picture at once, and the grid stays', () => {
    const begun = run(new FrameClock(50, 0), 100, [35], () => 0);
    // The tick at 40 would be closer than two thirds of 20 ms and waits for them; 60 is in its place again.
    expect(begun.map((ms) => Math.round(ms * 10) / 10).slice(0, 5)).toEqual([0, 20, 35, 48.3, 61.7]);
  });

  test('an input right after a picture gets its own after a quarter of an interval, the next one not', () => {
    const begun = run(new FrameClock(50, 0), 130, [22, 27, 110], () => 0);
    expect(begun.map((ms) => Math.round(ms * 10) / 10)).toEqual([0, 20, 25, 38.3, 51.7, 65, 80, 100, 110, 123.3, 140]);
  });

  test('close pictures are rare, and there is never a pause over one interval, whatever the inputs', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 5, max: 120 }),
        fc.array(fc.double({ min: 0, max: 2_000, noNaN: true }), { maxLength: 400, size: 'max' }),
        (fps, inputs) => {
          const intervalMs = 1000 / fps;
          const begun = run(new FrameClock(fps, 0), 2_000, inputs, () => 0);
          const gaps = begun.slice(1).map((ms, i) => ms - (begun[i] ?? 0));
          expect(Math.min(...gaps)).toBeGreaterThanOrEqual(intervalMs / 4 - 1e-6);
          expect(Math.max(...gaps)).toBeLessThanOrEqual(intervalMs * (5 / 3) + 1e-6);
          expect(begun.length).toBeLessThanOrEqual(1.7 * (2_000 / intervalMs) + 3);
          // Half a millisecond early is on time.
          const prompt = begun.slice(1).filter((_, i) => (gaps[i] ?? 0) < intervalMs / 1.5 - 0.5 - 1e-6);
          const between = prompt.slice(1).map((ms, i) => ms - (prompt[i] ?? 0));
          expect(Math.min(...between, Number.POSITIVE_INFINITY)).toBeGreaterThanOrEqual(4 * intervalMs - 1e-6);
        },
      ),
    );
  });

  test('after a long pause one picture is due, not all that were missed', () => {
    const clock = new FrameClock(60, 0);
    clock.begin(0);
    clock.begin(1_000);
    expect(clock.dueMs).toBeGreaterThan(1_010);
    expect(clock.dueMs).toBeLessThanOrEqual(1_017);
  });

  test('a new rate counts from the last picture', () => {
    const clock = new FrameClock(60, 0);
    clock.begin(0);
    clock.setFps(20, 5);
    expect(clock.dueMs).toBe(50);
  });
});

describe('the key frame gate', () => {
  test('a wish is due at once, the next one a quarter second after the last key frame', () => {
    const gate = new KeyFrameGate();
    expect(gate.isDue(0)).toBe(false);
    gate.want();
    expect(gate.isDue(0)).toBe(true);
    gate.made(0);
    gate.want();
    expect(gate.isDue(249)).toBe(false);
    expect(gate.isDue(250)).toBe(true);
  });

  test('a key frame fulfils all wishes before it', () => {
    const gate = new KeyFrameGate();
    gate.want();
    gate.want();
    gate.made(0);
    expect(gate.isDue(10_000)).toBe(false);
  });

  test('a full intra request counts once per counter and stream', () => {
    const gate = new KeyFrameGate();
    gate.intraRequest(1, 5);
    gate.made(0);
    gate.intraRequest(1, 5);
    expect(gate.isDue(1_000)).toBe(false);
    gate.intraRequest(1, 6);
    expect(gate.isDue(1_000)).toBe(true);
  });
});
