// src/game/world.ts - one run of the built-in game: everything on the field. Mutable in place: it steps 200 times a second.
import type { Random } from '../base/random.ts';
import type { Boss } from './boss.ts';
import { TURN } from './field.ts';
import { type Foe, type FoeKind, foeFigures } from './foes.ts';
import type { PowerKind } from './powers.ts';
import type { Birth } from './waves.ts';

/** Segments of the home ring: so many foes may get through. */
export const LIVES = 5;
/** A chain of kills breaks when none follows within this time. */
export const CHAIN_MS = 3_200;

/** A shot of the ship, flying outwards. */
export type Shot = { angle: number; radius: number };
/** A shot of a foe, flying inwards. */
export type Orb = { angle: number; radius: number; readonly drift: number; readonly speed: number };
/** Something to catch, floating inwards. */
export type Pickup = { readonly power: PowerKind; readonly angle: number; radius: number };

/** Everything of one run. */
export type World = {
  readonly random: Random;
  timeMs: number;
  wave: number;
  /** Time in this wave; negative during the pause before it. */
  waveMs: number;
  births: Birth[];
  leaksInWave: number;
  nextId: number;
  shipAngle: number;
  shipSpeed: number;
  reloadMs: number;
  lives: number;
  /** Nothing hurts for so long after a leak. */
  safeMs: number;
  ripples: number;
  /** Radius of the ripple that is running, or 0. */
  rippleRadius: number;
  /** How many were sent in this run. */
  ripplesSent: number;
  /** Milliseconds left of each lasting power. */
  readonly powers: { spread: number; rapid: number; twin: number };
  score: number;
  /** Kills in a row; the combo is one for every six of them. */
  chain: number;
  chainMs: number;
  kills: number;
  bosses: number;
  readonly foes: Foe[];
  readonly shots: Shot[];
  readonly orbs: Orb[];
  readonly pickups: Pickup[];
  boss: Boss | undefined;
  over: boolean;
};

const FOES_MAX = 90; // A wave has at most 60, `loss` and the boss add to it; more could not be seen.
const CHAIN_PER_COMBO = 6;
const COMBO_MAX = 9;

/** A fresh run, just before its first wave. */
export function newWorld(random: Random): World {
  return {
    random,
    timeMs: 0,
    wave: 0,
    waveMs: 0,
    births: [],
    leaksInWave: 0,
    nextId: 1,
    shipAngle: -TURN / 4,
    shipSpeed: 0,
    reloadMs: 0,
    lives: LIVES,
    safeMs: 0,
    ripples: 2,
    rippleRadius: 0,
    ripplesSent: 0,
    powers: { spread: 0, rapid: 0, twin: 0 },
    score: 0,
    chain: 0,
    chainMs: 0,
    kills: 0,
    bosses: 0,
    foes: [],
    shots: [],
    orbs: [],
    pickups: [],
    boss: undefined,
    over: false,
  };
}

/** The combo that every kill is multiplied by, 1 to 9. */
export function comboOf(world: World): number {
  return Math.min(COMBO_MAX, 1 + Math.floor(world.chain / CHAIN_PER_COMBO));
}

/** Adds a foe, unless the field is full. */
export function addFoe(world: World, kind: FoeKind, place: Pick<Foe, 'angle' | 'radius' | 'side' | 'drift'>): void {
  if (world.foes.length >= FOES_MAX) return;
  const { hits } = foeFigures[kind];
  world.foes.push({ id: world.nextId++, kind, hits, ageMs: 0, reloadMs: 1_200, ripple: 0, ...place });
}
