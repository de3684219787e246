// src/render/arcade/letters.ts - puts words and figures on the stage. Figures are set one by one in equal widths, so that
// a score that counts up neither jumps nor needs a sprite for every number.
import { addSprite } from '../raster/sprite.ts';
import type { TextLook } from '../text/text-box.ts';
import type { Stage } from './stage.ts';

/** Which part of the text lies at the given x. */
export type Align = 'left' | 'middle' | 'right';

const SHARE: Readonly<Record<Align, number>> = { left: 0, middle: 0.5, right: 1 };

/** Width in pixels of a line of words, without its glow. */
export function widthOf(stage: Stage, text: string, look: TextLook): number {
  return stage.text.line(text, look).width - 2 * (look.glow ?? 0);
}

/** Writes words with their middle line at `y`. Pixels of the picture. */
export function putWords(
  stage: Stage,
  text: string,
  x: number,
  y: number,
  look: TextLook,
  align: Align,
  gain = 1,
): void {
  const sprite = stage.text.line(text, look);
  const width = sprite.width - 2 * (look.glow ?? 0);
  addSprite(stage.surface, sprite, x + width * (0.5 - SHARE[align]), y, gain);
}

/** Writes figures and signs (0-9 , + x) in equal widths. Returns the width in pixels. */
export function putFigures(
  stage: Stage,
  text: string,
  x: number,
  y: number,
  look: TextLook,
  align: Align,
  gain = 1,
): number {
  const digit = widthOf(stage, '0', look);
  const widths = [...text].map((sign) => (sign === ',' ? digit * 0.45 : digit));
  const width = widths.reduce((sum, one) => sum + one, 0);
  let left = x - width * SHARE[align];
  for (const [index, sign] of [...text].entries()) {
    const own = widths[index] ?? digit;
    addSprite(stage.surface, stage.text.line(sign, look), left + own / 2, y, gain);
    left += own;
  }
  return width;
}

/** 12345 as '12,345'. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
