// src/agent/last-words.ts - what is left to tell of sessions that are over: how they ended, what was signed for them, and
// the player's save. Told again at each welcome until the hub has kept it, also by an agent that was started anew.
import type { SessionId } from '../base/ids.ts';
import type { Log } from '../observe/log.ts';
import type { NodeToHub } from '../protocol/node-messages.ts';
import { withinMs } from './deadline.ts';
import type { Journal, SessionRecord } from './journal.ts';
import type { KeptSaves } from './kept-saves.ts';

type Ended = Extract<NodeToHub, { t: 'ended' }>;
/** Where ends and saves wait on the disk. */
export type LastWordsDeps = { readonly journal: Journal; readonly saves: KeptSaves; readonly log: Log };

/** How long a leaving machine waits until the hub has kept its last ends. */
const KEPT_WAIT_MS = 1_000;

/** The end of a session whose process died without a word, from what it had written down. */
export function endOfRecord({ session, tick, voucher }: SessionRecord): Ended {
  const paid = voucher === undefined ? {} : { voucher: voucher.voucher, voucherSignature: voucher.signature };
  return { t: 'ended', session, reason: 'node-lost', goodMs: tick?.goodMs ?? 0, ...paid };
}

/** The ends of this node's sessions. */
export class LastWords {
  readonly #deps: LastWordsDeps;
  readonly #send: (ended: Ended) => void;
  /** Told, and not kept by the hub yet. */
  readonly #open = new Set<SessionId>();
  #onKept: (() => void) | undefined;

  /** @param send passes an end to the hub, or drops it while the hub is away */
  constructor(deps: LastWordsDeps, send: (ended: Ended) => void) {
    this.#deps = deps;
    this.#send = send;
  }

  /** True while the hub has not kept the end of this session. */
  has(session: SessionId): boolean {
    return this.#open.has(session);
  }

  /** Tells an end that its slot has written down. */
  tell(ended: Ended): void {
    this.#open.add(ended.session);
    this.#send(ended);
  }

  /** A session's process died without a word: its end is made from what it wrote down. */
  async lost(session: SessionId): Promise<void> {
    const { journal, log } = this.#deps;
    this.#open.add(session);
    const record = await journal.read(session);
    const ended = record.ended ?? endOfRecord(record);
    try {
      await journal.keep(ended);
    } catch (cause) {
      log.error({ session, cause: String(cause) }, 'journal.failed');
    }
    this.tell(ended);
  }

  /** The hub is there: every end that it has not kept, and every save. `isServed`: a slot still has that session. */
  async tellAll(isServed: (session: SessionId) => boolean): Promise<void> {
    const { journal, saves, log } = this.#deps;
    for (const { session, ended } of await journal.all()) {
      if (ended !== undefined) this.tell(ended);
      else if (!isServed(session)) await this.lost(session);
    }
    for (const session of await saves.waiting()) {
      if (isServed(session)) continue; // Its slot brings it.
      try {
        const verdict = await saves.deliver(session);
        if (verdict === 'not-now') log.warn({ session, verdict }, 'save.waits');
        else log.info({ session, verdict }, 'save.delivered-late');
      } catch (cause) {
        log.warn({ session, cause: String(cause) }, 'save.waits');
        return;
      }
    }
  }

  /** The hub has written a session's end: nothing of it is needed here any more. */
  async kept(session: SessionId): Promise<void> {
    this.#open.delete(session);
    if (this.#open.size === 0) this.#onKept?.();
    await this.#deps.journal.forget(session);
  }

  /** Waits until the hub has kept all that it was told, at most a second: the journal holds the rest. */
  async allKept(): Promise<void> {
    if (this.#open.size === 0) return;
    const kept = Promise.withResolvers<void>();
    this.#onKept = kept.resolve;
    await withinMs(KEPT_WAIT_MS, kept.promise);
  }
}
