// src/render/raster/surface.ts - a picture in memory that light is added to. Why not a canvas per frame: handing out the
// pixels of a 720p canvas costs some 14 ms of processor time however little was drawn (ADR-0030), this costs nothing.
//
// Pixels are RGBA bytes, opaque, read and written as one little-endian 32-bit word (0xAABBGGRR). Light is a word whose
// alpha is 0: adding it brightens the three colours and leaves the alpha alone. The words are signed, because the engine
// keeps signed 32-bit numbers in registers and turns unsigned ones into floats.
import { assert } from '../../base/assert.ts';

/** A picture; `words` and `bytes` are two views of the same memory. */
export type Surface = {
  readonly width: number;
  readonly height: number;
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
};

const OPAQUE = 0xff00_0000 | 0;

/** A black, opaque picture. */
export function newSurface(width: number, height: number): Surface {
  assert(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0, 'a picture has a size');
  const words = new Int32Array(width * height).fill(OPAQUE);
  return { width, height, words, bytes: new Uint8Array(words.buffer) };
}

/**
 * Adds two words byte by byte, each stopping at 255: four additions in one. A byte ran over when both top bits were set,
 * or one was and the sum lost it; such bytes are filled with ones.
 */
export function addLight(under: number, light: number): number {
  const sum = ((under & 0x7f7f_7f7f) + (light & 0x7f7f_7f7f)) ^ ((under ^ light) & 0x8080_8080);
  const carry = ((under & light) | ((under | light) & ~sum)) & 0x8080_8080;
  return sum | ((carry << 1) - (carry >>> 7));
}

/** A colour '#rrggbb' scaled by 0..1 as a word of light. */
export function lightOf(colour: string, scale = 1): number {
  const value = Number.parseInt(colour.slice(1), 16);
  const part = (shift: number): number => Math.round(((value >>> shift) & 0xff) * Math.max(0, Math.min(1, scale)));
  return part(16) | (part(8) << 8) | (part(0) << 16);
}
