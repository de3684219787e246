// test/unit/render/sound/piece-gate.test.ts - sound in time goes through, sound that piled up does not.
import { expect, test } from 'vitest';
import { PieceGate } from '../../../../src/render/sound/piece-gate.ts';

test('a steady stream goes through, one by one and in lumps of 100 ms', () => {
  const [steady, lumpy] = [new PieceGate(), new PieceGate()];
  for (let ms = 0; ms < 10_000; ms += 10) expect(steady.passes(ms)).toBe(true);
  for (let ms = 0; ms < 10_000; ms += 100) for (let piece = 0; piece < 10; piece++) expect(lumpy.passes(ms)).toBe(true);
});

test('after a stall a little goes through, the rest is dropped, and then it goes on in time', () => {
  const gate = new PieceGate();
  for (let ms = 0; ms < 1_000; ms += 10) gate.passes(ms);
  const late = Array.from({ length: 300 }, () => gate.passes(4_000)).filter(Boolean).length;
  expect(late).toBe(12);
  const after = Array.from({ length: 100 }, (_, index) => gate.passes(4_010 + 10 * index));
  expect(after.every(Boolean)).toBe(true);
});

test('a recorder whose clock runs a little fast loses a piece now and then, and no more', () => {
  const gate = new PieceGate();
  const passed = Array.from({ length: 100_000 }, (_, index) => gate.passes(index * 9.99)).filter(Boolean).length;
  expect(passed).toBeGreaterThan(99_800);
  expect(passed).toBeLessThan(100_000);
});
