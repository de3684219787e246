// src/app/money/book-core.ts - what every act of the session book shares: running sessions, their deadlines, the batch
// writer, the players' lines and purses.
import { DeadlineHeap } from '../../base/deadline-heap.ts';
import type { PlayerId, SessionId } from '../../base/ids.ts';
import type { Random } from '../../base/random.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import { timings } from '../../protocol/limits.ts';
import type { SessionState } from '../../protocol/player-messages.ts';
import type { Session } from '../../session/session.ts';
import type { BookEffect } from '../session-book.ts';
import type { BookTerms } from './closing.ts';
import { Flusher, orOutage } from './flusher.ts';
import { LiveSession } from './live-session.ts';
import { MoneyWatch, moneyEnd } from './money-watch.ts';
import type { ChainPort, MoneyStore, RecoverSigner, SessionRow } from './ports.ts';
import { type PlayerPurse, Purses } from './purses.ts';
import { SerialByKey } from './serial.ts';

const RETRY_MS = 1_000; // After an outage: soon enough that a player does not notice, rare enough for a sick store.
const END_AGAIN_MS = 5_000; // An end that nobody closed is said again.
const STEP_MS = 50; // Deadlines are not looked at more often than this.
const ENDED_REMEMBERED = 10_000; // Late ticks of so many closed sessions are told 'ended' rather than 'unknown'.

/** What the book is made of. */
export type BookParts = {
  readonly store: MoneyStore;
  readonly recoverSigner: RecoverSigner;
  readonly random: Random;
  readonly terms: BookTerms;
  /** Longest play that one Open allows for. */
  readonly lockMs: number;
  /** How far the site's midnight lies before midnight in UTC. */
  readonly dayOffsetMs: number;
  readonly chain?: ChainPort;
};

/** The refusal for anything that the store could not do in time. */
export const STORE_UNAVAILABLE: Refusal = refusal('STORE_UNAVAILABLE');

/** Shared state of the session book; no rule of money lives here. */
export class BookCore {
  readonly parts: BookParts;
  readonly live = new Map<SessionId, LiveSession>();
  readonly purses: Purses;
  readonly line = new SerialByKey<PlayerId>();
  readonly watch: MoneyWatch;
  readonly flusher: Flusher;
  /** Opens whose outcome is not known, by session: looked for until they are found or cannot come any more. */
  readonly doubts = new Map<SessionId, { readonly player: PlayerId; readonly untilMs: number }>();
  #dues = new DeadlineHeap<SessionId>();
  #ended = new Set<SessionId>();

  constructor(parts: BookParts) {
    this.parts = parts;
    this.purses = new Purses(parts.store, parts.dayOffsetMs);
    this.watch = new MoneyWatch(parts.store, this.purses, parts.terms.currency);
    this.flusher = new Flusher(parts.store, (live) => this.drop(live, 'lost'));
  }

  /** Takes a session into memory. */
  add(row: SessionRow, machine: Session, purse: PlayerPurse, nowMs: number, wallMs: number): LiveSession {
    const { consent, open } = row.facts;
    const live = new LiveSession(row, machine, {
      openedAtMs: nowMs - Math.max(0, wallMs - Number(open.startedAtMs)),
      consentEndsAtMs: nowMs + (Number(consent.validUntil) * 1_000 - wallMs),
    });
    this.live.set(live.id, live);
    this.purses.add(purse, live);
    this.schedule(live, nowMs);
    return live;
  }

  /** Forgets a session that is closed, or `lost`: another hub has taken it over. */
  drop(live: LiveSession, why: 'closed' | 'lost'): void {
    if (!this.live.delete(live.id)) return;
    this.purses.remove(live);
    this.#dues.clear(live.id);
    if (why === 'closed') this.#ended.add(live.id);
    for (const oldest of this.#ended) {
      if (this.#ended.size <= ENDED_REMEMBERED) break;
      this.#ended.delete(oldest);
    }
  }

  /** A running session, or why there is none. */
  find(session: SessionId): Result<LiveSession, Refusal> {
    const live = this.live.get(session);
    if (live !== undefined) return ok(live);
    return err(refusal(this.#ended.has(session) ? 'SESSION_ENDED' : 'SESSION_UNKNOWN'));
  }

  get nextDueMs(): number | undefined {
    return this.#dues.earliestMs;
  }

  /** Takes one session whose deadline has come. */
  popDue(nowMs: number): SessionId | undefined {
    return this.#dues.popDue(nowMs);
  }

  /** Notes that an open may or may not have happened. */
  doubt(session: SessionId, player: PlayerId, nowMs: number): void {
    this.doubts.set(session, { player, untilMs: nowMs + timings.sessionCloseMs });
    this.#dues.set(session, nowMs + RETRY_MS);
  }

  /** Looks again at a session in doubt a little later. */
  doubtAgain(session: SessionId, nowMs: number): void {
    this.#dues.set(session, nowMs + END_AGAIN_MS);
  }

  /** Sets the moment at which a session must be looked at again. */
  schedule(live: LiveSession, nowMs: number, outage = false): void {
    if (!this.live.has(live.id)) return;
    const { machine } = live;
    let atMs = machine.state === 'ended' ? nowMs + END_AGAIN_MS : machine.deadlineMs;
    if (live.dirty || live.holdInDoubt !== undefined || live.untold.length > 0) atMs = Math.min(atMs, nowMs + RETRY_MS);
    const purse = this.purses.known(live.player);
    if (machine.state === 'playing' && purse !== undefined) {
      const end = moneyEnd(live, purse, nowMs);
      atMs = Math.min(atMs, live.warnedOf === undefined ? end.atMs - timings.moneyWarningMs : end.atMs);
    }
    this.#dues.set(live.id, Math.max(atMs, nowMs + (outage ? RETRY_MS : STEP_MS)));
  }

  /**
   * Makes a change durable and lets money follow it.
   * @param effects what the change itself brought about
   * @returns all effects; STORE_UNAVAILABLE when the store is away: nothing is lost then, effects are told by `due`
   */
  async settle(
    live: LiveSession,
    effects: readonly BookEffect[],
    nowMs: number,
    wallMs: number,
  ): Promise<Result<readonly BookEffect[], Refusal>> {
    const [saved, watched] = await Promise.all([
      orOutage(() => this.flusher.save(live), 'outage'),
      this.watch.isDue(live, nowMs)
        ? orOutage(() => this.line.run(live.player, () => this.watch.check(live, nowMs, wallMs)), 'outage')
        : [],
    ]);
    if (watched === 'lost') this.drop(live, 'lost');
    const all = [...effects, ...(typeof watched === 'string' ? [] : watched)];
    const outage = saved === 'outage' || watched === 'outage';
    if (outage) live.untold.push(...all.filter(({ kind }) => kind !== 'state'));
    this.schedule(live, nowMs, outage);
    if (outage) return err(STORE_UNAVAILABLE);
    const still = this.find(live.id);
    return still.ok ? ok(all) : still;
  }

  /** Makes a change durable. STORE_UNAVAILABLE when the store is away: nothing is lost, `due` tries again. */
  async keep(live: LiveSession, nowMs: number): Promise<Result<void, Refusal>> {
    const saved = await orOutage(() => this.flusher.save(live), 'outage');
    this.schedule(live, nowMs, saved === 'outage');
    if (saved === 'outage') return err(STORE_UNAVAILABLE);
    const still = this.find(live.id); // Another hub may own it by now: then nothing was written.
    return still.ok ? ok(undefined) : still;
  }

  /** What a player sees of a running session. */
  state(live: LiveSession, nowMs: number): SessionState {
    const purse = this.purses.known(live.player);
    const end = purse === undefined ? undefined : moneyEnd(live, purse, nowMs);
    return {
      session: live.id,
      phase: live.machine.state,
      billedMs: Number(live.billedMs),
      costWei: live.costWei.toString(),
      heldWei: live.heldWei.toString(),
      balanceWei: (purse?.freeWei ?? 0n).toString(),
      timeLeftMs: Math.min(end?.leftMs ?? 0, 2 ** 52),
      limit: end?.limit ?? 'balance',
      badMs: live.meter.player.badMs,
    };
  }

  /** The effect that tells a player how things stand. */
  stateEffect(live: LiveSession, nowMs: number): BookEffect {
    return { kind: 'state', session: live.id, state: this.state(live, nowMs) };
  }
}
