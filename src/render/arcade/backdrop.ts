// src/render/arcade/backdrop.ts - what never moves: the dark, the rings of distance with their milliseconds. Drawn once
// per picture size and copied under every frame.
import { EDGE_RADIUS, HOME_RADIUS, RINGS, TURN } from '../../game/field.ts';
import { addSprite } from '../raster/sprite.ts';
import { palette } from './palette.ts';
import type { Stage } from './stage.ts';

const LABELS_FROM = 540; // On a smaller picture they would touch.
const OUTER_RINGS = [1_190, 1_430, 1_720, 2_060, 2_450];

/** Colours by distance, in radii of the field. All are bright enough that half a step less is not below 0. */
const DEPTH = [
  { at: 0, colour: '#10231f' },
  { at: 0.34, colour: palette.surface },
  { at: 0.75, colour: '#0e121b' },
  { at: 1.15, colour: palette.bg },
  { at: 2.2, colour: '#080a10' },
] as const;

function parts(colour: string): [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [(value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

/** Red, green and blue from the middle outwards, for every half pixel of distance, in floats. */
function depthTable(edge: number, furthest: number): readonly [Float32Array, Float32Array, Float32Array] {
  const stops = DEPTH.map(({ colour }) => parts(colour));
  const channel = (index: 0 | 1 | 2): Float32Array =>
    Float32Array.from({ length: Math.ceil(2 * furthest) + 2 }, (_, half) => {
      const far = half / 2 / edge;
      const next = Math.max(
        1,
        DEPTH.findIndex(({ at }) => at >= far),
      );
      const [from, to] = [DEPTH[next - 1]?.at ?? 0, DEPTH[next]?.at ?? 1];
      const [a, b] = [stops[next - 1]?.[index] ?? 0, stops[next]?.[index] ?? 0];
      return a + (b - a) * Math.min(1, Math.max(0, (far - from) / (to - from)));
    });
  return [channel(0), channel(1), channel(2)];
}

/** A breath of the near colour in the middle, the surface, the background, and darker in the corners. */
function paintDepth({ surface, width, height, scale }: Stage): void {
  const [red, green, blue] = depthTable(scale * EDGE_RADIUS, Math.hypot(width, height) / 2);
  const { words } = surface;
  for (let y = 0, at = 0; y < height; y++) {
    const dy = y - height / 2;
    for (let x = 0; x < width; x++, at++) {
      const dx = x - width / 2;
      const half = (2 * Math.sqrt(dx * dx + dy * dy)) | 0;
      // Half a step of ordered noise: without it a dark gradient shows bands once it is encoded.
      const noise = 0.5 + (((x * 5 + y * 3) & 7) - 3.5) / 8;
      const [r, g, b] = [(red[half] ?? 0) + noise, (green[half] ?? 0) + noise, (blue[half] ?? 0) + noise];
      words[at] = 0xff00_0000 | (b << 16) | (g << 8) | r;
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
