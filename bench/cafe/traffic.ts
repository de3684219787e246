// bench/cafe/traffic.ts - what a town's desks do and when: seeded, with a rush hour, an ordinary hour and an evening when people
// leave. Times are set beforehand: who waits for an answer does not press later the next time.
import type { Random } from '../../src/base/random.ts';
import type { CafeActName } from '../../src/protocol/cafe-acts.ts';
import type { Site, TownSeat } from './town.ts';

/** What somebody at a desk does. */
export type Deed = Extract<
  CafeActName,
  'start' | 'extend' | 'pause' | 'resume' | 'move' | 'stop' | 'message' | 'break' | 'mend'
>;
/** A part of the run: so many deeds a minute at each desk. */
export type Phase = {
  readonly name: string;
  readonly seconds: number;
  readonly perMinute: Partial<Record<Deed, number>>;
};
/** One deed to be done at a time of its phase. */
export type Due = { readonly atMs: number; readonly site: number; readonly deed: Deed };
/** The act of a deed and the seats that it holds. */
export type Wish = { readonly body: object; readonly seats: readonly TownSeat[] };

/** When which desk does what in a phase; at random times, as customers come. */
export function scheduleOf({ seconds, perMinute }: Phase, sites: number, random: Random): readonly Due[] {
  const due: Due[] = [];
  for (let site = 0; site < sites; site++) {
    for (const [deed, rate] of Object.entries(perMinute) as [Deed, number][]) {
      const count = Math.round((rate * seconds) / 60);
      for (let i = 0; i < count; i++) due.push({ atMs: random.below(seconds * 1_000), site, deed });
    }
  }
  return due.toSorted((a, b) => a.atMs - b.atMs);
}

/** In which state a seat must be. */
const FROM: Readonly<Record<Deed, readonly string[]>> = {
  start: ['free'],
  extend: ['in-use', 'paused'],
  pause: ['in-use'],
  resume: ['paused'],
  move: ['in-use'],
  stop: ['in-use', 'paused'],
  message: ['free', 'in-use', 'paused', 'out-of-order'],
  break: ['free'],
  mend: ['out-of-order'],
};
const BUYS = [
  { buy: { kind: 'minutes', minutes: 60 }, pay: 'cash' },
  { buy: { kind: 'minutes', minutes: 120 }, pay: 'card' },
  { buy: { kind: 'package', package: 'three-hours' }, pay: 'cash' },
  { buy: { kind: 'open' }, pay: 'later' },
] as const;
/** One text in so many goes to all seats at once. */
const TO_ALL = 12;

/** What a deed asks of a site now; `undefined` when no seat is fit for it. */
export function wishOf({ plan }: Pick<Site, 'plan'>, deed: Deed, random: Random): Wish | undefined {
  const fitting = (states: readonly string[]) => plan.filter(({ state, busy }) => !busy && states.includes(state));
  const one = (seats: readonly TownSeat[]) => (seats.length === 0 ? undefined : seats[random.below(seats.length)]);
  const seat = one(fitting(FROM[deed]));
  if (seat === undefined) return undefined;
  const at = { seat: seat.seat, version: seat.version };
  const reason = 'as asked';
  switch (deed) {
    case 'start':
      return { body: { ...at, ...buyOf(random), who: { kind: 'guest' }, ageBand: '18-up' }, seats: [seat] };
    case 'extend':
      return { body: { ...at, buy: { kind: 'minutes', minutes: 30 }, pay: 'cash' }, seats: [seat] };
    case 'pause':
    case 'break':
      return { body: { ...at, reason }, seats: [seat] };
    case 'move': {
      const to = one(fitting(['free']));
      return to && { body: { ...at, to: to.seat, toVersion: to.version }, seats: [seat, to] };
    }
    case 'stop':
      return { body: { ...at, pay: 'cash' }, seats: [seat] };
    case 'message':
      if (random.below(TO_ALL) === 0) return { body: { text: 'We close in an hour' }, seats: [] };
      return { body: { seats: [seat.seat], text: 'Your food is ready' }, seats: [seat] };
    default:
      return { body: at, seats: [seat] };
  }
}

function buyOf(random: Random): (typeof BUYS)[number] {
  return BUYS[random.below(BUYS.length)] ?? BUYS[0];
}
