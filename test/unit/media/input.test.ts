// test/unit/media/input.test.ts - goal: good input gets in, bad, old and too much does not, and a picture says truly which
// inputs it holds.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppliedInputs } from '../../../src/media/applied-inputs.ts';
import { coarseStep } from '../../../src/media/bitrate-steps.ts';
import { InputGate } from '../../../src/media/input-gate.ts';
import { encodeKeyFrame, encodeMotionFrame } from '../../../src/protocol/input-frames.ts';
import { bounds } from '../../../src/protocol/limits.ts';

const marker = (seq: number) => encodeKeyFrame({ seq, event: { kind: 'marker' } });
const motion = (seq: number) =>
  encodeMotionFrame({ seq, pointer: { totalX: seq, totalY: 0, x: 0, y: 0 }, pads: [], touches: [] });

describe('the gate', () => {
  test('lets frames in, in their order', () => {
    const gate = new InputGate();
    expect(gate.key(marker(1), 0)?.seq).toBe(1);
    expect(gate.motion(motion(5), 0)?.pointer.totalX).toBe(5);
    expect(gate.refused).toBe(0);
  });

  test('refuses bytes that are no frame, text, and a number that was there', () => {
    const gate = new InputGate();
    gate.key(marker(3), 0);
    for (const message of [new Uint8Array(0), Uint8Array.of(200, 0, 0, 0, 1), 'text', marker(3), marker(2)]) {
      expect(gate.key(message, 0)).toBeUndefined();
    }
    expect(gate.refused).toBe(5);
    expect(gate.key(marker(4), 0)?.seq).toBe(4);
  });

  test('of motion in any order only ever newer frames get in, over the wrap too', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 60, size: 'max' }), (steps) => {
        const gate = new InputGate();
        const base = 0xffff_fff0;
        let newest = -1;
        for (const step of steps) {
          const seq = (base + step) >>> 0 || 0xffff_fff0;
          const rank = (seq - base) >>> 0;
          expect(gate.motion(motion(seq), 0) !== undefined).toBe(rank > newest);
          newest = Math.max(newest, rank);
        }
      }),
    );
  });

  test('refuses what is more than the bound a second, and recovers', () => {
    const gate = new InputGate();
    let admitted = 0;
    for (let i = 1; i <= 10_000; i++) if (gate.motion(motion(i), i / 10) !== undefined) admitted++;
    expect(admitted).toBeGreaterThan(bounds.inputFramesPerSecond * 0.99);
    expect(admitted).toBeLessThanOrEqual(bounds.inputFramesPerSecond * 1.26);
    expect(gate.motion(motion(20_000), 2_000)).toBeDefined();
  });
});

describe('answers', () => {
  test('a picture answers what was applied before it, the newest marker first', () => {
    const inputs = new AppliedInputs(0);
    inputs.key(1, false, 10);
    inputs.key(2, true, 11);
    inputs.key(3, false, 12);
    inputs.motion(9, 12);
    inputs.key(4, false, 20);
    expect(inputs.capture(15)).toMatchObject({ seq: 2, atMs: 11, isMarker: true });
    expect([inputs.inputSeq, inputs.motionSeq]).toEqual([3, 9]);
    expect(inputs.capture(19)).toBeUndefined();
    expect(inputs.capture(20)).toMatchObject({ seq: 4, isMarker: false });
  });

  test('on a display an input counts only when the program had time to show it', () => {
    const inputs = new AppliedInputs(8);
    inputs.key(1, true, 10);
    expect(inputs.capture(17)).toBeUndefined();
    expect(inputs.inputSeq).toBe(0);
    expect(inputs.capture(18)).toMatchObject({ seq: 1 });
  });

  test('the numbers in pictures never fall, and end at the last applied', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(30), fc.boolean()), { maxLength: 100, size: 'max' }), (moves) => {
        const inputs = new AppliedInputs(5);
        let [nowMs, seq, seen] = [0, 0, 0];
        for (const [waitMs, isPicture] of moves) {
          nowMs += waitMs;
          if (isPicture) inputs.capture(nowMs);
          else inputs.key(++seq, false, nowMs);
          expect(inputs.inputSeq).toBeGreaterThanOrEqual(seen);
          seen = inputs.inputSeq;
        }
        inputs.capture(nowMs + 5);
        expect(inputs.inputSeq).toBe(seq);
      }),
    );
  });
});

test('an encoder is opened anew soon for less, seldom for more, never for little', () => {
  expect(coarseStep(4_000, 3_300, 10_000)).toBeUndefined();
  expect(coarseStep(4_000, 3_100, 10_000)).toBe(3_100);
  expect(coarseStep(4_000, 3_100, 299)).toBeUndefined();
  expect(coarseStep(4_000, 5_500, 10_000)).toBeUndefined();
  expect(coarseStep(4_000, 5_700, 2_999)).toBeUndefined();
  expect(coarseStep(4_000, 5_700, 3_000)).toBe(5_700);
});
