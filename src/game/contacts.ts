// src/game/contacts.ts - who meets whom in a step: shots and foes, the ripple, the ring, things to catch; and what it scores.
import { type Boss, EYE_SIZE, PLATE_ORBIT, plateAt } from './boss.ts';
import { EDGE_RADIUS, HOME_RADIUS, normalAngle, STEP_MS, TURN, turnBetween, worthAt } from './field.ts';
import { type Foe, foeFigures } from './foes.ts';
import type { Happening } from './happenings.ts';
import { anyPower, dropFor, POWER_REACH, POWER_SPEED, powerMs, RIPPLES_MAX } from './powers.ts';
import { keep } from './weapons.ts';
import { addFoe, CHAIN_MS, comboOf, LIVES, type Shot, type World } from './world.ts';

const ORB_SIZE = 34;
const ORB_POINTS = 15;
const SAFE_MS = 1_300;
const RIPPLE_HITS = 4; // Ends everything but a fresh wall.
const BOSS_POINTS = 5_000;
const PICKUPS_MAX = 6;

/** Settles every contact of this step. */
export function settleContacts(world: World, out: Happening[]): void {
  for (const shot of world.shots) {
    if (hitsFoe(world, shot, out) || hitsOrb(world, shot, out) || hitsBoss(world, shot, out)) shot.radius = Infinity;
  }
  keep(world.shots, (shot) => shot.radius < Infinity);
  if (world.rippleRadius > 0) rippleMeets(world, out);
  keep(world.foes, (foe) => foe.hits > 0);
  keep(world.orbs, (orb) => orb.radius > 0);
  homeIsReached(world, out);
  catchPickups(world, out);
}

function score(world: World, points: number, radius: number): { points: number; worth: number } {
  const worth = worthAt(radius);
  const total = points * worth * comboOf(world);
  world.score += total;
  return { points: total, worth };
}

function lengthenChain(world: World, worth: number, out: Happening[]): void {
  const before = comboOf(world);
  world.chain += worth === 5 ? 2 : 1; // Daring counts twice.
  world.chainMs = CHAIN_MS;
  if (comboOf(world) > before) out.push({ kind: 'combo', level: comboOf(world) });
}

function kill(world: World, foe: Foe, out: Happening[]): void {
  const { kind, angle, radius } = foe;
  const scored = score(world, foeFigures[kind].points, radius);
  out.push({ kind: 'kill', foe: kind, angle, radius, ...scored });
  lengthenChain(world, scored.worth, out);
  world.kills++;
  if (kind === 'loss') {
    for (const way of [-0.22, 0, 0.22]) {
      const place = { angle: normalAngle(angle + way), radius: Math.max(radius, HOME_RADIUS + 90) };
      addFoe(world, 'ping', { ...place, side: 1, drift: way * 2 });
    }
  }
  const power = dropFor(world.random, world.lives, LIVES);
  if (power !== undefined && world.pickups.length < PICKUPS_MAX) world.pickups.push({ power, angle, radius });
}

/** Whether a shot at `shot` meets a thing of this size; what is wide is met along its whole arc. */
function meets(shot: Shot, place: { angle: number; radius: number }, size: number, halfSpan: number): boolean {
  if (Math.abs(shot.radius - place.radius) > size) return false;
  const beside = Math.abs(turnBetween(shot.angle, place.angle));
  return beside <= halfSpan + size / Math.max(place.radius, HOME_RADIUS);
}

function hitsFoe(world: World, shot: Shot, out: Happening[]): boolean {
  for (const foe of world.foes) {
    const { size, halfSpan } = foeFigures[foe.kind];
    if (foe.hits <= 0 || foe.radius > EDGE_RADIUS || !meets(shot, foe, size, halfSpan)) continue;
    foe.hits--;
    if (foe.hits === 0) kill(world, foe, out);
    else out.push({ kind: 'chip', angle: shot.angle, radius: shot.radius });
    return true;
  }
  return false;
}

function hitsOrb(world: World, shot: Shot, out: Happening[]): boolean {
  for (const orb of world.orbs) {
    if (orb.radius <= 0 || !meets(shot, orb, ORB_SIZE, 0)) continue;
    const { angle, radius } = orb;
    out.push({ kind: 'kill', foe: 'orb', angle, radius, ...score(world, ORB_POINTS, radius) });
    orb.radius = 0;
    return true;
  }
  return false;
}

function hitsBoss(world: World, shot: Shot, out: Happening[]): boolean {
  const { boss } = world;
  if (boss === undefined) return false;
  const x = shot.radius * Math.cos(shot.angle) - boss.radius * Math.cos(boss.angle);
  const y = shot.radius * Math.sin(shot.angle) - boss.radius * Math.sin(boss.angle);
  const distance = Math.hypot(x, y);
  if (distance > PLATE_ORBIT + 16) return false;
  const plate = distance > EYE_SIZE ? plateAt(boss, Math.atan2(y, x)) : -1;
  if (plate >= 0) {
    const left = (boss.plates[plate] ?? 1) - 1;
    boss.plates[plate] = left;
    if (left > 0) out.push({ kind: 'chip', angle: shot.angle, radius: shot.radius });
    else {
      const scored = score(world, 100, shot.radius);
      out.push({ kind: 'kill', foe: 'plate', angle: shot.angle, radius: shot.radius, ...scored });
    }
    return true;
  }
  if (distance > EYE_SIZE) return false;
  woundBoss(world, boss, 1, shot, out);
  return true;
}

function woundBoss(world: World, boss: Boss, hits: number, at: Shot, out: Happening[]): void {
  boss.hits -= hits;
  if (boss.hits > 0) {
    out.push({ kind: 'chip', angle: at.angle, radius: at.radius });
    return;
  }
  const points = BOSS_POINTS * (world.bosses + 1);
  world.score += points;
  world.bosses++;
  world.boss = undefined;
  const { angle, radius } = boss;
  out.push({ kind: 'boss-down', angle, radius, points });
  for (const foe of world.foes) {
    if (foe.hits <= 0) continue;
    foe.hits = 0;
    kill(world, foe, out);
  }
  world.orbs.length = 0;
  for (const [index, power] of ['mend' as const, anyPower(world.random, world.lives, LIVES)].entries()) {
    world.pickups.push({ power, angle: normalAngle(angle + index * 0.5), radius });
  }
}

/** Whatever is inside of a running ripple is struck once by it; the boss is only hurt a little. */
function rippleMeets(world: World, out: Happening[]): void {
  const { rippleRadius: reach, ripplesSent: ripple, boss } = world;
  for (const foe of world.foes) {
    if (foe.hits <= 0 || foe.radius > reach || foe.ripple === ripple) continue;
    foe.ripple = ripple;
    foe.hits -= RIPPLE_HITS;
    if (foe.hits <= 0) kill(world, foe, out);
  }
  for (const orb of world.orbs) {
    if (orb.radius <= 0 || orb.radius > reach) continue;
    const { angle, radius } = orb;
    out.push({ kind: 'kill', foe: 'orb', angle, radius, ...score(world, ORB_POINTS, radius) });
    orb.radius = 0;
  }
  if (boss === undefined || boss.radius > reach || boss.ripple === ripple) return;
  boss.ripple = ripple;
  woundBoss(world, boss, RIPPLE_HITS, boss, out);
}

function homeIsReached(world: World, out: Happening[]): void {
  for (const thing of [...world.foes, ...world.orbs]) {
    if (thing.radius > HOME_RADIUS) continue;
    if ('hits' in thing) thing.hits = 0;
    thing.radius = 0;
    leak(world, thing.angle, out);
  }
  keep(world.foes, (foe) => foe.hits > 0);
  keep(world.orbs, (orb) => orb.radius > 0);
}

function leak(world: World, angle: number, out: Happening[]): void {
  if (world.safeMs > 0 || world.lives === 0) return;
  world.lives--;
  world.leaksInWave++;
  world.safeMs = SAFE_MS;
  world.chain = 0;
  world.chainMs = 0;
  out.push({ kind: 'leak', angle: normalAngle(angle), livesLeft: world.lives });
}

function catchPickups(world: World, out: Happening[]): void {
  for (const pickup of world.pickups) {
    pickup.radius -= (POWER_SPEED * STEP_MS) / 1_000;
    if (pickup.radius > HOME_RADIUS + 46 || pickup.radius < HOME_RADIUS - 40) continue;
    const ships = world.powers.twin > 0 ? [0, TURN / 2] : [0];
    const near = ships.some((ship) => Math.abs(turnBetween(world.shipAngle + ship, pickup.angle)) <= POWER_REACH);
    if (!near) continue;
    pickup.radius = 0;
    gain(world, pickup.power);
    out.push({ kind: 'power', power: pickup.power, angle: pickup.angle });
  }
  keep(world.pickups, (pickup) => pickup.radius > HOME_RADIUS - 40);
}

function gain(world: World, power: keyof typeof powerMs): void {
  if (power === 'mend') world.lives = Math.min(LIVES, world.lives + 1);
  else if (power === 'ripple') world.ripples = Math.min(RIPPLES_MAX, world.ripples + 1);
  else world.powers[power] = powerMs[power];
}
