// src/game/boss.ts - Lag, the boss of every fifth wave: an eye behind turning plates that circles the field, comes nearer
// as it weakens, and answers with fans, spirals and broods of pings.
import { normalAngle, SPAWN_RADIUS, TURN } from './field.ts';

/** Distance of the plates from the eye, and how near a shot must come to them. Units. */
export const PLATE_ORBIT = 160;
/** How near to the eye's middle a shot wounds it. Units. */
export const EYE_SIZE = 92;
/** Plates around the eye, each covering this angle to either side of its middle. */
export const PLATES = 5;
/** Half of a plate's angle as seen from the eye, radians. */
export const PLATE_HALF_SPAN = 0.44;
const PLATE_HITS = 3;

/** What the boss does next. */
export type BossAct = 'fan' | 'brood' | 'spiral';
const ACTS: readonly BossAct[] = ['fan', 'brood', 'spiral'];

/** The boss. Mutable: the world moves it in place. */
export type Boss = {
  angle: number;
  radius: number;
  hits: number;
  readonly hitsAtFirst: number;
  /** Hits each plate still takes; 0 is gone. */
  readonly plates: number[];
  /** Turn of the first plate, radians. */
  plateTurn: number;
  ageMs: number;
  untilActMs: number;
  actNumber: number;
  /** Orbs of a spiral still to come. */
  spiralLeft: number;
  spiralWaitMs: number;
  /** Number of the last ripple that struck it. */
  ripple: number;
  readonly side: number;
};

/** A fresh boss outside of the field. `round`: 1 for its first visit. */
export function newBoss(round: number, angle: number, side: number): Boss {
  const hits = 22 + 10 * round;
  return {
    angle,
    radius: SPAWN_RADIUS + 120,
    hits,
    hitsAtFirst: hits,
    plates: Array.from({ length: PLATES }, () => PLATE_HITS + round - 1),
    plateTurn: 0,
    ageMs: 0,
    untilActMs: 2_600,
    actNumber: 0,
    spiralLeft: 0,
    spiralWaitMs: 0,
    ripple: 0,
    side,
  };
}

/** 1 when unhurt, towards 0 as it weakens. */
export function bossHealth(boss: Boss): number {
  return Math.max(0, boss.hits / boss.hitsAtFirst);
}

/** Moves the boss by one step; answers what it does now, if anything. */
export function moveBoss(boss: Boss, seconds: number): BossAct | 'spiral-orb' | undefined {
  const stepMs = seconds * 1_000;
  const health = bossHealth(boss);
  boss.ageMs += stepMs;
  boss.plateTurn += boss.side * (0.9 + 0.9 * (1 - health)) * seconds;
  boss.angle = normalAngle(boss.angle + boss.side * (0.22 + 0.3 * (1 - health)) * seconds);
  const wanted = 560 + 200 * health;
  boss.radius += Math.max(-260 * seconds, Math.min(60 * seconds, wanted - boss.radius));
  if (boss.spiralLeft > 0) {
    boss.spiralWaitMs -= stepMs;
    if (boss.spiralWaitMs > 0) return undefined;
    boss.spiralWaitMs += 240;
    boss.spiralLeft--;
    return 'spiral-orb';
  }
  boss.untilActMs -= stepMs;
  if (boss.untilActMs > 0) return undefined;
  boss.untilActMs = 1_500 + 1_300 * health;
  const act = ACTS[boss.actNumber++ % ACTS.length] ?? 'fan';
  if (act === 'spiral') boss.spiralLeft = 10;
  return act;
}

/** The plate that stands in the way at this angle (as seen from the eye), or -1. */
export function plateAt(boss: Boss, angle: number): number {
  for (let index = 0; index < PLATES; index++) {
    const middle = boss.plateTurn + (index / PLATES) * TURN;
    if ((boss.plates[index] ?? 0) > 0 && Math.abs(normalAngle(angle - middle)) <= PLATE_HALF_SPAN) return index;
  }
  return -1;
}
