// clients/web/src/player/voucher-clock.ts - which voucher to sign when. Vouchers are cumulative: each says all that was
// served since the session began, so a lost one costs nothing and only the highest counts.

import { priceWei } from '../../../../src/billing/pricing.ts';
import { timings } from '../../../../src/protocol/limits.ts';
import type { Hash32 } from '../../../../src/protocol/typed-data.ts';
import type { Voucher } from '../../../../src/protocol/voucher.ts';

/** What a session's vouchers are made from: frozen at its start. */
export type VoucherTerms = { readonly lease: Hash32; readonly rateWeiPerHour: bigint; readonly maxWei: bigint };

/** The vouchers of one session. */
export type VoucherClock = {
  /**
   * The next voucher when one is due: every 10 s, if there is more good time than the last one said.
   * @returns undefined when none is due, or when the amount would pass what the player allowed
   */
  due(goodMs: number, nowMs: number): Voucher | undefined;
  /** A voucher now, whatever the time: at the end, and for a node that has none. */
  now(goodMs: number, nowMs: number): Voucher | undefined;
  /** The node or the hub holds number `seq` already: go on above it. */
  atLeast(seq: bigint): void;
  /** Number of the last one made. */
  readonly seq: bigint;
};

/** Makes the clock; `seqAfter` is the last number that was used before (0 for a new session). */
export function createVoucherClock(terms: VoucherTerms, seqAfter: bigint): VoucherClock {
  let seq = seqAfter;
  let [lastMs, lastGoodMs] = [Number.NEGATIVE_INFINITY, -1];
  const make = (goodMs: number, nowMs: number): Voucher | undefined => {
    const amount = priceWei(terms.rateWeiPerHour, BigInt(Math.floor(goodMs)));
    if (amount > terms.maxWei) return undefined;
    seq += 1n;
    [lastMs, lastGoodMs] = [nowMs, goodMs];
    return { lease: terms.lease, seq, servedMs: BigInt(Math.floor(goodMs)), amount };
  };
  return {
    due(goodMs, nowMs) {
      if (lastMs === Number.NEGATIVE_INFINITY) lastMs = nowMs;
      if (nowMs - lastMs < timings.voucherMs || goodMs <= lastGoodMs || goodMs === 0) return undefined;
      return make(goodMs, nowMs);
    },
    now: make,
    atLeast(known) {
      if (known > seq) seq = known;
    },
    get seq() {
      return seq;
    },
  };
}
