// src/game/answers.ts - what foes do besides coming nearer: gunners shoot, the boss acts.
import { type Boss, moveBoss } from './boss.ts';
import { normalAngle, STEP_MS, TURN } from './field.ts';
import { GUNNER_RADIUS, GUNNER_RELOAD_MS, isAiming } from './foes.ts';
import type { Happening } from './happenings.ts';
import { paceOf } from './waves.ts';
import { addFoe, type World } from './world.ts';

const ORBS_MAX = 60; // The boss's fans and spirals together stay below it; more would be no fun.
const ORB_SPEED = 230;

function shootOrb(world: World, place: { angle: number; radius: number; drift: number }, out: Happening[]): void {
  if (world.orbs.length >= ORBS_MAX) return;
  world.orbs.push({ ...place, speed: ORB_SPEED * Math.sqrt(paceOf(world.wave)) });
  out.push({ kind: 'gunner-shot', angle: place.angle, radius: place.radius });
}

/** Gunners shoot when reloaded and in sight; a spike that stops aiming says so. */
export function gunnersShoot(world: World, out: Happening[]): void {
  for (const foe of world.foes) {
    if (foe.kind === 'spike' && !isAiming(foe) && foe.reloadMs > 0 && foe.radius < 880) {
      foe.reloadMs = 0;
      out.push({ kind: 'dive', angle: foe.angle, radius: foe.radius });
    }
    if (foe.kind !== 'gunner' || foe.radius > GUNNER_RADIUS) continue;
    foe.reloadMs -= STEP_MS;
    if (foe.reloadMs > 0) continue;
    foe.reloadMs += GUNNER_RELOAD_MS / paceOf(world.wave);
    shootOrb(world, { angle: foe.angle, radius: foe.radius - 30, drift: 0 }, out);
  }
}

/** Moves the boss and lets it act. */
export function bossActs(world: World, seconds: number, out: Happening[]): void {
  const { boss } = world;
  if (boss === undefined) return;
  const act = moveBoss(boss, seconds);
  if (act === 'fan') {
    for (const way of [-0.5, -0.25, 0, 0.25, 0.5]) {
      shootOrb(world, { angle: normalAngle(boss.angle + way * 0.4), radius: boss.radius - 60, drift: way * 0.5 }, out);
    }
  } else if (act === 'spiral-orb') {
    const drift = boss.side * 0.5;
    const angle = normalAngle(boss.angle + boss.side * (boss.spiralLeft / 10) * TURN);
    shootOrb(world, { angle, radius: boss.radius, drift }, out);
  } else if (act === 'brood') breed(world, boss);
}

function breed(world: World, boss: Boss): void {
  for (const way of [-0.3, 0, 0.3]) {
    const angle = normalAngle(boss.angle + way);
    addFoe(world, 'ping', { angle, radius: boss.radius, side: 1, drift: way });
  }
}
