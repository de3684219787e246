// test/unit/game/step.test.ts - laws of a run, and that a seed and the same controls give the same run.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import { botControls } from '../../../src/game/bot.ts';
import { SPAWN_RADIUS, STEP_MS } from '../../../src/game/field.ts';
import type { Happening } from '../../../src/game/happenings.ts';
import type { Controls } from '../../../src/game/pilot.ts';
import { RIPPLES_MAX } from '../../../src/game/powers.ts';
import { stepWorld } from '../../../src/game/step.ts';
import { startRipple } from '../../../src/game/weapons.ts';
import { comboOf, LIVES, newWorld, type World } from '../../../src/game/world.ts';

const IDLE: Controls = { turn: 0, aim: undefined, fire: false };
const stepsOf = (seconds: number): number => (seconds * 1_000) / STEP_MS;

/** Everything that a player could see, as a number that differs when anything does. */
function hashOf(world: World): number {
  const { random: _random, ...rest } = world;
  let hash = 0x811c9dc5;
  for (const character of JSON.stringify(rest)) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  return hash >>> 0;
}

function play(seed: number, seconds: number, controls: (world: World, step: number) => Controls): World {
  const world = newWorld(seededRandom(seed));
  const out: Happening[] = [];
  for (let step = 0; step < stepsOf(seconds) && !world.over; step++) stepWorld(world, controls(world, step), out);
  return world;
}

test('the same seed and controls give the same run, another seed another one', () => {
  const bot = (world: World): Controls => botControls(world);
  expect(hashOf(play(7, 60, bot))).toBe(hashOf(play(7, 60, bot)));
  expect(hashOf(play(8, 60, bot))).not.toBe(hashOf(play(7, 60, bot)));
});

test('one press more gives another run', () => {
  const first = play(7, 5, () => IDLE);
  const second = play(7, 5, (_, step) => (step === 10 ? { ...IDLE, turn: 1 } : IDLE));
  expect(hashOf(second)).not.toBe(hashOf(first));
});

test('who does nothing loses the ring in the first waves, but is given time to understand', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const world = play(seed, 120, () => IDLE);
    expect(world.over).toBe(true);
    expect(world.timeMs).toBeGreaterThan(12_000);
    expect(world.timeMs).toBeLessThan(60_000);
    expect(world.score).toBe(0);
  }
});

test('a fair player sees the boss, and lasts for two minutes or so', () => {
  const runs = Array.from({ length: 12 }, (_, index) => play(100 + index, 400, botControls));
  expect(runs.filter(({ wave }) => wave >= 5).length).toBeGreaterThanOrEqual(9);
  expect(runs.filter(({ bosses }) => bosses >= 1).length).toBeGreaterThanOrEqual(6);
  const seconds = runs.map(({ timeMs }) => timeMs / 1_000).sort((a, b) => a - b);
  expect(seconds[6]).toBeGreaterThan(75);
  expect(runs.every(({ over }) => over)).toBe(true); // Nobody plays for ever.
});

// Goal: the laws hold whatever is pressed. Method: random controls, changed every 100 ms, for 25 s.
describe('whatever is pressed', () => {
  const press = fc.record({
    turn: fc.constantFrom(-1, 0, 1),
    aim: fc.option(fc.double({ min: -4, max: 4, noNaN: true }), { nil: undefined }),
    fire: fc.boolean(),
    ripple: fc.boolean(),
  });
  test('score, wave and kills never fall; lives, ripples and combo stay in their bounds; nothing grows without end', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.array(press, { minLength: 1, maxLength: 250 }),
        (seed, presses) => {
          const world = newWorld(seededRandom(seed));
          const out: Happening[] = [];
          let before = { score: 0, wave: 0, kills: 0 };
          for (const { ripple, ...controls } of presses) {
            if (ripple) startRipple(world, out);
            for (let step = 0; step < 20; step++) stepWorld(world, controls, out);
            out.length = 0;
            expect(world.score).toBeGreaterThanOrEqual(before.score);
            expect(world.wave).toBeGreaterThanOrEqual(before.wave);
            expect(world.kills).toBeGreaterThanOrEqual(before.kills);
            before = { score: world.score, wave: world.wave, kills: world.kills };
            expect(world.lives).toBeGreaterThanOrEqual(0);
            expect(world.lives).toBeLessThanOrEqual(LIVES);
            expect(world.over).toBe(world.lives === 0);
            expect(world.ripples).toBeLessThanOrEqual(RIPPLES_MAX);
            expect(comboOf(world)).toBeLessThanOrEqual(9);
            expect(world.foes.length).toBeLessThanOrEqual(90);
            expect(world.shots.length).toBeLessThanOrEqual(120);
            expect(world.orbs.length).toBeLessThanOrEqual(60);
            expect(world.pickups.length).toBeLessThanOrEqual(8);
            for (const { radius, angle } of [...world.foes, ...world.orbs, ...world.shots]) {
              expect(radius).toBeGreaterThan(0);
              expect(radius).toBeLessThanOrEqual(SPAWN_RADIUS + 200);
              expect(Number.isFinite(angle)).toBe(true);
            }
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

test('what is shot near home counts more than the same shot far out', () => {
  const pointsAt = (radius: number): number => {
    const world = newWorld(seededRandom(1));
    const out: Happening[] = [];
    for (let step = 0; step < stepsOf(2); step++) stepWorld(world, IDLE, out);
    world.foes.length = 0;
    world.foes.push({
      id: 1,
      kind: 'ping',
      angle: world.shipAngle,
      radius,
      hits: 1,
      ageMs: 0,
      side: 1,
      drift: 0,
      reloadMs: 0,
      ripple: 0,
    });
    for (let step = 0; step < stepsOf(0.6) && world.score === 0; step++) stepWorld(world, { ...IDLE, fire: true }, out);
    return world.score;
  };
  expect(pointsAt(330)).toBe(5 * 50);
  expect(pointsAt(470)).toBe(4 * 50);
  expect(pointsAt(780)).toBe(2 * 50);
  expect(pointsAt(950)).toBe(50);
});

test('a ripple ends what is inside of it, is used up, and cannot be sent twice at once', () => {
  const world = newWorld(seededRandom(3));
  const out: Happening[] = [];
  for (let step = 0; step < stepsOf(8); step++) stepWorld(world, IDLE, out);
  expect(world.foes.length).toBeGreaterThan(2);
  expect(startRipple(world, out)).toBe(true);
  expect(startRipple(world, out)).toBe(false);
  const leaks = world.leaksInWave;
  for (let step = 0; step < stepsOf(0.75); step++) stepWorld(world, IDLE, out);
  expect(world.foes.filter(({ radius }) => radius < 900)).toEqual([]);
  expect(world.ripples).toBe(1);
  expect(world.leaksInWave).toBe(leaks);
});
