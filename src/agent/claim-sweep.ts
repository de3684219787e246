// src/agent/claim-sweep.ts - what a hub never settled, settled by the node before the contract lets the lock go: a day after
// the consent's end anybody may release it, and then the vouchers pay nothing.
import { OutageError } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import type { SessionId } from '../base/ids.ts';
import type { Log } from '../observe/log.ts';
import type { Claim, Claims } from './claims.ts';
import { lastReleaseS, type OwnChain, SETTLE_WINDOW_S } from './lease-watch.ts';
import type { DatedClaim } from './own-claims.ts';

/** What a sweep is made of. */
export type ClaimSweepParts = {
  readonly chain: OwnChain;
  readonly claims: Pick<Claims, 'all'>;
  /** The claim of a session that is over, with the word that its voucher was the last. */
  readonly claimOf: (session: SessionId) => Promise<DatedClaim | undefined>;
  readonly isServed: (session: SessionId) => boolean;
  readonly clock: Clock;
  readonly log: Log;
};

const FIRST_MS = 300_000;
const EVERY_MS = 3_600_000; // The window is a day.
const AGAIN_MS = 600_000;

/** Looks once an hour at the leases whose consent has ended. */
export class ClaimSweep {
  readonly #parts: ClaimSweepParts;
  /** Sessions with nothing left to do. */
  readonly #done = new Set<SessionId>();
  #dueMs: number;
  #busy = false;

  constructor(parts: ClaimSweepParts) {
    this.#parts = parts;
    this.#dueMs = parts.clock.monotonicMs() + FIRST_MS;
  }

  /** Call about once a second. */
  beat(): void {
    const nowMs = this.#parts.clock.monotonicMs();
    if (this.#busy || nowMs < this.#dueMs) return;
    this.#busy = true;
    this.#dueMs = nowMs + EVERY_MS;
    void this.#sweep(nowMs).finally(() => {
      this.#busy = false;
    });
  }

  async #sweep(nowMs: number): Promise<void> {
    const { claims, log } = this.#parts;
    try {
      for (const claim of await claims.all()) {
        if (this.#isDue(claim) && (await this.#settle(claim))) this.#done.add(claim.session);
      }
    } catch (cause) {
      if (!(cause instanceof OutageError)) throw cause;
      log.warn({ cause: cause.message }, 'lease.unseen');
      this.#dueMs = nowMs + AGAIN_MS;
    }
  }

  /** Its consent has ended, so that nobody plays on it, and the contract still pays. A hub that settles has done so by now. */
  #isDue(claim: Claim): boolean {
    const { clock, isServed } = this.#parts;
    const releaseS = lastReleaseS(claim);
    const nowS = BigInt(Math.floor(clock.wallMs() / 1_000));
    const inWindow = nowS > releaseS - SETTLE_WINDOW_S && nowS < releaseS;
    return inWindow && !this.#done.has(claim.session) && !isServed(claim.session);
  }

  /** True when nothing is left to do. */
  async #settle(claim: Claim): Promise<boolean> {
    const { chain, claimOf, log } = this.#parts;
    const { session } = claim;
    const { state, paidWei, releaseAtS } = await chain.look(claim);
    if (state !== 'open') return true;
    const own = await claimOf(session);
    if (own?.highest === undefined || paidWei >= own.highest.voucher.amount) return true;
    if (chain.settle === undefined) {
      log.error({ session, settleBy: new Date(releaseAtS * 1_000).toISOString() }, 'lease.unsettled');
      return true; // Said once a start.
    }
    log.warn({ session, outcome: await chain.settle(own) }, 'lease.settled-alone');
    return true;
  }
}
