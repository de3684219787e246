// src/app/money/money-watch.ts - keeps the hold ahead of play, says when the money is about to end, and ends a session
// when it has. Everything here runs inside the player's line (serial.ts).
import { lesser } from '../../base/bigint.ts';
import { grain } from '../../base/units.ts';
import { type HoldFacts, holdGrowthWei, type SpendLimit, timeLeft } from '../../billing/hold.ts';
import { type Currency, chart, type Transfer, transferKey } from '../../billing/ledger.ts';
import { timings } from '../../protocol/limits.ts';
import type { EndReason } from '../../protocol/shapes.ts';
import type { BookEffect } from '../session-book.ts';
import type { LiveSession } from './live-session.ts';
import type { MoneyStore } from './ports.ts';
import type { PlayerPurse, Purses } from './purses.ts';

const END_REASONS: Readonly<Record<SpendLimit, EndReason>> = {
  balance: 'funds-exhausted',
  cap: 'cap-reached',
  consent: 'consent-ended',
};

/** When the money ends at the present rate of good time, and why. `atMs` is monotonic. */
export type MoneyEnd = { readonly atMs: number; readonly leftMs: number; readonly limit: SpendLimit };

/** When a session's money ends. While the clock stands, the end moves along with the present. */
export function moneyEnd(live: LiveSession, purse: PlayerPurse, nowMs: number): MoneyEnd {
  const { machine, consentEndsAtMs } = live;
  const { capRoomWei } = purse;
  const sinceMs = machine.state === 'playing' ? machine.progressAtMs : nowMs;
  const { leftMs, limit } = timeLeft({
    ...live.holdFacts,
    freeWei: purse.shareOfFreeWei(live),
    ...(capRoomWei !== undefined && { capRoomWei }),
    consentMs: BigInt(Math.floor(consentEndsAtMs - sinceMs)),
  });
  const atMs = sinceMs + Number(leftMs);
  return { atMs, leftMs: Math.max(0, Math.floor(atMs - nowMs)), limit };
}

/** Holds, warnings and ends by money. */
export class MoneyWatch {
  readonly #store: Pick<MoneyStore, 'hold'>;
  readonly #purses: Purses;
  readonly #currency: Currency;

  constructor(store: Pick<MoneyStore, 'hold'>, purses: Purses, currency: Currency) {
    this.#store = store;
    this.#purses = purses;
    this.#currency = currency;
  }

  /** True when `check` has something to do: the hold runs low, or the end is near. */
  isDue(live: LiveSession, nowMs: number): boolean {
    if (live.machine.state === 'ended') return false;
    if (holdGrowthWei(live.holdFacts) > 0n) return true;
    const purse = this.#purses.known(live.player);
    if (purse === undefined) return false;
    const { leftMs } = moneyEnd(live, purse, nowMs);
    return leftMs <= (live.warnedOf === undefined ? timings.moneyWarningMs : 0);
  }

  /**
   * Grows the hold, warns, ends.
   * @returns 'lost' when another hub owns the session
   * @throws OutageError; call again
   */
  async check(live: LiveSession, nowMs: number, wallMs: number): Promise<readonly BookEffect[] | 'lost'> {
    const purse = await this.#purses.fresh(live.player, wallMs);
    if (live.machine.state === 'ended') return [];
    if ((await this.grow(live, purse, wallMs)) === 'lost') return 'lost';
    const { leftMs, limit } = moneyEnd(live, purse, nowMs);
    if (leftMs > timings.moneyWarningMs) {
      live.warnedOf = undefined;
      return [];
    }
    if (leftMs <= 0) {
      const reason = END_REASONS[limit];
      live.step({ kind: 'end', reason }, nowMs);
      return [{ kind: 'end', session: live.id, reason }];
    }
    if (live.warnedOf === limit) return [];
    live.warnedOf = limit;
    return [{ kind: 'money-warning', session: live.id, leftMs, limit }];
  }

  /**
   * Sets money aside, as far as balance and cap allow.
   * @param want what the hold should grow by: ahead of play, or only over what was played
   */
  async grow(
    live: LiveSession,
    purse: PlayerPurse,
    wallMs: number,
    want: (facts: HoldFacts) => bigint = holdGrowthWei,
  ): Promise<'held' | 'lost'> {
    if (live.holdInDoubt !== undefined && (await this.#place(live, purse, live.holdInDoubt)) === 'lost') return 'lost';
    const wantWei = lesser(want(live.holdFacts), purse.capRoomWei ?? purse.freeWei);
    const payableWei = grain(lesser(wantWei, purse.freeWei));
    if (payableWei === 0n) return 'held';
    return this.#place(live, purse, {
      key: transferKey(live.id, 'hold', String(live.holds + 1)),
      from: chart(this.#currency).player(live.player),
      to: chart(this.#currency).held(live.id),
      amountWei: payableWei,
      session: live.id,
      atMs: wallMs,
    });
  }

  /** A hold whose answer is lost stays in doubt and is repeated word for word: it acts once. */
  async #place(live: LiveSession, purse: PlayerPurse, transfer: Transfer): Promise<'held' | 'lost'> {
    live.holdInDoubt = transfer;
    const outcome = await this.#store.hold(live.id, live.fence, transfer);
    live.holdInDoubt = undefined;
    if (outcome.kind === 'lost') return 'lost';
    purse.freeWei = outcome.freeWei;
    if (outcome.kind === 'held') {
      live.heldWei = outcome.heldWei;
      live.holds++;
    }
    return 'held';
  }
}
