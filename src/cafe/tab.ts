// src/cafe/tab.ts - what one customer plays and owes, from sitting down to paying, across seats. A tab is a set of stints
// (when, in which zone), covers (packages) and payments. The price is a function of the set alone: cutting a stint in two,
// moving within a zone or pausing for no time changes nothing.
import type { MemberId, TabId } from '../base/ids.ts';
import type { CafeSettings } from '../protocol/cafe-settings.ts';
import type { PayMethod } from '../protocol/cafe-shapes.ts';
import type { TabCost } from '../protocol/cafe-things.ts';
import { type Calendar, calendarOf } from './calendar.ts';
import type { Cover } from './packages.ts';
import { type PriceLines, type PriceTerms, priceOf, weightFor } from './price.ts';
import { lastsUntilMs, nextQuarter, rateAt, tariffFor, type WeekGrid, weekGrid, weigh } from './tariff.ts';

/** Play on one seat without a pause; `toMs` is `undefined` while it goes on. */
export type Stint = {
  readonly seat: string;
  readonly zone: string;
  readonly fromMs: number;
  readonly toMs: number | undefined;
};

/** Money put onto a tab, in the order in which it is spent: bonus lies before the wallet's own. 0: minutes that cost nothing. */
export type Payment = {
  readonly by: Exclude<PayMethod, 'later'> | 'bonus';
  readonly minor: bigint;
  readonly receipt: number;
};

/** A customer's tab. */
export type Tab = {
  readonly tab: TabId;
  readonly who: 'guest' | 'member' | 'code';
  readonly label: string;
  readonly member: MemberId | undefined;
  readonly code: string | undefined;
  readonly group: string;
  readonly ageBand: string | undefined;
  readonly guardian: boolean;
  readonly openedAtMs: number;
  /** Version of the settings whose prices count to the end. */
  readonly prices: number;
  readonly postpaid: boolean;
  readonly stints: readonly Stint[];
  readonly covers: readonly Cover[];
  readonly payments: readonly Payment[];
  readonly creditedMs: number;
  /** It in parts, each with when it was given; what is older than this list is in none. */
  readonly credits?: readonly { readonly atMs: number; readonly ms: number }[];
  /** The part of it that staff gave; absent: none. */
  readonly handCreditedMs?: number;
  /** When the desk ends play, whatever was paid for; absent: when that is over. */
  readonly endAtMs?: number | undefined;
  readonly closedAtMs: number | undefined;
};

/** The frozen prices of a version of the settings, read for reckoning. */
export type Prices = {
  readonly settings: CafeSettings;
  readonly calendar: Calendar;
  readonly terms: PriceTerms;
  /** Painted week of a zone for a group; `undefined`: no tariff. */
  grid(zone: string, group: string): WeekGrid | undefined;
};

/** Reads checked settings for reckoning; keep the answer, it remembers what it looked up. */
export function pricesOf(settings: CafeSettings): Prices {
  const grids = new Map<string, WeekGrid | undefined>();
  return {
    settings,
    calendar: calendarOf(settings),
    terms: { minimumMinor: BigInt(settings.minimumMinor), rounding: settings.rounding },
    grid: (zone, group) => {
      const name = `${zone} ${group}`;
      if (!grids.has(name)) {
        const tariff = tariffFor(settings.tariffs, zone, group);
        grids.set(name, tariff === undefined ? undefined : weekGrid(tariff));
      }
      return grids.get(name);
    },
  };
}

/** What a cover has left while stints are walked. */
type Left = { readonly cover: Cover; ms: number };
type Walk = { readonly left: readonly Left[]; weight: bigint; openMs: number; coveredMs: number };

const holds = ({ cover: { zones, fromMs, untilMs }, ms }: Left, zone: string, atMs: number): boolean =>
  ms > 0 && zones.includes(zone) && fromMs <= atMs && (untilMs === undefined || atMs < untilMs);

/** Walks one span of play: covered as far as covers reach, weighed beyond. */
function walkSpan(
  walk: Walk,
  prices: Prices,
  group: string,
  span: { zone: string; fromMs: number; toMs: number },
): void {
  const { zone, fromMs, toMs } = span;
  const grid = prices.grid(zone, group);
  for (let at = fromMs; at < toMs; ) {
    const now = at;
    const cover = walk.left.find((left) => holds(left, zone, now));
    if (cover !== undefined) {
      const next = Math.min(toMs, cover.cover.untilMs ?? toMs, now + cover.ms);
      cover.ms -= next - now;
      walk.coveredMs += next - now;
      at = next;
      continue;
    }
    const starts = walk.left.map((left) => left.cover.fromMs).filter((start) => start > now);
    const next = Math.min(toMs, ...starts);
    if (grid !== undefined) walk.weight += weigh(grid, prices.calendar, now, next);
    walk.openMs += next - now;
    at = next;
  }
}

function walkTab(tab: Tab, prices: Prices, atMs: number): Walk {
  const walk: Walk = {
    left: tab.covers.map((cover) => ({ cover, ms: cover.ms ?? Number.POSITIVE_INFINITY })),
    weight: 0n,
    openMs: 0,
    coveredMs: 0,
  };
  for (const { zone, fromMs, toMs } of tab.stints) {
    walkSpan(walk, prices, tab.group, { zone, fromMs, toMs: Math.min(toMs ?? atMs, atMs) });
  }
  return walk;
}

/** What a tab costs. */
export type Charge = {
  readonly totalMinor: bigint;
  readonly packagesMinor: bigint;
  readonly open: PriceLines;
  readonly openMs: number;
  readonly coveredMs: number;
};

/** What a tab costs for its play up to an instant: packages as a whole, the rest by tariff, minimum and rounding. */
export function chargeOf(tab: Tab, prices: Prices, atMs: number): Charge {
  const { weight, openMs, coveredMs } = walkTab(tab, prices, atMs);
  const open = priceOf(weight, prices.terms);
  const packagesMinor = tab.covers.reduce((sum, { priceMinor }) => sum + priceMinor, 0n);
  return { totalMinor: packagesMinor + open.totalMinor, packagesMinor, open, openMs, coveredMs };
}

/** Parts of a tab's credit; more are counted with the last. Nobody is credited so often by hand, a bad line may be. */
const CREDITS_MAX = 100;

/** The tab with time listed as credited at an instant; below zero takes from what was listed last. */
export function listCredit(tab: Tab, ms: number, atMs: number): Tab {
  const credits = [...(tab.credits ?? [])];
  const last = credits.at(-1);
  if (ms > 0 && (last === undefined || credits.length < CREDITS_MAX)) credits.push({ atMs, ms });
  else if (last !== undefined) credits.splice(-1, 1, { ...last, ms: Math.max(0, last.ms + ms) });
  return { ...tab, creditedMs: Math.max(0, tab.creditedMs + ms), credits };
}

/** How far the cost of running play is told ahead. */
const COST_AHEAD_MS = 24 * 3_600_000;

/**
 * What running play will cost, for whoever has only this (`chargeAt`).
 * @param untilMs when play ends by itself, if that is known
 * @returns a day ahead; `undefined` while the clock stands
 */
export function costOf(tab: Tab, prices: Prices, nowMs: number, untilMs?: number): TabCost | undefined {
  const stint = runningStint(tab);
  if (stint === undefined) return undefined;
  const walk = walkTab(tab, prices, nowMs);
  const grid = prices.grid(stint.zone, tab.group);
  const hours: TabCost['hours'] = [];
  const endMs = Math.min(nowMs + COST_AHEAD_MS, untilMs ?? Number.POSITIVE_INFINITY);
  for (let at = nowMs; at < endMs || hours.length === 0; ) {
    const now = at;
    const cover = walk.left.find((left) => holds(left, stint.zone, now));
    const rate = cover !== undefined || grid === undefined ? 0n : rateAt(grid, prices.calendar, now);
    if (hours.at(-1)?.minor !== rate.toString()) hours.push({ fromMs: now, minor: rate.toString() });
    const starts = walk.left.map((left) => left.cover.fromMs).filter((start) => start > now);
    at = cover
      ? Math.min(cover.cover.untilMs ?? Number.POSITIVE_INFINITY, now + cover.ms)
      : Math.min(nextQuarter(now), ...starts);
    if (cover !== undefined) cover.ms -= at - now;
  }
  return {
    weight: walk.weight.toString(),
    fixedMinor: tab.covers.reduce((sum, { priceMinor }) => sum + priceMinor, 0n).toString(),
    minimumMinor: prices.terms.minimumMinor.toString(),
    rounding: prices.terms.rounding,
    hours: hours.slice(0, 100),
  };
}

/** What a tab costs at an instant, by what was told of its cost. */
export function chargeAt({ weight, fixedMinor, minimumMinor, rounding, hours }: TabCost, atMs: number): bigint {
  const sum = hours.reduce((whole, { fromMs, minor }, index) => {
    const toMs = Math.min(atMs, hours[index + 1]?.fromMs ?? atMs);
    return whole + BigInt(minor) * BigInt(Math.max(0, toMs - fromMs));
  }, BigInt(weight));
  return BigInt(fixedMinor) + priceOf(sum, { minimumMinor: BigInt(minimumMinor), rounding }).totalMinor;
}

/** What was paid onto a tab and is still there. */
export const paidOf = ({ payments }: Tab): bigint => payments.reduce((sum, { minor }) => sum + minor, 0n);

/** The stint that goes on, `undefined` in a pause. */
export const runningStint = ({ stints }: Tab): Stint | undefined => stints.find(({ toMs }) => toMs === undefined);

/** Played up to an instant, pauses and credited minutes left out. */
export const playedMs = ({ stints }: Tab, atMs: number): number =>
  stints.reduce((sum, { fromMs, toMs }) => sum + Math.max(0, Math.min(toMs ?? atMs, atMs) - fromMs), 0);

/** When a tab's money or package ends play, and which of the two. */
export type TabEnd = { readonly atMs: number; readonly by: 'money' | 'package' };

/**
 * When play ends by itself, if the customer stays where they are.
 * @returns `undefined` for a tab that is paid at the end or paused, and for play that costs nothing
 */
export function endOf(tab: Tab, prices: Prices, nowMs: number): TabEnd | undefined {
  const stint = runningStint(tab);
  if (tab.postpaid || stint === undefined) return undefined;
  const walk = walkTab(tab, prices, nowMs);
  const openMinor = tab.covers.reduce((sum, { priceMinor }) => sum - priceMinor, paidOf(tab));
  // A package alone ends with its package; minutes that cost nothing were bought all the same.
  const isOpen = openMinor > 0n || tab.covers.length === 0 || tab.payments.some(({ minor }) => minor === 0n);
  const left = (isOpen ? weightFor(openMinor, prices.terms) : 0n) - walk.weight;
  const goesOn = left > 0n || (left === 0n && isOpen); // What costs nothing goes on when all is spent.
  let at = Math.max(nowMs, stint.fromMs);
  let by: TabEnd['by'] = left > 0n || tab.covers.length === 0 ? 'money' : 'package';
  for (let cover = walk.left.find((one) => holds(one, stint.zone, at)); cover !== undefined; ) {
    at = Math.min(cover.cover.untilMs ?? Number.POSITIVE_INFINITY, at + cover.ms);
    cover.ms = 0;
    cover = walk.left.find((one) => holds(one, stint.zone, at));
    by = goesOn ? 'money' : 'package';
  }
  if (!goesOn) return { atMs: at, by };
  const grid = prices.grid(stint.zone, tab.group);
  const until = grid === undefined ? undefined : lastsUntilMs(grid, prices.calendar, at, left);
  return until === undefined ? undefined : { atMs: until, by };
}

/** Ends the running stint. A time before its begin ends it there. */
export function halt(tab: Tab, atMs: number): Tab {
  return {
    ...tab,
    stints: tab.stints.map((stint) =>
      stint.toMs === undefined ? { ...stint, toMs: Math.max(stint.fromMs, atMs) } : stint,
    ),
  };
}

/** The tab as if it had ended at an instant: what was played later, and the gaps before it that were credited, are no part of it. */
export function endedAt(tab: Tab, atMs: number): Tab {
  const end = ({ fromMs, toMs = atMs }: Stint): number => Math.max(fromMs, Math.min(toMs, atMs));
  const kept = tab.stints.filter(({ fromMs }) => fromMs <= atMs).map((stint) => ({ ...stint, toMs: end(stint) }));
  const gapsMs = tab.stints.reduce((sum, { fromMs }, index) => {
    const beforeMs = Math.max(atMs, tab.stints[index - 1]?.toMs ?? atMs);
    return sum + Math.max(0, fromMs - beforeMs);
  }, 0);
  return { ...(gapsMs === 0 ? tab : listCredit(tab, -gapsMs, atMs)), stints: kept };
}

/** Begins a stint on a seat; the one before it must have ended. */
export function sit(tab: Tab, seat: { readonly seat: string; readonly zone: string }, atMs: number): Tab {
  return { ...tab, stints: [...tab.stints, { seat: seat.seat, zone: seat.zone, fromMs: atMs, toMs: undefined }] };
}

/**
 * Gives play back: the last `ms` before an instant count as not played.
 * @returns the tab, and how much could be given back: no more than was played
 */
export function creditPlay(tab: Tab, ms: number, atMs: number): { readonly tab: Tab; readonly givenMs: number } {
  let left = ms;
  const kept: Stint[] = [];
  for (const stint of tab.stints.toReversed()) {
    const toMs = Math.min(stint.toMs ?? atMs, atMs);
    const cut = Math.min(left, Math.max(0, toMs - stint.fromMs));
    left -= cut;
    // A stint that goes on begins anew at the instant of the credit; what is left of its past stays a piece.
    if (stint.toMs === undefined && cut > 0) kept.push({ ...stint, fromMs: atMs });
    if (toMs - cut > stint.fromMs) kept.push(cut > 0 ? { ...stint, toMs: toMs - cut } : stint);
    else if (stint.toMs === undefined && cut === 0) kept.push(stint);
  }
  return { tab: { ...listCredit(tab, ms - left, atMs), stints: kept.toReversed() }, givenMs: ms - left };
}
