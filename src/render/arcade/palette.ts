// src/render/arcade/palette.ts - the colours of the built-in game: the product's dark theme, and which thing wears which.
import type { FoeKind } from '../../game/foes.ts';

/** The dark theme's colours by role. */
export const palette = {
  bg: '#0c0f16',
  surface: '#141925',
  line: '#2c3550',
  text: '#e9edf7',
  muted: '#a3aec6',
  near: '#2fe0a5',
  play: '#7c8cff',
  coin: '#ffc24b',
  warn: '#ff9d5c',
  stop: '#ff7a85',
  info: '#6cc8ff',
} as const;

/** Foes differ in shape first, in colour second. */
export const foeColours: Readonly<Record<FoeKind, string>> = {
  ping: palette.info,
  jitter: palette.warn,
  loss: palette.play,
  spike: palette.stop,
  wall: '#e58cff',
  gunner: '#8ff3ff',
};
