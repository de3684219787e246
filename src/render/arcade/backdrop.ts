// src/render/arcade/backdrop.ts - what never moves: the dark, the rings of distance with their milliseconds. Drawn once
// per picture size and copied under every frame.
import { EDGE_RADIUS, HOME_RADIUS, RINGS, TURN } from '../../game/field.ts';
import { addSprite } from '../raster/sprite.ts';
import { palette } from './palette.ts';
import type { Stage } from './stage.ts';

const LABELS_FROM = 540; // On a smaller picture they would touch.
const OUTER_RINGS = [1_190, 1_430, 1_720, 2_060, 2_450];

function parts(colour: string): [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [(value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

/** From the middle outwards: a breath of the near colour, the surface, the background, and darker in the corners. */
function paintDepth({ surface, width, height, scale }: Stage): void {
  const stops = [parts('#10231f'), parts(palette.surface), parts('#0e121b'), parts(palette.bg), parts('#080a10')];
  const places = [0, 0.34, 0.75, 1.15, 2.2];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const far = Math.hypot(x - width / 2, y - height / 2) / (scale * EDGE_RADIUS);
      let stop = 1;
      while (stop < places.length - 1 && far > (places[stop] ?? 0)) stop++;
      const [from, to] = [places[stop - 1] ?? 0, places[stop] ?? 1];
      const part = Math.min(1, Math.max(0, (far - from) / (to - from)));
      // Half a step of ordered noise: without it a dark gradient shows bands once it is encoded.
      const noise = (((x * 5 + y * 3) & 7) - 3.5) / 8;
      const mix = (channel: 0 | 1 | 2): number => {
        const [a, b] = [stops[stop - 1]?.[channel] ?? 0, stops[stop]?.[channel] ?? 0];
        return Math.max(0, Math.round(a + (b - a) * part + noise));
      };
      surface.words[y * width + x] = 0xff00_0000 | (mix(2) << 16) | (mix(1) << 8) | mix(0);
    }
  }
}

function paintRings(stage: Stage): void {
  for (const [index, { radius, ms }] of RINGS.entries()) {
    const near = 1 - index / RINGS.length;
    const colour = index === 0 ? palette.near : palette.line;
    stage.ring(radius, { colour, core: 0.7, glow: 5, heat: 0 }, index === 0 ? 0.34 : 0.55 + 0.35 * near);
    if (Math.min(stage.width, stage.height) < LABELS_FROM) continue;
    const size = stage.letters(14);
    const label = stage.text.line(`${ms} ms`, { size, colour: index === 0 ? palette.near : palette.muted });
    // To the right of the middle, just above the horizontal: the words of the title stand above and below.
    const [x, y] = [stage.x + radius * stage.scale - label.width / 2 - size * 0.4, stage.y - size * 0.7];
    addSprite(stage.surface, label, x, y, index === 0 ? 0.8 : 0.45);
  }
  for (const [index, radius] of OUTER_RINGS.entries()) {
    stage.ring(radius, { colour: palette.line, core: 0.6, glow: 4, heat: 0 }, 0.34 - 0.055 * index);
  }
}

function paintScale(stage: Stage): void {
  const stroke = { colour: palette.line, core: 0.5, glow: 2, heat: 0 };
  for (let degree = 0; degree < 360; degree += 5) {
    const angle = (degree / 360) * TURN;
    const long = degree % 30 === 0;
    stage.ray(angle, EDGE_RADIUS - (long ? 34 : 14), EDGE_RADIUS, stroke, long ? 0.9 : 0.5);
    if (long) stage.ray(angle, HOME_RADIUS + 140, EDGE_RADIUS - 60, stroke, 0.13);
  }
}

/** Paints the backdrop onto the stage's surface and returns a copy of its pixels. */
export function paintBackdrop(stage: Stage): Int32Array {
  paintDepth(stage);
  paintScale(stage);
  paintRings(stage);
  return stage.surface.words.slice();
}
