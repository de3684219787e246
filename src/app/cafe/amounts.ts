// src/app/cafe/amounts.ts - amounts that no till has ever seen are slips of a finger or worse: one is refused as it is typed, and so
// is what would carry a sum beyond what a page can show to the unit.
import { err, ok, type Result } from '../../base/result.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import type { CafeWrite, ThingKind } from './state.ts';

/** Most of one act, in minor units: 100 million of a currency with cents, ten billion of one without. */
export const ACT_MINOR_MAX = 9_999_999_999n;
/** Most of any sum: a page reckons in numbers, which are exact below 2^53. Shapes of sums hold more. */
export const SUM_MINOR_MAX = 10n ** 15n;

const tooLarge = (most: bigint): Result<void, Refusal> =>
  err(refusal('AMOUNT_TOO_LARGE', { mostMinor: most.toString() }));

/** Amounts that a body names. What a count says of notes and coins is summed when it is closed. */
const NAMED = new Set(['minor', 'bonusMinor', 'floatMinor']);

/** Refuses AMOUNT_TOO_LARGE for a body with an amount above `ACT_MINOR_MAX`. */
export function amountsOk(body: object): Result<void, Refusal> {
  const here = 'buy' in body && typeof body.buy === 'object' && body.buy !== null ? { ...body, ...body.buy } : body;
  const large = Object.entries(here).some(
    ([name, text]) => NAMED.has(name) && typeof text === 'string' && BigInt(text) > ACT_MINOR_MAX,
  );
  return large ? tooLarge(ACT_MINOR_MAX) : ok(undefined);
}

/** Things whose amounts are local money. */
const IN_MINOR: ReadonlySet<ThingKind> = new Set(['tab', 'member', 'code', 'batch', 'shift', 'paid']);

function hasLarge(value: unknown): boolean {
  if (typeof value === 'bigint') return value > SUM_MINOR_MAX || value < -SUM_MINOR_MAX;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasLarge);
}

/** Refuses AMOUNT_TOO_LARGE for a change after which a sum would be above `SUM_MINOR_MAX`. */
export function sumsOk({ things, entries }: Pick<CafeWrite, 'things' | 'entries'>): Result<void, Refusal> {
  const large = hasLarge(entries) || things.some(({ kind, value }) => IN_MINOR.has(kind) && hasLarge(value));
  return large ? tooLarge(SUM_MINOR_MAX) : ok(undefined);
}
