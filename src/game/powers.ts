// src/game/powers.ts - what a shot foe may leave behind: it floats inwards and is caught on the ring.
import type { Random } from '../base/random.ts';

/** `spread`, `rapid` and `twin` last a while; `mend` and `ripple` work at once. */
export type PowerKind = 'spread' | 'rapid' | 'twin' | 'mend' | 'ripple';

/** How long each lasting power works after it was caught. Milliseconds; 0 works at once. */
export const powerMs: Readonly<Record<PowerKind, number>> = {
  spread: 11_000,
  rapid: 11_000,
  twin: 14_000,
  mend: 0,
  ripple: 0,
};

/** Speed inwards, units a second. */
export const POWER_SPEED = 150;
/** Caught when the ship is this near, radians. */
export const POWER_REACH = 0.34;
/** The most ripples one can keep. */
export const RIPPLES_MAX = 4;

const DROP_ONE_IN = 11;

/** Whether this kill leaves something, and what. Someone with a broken ring is more likely to get a mend. */
export function dropFor(random: Random, lives: number, livesMax: number): PowerKind | undefined {
  if (random.below(DROP_ONE_IN) !== 0) return undefined;
  return anyPower(random, lives, livesMax);
}

/** One of the powers; `mend` only while something is broken. */
export function anyPower(random: Random, lives: number, livesMax: number): PowerKind {
  const choice: PowerKind[] = ['spread', 'rapid', 'twin', 'ripple'];
  if (lives < livesMax) choice.push('mend', 'mend');
  return choice[random.below(choice.length)] ?? 'spread';
}
