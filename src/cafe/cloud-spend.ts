// src/cafe/cloud-spend.ts - what the café pays the cloud, in DBC wei: how long the balance lasts, the ladder of warnings, and
// the owner's caps. Local money appears once, in the margin, converted by rates that are shown beside it.
import { err, ok, type Result } from '../base/result.ts';
import type { CafeSettings } from '../protocol/cafe-settings.ts';
import { type Refusal, refusal } from '../protocol/error-codes.ts';

const HOUR_MS = 3_600_000;
/** Rungs of the ladder: warn, warn again, start nothing new. Running prepaid play is never cut. */
export const ladderMs = { warn: 24 * HOUR_MS, warnAgain: 4 * HOUR_MS, noStarts: HOUR_MS / 2 } as const;
/** A step of the ladder. */
export type Rung = 'fine' | 'below-24-h' | 'below-4-h' | 'no-new-starts';

/**
 * How long a balance lasts at a burn.
 * @param reservedWei kept back for play that customers have paid for already
 * @returns whole milliseconds, `undefined` while nothing burns
 */
export function runwayMs(balanceWei: bigint, reservedWei: bigint, burnWeiPerHour: bigint): number | undefined {
  if (burnWeiPerHour <= 0n) return undefined;
  const free = balanceWei > reservedWei ? balanceWei - reservedWei : 0n;
  const ms = (free * BigInt(HOUR_MS)) / burnWeiPerHour;
  return Number(ms > 2n ** 52n ? 2n ** 52n : ms);
}

/** Which step a runway stands on. */
export function rungOf(runway: number | undefined): Rung {
  if (runway === undefined || runway >= ladderMs.warn) return 'fine';
  if (runway >= ladderMs.warnAgain) return 'below-24-h';
  return runway >= ladderMs.noStarts ? 'below-4-h' : 'no-new-starts';
}

/** What was spent so far, in wei, and how many nodes are at work. */
export type Spent = {
  readonly dayWei: bigint;
  readonly shiftWei: bigint;
  readonly seatWei: bigint;
  readonly nodes: number;
};

/** Refuses SPENDING_CAP (`cap`) for a new start at a rate that the caps do not allow; one hour must fit under each. */
export function withinCaps(
  { dayWei, shiftWei, seatWei, seatHourWei, nodesMax }: CafeSettings['caps'],
  spent: Spent,
  rateWeiPerHour: bigint,
): Result<void, Refusal> {
  const over = (cap: string | undefined, used: bigint) => cap !== undefined && used + rateWeiPerHour > BigInt(cap);
  const capped = (cap: string) => err(refusal('SPENDING_CAP', { cap }));
  if (nodesMax !== undefined && spent.nodes >= nodesMax) return capped('nodesMax');
  if (over(seatHourWei, 0n)) return capped('seatHourWei');
  if (over(seatWei, spent.seatWei)) return capped('seatWei');
  if (over(shiftWei, spent.shiftWei)) return capped('shiftWei');
  return over(dayWei, spent.dayWei) ? capped('dayWei') : ok(undefined);
}

/**
 * What a seat-hour leaves: tariff less cloud cost, in minor units, rounded down.
 * @param microUsdPerDbc price of a DBC in millionths of a US dollar
 * @param minorPerUsd what a US dollar is in minor units; 0 when the owner did not say
 * @returns `undefined` without a rate; below zero the tariff is below cost
 */
export function marginMinor(
  tariffMinorPerHour: bigint,
  rateWeiPerHour: bigint,
  { microUsdPerDbc, minorPerUsd }: { readonly microUsdPerDbc: number; readonly minorPerUsd: bigint },
): bigint | undefined {
  if (minorPerUsd === 0n) return undefined;
  const scale = 10n ** 24n; // wei in a DBC times millionths in a dollar.
  const cost = rateWeiPerHour * BigInt(microUsdPerDbc) * minorPerUsd;
  return tariffMinorPerHour - (cost + scale - 1n) / scale;
}
