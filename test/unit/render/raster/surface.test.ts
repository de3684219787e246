// test/unit/render/raster/surface.test.ts - light adds up byte by byte and stops at white.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addLight, lightOf, newSurface } from '../../../../src/render/raster/surface.ts';

const byteOf = (word: number, index: number): number => (word >>> (8 * index)) & 0xff;

test('every byte of a sum is the sum of the bytes, at most 255', () => {
  const word = fc.integer({ min: 0, max: 0xffff_ffff }).map((value) => value | 0);
  fc.assert(
    fc.property(word, word, (under, light) => {
      const sum = addLight(under, light);
      for (let i = 0; i < 4; i++) expect(byteOf(sum, i)).toBe(Math.min(255, byteOf(under, i) + byteOf(light, i)));
    }),
    { numRuns: 2_000 },
  );
});

test('a surface is black and opaque; a colour becomes light in its order', () => {
  const { bytes } = newSurface(3, 2);
  expect([...bytes.subarray(0, 8)]).toEqual([0, 0, 0, 255, 0, 0, 0, 255]);
  const light = lightOf('#102030');
  expect([0, 1, 2, 3].map((index) => byteOf(light, index))).toEqual([0x10, 0x20, 0x30, 0]);
  expect(byteOf(lightOf('#102030', 0.5), 2)).toBe(0x18);
});
