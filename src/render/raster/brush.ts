// src/render/raster/brush.ts - how light falls off beside a line: a hot middle, a coloured edge, a soft glow. Worked out
// once per brush as a table over the distance, so that a pixel costs one look-up.
import { lightOf } from './surface.ts';

/** Table steps per pixel of distance: finer than an eye sees on a glowing edge. */
export const BRUSH_STEPS = 4;

/** A brush. `lights[i]` is the light at a distance of `i / BRUSH_STEPS` pixels; beyond `reach` there is none. */
export type Brush = { readonly reach: number; readonly lights: Int32Array };

/** What a brush is made from. Lengths in pixels. */
export type BrushLook = {
  readonly colour: string;
  /** Half width of the bright middle; for a disc its radius. */
  readonly core: number;
  /** How far the glow goes beyond the middle. */
  readonly glow: number;
  /** Brightness of all of it, 0..1. */
  readonly gain: number;
  /** How white the middle is, 0..1. */
  readonly heat: number;
};

const GLOW_SHARE = 0.5;

function makeBrush({ colour, core, glow, gain, heat }: BrushLook): Brush {
  const reach = core + Math.max(1, glow);
  const lights = new Int32Array(Math.ceil(reach * BRUSH_STEPS) + 2);
  for (let i = 0; i < lights.length; i++) {
    const distance = i / BRUSH_STEPS;
    const inside = Math.max(0, Math.min(1, core + 0.5 - distance));
    const halo = distance >= reach ? 0 : (1 - distance / reach) ** 2.4 * GLOW_SHARE;
    const hot = lightOf('#ffffff', inside * heat * gain);
    const tint = lightOf(colour, Math.max(inside, halo) * gain);
    lights[i] = mixMax(hot, tint);
  }
  return { reach, lights };
}

/** The brighter of two words, byte by byte: a white middle that stays white. */
function mixMax(a: number, b: number): number {
  let out = 0;
  for (let shift = 0; shift < 24; shift += 8) out |= Math.max((a >>> shift) & 0xff, (b >>> shift) & 0xff) << shift;
  return out;
}

const GAIN_STEPS = 24; // A fade in 24 steps looks smooth and keeps the number of tables small.
const BRUSHES_MAX = 4_000; // Some 100 looks in 24 gains; more means that a caller varies a width without end.

/** Brushes made so far; one for each picture size. */
export class BrushBox {
  readonly #made = new Map<string, Brush>();

  /** The brush of this look; the gain is rounded to 1/24. Undefined when it would be dark. */
  of(look: BrushLook): Brush | undefined {
    const gain = Math.round(Math.min(1, look.gain) * GAIN_STEPS) / GAIN_STEPS;
    if (!(gain > 0)) return undefined;
    const core = Math.round(look.core * 4) / 4;
    const glow = Math.round(look.glow * 2) / 2;
    const key = `${look.colour}${core}/${glow}/${gain}/${look.heat}`;
    let brush = this.#made.get(key);
    if (brush === undefined) {
      if (this.#made.size >= BRUSHES_MAX) this.#made.clear();
      brush = makeBrush({ colour: look.colour, core, glow, gain, heat: look.heat });
      this.#made.set(key, brush);
    }
    return brush;
  }
}
