// test/oracle/money.ts - docs/MONEY.md a second time, in exact fractions, sentence by sentence. It shares no code with the
// product and looks up nothing there; where both agree, neither has a slip of its own.
import { decimal, type Fraction, whole } from './fraction.ts';

const GRAIN = whole(1_000);
const HOUR_MS = whole(3_600_000);
const BPS = whole(10_000);

/** 'grain(x) rounds down to one': the largest multiple of 1,000 wei not above x. */
export const grain = (exact: Fraction): bigint => exact.over(GRAIN).floor() * 1_000n;

/** 'price(rate, ms) = grain( rate * ms / 3,600,000 )'. */
export const price = (ratePerHour: bigint, ms: bigint): bigint =>
  grain(whole(ratePerHour).times(whole(ms)).over(HOUR_MS));

/** 'leg = grain( USD per hour / USD per DBC * 10^18 )'; both prices in any common unit. */
export const leg = (usdPerHour: Fraction, usdPerDbc: Fraction): bigint =>
  grain(usdPerHour.over(usdPerDbc).times(whole(10n ** 18n)));

/** 'the longest time, at most the billable, whose price is not above the hold', found by halving. */
export function billed(ratePerHour: bigint, billableMs: bigint, heldWei: bigint): bigint {
  let [fits, toolong] = [0n, billableMs + 1n];
  while (toolong - fits > 1n) {
    const middle = (fits + toolong) / 2n;
    if (price(ratePerHour, middle) <= heldWei) fits = middle;
    else toolong = middle;
  }
  return fits;
}

/** Shares of a cost. */
export type Shares = { base: bigint; burn: bigint; platform: bigint; operator: bigint };

/** 'Who gets it', line by line. */
export function shares(cost: bigint, rate: bigint, base: bigint, burnBps: bigint, platformBps: bigint): Shares {
  const baseWei = rate === 0n ? 0n : grain(whole(cost).times(whole(base)).over(whole(rate)));
  const burn = grain(whole(baseWei).times(whole(burnBps)).over(BPS));
  const platform = grain(
    whole(cost - burn)
      .times(whole(platformBps))
      .over(BPS),
  );
  return { base: baseWei, burn, platform, operator: cost - burn - platform };
}

/** The policies of 'Who gets it': from so many GPUs on, so much is burned. */
const POLICIES: Readonly<Record<string, readonly (readonly [gpus: number, percent: number])[]>> = {
  'seed-2024': [
    [0, 30],
    [5_001, 70],
    [10_000, 100],
  ],
  'chain-2023': [
    [0, 30],
    [5_000, 70],
    [10_000, 100],
  ],
  'chain-2026': [[0, 5]],
};

/** Burned share in per cent for a number of active GPUs. */
export function burnPercent(policy: string, gpus: number): number {
  const step = (POLICIES[policy] ?? []).filter(([from]) => from <= gpus).at(-1);
  if (step === undefined) throw new Error(`no policy ${policy}`);
  return step[1];
}

/** The day-by-day walk of a tier: finished days' lowest counts in order. Returns the share in force after them. */
export function burnAfterDays(policy: string, lowestOfDays: readonly number[]): number {
  let percent = burnPercent(policy, 0);
  for (const lowest of lowestOfDays) {
    const next = burnPercent(policy, lowest);
    percent = policy === 'chain-2023' ? Math.max(percent, next) : next; // 'never goes back'
  }
  return percent;
}

/** 'shortfall exceeds 15 s + 5 % of what it served'. */
export const nodeStops = (servedMs: number, vouchedMs: number): boolean =>
  whole(servedMs)
    .minus(whole(vouchedMs))
    .compare(whole(15_000).plus(whole(servedMs).times(decimal('0.05')))) > 0;

/** A second's facts, all of them, in whole numbers. */
export type SecondFacts = {
  elapsedMs: number;
  connected: boolean;
  seenBefore: boolean;
  decoded: number;
  gapMs: number;
  rttMs: number;
  answerMs: number;
  promisedFps: number;
  promisedRttMs: number;
};

/** The browser's row of 'A good second'. */
export function goodForPlayer(facts: SecondFacts): boolean {
  const promisedFrames = whole(facts.promisedFps).times(whole(facts.elapsedMs)).over(whole(1_000));
  return (
    facts.connected &&
    facts.seenBefore &&
    whole(facts.decoded).compare(promisedFrames.times(decimal('0.8'))) >= 0 &&
    facts.gapMs <= 250 &&
    facts.rttMs <= facts.promisedRttMs + 40 &&
    facts.answerMs <= facts.rttMs + 150
  );
}

/** One session told as a story: what each side said, as it arrived, and what ends the money. */
export type Story = {
  rate: bigint;
  base: bigint;
  burnBps: bigint;
  platformBps: bigint;
  /** What the player owns, may spend that day, and signed for; the smallest of them is the most that can be held. */
  ownsWei: bigint;
  capWei?: bigint;
  signedWei: bigint;
  said: readonly { who: 'player' | 'node' | 'voucher'; ms: bigint }[];
};

/** The receipt of a story. */
export type Outcome = Shares & { billedMs: bigint; cost: bigint; left: bigint };

/** Everything that the page says about a whole session. */
export function settle(story: Story): Outcome {
  const ascending = (list: readonly bigint[]): bigint[] => list.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const largest = (...who: readonly string[]): bigint =>
    ascending(story.said.filter((word) => who.includes(word.who)).map(({ ms }) => ms)).at(-1) ?? 0n;
  const [billable = 0n] = ascending([largest('player', 'voucher'), largest('node')]);
  const limits = [story.ownsWei, story.signedWei, ...(story.capWei === undefined ? [] : [story.capWei])];
  const [most = 0n] = ascending(limits);
  const billedMs = billed(story.rate, billable, grain(whole(most)));
  const cost = price(story.rate, billedMs);
  return {
    billedMs,
    cost,
    left: story.ownsWei - cost,
    ...shares(cost, story.rate, story.base, story.burnBps, story.platformBps),
  };
}
