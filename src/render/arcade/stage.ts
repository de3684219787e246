// src/render/arcade/stage.ts - the field on a picture: turns the rules' units and angles into pixels for the strokes.
// Widths are given as on a 720p picture and grow and shrink with it.
import { EDGE_RADIUS } from '../../game/field.ts';
import { type Brush, BrushBox } from '../raster/brush.ts';
import { addSprite, type Sprite } from '../raster/sprite.ts';
import { addArc, addDot, addLine } from '../raster/strokes.ts';
import { newSurface, type Surface } from '../raster/surface.ts';
import { TextBox } from '../text/text-box.ts';
import type { Language } from './words.ts';

const FILL = 0.965; // Of half the shorter side: the outermost ring just fits.

/** A stroke as on a 720p picture. `heat`: how white its middle is, 0..1. */
export type Stroke = { readonly colour: string; readonly core: number; readonly glow: number; readonly heat: number };

/** A picture with the field's middle, its scale, its brushes and its letters. */
export class Stage {
  readonly surface: Surface;
  readonly width: number;
  readonly height: number;
  readonly text: TextBox;
  readonly language: Language;
  /** Pixels of one field unit. */
  readonly scale: number;
  /** Pixels of one pixel of a 720p picture. */
  readonly unit: number;
  /** Where the field's middle is now: shaking moves it. */
  x: number;
  y: number;
  /** Brightness of everything drawn, 0..1. */
  gain = 1;
  readonly #brushes = new BrushBox();

  constructor(width: number, height: number, language: Language) {
    this.surface = newSurface(width, height);
    [this.width, this.height, this.language] = [width, height, language];
    this.text = new TextBox(language);
    this.scale = ((Math.min(width, height) / 2) * FILL) / EDGE_RADIUS;
    this.unit = Math.min(width, height) / 720;
    this.x = width / 2;
    this.y = height / 2;
  }

  /** Puts the field's middle `right` and `down` pixels beside the picture's. */
  shake(right: number, down: number): void {
    this.x = this.width / 2 + right;
    this.y = this.height / 2 + down;
  }

  /** Height in pixels of letters that are `size` high on a 720p picture: they shrink less than the picture. */
  letters(size: number): number {
    return Math.round(Math.max(9, size * (this.unit < 1 ? this.unit ** 0.72 : this.unit)));
  }

  /** The brush of a stroke at a brightness; undefined when it would be dark. */
  brush({ colour, core, glow, heat }: Stroke, gain = 1): Brush | undefined {
    const widest = Math.max(0.5, this.unit);
    return this.#brushes.of({ colour, core: core * widest, glow: glow * widest, heat, gain: gain * this.gain });
  }

  /** A line between two places on the field, in units from its middle. */
  line(x0: number, y0: number, x1: number, y1: number, stroke: Stroke, gain = 1): void {
    const brush = this.brush(stroke, gain);
    const { x, y, scale } = this;
    if (brush !== undefined)
      addLine(this.surface, x + x0 * scale, y + y0 * scale, x + x1 * scale, y + y1 * scale, brush);
  }

  /** A line along a direction from the middle, between two radii. */
  ray(angle: number, from: number, to: number, stroke: Stroke, gain = 1): void {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    this.line(from * cos, from * sin, to * cos, to * sin, stroke, gain);
  }

  /** A ring around the middle, or the part between two angles. */
  ring(radius: number, stroke: Stroke, gain = 1, from = 0, to = 2 * Math.PI): void {
    this.ringAt(0, 0, radius, stroke, gain, from, to);
  }

  /** The same around another place. */
  ringAt(x: number, y: number, radius: number, stroke: Stroke, gain = 1, from = 0, to = 2 * Math.PI): void {
    const brush = this.brush(stroke, gain);
    if (brush === undefined || to <= from) return;
    const { scale } = this;
    addArc(this.surface, { x: this.x + x * scale, y: this.y + y * scale, radius: radius * scale, from, to }, brush);
  }

  /** A point; the stroke's core is its radius. */
  dot(x: number, y: number, stroke: Stroke, gain = 1): void {
    const brush = this.brush(stroke, gain);
    if (brush !== undefined) addDot(this.surface, this.x + x * this.scale, this.y + y * this.scale, brush);
  }

  /** A sprite at an angle and radius. */
  sprite(sprite: Sprite, angle: number, radius: number, gain = 1): void {
    const reach = radius * this.scale;
    addSprite(
      this.surface,
      sprite,
      this.x + reach * Math.cos(angle),
      this.y + reach * Math.sin(angle),
      gain * this.gain,
    );
  }
}
