// src/game/weapons.ts - what the ship does to others: shots, which fly straight outwards, and the ripple.
import { EDGE_RADIUS, HOME_RADIUS, normalAngle, TURN } from './field.ts';
import type { Happening } from './happenings.ts';
import { RIPPLES_MAX } from './powers.ts';
import type { World } from './world.ts';

const SHOT_SPEED = 1_750;
const RELOAD_MS = 165;
const RAPID_RELOAD_MS = 85;
const SPREAD_ANGLE = 0.11;
const SHOTS_MAX = 120; // 1 s of flight at the fastest reload with spread and twin is 71.
const RIPPLE_SPEED = 1_300;

/** Fires when reloaded: one shot, three with `spread`, and the same again backwards with `twin`. */
export function shoot(world: World, out: Happening[]): void {
  if (world.reloadMs > 0) return;
  world.reloadMs = world.powers.rapid > 0 ? RAPID_RELOAD_MS : RELOAD_MS;
  const ways = world.powers.spread > 0 ? [-SPREAD_ANGLE, 0, SPREAD_ANGLE] : [0];
  const ships = world.powers.twin > 0 ? [0, TURN / 2] : [0];
  for (const ship of ships) {
    for (const way of ways) {
      if (world.shots.length >= SHOTS_MAX) return;
      world.shots.push({ angle: normalAngle(world.shipAngle + ship + way), radius: HOME_RADIUS + 40 });
    }
  }
  out.push({ kind: 'shot', angle: world.shipAngle });
}

/** Moves every shot, orb and pickup; what left the field is gone. */
export function moveShots(world: World, seconds: number): void {
  for (const shot of world.shots) shot.radius += SHOT_SPEED * seconds;
  for (const orb of world.orbs) {
    orb.radius -= orb.speed * seconds;
    orb.angle += orb.drift * seconds;
  }
  keep(world.shots, (shot) => shot.radius < EDGE_RADIUS + 60);
}

/** Starts a ripple from home when there is one left; false when not. */
export function startRipple(world: World, out: Happening[]): boolean {
  if (world.ripples === 0 || world.rippleRadius > 0 || world.over) return false;
  world.ripples = Math.min(RIPPLES_MAX, world.ripples) - 1;
  world.ripplesSent++;
  world.rippleRadius = HOME_RADIUS;
  out.push({ kind: 'ripple' });
  return true;
}

/** Lets the ripple run outwards. What it meets is settled by the contacts. */
export function ripplePushes(world: World, seconds: number): void {
  if (world.rippleRadius === 0) return;
  world.rippleRadius += RIPPLE_SPEED * seconds;
  if (world.rippleRadius > EDGE_RADIUS) world.rippleRadius = 0;
}

/** Keeps the items that pass, in order, in the same array. */
export function keep<T>(items: T[], passes: (item: T) => boolean): void {
  let kept = 0;
  for (const item of items) if (passes(item)) items[kept++] = item;
  items.length = kept;
}
