// src/game/foes.ts - what comes in from the edge: the kinds of delay, their figures, and how each one moves.
import { HOME_RADIUS, TURN } from './field.ts';

/** The kinds: `ping` flies straight, `jitter` sways, `loss` breaks in three, `spike` aims and dives, `wall` is broad, `gunner` stays out and shoots. */
export type FoeKind = 'ping' | 'jitter' | 'loss' | 'spike' | 'wall' | 'gunner';

/** One foe. Mutable: the world moves it in place. */
export type Foe = {
  readonly id: number;
  readonly kind: FoeKind;
  angle: number;
  radius: number;
  /** Hits it still takes. */
  hits: number;
  ageMs: number;
  /** -1 or 1: which way it sways or circles. */
  readonly side: number;
  /** Sideways speed given at birth, radians a second. */
  readonly drift: number;
  /** Milliseconds until a gunner's next shot. */
  reloadMs: number;
  /** Number of the last ripple that struck it. */
  ripple: number;
};

/** Figures of one kind. Speeds in units a second, sizes in units, angles in radians. */
export type FoeFigures = {
  readonly hits: number;
  readonly points: number;
  readonly speed: number;
  /** Distance from its middle at which a shot meets it. */
  readonly size: number;
  /** Half of the angle that a wall covers; 0 for round foes. */
  readonly halfSpan: number;
};

/** The figures of every kind. */
export const foeFigures: Readonly<Record<FoeKind, FoeFigures>> = {
  ping: { hits: 1, points: 50, speed: 105, size: 52, halfSpan: 0 },
  jitter: { hits: 1, points: 80, speed: 92, size: 56, halfSpan: 0 },
  loss: { hits: 3, points: 120, speed: 66, size: 72, halfSpan: 0 },
  spike: { hits: 1, points: 150, speed: 560, size: 54, halfSpan: 0 },
  wall: { hits: 5, points: 200, speed: 52, size: 40, halfSpan: 0.36 },
  gunner: { hits: 2, points: 180, speed: 170, size: 62, halfSpan: 0 },
};

/** A spike circles this long, in sight, before it dives. */
export const SPIKE_AIM_MS = 1_700;
const SPIKE_CIRCLE_RADIUS = 880;
/** Out here gunners start to shoot. */
export const GUNNER_RADIUS = 700;
const GUNNER_CREEP = 16; // So that no wave lasts for ever.
/** Time between two shots of a gunner. */
export const GUNNER_RELOAD_MS = 2_100;
const JITTER_SWAY = 1.15; // Radians a second at the widest.
const JITTER_SWAY_MS = 1_300;

/** True while a spike only shows where it will dive. */
export function isAiming(foe: Foe): boolean {
  return foe.kind === 'spike' && foe.ageMs < SPIKE_AIM_MS && foe.radius <= SPIKE_CIRCLE_RADIUS + 1;
}

/**
 * Moves a foe by one step.
 * @param pace how much faster than in the first wave, >= 1
 * @param seconds length of the step
 */
export function moveFoe(foe: Foe, pace: number, seconds: number): void {
  foe.ageMs += seconds * 1_000;
  const { speed } = foeFigures[foe.kind];
  switch (foe.kind) {
    case 'jitter':
      foe.angle += foe.side * JITTER_SWAY * Math.cos((foe.ageMs / JITTER_SWAY_MS) * TURN) * seconds;
      foe.radius -= speed * pace * seconds;
      break;
    case 'spike':
      if (foe.radius > SPIKE_CIRCLE_RADIUS) {
        foe.radius = Math.max(SPIKE_CIRCLE_RADIUS, foe.radius - speed * seconds);
        foe.ageMs = 0;
      } else if (foe.ageMs < SPIKE_AIM_MS && foe.radius === SPIKE_CIRCLE_RADIUS) {
        // Slows down as it aims, so that the place of the dive can be read.
        foe.angle += foe.side * 1.1 * (1 - foe.ageMs / SPIKE_AIM_MS) * seconds;
      } else foe.radius -= speed * seconds;
      break;
    case 'gunner':
      foe.radius -= (foe.radius > GUNNER_RADIUS ? speed : GUNNER_CREEP) * seconds;
      foe.angle += foe.side * 0.32 * pace * seconds;
      break;
    default:
      foe.radius -= speed * pace * seconds;
      // What drifts turns less as it comes near: it flies a spiral and arrives where one can see it will.
      foe.angle += foe.drift * (foe.radius / (foe.radius + 4 * HOME_RADIUS)) * seconds;
  }
}
