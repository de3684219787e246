// src/render/raster/sprite.ts - a small picture of light, made once and added often. Each row knows where its light
// begins and ends, so that the dark corners cost nothing.
import type { Canvas } from '@napi-rs/canvas';
import { addLight, newSurface, type Surface } from './surface.ts';

/** Light with a place to hold it by: (`originX`, `originY`) lands on the point given to `addSprite`. */
export type Sprite = {
  readonly width: number;
  readonly height: number;
  readonly originX: number;
  readonly originY: number;
  readonly lights: Int32Array;
  /** For each row the first lit column, and one past the last. */
  readonly rows: Int32Array;
};

function wrapped(width: number, height: number, lights: Int32Array): Sprite {
  const rows = new Int32Array(2 * height);
  for (let y = 0; y < height; y++) {
    let [from, to] = [width, 0];
    for (let x = 0; x < width; x++) {
      if ((lights[y * width + x] ?? 0) === 0) continue;
      from = Math.min(from, x);
      to = x + 1;
    }
    rows[2 * y] = from;
    rows[2 * y + 1] = to;
  }
  return { width, height, originX: width / 2, originY: height / 2, lights, rows };
}

/** A sprite `2 * reach` pixels wide and high of what `draw` adds around the middle of a black surface. */
export function drawnSprite(reach: number, draw: (surface: Surface, middle: number) => void): Sprite {
  const size = 2 * Math.ceil(reach);
  const surface = newSurface(size, size);
  draw(surface, size / 2);
  return wrapped(
    size,
    size,
    surface.words.map((word) => word & 0xff_ffff),
  );
}

/** A sprite of a canvas's pixels; what is transparent there adds nothing. */
export function canvasSprite(canvas: Canvas): Sprite {
  const { width, height } = canvas;
  const bytes = canvas.data(); // Premultiplied, so the colours already are the light.
  const lights = new Int32Array(width * height);
  for (let i = 0; i < lights.length; i++) {
    lights[i] = (bytes[4 * i] ?? 0) | ((bytes[4 * i + 1] ?? 0) << 8) | ((bytes[4 * i + 2] ?? 0) << 16);
  }
  return wrapped(width, height, lights);
}

/**
 * Adds a sprite at (x, y), rounded to whole pixels.
 * @param gain brightness, 0..1
 */
export function addSprite(surface: Surface, sprite: Sprite, x: number, y: number, gain = 1): void {
  const { width, height, words } = surface;
  const { lights, rows, width: stride } = sprite;
  const left = Math.round(x - sprite.originX);
  const top = Math.round(y - sprite.originY);
  const scale = Math.min(256, Math.round(gain * 256));
  if (scale <= 0) return;
  const lastRow = Math.min(sprite.height, height - top);
  for (let row = Math.max(0, -top); row < lastRow; row++) {
    const from = Math.max(rows[2 * row] ?? 0, -left);
    const to = Math.min(rows[2 * row + 1] ?? 0, width - left);
    let at = (top + row) * width + left + from;
    for (let source = row * stride + from, end = row * stride + to; source < end; source++, at++) {
      let light = lights[source] ?? 0;
      if (light === 0) continue;
      // Red and blue together, green alone: the bytes between them take up what the product overflows.
      if (scale < 256) {
        light = ((((light & 0xff00ff) * scale) >>> 8) & 0xff00ff) | ((((light & 0xff00) * scale) >>> 8) & 0xff00);
      }
      words[at] = addLight(words[at] ?? 0, light);
    }
  }
}
