// src/agent/lease-watch.ts - a node's own look at the chain. A hub that keeps an Open back, or hides that a player closed,
// would have a machine serve for vouchers that no contract pays: so the node looks whether its leases are there, sends what
// it holds where it has gas, and ends a session that nobody could pay for.
import { OutageError } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import type { SessionId } from '../base/ids.ts';
import type { Log } from '../observe/log.ts';
import type { EndReason } from '../protocol/shapes.ts';
import type { Claim } from './claims.ts';
import type { DatedClaim } from './own-claims.ts';

/** How a lease stands at the contract. */
export type LeaseSeen = {
  readonly state: 'none' | 'open' | 'closed';
  readonly paidWei: bigint;
  /** When the contract lets the rest go, Unix seconds; 0 unless it is open. */
  readonly releaseAtS: number;
  /** The chain's own clock as of that answer, Unix seconds. */
  readonly headS: number;
};
/** The chain as an operator reaches it. Calls throw OutageError. */
export type OwnChain = {
  look(claim: Claim): Promise<LeaseSeen>;
  /** Opens what can still be opened, pays by the highest voucher, closes where the claim says so; answers what became of it.
   * Absent where nobody pays for gas. */
  readonly settle?: (claim: DatedClaim) => Promise<string>;
};
/** What a watch is made of. */
export type LeaseWatchParts = {
  readonly chain: OwnChain;
  /** A session's claim as it can be settled now; `over`: with the word that its voucher was the last. */
  readonly claimOf: (session: SessionId, over: boolean) => Promise<DatedClaim | undefined>;
  /** Ends a session kindly. */
  readonly end: (session: SessionId, reason: EndReason) => void;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly log: Log;
};

/** A hub sends an Open at once, and dearer after a minute: by then it should have its block. */
const FIRST_LOOK_MS = 180_000;
const LOOK_EVERY_MS = 15_000;
/** A player's closing leaves ten minutes to settle. */
const SEEN_EVERY_MS = 60_000;
/** The contract takes an Open for ten minutes; before they are over, nobody plays on what it does not have. */
const END_AFTER_MS = 540_000;
const TRIES_MAX = 2; // What the contract refuses twice costs gas and nothing else.
const SETTLE_FOR_MS = 1_200_000;
const LEASE_MAX_S = 31n * 86_400n; // As the contract has it.

/** How long the contract pays after the last moment that a lease may be played, seconds. */
export const SETTLE_WINDOW_S = 86_400n;

type Watched = {
  readonly claim: Claim;
  readonly sinceMs: number;
  dueMs: number;
  busy: boolean;
  tries: number;
  /** The chain's clock when the lease was last seen open. */
  openAtS: number | undefined;
  ended: boolean;
  /** When it was seen that the player closed: what was served must be settled before the release. */
  leavingMs: number | undefined;
  /** The session is gone from this machine. */
  over: boolean;
};

/** When the contract releases a lease that nobody closes early, Unix seconds. */
export function lastReleaseS({ consent, open }: Claim): bigint {
  const last = open.startedAtMs / 1_000n + LEASE_MAX_S;
  return (consent.validUntil < last ? consent.validUntil : last) + SETTLE_WINDOW_S;
}

/** Watches the leases of the sessions that this machine serves. */
export class LeaseWatch {
  readonly #parts: LeaseWatchParts;
  readonly #watched = new Map<SessionId, Watched>();

  constructor(parts: LeaseWatchParts) {
    this.#parts = parts;
  }

  /** The player signed the Open: from now on its lease is looked for. */
  opened(claim: Claim): void {
    const sinceMs = this.#parts.clock.monotonicMs();
    const fresh = { busy: false, tries: 0, openAtS: undefined, ended: false, leavingMs: undefined, over: false };
    this.#watched.set(claim.session, { claim, sinceMs, dueMs: sinceMs + FIRST_LOOK_MS, ...fresh });
  }

  /** Nothing of a session runs here any more. */
  over(session: SessionId): void {
    const watched = this.#watched.get(session);
    if (watched === undefined) return;
    watched.over = true;
    watched.dueMs = 0;
    if (watched.leavingMs === undefined || this.#parts.chain.settle === undefined) this.#watched.delete(session);
  }

  /** Call about once a second. */
  beat(): void {
    const nowMs = this.#parts.clock.monotonicMs();
    for (const watched of this.#watched.values()) {
      const missing = watched.openAtS === undefined && nowMs - watched.sinceMs >= END_AFTER_MS;
      if (missing) this.#end(watched, 'open-missing'); // Also while no address answers: nobody knows that it is there.
      if (watched.busy || nowMs < watched.dueMs || (watched.ended && !watched.over)) continue;
      watched.busy = true;
      void this.#turn(watched, nowMs).finally(() => {
        watched.busy = false;
      });
    }
  }

  #end(watched: Watched, reason: EndReason): void {
    if (watched.ended) return;
    watched.ended = true;
    const { session } = watched.claim;
    this.#parts.log.warn({ session, reason }, 'lease.ended');
    this.#parts.end(session, reason);
  }

  /** One look, or one try to settle what must be settled. An outage is tried again. */
  async #turn(watched: Watched, nowMs: number): Promise<void> {
    const { session } = watched.claim;
    watched.dueMs = nowMs + LOOK_EVERY_MS;
    try {
      if (watched.over) await this.#settleLast(watched, nowMs);
      else await this.#look(watched, nowMs);
    } catch (cause) {
      if (!(cause instanceof OutageError)) throw cause;
      this.#parts.log.warn({ session, cause: cause.message }, 'lease.unseen');
    }
  }

  async #look(watched: Watched, nowMs: number): Promise<void> {
    const { claim } = watched;
    const { chain, log } = this.#parts;
    const seen = await chain.look(claim);
    if (watched.over || watched.ended) return;
    if (seen.state === 'none') return this.#missing(watched, seen, nowMs);
    if (seen.state === 'closed') return this.#end(watched, 'closed-on-chain');
    if (watched.openAtS === undefined) log.info({ session: claim.session }, 'lease.open');
    watched.openAtS = seen.headS;
    watched.dueMs = nowMs + SEEN_EVERY_MS;
    if (BigInt(seen.releaseAtS) >= lastReleaseS(claim)) return;
    watched.leavingMs = nowMs;
    const settleBy = new Date(seen.releaseAtS * 1_000).toISOString();
    log.error({ session: claim.session, settleBy, alone: chain.settle !== undefined }, 'lease.leaving');
    this.#end(watched, 'closed-on-chain');
  }

  /** The lease is not there: what this machine holds opens it, as long as the contract takes it. */
  async #missing(watched: Watched, { headS }: LeaseSeen, nowMs: number): Promise<void> {
    const { claim, openAtS } = watched;
    const { chain, claimOf, log } = this.#parts;
    const { session } = claim;
    if (openAtS !== undefined && headS <= openAtS) return; // An address that is behind the one asked before.
    watched.openAtS = undefined;
    const ageMs = Math.max(nowMs - watched.sinceMs, headS * 1_000 - Number(claim.open.startedAtMs));
    if (ageMs >= END_AFTER_MS) return this.#end(watched, 'open-missing');
    log.warn({ session, ageMs, alone: chain.settle !== undefined }, 'lease.missing');
    const own = chain.settle === undefined || watched.tries >= TRIES_MAX ? undefined : await claimOf(session, false);
    if (own?.highest === undefined) return;
    watched.tries++;
    const outcome = await chain.settle?.(own);
    log.warn({ session, outcome }, 'lease.opened-alone');
    watched.dueMs = 0;
  }

  /** Play is over and the player closed at the contract: what was signed is paid before the release, or by nobody. */
  async #settleLast(watched: Watched, nowMs: number): Promise<void> {
    const { session } = watched.claim;
    const own = nowMs - (watched.leavingMs ?? 0) > SETTLE_FOR_MS ? undefined : await this.#parts.claimOf(session, true);
    if (own !== undefined) {
      const outcome = await this.#parts.chain.settle?.(own);
      this.#parts.log.warn({ session, outcome }, 'lease.settled-alone');
    }
    this.#watched.delete(session);
  }
}
