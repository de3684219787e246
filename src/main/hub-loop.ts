// src/main/hub-loop.ts - the one timer of the hub: wakes when the earliest deadline is due and does what is.
import type { Hub } from '../app/hub.ts';
import { earliestMs, runDeadlines } from '../app/run-deadlines.ts';
import { OutageError } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../observe/log.ts';

/** Deadlines set by messages are noticed within this, though the timer was set for later. */
const LOOK_EVERY_MS = 50;
const OUTAGE_LOG_EVERY_MS = 5_000;

/** Runs until `stop`. `fatal`: a bug of ours came to light. */
export function startLoop(hub: Hub, clock: Clock, log: Log, fatal: (cause: unknown) => void): { stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Immediate | undefined;
  let stopped = false;
  let outageLoggedMs = Number.NEGATIVE_INFINITY;

  const failed = (cause: unknown): void => {
    if (!(cause instanceof OutageError)) {
      log.error({ cause: cause instanceof Error ? cause.stack : String(cause) }, 'loop.failed');
      fatal(cause);
      return;
    }
    const nowMs = clock.monotonicMs();
    if (nowMs - outageLoggedMs < OUTAGE_LOG_EVERY_MS) return;
    outageLoggedMs = nowMs;
    log.warn({ cause: cause.message }, 'store.outage');
  };
  const turn = (): void => {
    if (stopped) return;
    const nowMs = clock.monotonicMs();
    try {
      for (const work of runDeadlines(hub, { nowMs, wallMs: clock.wallMs() })) work.catch(failed);
    } catch (cause) {
      failed(cause);
    }
    const waitMs = Math.min(LOOK_EVERY_MS, Math.max(1, earliestMs(hub) - clock.monotonicMs()));
    // Only after the sockets were read once more: when this process stood still for a while (a paused machine, a busy
    // one), the heartbeats of that while are waiting there, and nobody is lost who has spoken.
    timer = setTimeout(() => {
      soon = setImmediate(turn);
    }, waitMs);
  };
  turn();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      clearImmediate(soon);
    },
  };
}
