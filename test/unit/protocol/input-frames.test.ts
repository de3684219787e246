import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeKeyFrame,
  decodeMotionFrame,
  encodeKeyFrame,
  encodeMotionFrame,
  isNewerSeq,
  type KeyEvent,
  totalStep,
} from '../../../src/protocol/input-frames.ts';
import { codeByHid, hidByCode } from '../../../src/protocol/key-codes.ts';

const u16 = fc.nat(0xffff);
const seq = fc.integer({ min: 1, max: 0xffff_ffff });
const total = fc.nat(0xffff_ffff);
const pointer = fc.record({ totalX: total, totalY: total, x: u16, y: u16 });
const i16 = fc.integer({ min: -32_768, max: 32_767 });
const event: fc.Arbitrary<KeyEvent> = fc.oneof(
  fc.record({ kind: fc.constant('key' as const), hid: fc.integer({ min: 1, max: 0xe7 }), down: fc.boolean() }),
  fc.record({ kind: fc.constant('mouse-button' as const), button: fc.nat(4), down: fc.boolean(), pointer }),
  fc.record({ kind: fc.constant('wheel' as const), dx: i16, dy: i16 }),
  fc.record({
    kind: fc.constant('text' as const),
    text: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((text) => text.isWellFormed()),
  }),
  fc.record({ kind: fc.constant('pad-button' as const), pad: fc.nat(3), button: fc.nat(16), value: fc.nat(255) }),
  fc.record({ kind: fc.constant('pad-connected' as const), pad: fc.nat(3), connected: fc.boolean() }),
  fc.record({ kind: fc.constant('touch' as const), id: fc.nat(9), down: fc.boolean(), x: u16, y: u16 }),
  fc.constant({ kind: 'release-all' as const }),
  fc.constant({ kind: 'marker' as const }),
);
const axes = fc.tuple(i16, i16, i16, i16);
const motion = fc.record({
  seq,
  pointer,
  pads: fc.array(fc.record({ pad: fc.nat(3), axes }), { maxLength: 4 }),
  touches: fc.array(fc.record({ id: fc.nat(9), x: u16, y: u16 }), { maxLength: 10 }),
});

test('key frames go there and back', () =>
  fc.assert(
    fc.property(seq, event, (number, value) => {
      expect(decodeKeyFrame(encodeKeyFrame({ seq: number, event: value }))).toEqual({
        ok: true,
        value: { seq: number, event: value },
      });
    }),
  ));

test('motion frames go there and back', () =>
  fc.assert(
    fc.property(motion, (frame) => {
      expect(decodeMotionFrame(encodeMotionFrame(frame))).toEqual({ ok: true, value: frame });
    }),
  ));

test('random bytes are refused or read, never thrown at', () =>
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      for (const decode of [decodeKeyFrame, decodeMotionFrame]) {
        const result = decode(bytes);
        if (!result.ok) expect(result.error).toBe('bad-input');
      }
    }),
    { numRuns: 5_000 },
  ));

test('a frame with bytes left over is refused', () => {
  const bytes = encodeKeyFrame({ seq: 1, event: { kind: 'key', hid: 4, down: true } });
  expect(decodeKeyFrame(bytes).ok).toBe(true);
  expect(decodeKeyFrame(new Uint8Array([...bytes, 0]))).toEqual({ ok: false, error: 'bad-input' });
});

test('running totals give the step across their wrap', () =>
  fc.assert(
    fc.property(total, fc.integer({ min: -100_000, max: 100_000 }), (from, step) => {
      expect(totalStep(from, (from + step) >>> 0)).toBe(step);
    }),
  ));

test('newer is newer across the wrap', () => {
  expect(isNewerSeq(2, 1)).toBe(true);
  expect(isNewerSeq(1, 2)).toBe(false);
  expect(isNewerSeq(1, 0xffff_ffff)).toBe(true);
  expect(isNewerSeq(5, 5)).toBe(false);
});

test('every key has one usage and every usage one key', () => {
  expect(codeByHid.size).toBe(hidByCode.size);
  expect([hidByCode.get('KeyA'), hidByCode.get('Digit0'), hidByCode.get('F12'), hidByCode.get('Numpad1')]).toEqual([
    0x04, 0x27, 0x45, 0x59,
  ]);
});
