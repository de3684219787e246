// src/server/ws/log-gate.ts - a thousand peers that send nonsense are one line a second, with a count.
import type { Log } from '../../observe/log.ts';

const EVERY_MS = 1_000;

/** Logs an event at most once a second each; later ones are counted and told with the next line. */
export class LogGate {
  readonly #log: Log;
  readonly #events = new Map<string, { atMs: number; held: number }>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** `event`: one of a fixed list of names. */
  warn(event: string, facts: object, nowMs: number): void {
    const last = this.#events.get(event);
    if (last !== undefined && nowMs - last.atMs < EVERY_MS) {
      last.held += 1;
      return;
    }
    this.#events.set(event, { atMs: nowMs, held: 0 });
    this.#log.warn({ ...facts, held: last?.held ?? 0 }, event);
  }
}
