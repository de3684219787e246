// src/render/text/text-box.ts - texts as sprites, made when first shown and kept.
import { type Canvas, createCanvas } from '@napi-rs/canvas';
import type { Language } from '../arcade/words.ts';
import { canvasSprite, type Sprite } from '../raster/sprite.ts';
import { fontOf, loadFonts } from './fonts.ts';

/** How a text looks. Sizes in pixels. */
export type TextLook = {
  readonly size: number;
  readonly colour: string;
  /** Width of the glow around it, 0 for none. */
  readonly glow?: number;
  /** Space between letters as a share of the size. */
  readonly spacing?: number;
};

const TEXTS_MAX = 300; // All words of one language in all their sizes, and the digits; numbers are put together.
const measure = createCanvas(1, 1).getContext('2d');

/** Texts of one language. */
export class TextBox {
  readonly #language: Language;
  readonly #made = new Map<string, Sprite>();

  constructor(language: Language) {
    loadFonts();
    this.#language = language;
  }

  /** The text on one line, held by its middle. Its width is that of the letters and the glow. */
  line(text: string, look: TextLook): Sprite {
    const key = `${text}\n${look.size}${look.colour}${look.glow ?? 0}/${look.spacing ?? 0}`;
    let sprite = this.#made.get(key);
    if (sprite === undefined) {
      if (this.#made.size >= TEXTS_MAX) this.#made.clear();
      sprite = canvasSprite(this.#draw(text, look));
      this.#made.set(key, sprite);
    }
    return sprite;
  }

  #draw(text: string, { size, colour, glow = 0, spacing = 0 }: TextLook): Canvas {
    const font = fontOf(this.#language, size);
    const letterSpacing = `${(spacing * size).toFixed(2)}px`;
    measure.font = font;
    measure.letterSpacing = letterSpacing;
    const width = Math.ceil(measure.measureText(text).width + 2 * glow + 2);
    const canvas = createCanvas(Math.max(1, width), Math.ceil(size * 1.3 + 2 * glow));
    const context = canvas.getContext('2d');
    context.font = font;
    context.letterSpacing = letterSpacing;
    context.textBaseline = 'middle';
    context.fillStyle = colour;
    if (glow > 0) {
      context.shadowColor = colour;
      context.shadowBlur = glow;
    }
    context.fillText(text, glow + 1, canvas.height / 2);
    return canvas;
  }
}
