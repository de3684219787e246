// src/main/operator-service.ts - the operators of a hub, wired: the tick that keeps planned maintenance, and the one that looks for
// what they are to be told of.
import type { Hub } from '../app/hub.ts';
import { type AlertParts, lookAround, tellOn, waysOf } from '../app/operator/keep-alerts.ts';
import { keepWindows, openWindows } from '../app/operator/maintain.ts';
import { OutageError } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import type { OperatorId } from '../base/ids.ts';
import type { Log } from '../observe/log.ts';
import type { Way } from '../pool/alerts.ts';

/** What runs for operators. */
export type OperatorService = {
  /** Loads what is planned, keeps to it, and looks for trouble. Throws OutageError. */
  start(): Promise<void>;
  stop(): void;
};

const TICK_MS = 200; // A look at a small map and at the clock.
/** By the wall clock: an absence is counted in minutes. */
const LOOK_EVERY_MS = 15_000;

/** Makes it; nothing runs before `start`. */
export function makeOperators(
  hub: Hub,
  parts: AlertParts,
  { clock, log, fatal }: { readonly clock: Clock; readonly log: Log; readonly fatal: (cause: unknown) => void },
): OperatorService {
  const now = () => ({ nowMs: clock.monotonicMs(), wallMs: clock.wallMs() });
  /** Ways on which something is being said to an operator: one that does not answer keeps nobody else waiting. */
  const speaking = new Set<string>();
  const keyOf = (operator: OperatorId, way: Way): string => `${operator} ${way}`;
  let timer: NodeJS.Timeout | undefined;
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  let looking = false;

  const failed = (cause: unknown): void => {
    if (cause instanceof OutageError) log.debug({ cause: cause.message }, 'alerts.outage');
    else fatal(cause);
  };
  const look = async (): Promise<void> => {
    for (const settings of await hub.ports.operators.whoIsTold()) {
      const { operator } = settings;
      const ways = waysOf(settings, parts.messengers);
      const free = ways.filter((way) => !speaking.has(keyOf(operator, way))); // Before we look: what we see is whole then.
      const alerts = await lookAround(hub, parts, settings, free.length === ways.length, now());
      for (const way of free) {
        speaking.add(keyOf(operator, way));
        void tellOn(hub, parts, settings, way, alerts, clock.wallMs())
          .catch(failed)
          .finally(() => speaking.delete(keyOf(operator, way)));
      }
    }
  };
  const tick = (): void => {
    keepWindows(hub, now());
    if (looking || Math.abs(clock.wallMs() - lookedAtMs) < LOOK_EVERY_MS) return;
    looking = true;
    lookedAtMs = clock.wallMs();
    void look()
      .catch(failed)
      .finally(() => {
        looking = false;
      });
  };
  return {
    start: async () => {
      await openWindows(hub, now());
      timer = setInterval(tick, TICK_MS);
    },
    stop: () => clearInterval(timer),
  };
}
