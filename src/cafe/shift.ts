// src/cafe/shift.ts - a turn at the till: float, what was paid in and out, what was taken, the count, and the difference.
import type { PlayerId, ShiftId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { type Refusal, refusal } from '../protocol/error-codes.ts';

/** How many of a note or coin lie in the drawer. */
export type Pile = { readonly minor: bigint; readonly pieces: number };

/** A shift. `closed` is written once. */
export type Shift = {
  readonly shift: ShiftId;
  /** Grows by one with each change: whoever closes names the one that was counted. Absent: as it was opened. */
  readonly version?: number;
  readonly cashier: PlayerId;
  readonly openedAtMs: number;
  /** The business day that all of it belongs to: the site's date at opening. */
  readonly date: string;
  readonly floatMinor: bigint;
  readonly paidInMinor: bigint;
  readonly paidOutMinor: bigint;
  readonly cashTakenMinor: bigint;
  readonly cardTakenMinor: bigint;
  readonly closed:
    | {
        readonly atMs: number;
        readonly by: PlayerId;
        readonly countedMinor: bigint;
        readonly varianceMinor: bigint;
        readonly count: readonly Pile[];
        readonly reason: string | undefined;
        readonly note: string | undefined;
        readonly signature?: `0x${string}` | undefined;
      }
    | undefined;
};

/** What must lie in the drawer. */
export function expectedMinor(shift: Shift): bigint {
  return shift.floatMinor + shift.paidInMinor - shift.paidOutMinor + shift.cashTakenMinor;
}

/** What a count adds up to. */
export const countedMinor = (count: readonly Pile[]): bigint =>
  count.reduce((sum, { minor, pieces }) => sum + minor * BigInt(pieces), 0n);

/**
 * Closes a shift by a count.
 * @returns the closed shift, or VARIANCE_UNEXPLAINED (`varianceMinor`) when count and book differ and no reason is given
 */
export function closeShift(
  shift: Shift,
  close: {
    readonly by: PlayerId;
    readonly atMs: number;
    readonly count: readonly Pile[];
    readonly reason: string | undefined;
    readonly note: string | undefined;
    readonly signature?: `0x${string}` | undefined;
  },
): Result<Shift, Refusal> {
  const counted = countedMinor(close.count);
  const varianceMinor = counted - expectedMinor(shift);
  if (varianceMinor !== 0n && close.reason === undefined) {
    return err(refusal('VARIANCE_UNEXPLAINED', { varianceMinor: varianceMinor.toString() }));
  }
  return ok({ ...shift, closed: { ...close, countedMinor: counted, varianceMinor } });
}
