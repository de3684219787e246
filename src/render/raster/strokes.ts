// src/render/raster/strokes.ts - light along lines, arcs and around points. Each walks only the pixels within the
// brush's reach, row by row, and clips itself to the surface. Hot: no closures, no allocation.
import { BRUSH_STEPS, type Brush } from './brush.ts';
import { addLight, type Surface } from './surface.ts';

/** Adds a disc or point: the brush by the distance from (x, y), in pixels, fractions welcome. */
export function addDot({ width, height, words }: Surface, x: number, y: number, { reach, lights }: Brush): void {
  const top = Math.max(0, Math.ceil(y - reach));
  const bottom = Math.min(height - 1, Math.floor(y + reach));
  for (let row = top; row <= bottom; row++) {
    const dy = row - y;
    const half = Math.sqrt(reach * reach - dy * dy);
    const left = Math.max(0, Math.ceil(x - half));
    const right = Math.min(width - 1, Math.floor(x + half));
    for (let at = row * width + left, dx = left - x; dx <= right - x; at++, dx++) {
      const light = lights[(Math.sqrt(dx * dx + dy * dy) * BRUSH_STEPS) | 0] ?? 0;
      if (light !== 0) words[at] = addLight(words[at] ?? 0, light);
    }
  }
}

/** Adds a line with round ends. */
export function addLine(surface: Surface, x0: number, y0: number, x1: number, y1: number, brush: Brush): void {
  const { width, height, words } = surface;
  const { reach, lights } = brush;
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (length < 0.5) {
    addDot(surface, x0, y0, brush);
    return;
  }
  const ux = (x1 - x0) / length;
  const uy = (y1 - y0) / length;
  const top = Math.max(0, Math.ceil(Math.min(y0, y1) - reach));
  const bottom = Math.min(height - 1, Math.floor(Math.max(y0, y1) + reach));
  // On one row the endless strip around the line is this wide to either side of the line.
  const spread = Math.abs(uy) < 1e-3 ? width + length : reach / Math.abs(uy);
  const slope = Math.abs(uy) < 1e-3 ? 0 : ux / uy;
  for (let row = top; row <= bottom; row++) {
    const py = row - y0;
    const middle = x0 + py * slope;
    const left = Math.max(0, Math.ceil(Math.max(Math.min(x0, x1) - reach, middle - spread)));
    const right = Math.min(width - 1, Math.floor(Math.min(Math.max(x0, x1) + reach, middle + spread)));
    let along = (left - x0) * ux + py * uy;
    let beside = (left - x0) * uy - py * ux;
    for (let at = row * width + left, end = row * width + right; at <= end; at++) {
      const past = along < 0 ? along : along > length ? along - length : 0;
      const distance = past === 0 ? Math.abs(beside) : Math.sqrt(beside * beside + past * past);
      along += ux;
      beside += uy;
      if (distance >= reach) continue;
      const light = lights[(distance * BRUSH_STEPS) | 0] ?? 0;
      words[at] = addLight(words[at] ?? 0, light);
    }
  }
}

/** An arc's place: middle and radius in pixels, angles in radians clockwise from the right, `to` >= `from`. */
export type Arc = { readonly x: number; readonly y: number; readonly radius: number; from: number; to: number };

/** Adds a whole ring, or the part of it between two angles. */
export function addArc(surface: Surface, { x, y, radius, from, to }: Arc, { reach, lights }: Brush): void {
  const { width, height, words } = surface;
  const span = to - from;
  const whole = span >= 2 * Math.PI - 1e-6;
  const wide = span > Math.PI;
  const [fromX, fromY, toX, toY] = [Math.cos(from), Math.sin(from), Math.cos(to), Math.sin(to)];
  const outer = radius + reach;
  const inner = Math.max(0, radius - reach);
  const top = Math.max(0, Math.ceil(y - outer));
  const bottom = Math.min(height - 1, Math.floor(y + outer));
  for (let row = top; row <= bottom; row++) {
    const dy = row - y;
    const outerHalf = Math.sqrt(outer * outer - dy * dy);
    const gap2 = inner * inner - dy * dy;
    const innerHalf = gap2 > 0 ? Math.sqrt(gap2) : 0;
    const last = Math.min(width - 1, Math.floor(x + outerHalf));
    const holeFrom = innerHalf > 0 ? Math.ceil(x - innerHalf) : width;
    const holeTo = Math.floor(x + innerHalf);
    for (let column = Math.max(0, Math.ceil(x - outerHalf)); column <= last; column++) {
      if (column >= holeFrom && column < holeTo) column = holeTo;
      const dx = column - x;
      if (!whole) {
        const after = fromX * dy - fromY * dx >= 0;
        const before = dx * toY - dy * toX >= 0;
        if (wide ? !after && !before : !after || !before) continue;
      }
      const off = Math.abs(Math.sqrt(dx * dx + dy * dy) - radius);
      if (off >= reach) continue;
      const light = lights[(off * BRUSH_STEPS) | 0] ?? 0;
      const at = row * width + column;
      if (light !== 0 && column <= last) words[at] = addLight(words[at] ?? 0, light);
    }
  }
}
