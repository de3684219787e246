// src/render/arcade/dust.ts - motes that drift towards home, so that the dark has depth and a direction.
import { seededRandom } from '../../base/random.ts';
import { EDGE_RADIUS, HOME_RADIUS, TURN } from '../../game/field.ts';
import { palette } from './palette.ts';
import type { Stage } from './stage.ts';

const MOTES = 56;
const FAR = EDGE_RADIUS * 1.7; // Beyond the field, where a wide picture still shows something.

/** The motes of one picture. */
export class Dust {
  readonly #motes = Array.from({ length: MOTES }, (_, index) => {
    const random = seededRandom(index + 1);
    const part = (): number => random.below(1_000) / 1_000;
    return { angle: part() * TURN, radius: HOME_RADIUS + part() * (FAR - HOME_RADIUS), speed: 24 + 90 * part() };
  });

  /** Lets them drift and draws them; the faster ones are nearer to the eye, so brighter and longer. */
  draw(stage: Stage, passedMs: number): void {
    for (const mote of this.#motes) {
      mote.radius -= (mote.speed * passedMs) / 1_000;
      if (mote.radius < HOME_RADIUS + 30) mote.radius = FAR;
      const near = mote.speed / 114;
      const fade = Math.min(1, (mote.radius - HOME_RADIUS) / 200, (FAR - mote.radius) / 200);
      const stroke = { colour: palette.muted, core: 0.5, glow: 1.5, heat: 0 };
      stage.ray(mote.angle, mote.radius, mote.radius + 26 * near, stroke, 0.5 * near * fade);
    }
  }
}
