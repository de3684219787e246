// src/render/arcade/actors.ts - draws what is on the field: ring, ship, shots, foes, boss, things to catch.
import { type Boss, bossHealth, EYE_SIZE, PLATE_HALF_SPAN, PLATE_ORBIT, PLATES } from '../../game/boss.ts';
import { EDGE_RADIUS, HOME_RADIUS, SPAWN_RADIUS, TURN } from '../../game/field.ts';
import { type Foe, foeFigures, isAiming } from '../../game/foes.ts';
import { CHAIN_MS, LIVES, type World } from '../../game/world.ts';
import type { Looks } from './looks.ts';
import { foeColours, palette } from './palette.ts';
import type { Stage } from './stage.ts';

/** What the actors need to know besides the world. `beat`: 1 on the music's beat, falling to 0. */
export type Mood = { readonly ship: string; readonly beat: number; readonly alarm: number };

const GAP = 0.07; // Between two segments of the ring, radians.

function drawHome(stage: Stage, world: World, { ship, beat, alarm }: Mood): void {
  const span = TURN / LIVES;
  const start = -TURN / 4 + span / 2;
  for (let index = 0; index < LIVES; index++) {
    const [from, to] = [start + index * span + GAP, start + (index + 1) * span - GAP];
    const whole = index < world.lives;
    const colour = whole ? (alarm > 0.5 ? palette.stop : ship) : palette.stop;
    const stroke = { colour, core: whole ? 2.4 : 0.8, glow: whole ? 12 : 5, heat: whole ? 0.45 : 0 };
    stage.ring(HOME_RADIUS, stroke, whole ? 0.8 + 0.2 * beat : 0.3 + 0.4 * alarm, from, to);
  }
  if (world.chain === 0) return;
  const part = world.chainMs / CHAIN_MS;
  const stroke = { colour: palette.coin, core: 1, glow: 5, heat: 0.3 };
  stage.ring(HOME_RADIUS - 44, stroke, 0.75, -TURN / 4, -TURN / 4 + TURN * part);
}

function drawShip(stage: Stage, looks: Looks, world: World, { ship, beat }: Mood): void {
  const flicker = world.safeMs > 0 && Math.floor(world.safeMs / 90) % 2 === 0 ? 0.35 : 1;
  const ships = world.powers.twin > 0 ? [0, TURN / 2] : [0];
  for (const turn of ships) {
    const angle = world.shipAngle + turn;
    stage.sprite(looks.ship(ship, angle), angle, HOME_RADIUS + 6, flicker);
    const tail = { colour: ship, core: 1.2, glow: 7, heat: 0.3 };
    const sway = Math.max(-0.5, Math.min(0.5, world.shipSpeed * 0.06));
    if (Math.abs(sway) > 0.02) {
      const [from, to] = sway > 0 ? [angle - sway - 0.1, angle - 0.1] : [angle + 0.1, angle + 0.1 - sway];
      stage.ring(HOME_RADIUS, tail, 0.9, from, to);
    }
    stage.ray(angle, HOME_RADIUS - 34 - 10 * beat, HOME_RADIUS - 18, tail, 0.8 * flicker);
  }
}

/** Where the picture is wider than the field, foes come out of the dark instead of out of nothing. */
function fadeIn({ radius }: Foe): number {
  return Math.min(1, (SPAWN_RADIUS - radius) / 90);
}

function drawWall(stage: Stage, foe: Foe): void {
  const half = foeFigures.wall.halfSpan;
  const fade = fadeIn(foe);
  const stroke = { colour: foeColours.wall, core: 1.7, glow: 9, heat: 0.4 };
  for (let line = 0; line < foe.hits; line++) {
    stage.ring(foe.radius - 32 + 16 * line, stroke, fade * (line === 0 ? 1 : 0.7), foe.angle - half, foe.angle + half);
  }
}

function drawFoe(stage: Stage, looks: Looks, foe: Foe): void {
  if (foe.kind === 'wall') {
    drawWall(stage, foe);
    return;
  }
  stage.sprite(looks.foe(foe), foe.angle, foe.radius, fadeIn(foe));
  if (isAiming(foe)) {
    const stroke = { colour: palette.stop, core: 0.6, glow: 3, heat: 0 };
    stage.ray(foe.angle, HOME_RADIUS + 20, foe.radius - 60, stroke, 0.22 + 0.4 * (Math.floor(foe.ageMs / 120) % 2));
  } else if (foe.kind === 'spike') {
    stage.ray(foe.angle, foe.radius + 40, foe.radius + 190, { colour: palette.stop, core: 1, glow: 6, heat: 0.2 }, 0.6);
  }
}

function drawBoss(stage: Stage, boss: Boss, ship: number): void {
  const health = bossHealth(boss);
  const [x, y] = [boss.radius * Math.cos(boss.angle), boss.radius * Math.sin(boss.angle)];
  const unit = stage.scale / stage.unit;
  const rim = { colour: palette.stop, core: 2.4, glow: 16, heat: 0.4 };
  stage.dot(x, y, { colour: palette.stop, core: 0, glow: 190 * unit, heat: 0 }, 0.6);
  stage.ringAt(x, y, EYE_SIZE - 4, rim);
  stage.ringAt(x, y, EYE_SIZE * 0.68, { ...rim, core: 1, glow: 6 }, 0.5 + 0.3 * Math.sin(boss.ageMs / 160));
  // Two broken rings turn against each other outside of the plates.
  for (const [radius, turn] of [
    [PLATE_ORBIT + 40, boss.plateTurn * -0.7],
    [PLATE_ORBIT + 58, boss.plateTurn * 0.4],
  ] as const) {
    for (let part = 0; part < 3; part++) {
      const from = turn + (part / 3) * TURN;
      stage.ringAt(x, y, radius, { colour: palette.stop, core: 0.7, glow: 4, heat: 0 }, 0.45, from, from + 1.3);
    }
  }
  // The iris looks at the ship, and widens as the boss weakens.
  const away = Math.atan2(HOME_RADIUS * Math.sin(ship) - y, HOME_RADIUS * Math.cos(ship) - x);
  const iris = { colour: palette.coin, core: (22 + 16 * (1 - health)) * unit, glow: 14, heat: 0.5 };
  stage.dot(x + 30 * Math.cos(away), y + 30 * Math.sin(away), iris);
  for (let index = 0; index < PLATES; index++) {
    const hits = boss.plates[index] ?? 0;
    if (hits <= 0) continue;
    const middle = boss.plateTurn + (index / PLATES) * TURN;
    const plate = { colour: palette.warn, core: 1.4 + hits, glow: 9, heat: 0.35 };
    stage.ringAt(x, y, PLATE_ORBIT, plate, 1, middle - PLATE_HALF_SPAN, middle + PLATE_HALF_SPAN);
  }
  const half = (TURN / 6) * health;
  const bar = { colour: palette.stop, core: 3, glow: 8, heat: 0.3 };
  stage.ring(EDGE_RADIUS - 16, { ...bar, core: 0.8 }, 0.5, -TURN / 4 - TURN / 6, -TURN / 4 + TURN / 6);
  stage.ring(EDGE_RADIUS - 16, bar, 0.95, -TURN / 4 - half, -TURN / 4 + half);
}

/** Draws everything on the field. */
export function drawActors(stage: Stage, looks: Looks, world: World, mood: Mood): void {
  if (world.rippleRadius > 0) {
    const fade = 1 - world.rippleRadius / EDGE_RADIUS;
    stage.ring(world.rippleRadius, { colour: mood.ship, core: 3, glow: 26, heat: 0.5 }, 0.3 + 0.7 * fade);
    stage.ring(world.rippleRadius * 0.86, { colour: mood.ship, core: 1, glow: 8, heat: 0 }, 0.5 * fade);
  }
  drawHome(stage, world, mood);
  for (const { power, angle, radius } of world.pickups)
    stage.sprite(looks.power(power), angle, radius, 0.75 + 0.25 * mood.beat);
  for (const foe of world.foes) drawFoe(stage, looks, foe);
  if (world.boss !== undefined) drawBoss(stage, world.boss, world.shipAngle);
  const orb = { colour: palette.stop, core: 13 * (stage.scale / stage.unit), glow: 9, heat: 0.85 };
  for (const { angle, radius } of world.orbs) stage.dot(radius * Math.cos(angle), radius * Math.sin(angle), orb);
  const shot = { colour: mood.ship, core: 1.5, glow: 7, heat: 1 };
  for (const { angle, radius } of world.shots) stage.ray(angle, radius - 44, radius, shot);
  if (!world.over) drawShip(stage, looks, world, mood);
}
