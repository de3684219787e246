// src/game/bot.ts - who plays the demonstration behind the title: good enough to show how it is done, no better.
import { EDGE_RADIUS, HOME_RADIUS, TURN, turnBetween } from './field.ts';
import type { Controls } from './pilot.ts';
import type { World } from './world.ts';

const REACTS_BELOW = EDGE_RADIUS * 0.8;

/** What a fair player would do now: face what is nearest, counting the way to it, and fire. */
export function botControls(world: World): Controls {
  let aim: number | undefined;
  let bestCost = Infinity;
  for (const thing of [...world.foes, ...world.orbs, ...world.pickups]) {
    if (thing.radius > REACTS_BELOW) continue;
    const cost = thing.radius - HOME_RADIUS + 110 * Math.abs(turnBetween(world.shipAngle, thing.angle));
    if (cost >= bestCost) continue;
    bestCost = cost;
    aim = thing.angle;
  }
  if (aim === undefined && world.boss !== undefined) aim = world.boss.angle;
  if (aim === undefined) return { turn: 0.3, aim: undefined, fire: false };
  const away = turnBetween(world.shipAngle, aim);
  // Turns as keys do: never faster, and still within a hair of the aim.
  return { turn: Math.max(-1, Math.min(1, away * 6)), aim: undefined, fire: Math.abs(away) < TURN / 24 };
}
