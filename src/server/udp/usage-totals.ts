// src/server/udp/usage-totals.ts - what each session carried over all workers, since it began: folds the shared counters
// into totals that never fall, also when an allocation, a place or a worker is gone.
import type { SessionCounters, SessionUsage } from '../../relay/session-counters.ts';

const IDLE_MS = 3_600_000; // A session that moved nothing for an hour is over; its hub has had its figures long since.
const SESSIONS_MAX = 100_000;

type Total = { settled: SessionUsage; readonly live: Map<string, SessionUsage>; reported: number; movedMs: number };

const NOTHING: SessionUsage = { toPlayerBytes: 0, toPlayerPackets: 0, toNodeBytes: 0, toNodePackets: 0 };
const sum = (a: SessionUsage, b: SessionUsage): SessionUsage => ({
  toPlayerBytes: a.toPlayerBytes + b.toPlayerBytes,
  toPlayerPackets: a.toPlayerPackets + b.toPlayerPackets,
  toNodeBytes: a.toNodeBytes + b.toNodeBytes,
  toNodePackets: a.toNodePackets + b.toNodePackets,
});
const usageOf = ({ settled, live }: Total): SessionUsage => [...live.values()].reduce(sum, settled);

/** Cumulative usage by session. */
export class UsageTotals {
  #totals = new Map<string, Total>();

  /**
   * Reads one worker's counters.
   * @param worker its number; `gone` when it will not count any further (it crashed or ended)
   */
  read(worker: number, counters: SessionCounters, nowMs: number, gone = false): void {
    for (const { place, name, usage, final } of counters.read()) {
      const total = this.#total(name, nowMs);
      const key = `${worker} ${place}`;
      if (!final && !gone) {
        total.live.set(key, usage);
        continue;
      }
      total.live.delete(key);
      total.settled = sum(total.settled, usage);
    }
    this.#forgetIdle(nowMs);
  }

  #total(name: string, nowMs: number): Total {
    const known = this.#totals.get(name);
    if (known !== undefined) return known;
    const fresh: Total = { settled: NOTHING, live: new Map(), reported: -1, movedMs: nowMs };
    this.#totals.set(name, fresh);
    return fresh;
  }

  /** Sessions whose figures changed since the last call, with their totals. */
  takeChanged(nowMs: number): readonly { readonly session: string; readonly usage: SessionUsage }[] {
    const changed: { session: string; usage: SessionUsage }[] = [];
    for (const [session, total] of this.#totals) {
      const usage = usageOf(total);
      const packets = usage.toPlayerPackets + usage.toNodePackets;
      if (packets === total.reported) continue;
      total.reported = packets;
      total.movedMs = nowMs;
      changed.push({ session, usage });
    }
    return changed;
  }

  /** Every total, for a hub that has just been reached again. */
  all(): readonly { readonly session: string; readonly usage: SessionUsage }[] {
    return [...this.#totals].map(([session, total]) => ({ session, usage: usageOf(total) }));
  }

  #forgetIdle(nowMs: number): void {
    for (const [session, { live, movedMs }] of this.#totals) {
      const over = live.size === 0 && (nowMs - movedMs > IDLE_MS || this.#totals.size > SESSIONS_MAX);
      if (over) this.#totals.delete(session);
    }
  }
}
