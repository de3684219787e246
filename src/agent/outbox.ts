// src/agent/outbox.ts - what waits for the hub while it is away. Ticks and vouchers are cumulative, so only the newest
// of a session is kept, and the number of sessions is the bound; ended sessions wait in the journal instead.
import type { SessionId } from '../base/ids.ts';
import type { NodeToHub } from '../protocol/node-messages.ts';

type Kept = Extract<NodeToHub, { t: 'tick' | 'voucher' | 'saved' }>;
type Waiting = { [K in Kept['t']]?: Extract<Kept, { t: K }> };

/** The newest tick, voucher and save of every running session that the hub has not been told. */
export class Outbox {
  readonly #sessions = new Map<SessionId, Waiting>();
  readonly #sessionsMax: number;

  /** @param sessionsMax most sessions remembered: the node's slots */
  constructor(sessionsMax: number) {
    this.#sessionsMax = sessionsMax;
  }

  /** Takes a message that could not be sent. False: it is of a kind that nobody wants late, or there is no room. */
  keep(message: NodeToHub): boolean {
    if (message.t !== 'tick' && message.t !== 'voucher' && message.t !== 'saved') return false;
    const waiting = this.#sessions.get(message.session);
    if (waiting === undefined && this.#sessions.size >= this.#sessionsMax) return false;
    this.#sessions.set(message.session, { ...waiting, [message.t]: message });
    return true;
  }

  /** Drops what waits for a session: it ended, and its last message says it all. */
  forget(session: SessionId): void {
    this.#sessions.delete(session);
  }

  /** Hands everything over, vouchers before ticks: money first. */
  takeAll(): NodeToHub[] {
    const all = [...this.#sessions.values()];
    this.#sessions.clear();
    return all.flatMap(({ voucher, tick, saved }) => [voucher, tick, saved].filter((message) => message !== undefined));
  }
}
