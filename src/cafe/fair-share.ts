// src/cafe/fair-share.ts - one line for all seats: each that plays gets the same part of it, so that no picture starves another.
import { pictureLimits } from '../protocol/limits.ts';

/** Of the line, for everything that is no picture: input, sound, the café's own pages. */
const PICTURES_PART = 0.9;

/** Most kbit/s of video for each of `playing` seats; never less than a picture needs, so a line that is too thin is full. */
export function fairShareKbps(lineKbps: number, playing: number): number {
  const each = Math.floor((lineKbps * PICTURES_PART) / Math.max(1, playing));
  return Math.min(pictureLimits.kbpsMax, Math.max(pictureLimits.kbpsMin, each));
}
