// src/game/field.ts - the round field of the built-in game, in its own units: you live on the home ring in the middle,
// everything comes from the edge. Angles are radians, 0 to the right, growing clockwise as on a screen.

/** Radius of the ring that the ship runs on and that foes must not reach. */
export const HOME_RADIUS = 200;
/** Radius of the outermost ring: half of the picture's shorter side. */
export const EDGE_RADIUS = 1_000;
/** Foes come in from here, out of sight. */
export const SPAWN_RADIUS = 1_120;
/** Length of one step of the rules. Short, so that an input waits at most this long for its effect. */
export const STEP_MS = 5;

/** The rings of distance, nearest first: the nearer a foe is shot, the more it is worth. `ms` is what is written on it. */
export const RINGS = [
  { radius: 340, ms: 5, worth: 5 },
  { radius: 480, ms: 10, worth: 4 },
  { radius: 630, ms: 20, worth: 3 },
  { radius: 800, ms: 40, worth: 2 },
  { radius: EDGE_RADIUS, ms: 80, worth: 1 },
] as const;

/** A full turn. */
export const TURN = 2 * Math.PI;

/** What a kill at this radius multiplies, 5 (next to home) to 1 (far out). */
export function worthAt(radius: number): number {
  return RINGS.find((ring) => radius <= ring.radius)?.worth ?? 1;
}

/** The same angle in -pi..pi. */
export function normalAngle(angle: number): number {
  const turned = angle % TURN;
  return turned > Math.PI ? turned - TURN : turned < -Math.PI ? turned + TURN : turned;
}

/** The shorter way from one angle to another, -pi..pi; positive is clockwise. */
export function turnBetween(from: number, to: number): number {
  return normalAngle(to - from);
}
