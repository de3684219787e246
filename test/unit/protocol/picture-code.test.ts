import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  codeStripHeight,
  drawPictureCode,
  type PictureCode,
  packPictureCode,
  readPictureCode,
  unpackPictureCode,
} from '../../../src/protocol/picture-code.ts';

const code = fc.record<PictureCode>({
  inputSeq: fc.nat(0xffff_ffff),
  motionSeq: fc.nat(0xffff),
  frameSeq: fc.nat(0xffff),
  state: fc.nat(0xff_ffff),
});

function strip(width: number, value: PictureCode, noise: (luma: number, at: number) => number): Uint8Array {
  const height = codeStripHeight(width);
  const luma = new Uint8Array(width * (height + 4));
  drawPictureCode(luma, { stride: width, width, top: 4 }, packPictureCode(value));
  const rgba = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) rgba.fill(noise(luma[width * 4 + i] ?? 0, i), i * 4, i * 4 + 4);
  return rgba;
}

// Goal: what the node writes is what the page reads, at every width and through a coarse encoder. Method: draw, add
// noise of up to 90 of 255 levels to every pixel, read.
test('a code survives drawing, coarse noise and reading', () =>
  fc.assert(
    fc.property(code, fc.integer({ min: 20, max: 480 }), fc.integer(), (value, cells, seed) => {
      const width = cells * 8 - (cells > 30 ? 2 : 0);
      const rgba = strip(width, value, (luma, at) =>
        Math.max(0, Math.min(255, luma + (((at * 2_654_435_761 + seed) >>> 8) % 181) - 90)),
      );
      expect(readPictureCode(rgba, width)).toEqual(value);
    }),
    { numRuns: 60 },
  ));

test('one wrong bit is found', () =>
  fc.assert(
    fc.property(code, fc.nat(14 * 8 - 1), (value, bit) => {
      const packed = packPictureCode(value).slice();
      packed[bit >> 3] = (packed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(unpackPictureCode(packed)).toBeUndefined();
    }),
  ));

test('a picture without a strip reads as none', () =>
  expect(readPictureCode(new Uint8Array(1280 * codeStripHeight(1280) * 4).fill(128), 1280)).toBeUndefined());

test('the strip is one macroblock row at 1280 and stays small below', () =>
  expect([1920, 1280, 640, 320, 160].map(codeStripHeight)).toEqual([16, 16, 32, 48, 96]));
