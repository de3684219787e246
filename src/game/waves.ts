// src/game/waves.ts - who comes when. The first waves are set by hand, each showing one new thing; from the sixth on a
// growing budget is spent at random; every fifth belongs to the boss.
import type { Random } from '../base/random.ts';
import { TURN } from './field.ts';
import type { FoeKind } from './foes.ts';

/** One foe to come: when (since the wave's start) and where. */
export type Birth = {
  readonly atMs: number;
  readonly kind: FoeKind;
  readonly angle: number;
  readonly side: number;
  readonly drift: number;
};

/** How a group arrives: anywhere; one behind the other on a spiral; from two sides in turn; side by side. */
type Pattern = 'scatter' | 'spiral' | 'opposed' | 'fan';
type Group = {
  readonly atMs: number;
  readonly kind: FoeKind;
  readonly count: number;
  readonly gapMs: number;
  readonly pattern: Pattern;
};

/** Every so many waves the boss comes. */
export const BOSS_EVERY = 5;
/** Foes of one wave, whatever the budget says. */
const WAVE_FOES_MAX = 60;

const group = (atMs: number, kind: FoeKind, count: number, gapMs: number, pattern: Pattern): Group => ({
  atMs,
  kind,
  count,
  gapMs,
  pattern,
});

const FIRST_WAVES: readonly (readonly Group[])[] = [
  [group(0, 'ping', 4, 1_000, 'scatter'), group(4_800, 'ping', 6, 230, 'spiral'), group(8_400, 'ping', 4, 90, 'fan')],
  [
    group(0, 'jitter', 4, 700, 'opposed'),
    group(2_400, 'ping', 8, 200, 'spiral'),
    group(5_600, 'jitter', 6, 380, 'scatter'),
    group(7_200, 'ping', 5, 80, 'fan'),
    group(9_400, 'ping', 5, 80, 'fan'),
  ],
  [
    group(0, 'loss', 2, 900, 'opposed'),
    group(1_800, 'ping', 5, 90, 'fan'),
    group(3_400, 'spike', 2, 900, 'scatter'),
    group(5_000, 'ping', 12, 170, 'spiral'),
    group(7_200, 'loss', 2, 600, 'scatter'),
    group(8_600, 'spike', 4, 420, 'scatter'),
    group(9_600, 'jitter', 5, 300, 'opposed'),
  ],
  [
    group(0, 'wall', 2, 800, 'opposed'),
    group(1_600, 'gunner', 2, 500, 'opposed'),
    group(3_200, 'ping', 10, 160, 'spiral'),
    group(5_600, 'jitter', 4, 300, 'opposed'),
    group(7_000, 'wall', 2, 1_500, 'opposed'),
    group(8_000, 'loss', 2, 400, 'scatter'),
    group(9_000, 'spike', 4, 420, 'scatter'),
    group(10_400, 'ping', 6, 80, 'fan'),
  ],
];

const BOSS_ESCORT: readonly Group[] = [group(0, 'ping', 5, 90, 'fan'), group(5_000, 'jitter', 4, 300, 'opposed')];
const COST: Readonly<Record<FoeKind, number>> = { ping: 1, jitter: 2, loss: 4, spike: 3, wall: 4, gunner: 5 };
const KINDS: readonly FoeKind[] = ['ping', 'jitter', 'loss', 'spike', 'wall', 'gunner'];
const PATTERNS: readonly Pattern[] = ['scatter', 'spiral', 'opposed', 'fan'];

/** True when the boss comes in this wave (counted from 1). */
export function isBossWave(wave: number): boolean {
  return wave % BOSS_EVERY === 0;
}

/** How much faster everything is than in the first wave: 1 to 1.9. */
export function paceOf(wave: number): number {
  return Math.min(1.9, 1 + 0.055 * (wave - 1));
}

function groupsOf(wave: number, random: Random): readonly Group[] {
  if (isBossWave(wave)) return BOSS_ESCORT;
  const set = FIRST_WAVES[wave - 1];
  if (set !== undefined) return set;
  const groups: Group[] = [];
  let budget = 30 + 5 * wave;
  let atMs = 0;
  while (budget > 0) {
    const kind = KINDS[random.below(KINDS.length)] ?? 'ping';
    const count = Math.max(
      1,
      Math.min(2 + random.below(7), Math.ceil(12 / COST[kind]), Math.floor(budget / COST[kind])),
    );
    const pattern = PATTERNS[random.below(kind === 'wall' || kind === 'gunner' ? 1 : 4)] ?? 'scatter';
    groups.push(group(atMs, kind, count, pattern === 'fan' ? 80 : 180 + random.below(400), pattern));
    budget -= count * COST[kind];
    atMs += 900 + random.below(1_200);
  }
  return groups;
}

function birthsOf({ atMs, kind, count, gapMs, pattern }: Group, random: Random): Birth[] {
  const anyAngle = (): number => (random.below(3_600) / 3_600) * TURN;
  const first = anyAngle();
  const turn = random.below(2) * 2 - 1;
  const place: Record<Pattern, (index: number) => number> = {
    scatter: anyAngle,
    spiral: (index) => first + turn * index * 0.3,
    opposed: (index) => first + index * (TURN / 2) + Math.floor(index / 2) * 0.5,
    fan: (index) => first + (index - (count - 1) / 2) * 0.26,
  };
  return Array.from({ length: count }, (_, index) => ({
    atMs: atMs + index * gapMs,
    kind,
    angle: place[pattern](index),
    side: index % 2 === 0 ? turn : -turn,
    drift: pattern === 'spiral' ? turn * 0.55 : 0,
  }));
}

/** Everything that comes in a wave, earliest first, at most 60. */
export function birthsOfWave(wave: number, random: Random): Birth[] {
  return groupsOf(wave, random)
    .flatMap((one) => birthsOf(one, random))
    .sort((a, b) => a.atMs - b.atMs)
    .slice(0, WAVE_FOES_MAX);
}
