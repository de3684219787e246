// src/game/step.ts - how a run goes on: one step of 5 ms. Seeded: the same seed and the same controls give the same run.
import { bossActs, gunnersShoot } from './answers.ts';
import { newBoss } from './boss.ts';
import { settleContacts } from './contacts.ts';
import { normalAngle, SPAWN_RADIUS, STEP_MS, TURN, turnBetween } from './field.ts';
import { moveFoe } from './foes.ts';
import type { Happening } from './happenings.ts';
import type { Controls } from './pilot.ts';
import { birthsOfWave, isBossWave, paceOf } from './waves.ts';
import { moveShots, ripplePushes, shoot } from './weapons.ts';
import { addFoe, type World } from './world.ts';

const BREAK_MS = 1_700; // Between two waves, for a breath and the banner.
const TURN_SPEED = 4.4; // Radians a second by keys,
const TURN_GAIN = 30; // reached within some 50 ms,
const AIM_SPEED = 12; // and at most this fast towards a place pointed at.
const AIM_GAIN = 24;

function startWave(world: World, out: Happening[]): void {
  world.wave++;
  world.waveMs = -BREAK_MS;
  world.leaksInWave = 0;
  world.births = birthsOfWave(world.wave, world.random);
  out.push({ kind: 'wave', wave: world.wave, boss: isBossWave(world.wave) });
}

function runWave(world: World, out: Happening[]): void {
  const before = world.waveMs;
  world.waveMs += STEP_MS;
  if (world.waveMs < 0) return;
  if (before < 0 && isBossWave(world.wave)) {
    const side = world.random.below(2) * 2 - 1;
    world.boss = newBoss(world.bosses + 1, (world.random.below(360) / 360) * TURN, side);
  }
  let next = world.births[0];
  while (next !== undefined && next.atMs <= world.waveMs) {
    const { kind, angle, side, drift } = next;
    addFoe(world, kind, { angle: normalAngle(angle), radius: SPAWN_RADIUS, side, drift });
    world.births.shift();
    next = world.births[0];
  }
  const done = world.births.length + world.foes.length + world.orbs.length === 0 && world.boss === undefined;
  if (!done) return;
  const bonus = world.leaksInWave === 0 ? 250 * world.wave : 0;
  world.score += bonus;
  out.push({ kind: 'clear', wave: world.wave, bonus });
  startWave(world, out);
}

function steer(world: World, { turn, aim }: Controls, seconds: number): void {
  if (aim === undefined) {
    world.shipSpeed += (turn * TURN_SPEED - world.shipSpeed) * Math.min(1, TURN_GAIN * seconds);
  } else {
    const wanted = Math.max(-AIM_SPEED, Math.min(AIM_SPEED, turnBetween(world.shipAngle, aim) * AIM_GAIN));
    world.shipSpeed = wanted;
  }
  world.shipAngle = normalAngle(world.shipAngle + world.shipSpeed * seconds);
}

function runClocks(world: World): void {
  world.timeMs += STEP_MS;
  world.safeMs = Math.max(0, world.safeMs - STEP_MS);
  world.reloadMs = Math.max(0, world.reloadMs - STEP_MS);
  world.powers.spread = Math.max(0, world.powers.spread - STEP_MS);
  world.powers.rapid = Math.max(0, world.powers.rapid - STEP_MS);
  world.powers.twin = Math.max(0, world.powers.twin - STEP_MS);
  world.chainMs = Math.max(0, world.chainMs - STEP_MS);
  if (world.chainMs === 0) world.chain = 0;
}

/**
 * One step of `STEP_MS`.
 * @param out what happened is added here, in order
 */
export function stepWorld(world: World, controls: Controls, out: Happening[]): void {
  if (world.over) return;
  const seconds = STEP_MS / 1_000;
  if (world.wave === 0) startWave(world, out);
  runClocks(world);
  steer(world, controls, seconds);
  if (controls.fire) shoot(world, out);
  runWave(world, out);
  const pace = paceOf(world.wave);
  for (const foe of world.foes) moveFoe(foe, pace, seconds);
  gunnersShoot(world, out);
  bossActs(world, seconds, out);
  moveShots(world, seconds);
  ripplePushes(world, seconds);
  settleContacts(world, out);
  if (world.lives === 0) {
    world.over = true;
    out.push({ kind: 'over' });
  }
}
