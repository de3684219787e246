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

/** The sweep of one stage. */
export class Sweep {
  readonly #stage: Stage;
  /** Pixel numbers by slice, and where each slice begins. */
  readonly #pixels: Int32Array;
  readonly #starts = new Int32Array(SLICES + 1);

  constructor(stage: Stage) {
    this.#stage = stage;
    const { width, height, scale } = stage;
    const reach = EDGE_RADIUS * scale;
    const sliceAt = (x: number, y: number): number => {
      const [dx, dy] = [x - width / 2, y - height / 2];
      if (dx * dx + dy * dy > reach * reach) return -1;
      return Math.floor(((Math.atan2(dy, dx) / TURN + 1) % 1) * SLICES);
    };
    const slices = new Int16Array(width * height);
    for (let at = 0; at < slices.length; at++) {
      const slice = sliceAt(at % width, Math.floor(at / width));
      slices[at] = slice;
      if (slice >= 0) this.#starts[slice + 1] = (this.#starts[slice + 1] ?? 0) + 1;
    }
    for (let slice = 0; slice < SLICES; slice++) {
      this.#starts[slice + 1] = (this.#starts[slice + 1] ?? 0) + (this.#starts[slice] ?? 0);
    }
    this.#pixels = new Int32Array(this.#starts[SLICES] ?? 0);
    const next = this.#starts.slice();
    for (let at = 0; at < slices.length; at++) {
      const slice = slices[at] ?? -1;
      if (slice < 0) continue;
      const place = next[slice] ?? 0;
      this.#pixels[place] = at;
      next[slice] = place + 1;
    }
  }

  /** Draws the wedge with its hand at `angle`, 0..2 pi. */
  draw(angle: number, gain: number): void {
    const { words } = this.#stage.surface;
    const hand = Math.floor((angle / TURN) * SLICES);
    for (let behind = 0; behind < WEDGE; behind++) {
      const light = lightOf(palette.near, gain * 0.3 * (1 - behind / WEDGE) ** 2);
      if (light === 0) break;
      const slice = (hand - behind + SLICES) % SLICES;
      for (let i = this.#starts[slice] ?? 0, end = this.#starts[slice + 1] ?? 0; i < end; i++) {
        const at = this.#pixels[i] ?? 0;
        words[at] = addLight(words[at] ?? 0, light);
      }
    }
  }
}
