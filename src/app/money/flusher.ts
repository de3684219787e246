// src/app/money/flusher.ts - writes counters in batches: while one batch is on its way the next one fills up, so the
// store sees one statement for many ticks however many sessions there are. A batch that fails is not lost: the
// sessions stay dirty, and the next batch carries their newest counts.
import { OutageError, UnkeepableError } from '../../base/assert.ts';
import type { SessionId } from '../../base/ids.ts';
import type { LiveSession } from './live-session.ts';
import type { CounterRow, MoneyStore } from './ports.ts';

const BATCH_MAX = 1_000; // Measured (bench/billing/ticks.ts): larger batches gain nothing and hold locks longer.

/** Group commit for counters. */
export class Flusher {
  readonly #store: Pick<MoneyStore, 'saveCounters'>;
  readonly #onLost: (session: LiveSession) => void;
  #waiting = new Map<SessionId, LiveSession>();
  #next: Promise<void> | undefined;
  #running: Promise<void> = Promise.resolve();

  /** @param onLost called for a session that another hub has taken over */
  constructor(store: Pick<MoneyStore, 'saveCounters'>, onLost: (session: LiveSession) => void) {
    this.#store = store;
    this.#onLost = onLost;
  }

  /**
   * Resolves when everything that `session` knew at this moment is in the store.
   * @throws OutageError when the batch failed; the session stays dirty
   */
  save(session: LiveSession): Promise<void> {
    if (!session.dirty) return Promise.resolve();
    this.#waiting.set(session.id, session);
    this.#next ??= this.#running.then(
      () => this.#flush(),
      () => this.#flush(),
    );
    return this.#next;
  }

  #flush(): Promise<void> {
    this.#next = undefined;
    const batch = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#running = this.#write(batch);
    return this.#running;
  }

  async #write(batch: readonly LiveSession[]): Promise<void> {
    for (let start = 0; start < batch.length; start += BATCH_MAX) {
      const part = batch.slice(start, start + BATCH_MAX).map((session) => ({
        session,
        row: {
          session: session.id,
          fence: session.fence,
          counters: session.counters(),
          samples: session.samples(),
        },
      }));
      const ours = await this.#save(part.map(({ row }) => row));
      for (const { session, row } of part) {
        if (ours.has(session.id)) session.saved(row.counters.rev, row.samples);
        else this.#onLost(session);
      }
    }
  }

  /** Where one page measured what the store cannot hold, its points are left out and nobody else's: no money is in them. */
  async #save(rows: readonly CounterRow[]): Promise<ReadonlySet<SessionId>> {
    try {
      return await this.#store.saveCounters(rows);
    } catch (error) {
      if (!(error instanceof UnkeepableError)) throw error;
    }
    const ours = new Set<SessionId>();
    for (const row of rows) {
      const one = await this.#store.saveCounters([row]).catch((error: unknown) => {
        if (error instanceof UnkeepableError) return this.#store.saveCounters([{ ...row, samples: [] }]);
        throw error;
      });
      for (const session of one) ours.add(session);
    }
    return ours;
  }
}

/** Runs `act`; an outage becomes `otherwise`, anything else is thrown on. */
export async function orOutage<T, F>(act: () => Promise<T>, otherwise: F): Promise<T | F> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof OutageError) return otherwise;
    throw error;
  }
}
