// src/render/arcade/sweep.ts - the radar's hand: a wedge of faint light that turns over the field. The pixels of the
// field are sorted by angle once, so that a frame touches only those in the wedge.
import { EDGE_RADIUS, TURN } from '../../game/field.ts';
import { addLight, lightOf } from '../raster/surface.ts';
import { palette } from './palette.ts';
import type { Stage } from './stage.ts';

/** Time of one turn. */
export const SWEEP_MS = 5_200;

const SLICES = 720;
const WEDGE = 96; // Slices behind the hand that still glow.

/**
 * Direction of (x, y) in turns, 0..1 clockwise from the right, to 1/10,000 of a turn: atan2 of a million pixels would
 * take a tenth of a second of every start.
 */
function turnOf(x: number, y: number): number {
  const [across, along] = [Math.abs(x), Math.abs(y)];
  const slope = Math.min(across, along) / Math.max(across, along, 1e-9);
  const square = slope * slope;
  const angle = ((-0.046_496 * square + 0.159_314) * square - 0.327_623) * square * slope + slope;
  const eighth = along > across ? 0.25 - angle / TURN : angle / TURN;
  const half = x < 0 ? 0.5 - eighth : eighth;
  return y < 0 ? (1 - half) % 1 : half;
}

/** The sweep of one stage. */
export class Sweep {
  readonly #stage: Stage;
  /** Pixel numbers by slice, and where each slice begins. */
  readonly #pixels: Int32Array;
  readonly #starts: Int32Array;

  constructor(stage: Stage) {
    this.#stage = stage;
    const { width, height, scale } = stage;
    const reach2 = (EDGE_RADIUS * scale) ** 2;
    const slices = new Int16Array(width * height).fill(-1);
    const starts = new Int32Array(SLICES + 1);
    for (let y = 0, at = 0; y < height; y++) {
      const dy = y - height / 2;
      for (let x = 0; x < width; x++, at++) {
        const dx = x - width / 2;
        if (dx * dx + dy * dy > reach2) continue;
        const slice = Math.min(SLICES - 1, (turnOf(dx, dy) * SLICES) | 0);
        slices[at] = slice;
        starts[slice + 1] = (starts[slice + 1] ?? 0) + 1;
      }
    }
    for (let slice = 0; slice < SLICES; slice++) starts[slice + 1] = (starts[slice + 1] ?? 0) + (starts[slice] ?? 0);
    const pixels = new Int32Array(starts[SLICES] ?? 0);
    const next = starts.slice();
    for (let at = 0; at < slices.length; at++) {
      const slice = slices[at] ?? -1;
      if (slice < 0) continue;
      const place = next[slice] ?? 0;
      pixels[place] = at;
      next[slice] = place + 1;
    }
    [this.#pixels, this.#starts] = [pixels, starts];
  }

  /** Draws the wedge with its hand at `angle`, 0..2 pi. */
  draw(angle: number, gain: number): void {
    const { words } = this.#stage.surface;
    const [pixels, starts] = [this.#pixels, this.#starts];
    const hand = Math.floor((angle / TURN) * SLICES);
    for (let behind = 0; behind < WEDGE; behind++) {
      const light = lightOf(palette.near, gain * 0.3 * (1 - behind / WEDGE) ** 2);
      if (light === 0) break;
      const slice = (hand - behind + SLICES) % SLICES;
      for (let i = starts[slice] ?? 0, end = starts[slice + 1] ?? 0; i < end; i++) {
        const at = pixels[i] ?? 0;
        words[at] = addLight(words[at] ?? 0, light);
      }
    }
  }
}
