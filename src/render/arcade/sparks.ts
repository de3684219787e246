// src/render/arcade/sparks.ts - what flies off when something happens: sparks, small rings, points in figures. Only for
// the eye: the rules never see it, and its chance is its own.
import { type Random, seededRandom } from '../../base/random.ts';
import { HOME_RADIUS, TURN } from '../../game/field.ts';
import type { Happening } from '../../game/happenings.ts';
import { keep } from '../../game/weapons.ts';
import { foeColours, palette } from './palette.ts';
import type { Stage } from './stage.ts';
import { type Language, type Words, words } from './words.ts';

type Spark = {
  x: number;
  y: number;
  vx: number;
  vy: number;
  leftMs: number;
  readonly lifeMs: number;
  readonly colour: string;
};
type Wave = {
  readonly x: number;
  readonly y: number;
  readonly to: number;
  ageMs: number;
  readonly lifeMs: number;
  readonly colour: string;
};
/** What rises from a place: the points of a kill, or the name of what was caught. */
export type Rising = {
  readonly x: number;
  y: number;
  leftMs: number;
  text: string;
  points: number;
  readonly colour: string;
  readonly kind: 'points' | 'near' | 'word';
};

const SPARKS_MAX = 320; // More is fog, and costs time.
const WAVES_MAX = 24;
const RISING_MAX = 14;
const RISING_MS = 800;
const TOGETHER = 170; // Field units.
const NEAR_AGAIN_MS = 2_500; // Said once in a while: on every kill it would hide the field.

/** All effects of one picture. */
export class Sparks {
  readonly rising: Rising[] = [];
  /** How hard the picture shakes now, 0..1. */
  shake = 0;
  /** How much of the home ring's alarm is left, 0..1. */
  alarm = 0;
  readonly #sparks: Spark[] = [];
  readonly #waves: Wave[] = [];
  readonly #random: Random = seededRandom(1);
  readonly #words: Words;
  #sinceNearMs = NEAR_AGAIN_MS;

  /** @param language what the words that rise are written in */
  constructor(language: Language) {
    this.#words = words[language];
  }

  /** Takes what happened. */
  take(happenings: readonly Happening[], shipColour: string): void {
    for (const happening of happenings) this.#takeOne(happening, shipColour);
  }

  /** Lets time pass, and draws. */
  draw(stage: Stage, passedMs: number): void {
    const seconds = passedMs / 1_000;
    this.#sinceNearMs += passedMs;
    this.shake = Math.max(0, this.shake - seconds * 2.2);
    this.alarm = Math.max(0, this.alarm - seconds * 1.2);
    for (const spark of this.#sparks) {
      spark.leftMs -= passedMs;
      spark.x += spark.vx * seconds;
      spark.y += spark.vy * seconds;
      spark.vx *= 1 - 2.2 * seconds;
      spark.vy *= 1 - 2.2 * seconds;
      const left = Math.max(0, spark.leftMs / spark.lifeMs);
      const stroke = { colour: spark.colour, core: 1, glow: 4, heat: 0.6 };
      stage.line(spark.x, spark.y, spark.x - spark.vx * 0.05, spark.y - spark.vy * 0.05, stroke, left);
    }
    for (const wave of this.#waves) {
      wave.ageMs += passedMs;
      const part = Math.min(1, wave.ageMs / wave.lifeMs);
      const stroke = { colour: wave.colour, core: 1, glow: 9, heat: 0.2 };
      stage.ringAt(wave.x, wave.y, wave.to * (1 - (1 - part) ** 2), stroke, 0.75 * (1 - part));
    }
    for (const one of this.rising) {
      one.leftMs -= passedMs;
      one.y -= 46 * seconds;
    }
    keep(this.#sparks, (spark) => spark.leftMs > 0);
    keep(this.#waves, (wave) => wave.ageMs < wave.lifeMs);
    keep(this.rising, (one) => one.leftMs > 0);
  }

  #takeOne(happening: Happening, shipColour: string): void {
    switch (happening.kind) {
      case 'chip':
        this.#burst(happening.angle, happening.radius, palette.text, 4, 260);
        break;
      case 'kill': {
        const colour = happening.foe === 'orb' || happening.foe === 'plate' ? palette.stop : foeColours[happening.foe];
        const big = happening.foe !== 'orb';
        this.#burst(happening.angle, happening.radius, colour, big ? 18 : 6, 460);
        this.#wave(happening.angle, happening.radius, big ? 120 : 50, 380, colour);
        if (big) this.#points(happening.angle, happening.radius, happening.points, happening.worth === 5);
        break;
      }
      case 'leak':
        this.shake = 1;
        this.alarm = 1;
        this.#burst(happening.angle, HOME_RADIUS, palette.stop, 40, 620);
        this.#wave(happening.angle, 0, 420, 620, palette.stop);
        break;
      case 'power':
        this.#burst(happening.angle, HOME_RADIUS, palette.coin, 18, 360);
        this.#wave(happening.angle, HOME_RADIUS, 150, 500, palette.coin);
        this.#name(happening.angle, this.#words.powers[happening.power]);
        break;
      case 'boss-down':
        this.shake = 1;
        for (const [index, colour] of [palette.stop, palette.coin, palette.text, palette.play].entries()) {
          this.#burst(happening.angle, happening.radius, colour, 36, 500 + 180 * index);
          this.#wave(happening.angle, happening.radius, 320 + 240 * index, 700 + 180 * index, colour);
        }
        break;
      case 'start':
      case 'clear':
        this.#wave(0, 0, 1_000, 900, shipColour);
        break;
      case 'over':
        this.shake = 1;
        for (let i = 0; i < 24; i++)
          this.#burst((i / 24) * TURN, HOME_RADIUS, i % 2 === 0 ? palette.stop : shipColour, 8, 520);
        this.#wave(0, 0, 1_100, 1_100, palette.stop);
        break;
      case 'ripple':
        this.shake = Math.max(this.shake, 0.45);
        break;
      default:
        break;
    }
  }

  #burst(angle: number, radius: number, colour: string, count: number, speed: number): void {
    const [x, y] = [radius * Math.cos(angle), radius * Math.sin(angle)];
    for (let i = 0; i < count && this.#sparks.length < SPARKS_MAX; i++) {
      const way = (this.#random.below(1_000) / 1_000) * TURN;
      const fast = speed * (0.35 + (0.65 * this.#random.below(1_000)) / 1_000);
      const lifeMs = 300 + this.#random.below(420);
      this.#sparks.push({ x, y, vx: fast * Math.cos(way), vy: fast * Math.sin(way), leftMs: lifeMs, lifeMs, colour });
    }
  }

  #wave(angle: number, radius: number, to: number, lifeMs: number, colour: string): void {
    if (this.#waves.length >= WAVES_MAX) return;
    this.#waves.push({ x: radius * Math.cos(angle), y: radius * Math.sin(angle), to, ageMs: 0, lifeMs, colour });
  }

  #name(angle: number, text: string): void {
    const radius = HOME_RADIUS + 150;
    const what = { text, points: 0, colour: palette.coin, kind: 'word' } as const;
    this.#rise(radius * Math.cos(angle), radius * Math.sin(angle), what);
  }

  #points(angle: number, radius: number, points: number, near: boolean): void {
    const [x, y] = [radius * Math.cos(angle), radius * Math.sin(angle)];
    const kind = near ? 'near' : 'points';
    const last = this.rising.findLast((one) => one.kind === kind && Math.hypot(one.x - x, one.y - y) < TOGETHER);
    if (last !== undefined) {
      // What falls together in one place is one sum: several texts there could not be read.
      last.points += points;
      last.text = `+${last.points}`;
      last.leftMs = RISING_MS;
    } else this.#rise(x, y, { text: `+${points}`, points, colour: near ? palette.near : palette.muted, kind });
    if (!near || this.#sinceNearMs < NEAR_AGAIN_MS) return;
    this.#sinceNearMs = 0;
    const above = y - 84;
    this.#rise(x, above, { text: this.#words.near, points: 0, colour: palette.near, kind: 'word' });
  }

  #rise(x: number, y: number, what: Pick<Rising, 'text' | 'points' | 'colour' | 'kind'>): void {
    if (this.rising.length >= RISING_MAX) this.rising.shift();
    this.rising.push({ x, y, leftMs: what.kind === 'word' ? 1.6 * RISING_MS : RISING_MS, ...what });
  }
}
