// src/app/money/purses.ts - what players have, in memory while they play: their free money, their own cap, and how much
// of the day's cap is used or set aside. The store is asked again before anything is refused or ended for lack of money.
import { greater } from '../../base/bigint.ts';
import type { PlayerId, SessionId } from '../../base/ids.ts';
import { capOn, type DayCap, dayOf } from '../../billing/day-cap.ts';
import type { LiveSession } from './live-session.ts';
import type { MoneyStore } from './ports.ts';

/** One player's money while sessions run. */
export class PlayerPurse {
  freeWei = 0n;
  /** On hold for running sessions, when the store was last asked. */
  heldWei = 0n;
  /** Cost of closed sessions on `day`. */
  spentWei = 0n;
  cap: DayCap;
  day: number;
  readonly #sessions = new Map<SessionId, LiveSession>();
  /** What all of them cost an hour. Kept, because every session asks for it every second, and a café has hundreds. */
  #rateWeiPerHour = 0n;

  constructor(cap: DayCap, day: number) {
    this.cap = cap;
    this.day = day;
  }

  /** Running sessions of the player. */
  get sessions(): ReadonlyMap<SessionId, LiveSession> {
    return this.#sessions;
  }

  /** Counts a session in, once. */
  join(live: LiveSession): void {
    if (!this.#sessions.has(live.id)) this.#rateWeiPerHour += live.rateWeiPerHour;
    this.#sessions.set(live.id, live);
  }

  /** Counts a session out; false when it was not counted. */
  leave(live: LiveSession): boolean {
    if (!this.#sessions.delete(live.id)) return false;
    this.#rateWeiPerHour -= live.rateWeiPerHour;
    return true;
  }

  /** Begins a new day: nothing that closed before it counts against its cap. A day before the current one is ignored. */
  turnDay(day: number): void {
    for (const live of this.sessions.values()) live.turnDay(day);
    if (day <= this.day) return;
    this.day = day;
    this.spentWei = 0n;
  }

  /** Spent on the current day, by closed and by running sessions. */
  get spentTodayWei(): bigint {
    let sum = this.spentWei;
    for (const live of this.sessions.values()) sum += live.spending(this.day).spentWei;
    return sum;
  }

  /** What may still be set aside today; undefined without a cap. Money already ahead in other holds counts as used. */
  get capRoomWei(): bigint | undefined {
    const capWei = capOn(this.cap, this.day);
    if (capWei === null) return undefined;
    let aheadWei = 0n;
    for (const live of this.sessions.values()) aheadWei += live.spending(this.day).aheadWei;
    return greater(capWei - this.spentTodayWei - aheadWei, 0n);
  }

  /**
   * The part of the free money that one session may count on: sessions of one player use it up side by side, each at
   * its rate.
   */
  shareOfFreeWei(live: LiveSession): bigint {
    const sum = this.#rateWeiPerHour;
    return sum === 0n ? this.freeWei : (this.freeWei * live.rateWeiPerHour) / sum;
  }
}

/** The purses of everybody who plays. */
export class Purses {
  readonly #store: Pick<MoneyStore, 'purse'>;
  readonly #dayOffsetMs: number;
  #purses = new Map<PlayerId, PlayerPurse>();

  /** @param dayOffsetMs how far the site's midnight lies before midnight in UTC */
  constructor(store: Pick<MoneyStore, 'purse'>, dayOffsetMs: number) {
    this.#store = store;
    this.#dayOffsetMs = dayOffsetMs;
  }

  /** The day of the site. */
  day(wallMs: number): number {
    return dayOf(wallMs, this.#dayOffsetMs);
  }

  /** What is remembered of a player who plays. */
  known(player: PlayerId): PlayerPurse | undefined {
    return this.#purses.get(player);
  }

  /** Asks the store. The purse is remembered only while the player has a session. Throws OutageError. */
  async fresh(player: PlayerId, wallMs: number): Promise<PlayerPurse> {
    const day = Math.max(this.day(wallMs), this.#purses.get(player)?.day ?? 0);
    const stored = await this.#store.purse(player, day);
    const purse = this.#purses.get(player) ?? new PlayerPurse(stored.cap, day);
    purse.turnDay(day);
    purse.freeWei = stored.freeWei;
    purse.heldWei = stored.heldWei;
    purse.cap = stored.cap;
    purse.spentWei = stored.spentWei;
    return purse;
  }

  /** Remembers that a session uses this purse. */
  add(purse: PlayerPurse, live: LiveSession): void {
    this.#purses.set(live.player, purse);
    purse.join(live);
  }

  /** A session is over; `spentWei` and free money are as the store has them now, unless the session was lost. */
  remove(live: LiveSession): void {
    const purse = this.#purses.get(live.player);
    if (purse?.leave(live) === true && purse.sessions.size === 0) this.#purses.delete(live.player);
  }

  /** Running sessions of a player. */
  sessionsOf(player: PlayerId): readonly LiveSession[] {
    return [...(this.#purses.get(player)?.sessions.values() ?? [])];
  }
}
