// src/billing/hold.ts - money set aside ahead of play: about a minute, grown before it runs low. What is charged never
// exceeds what is held, so the hold is also the most that a player can lose to a fault.
import { greater, lesser } from '../base/bigint.ts';
import { timings } from '../protocol/limits.ts';
import { affordableMs, priceWei } from './pricing.ts';

const AHEAD_MS = BigInt(timings.holdMs);
const EXTEND_BELOW_MS = BigInt(timings.holdExtendBelowMs);

/** What must be held before a session may start. */
export function firstHoldWei(rateWeiPerHour: bigint): bigint {
  return priceWei(rateWeiPerHour, AHEAD_MS);
}

/** Where a session's money stands. */
export type HoldFacts = {
  readonly rateWeiPerHour: bigint;
  /** Good time that both sides counted, paid for or not. */
  readonly billableMs: bigint;
  readonly heldWei: bigint;
  /** `Open.maxAmount`: never more is held than the player signed for. */
  readonly lockWei: bigint;
};

/** How much the hold should grow now: 0 while half a minute is left or the lock is reached. */
export function holdGrowthWei({ rateWeiPerHour, billableMs, heldWei, lockWei }: HoldFacts): bigint {
  if (heldWei >= priceWei(rateWeiPerHour, billableMs + EXTEND_BELOW_MS)) return 0n;
  const reachWei = lesser(priceWei(rateWeiPerHour, billableMs + AHEAD_MS), lockWei);
  return greater(reachWei - heldWei, 0n);
}

/** What the hold lacks to pay for the time already played: more than 0 only after the hub or the store was away. */
export function holdShortWei({ rateWeiPerHour, billableMs, heldWei, lockWei }: HoldFacts): bigint {
  return greater(lesser(priceWei(rateWeiPerHour, billableMs), lockWei) - heldWei, 0n);
}

/** Good time that is paid for: what both sides counted, as far as the hold reaches. */
export function billedMs({ rateWeiPerHour, billableMs, heldWei }: Omit<HoldFacts, 'lockWei'>): bigint {
  return lesser(billableMs, affordableMs(rateWeiPerHour, heldWei));
}

/** What may still be spent, from each side that can set an end. */
export type SpendRoom = HoldFacts & {
  /** Free money of the player. */
  readonly freeWei: bigint;
  /** What the day's own cap lets be held beyond `heldWei`; absent without a cap. */
  readonly capRoomWei?: bigint;
  /** Until the consent ends. */
  readonly consentMs: bigint;
};
/** What ends a session first. */
export type SpendLimit = 'balance' | 'cap' | 'consent';

/** Good time that may still be played, and what ends it. */
export function timeLeft(room: SpendRoom): { readonly leftMs: bigint; readonly limit: SpendLimit } {
  const { rateWeiPerHour, billableMs, heldWei, lockWei, freeWei, capRoomWei, consentMs } = room;
  const until = (wei: bigint): bigint => greater(affordableMs(rateWeiPerHour, wei) - billableMs, 0n);
  let leftMs = until(heldWei + freeWei);
  let limit: SpendLimit = 'balance';
  const consider = (otherMs: bigint, other: SpendLimit): void => {
    if (otherMs < leftMs) [leftMs, limit] = [otherMs, other];
  };
  if (capRoomWei !== undefined) consider(until(heldWei + capRoomWei), 'cap');
  consider(until(lockWei), 'consent');
  consider(greater(consentMs, 0n), 'consent');
  return { leftMs, limit };
}
