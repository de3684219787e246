// test/unit/render/raster/strokes.test.ts - strokes light what they should, clip themselves, and agree with a slow form.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BRUSH_STEPS, type Brush, BrushBox } from '../../../../src/render/raster/brush.ts';
import { addSprite, drawnSprite } from '../../../../src/render/raster/sprite.ts';
import { addArc, addDot, addLine } from '../../../../src/render/raster/strokes.ts';
import { newSurface, type Surface } from '../../../../src/render/raster/surface.ts';

const [WIDTH, HEIGHT] = [64, 48];
const look = { colour: '#2fe0a5', core: 1.5, glow: 6, gain: 0.5, heat: 0.5 };
const brush = new BrushBox().of(look) as Brush;
const greenAt = ({ bytes }: Surface, x: number, y: number): number => bytes[4 * (y * WIDTH + x) + 1] ?? 0;

/** Green by distance, straight from the brush's table. */
function greenFor(distance: number): number {
  return distance >= brush.reach ? 0 : ((brush.lights[Math.floor(distance * BRUSH_STEPS)] ?? 0) >>> 8) & 0xff;
}

const coordinate = fc.double({ min: -30, max: 94, noNaN: true });

// Goal: the fast loops draw what the distance says. Method: the distance of every pixel, worked out anew. A pixel whose
// distance lies on a step of the table may fall to either side.
function expectByDistance(surface: Surface, distanceAt: (x: number, y: number) => number): void {
  const wrong: string[] = [];
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const distance = distanceAt(x, y);
      const allowed = [greenFor(distance), greenFor(distance + 1e-6), greenFor(Math.max(0, distance - 1e-6))];
      if (!allowed.includes(greenAt(surface, x, y))) wrong.push(`${x},${y}`);
    }
  }
  expect(wrong).toEqual([]);
}

test('a dot is lit by the distance from its middle, on the surface and half outside of it', () => {
  fc.assert(
    fc.property(coordinate, coordinate, (cx, cy) => {
      const surface = newSurface(WIDTH, HEIGHT);
      addDot(surface, cx, cy, brush);
      expectByDistance(surface, (x, y) => Math.hypot(x - cx, y - cy));
    }),
    { numRuns: 60 },
  );
});

test('a line is lit by the distance from the nearest of its points', () => {
  fc.assert(
    fc.property(coordinate, coordinate, coordinate, coordinate, (x0, y0, x1, y1) => {
      fc.pre(Math.hypot(x1 - x0, y1 - y0) >= 0.5);
      const surface = newSurface(WIDTH, HEIGHT);
      addLine(surface, x0, y0, x1, y1, brush);
      const length2 = (x1 - x0) ** 2 + (y1 - y0) ** 2;
      expectByDistance(surface, (x, y) => {
        const part = Math.max(0, Math.min(1, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length2));
        return Math.hypot(x - x0 - part * (x1 - x0), y - y0 - part * (y1 - y0));
      });
    }),
    { numRuns: 60 },
  );
});

test('a ring is lit by the distance from its radius; an arc is the part of it between two angles', () => {
  const radius = fc.double({ min: 4, max: 60, noNaN: true });
  fc.assert(
    fc.property(coordinate, coordinate, radius, (x, y, r) => {
      const surface = newSurface(WIDTH, HEIGHT);
      addArc(surface, { x, y, radius: r, from: 0, to: 7 }, brush);
      expectByDistance(surface, (px, py) => Math.abs(Math.hypot(px - x, py - y) - r));
    }),
    { numRuns: 60 },
  );
  const surface = newSurface(WIDTH, HEIGHT);
  addArc(surface, { x: 32, y: 24, radius: 15, from: -0.5, to: 0.5 }, brush);
  expect(greenAt(surface, 47, 24)).toBeGreaterThan(60);
  expect(greenAt(surface, 17, 24)).toBe(0);
  expect(greenAt(surface, 32, 39)).toBe(0);
});

test('three quarters of a ring leave out the fourth', () => {
  const surface = newSurface(WIDTH, HEIGHT);
  addArc(surface, { x: 32, y: 24, radius: 15, from: 0, to: 1.5 * Math.PI }, brush);
  expect(greenAt(surface, 43, 35)).toBeGreaterThan(60);
  expect(greenAt(surface, 21, 13)).toBeGreaterThan(60);
  expect(greenAt(surface, 43, 13)).toBe(0);
});

test('a sprite adds the same light as the strokes it was made of, clipped at every edge', () => {
  const sprite = drawnSprite(14, (on, middle) =>
    addArc(on, { x: middle, y: middle, radius: 6, from: 0, to: 7 }, brush),
  );
  for (const [x, y] of [
    [30, 20],
    [0, 0],
    [63, 47],
    [-5, 20],
    [70, 50],
  ] as const) {
    const [drawn, added] = [newSurface(WIDTH, HEIGHT), newSurface(WIDTH, HEIGHT)];
    addArc(drawn, { x, y, radius: 6, from: 0, to: 7 }, brush);
    addSprite(added, sprite, x, y);
    expect([...added.bytes]).toEqual([...drawn.bytes]);
  }
});

test('half the gain is half the light, none is nothing', () => {
  const sprite = drawnSprite(10, (on, middle) => addDot(on, middle, middle, brush));
  const [full, half, none] = [newSurface(WIDTH, HEIGHT), newSurface(WIDTH, HEIGHT), newSurface(WIDTH, HEIGHT)];
  addSprite(full, sprite, 30, 20, 1);
  addSprite(half, sprite, 30, 20, 0.5);
  addSprite(none, sprite, 30, 20, 0);
  expect(Math.abs(greenAt(half, 30, 20) - greenAt(full, 30, 20) / 2)).toBeLessThanOrEqual(1);
  expect(greenAt(none, 30, 20)).toBe(0);
});
