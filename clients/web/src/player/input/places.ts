// clients/web/src/player/input/places.ts - where on the game's picture a finger or a mouse is, and how far a wheel
// turned. Pure geometry: rectangles and numbers come in.
import type { Place } from './motion.ts';

/** A rectangle on the page, as getBoundingClientRect says it. */
export type Box = { readonly left: number; readonly top: number; readonly width: number; readonly height: number };

/** The share of the picture at a point of the page, 0..1; outside the picture it is the nearest edge. */
export function placeIn(box: Box, clientX: number, clientY: number): Place {
  const share = (value: number, from: number, size: number): number =>
    size <= 0 ? 0 : Math.min(1, Math.max(0, (value - from) / size));
  return { x: share(clientX, box.left, box.width), y: share(clientY, box.top, box.height) };
}

const NOTCH = 120; // One click of a wheel, as USB and every desktop count it.
/** Wheel deltas of one notch: pixels, lines, pages (WheelEvent.deltaMode 0, 1, 2). */
const PER_NOTCH = [100, 3, 1] as const;

/** A wheel step in 120ths of a notch, within 16 bits; fractions are cut towards zero. */
export function wheelStep(delta: number, deltaMode: number): number {
  const step = (delta / (PER_NOTCH[deltaMode] ?? 100)) * NOTCH;
  return Math.trunc(Math.max(-32_767, Math.min(32_767, step)));
}
