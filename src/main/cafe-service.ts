// src/main/cafe-service.ts - the cafés of a hub, wired: store, cloud, devices, the tick that keeps their time, their webhooks.
import { Cafes } from '../app/cafe/cafes.ts';
import { keepTime } from '../app/cafe/keep-time.ts';
import { Kiosks } from '../app/cafe/kiosks.ts';
import { cloudOf, followCosts, followNodes, followTabs, playOf, type SeenPlay } from '../app/cafe/play-on-seat.ts';
import type { CafeStore } from '../app/cafe/ports.ts';
import type { Hub } from '../app/hub.ts';
import { OutageError } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import type { CafeId } from '../base/ids.ts';
import type { Log } from '../observe/log.ts';
import { startWebhooks } from '../server/hooks/webhooks.ts';

/** The cafés of a hub. */
export type CafeService = {
  readonly cafes: Cafes;
  readonly kiosks: Kiosks;
  readonly failingHooks: () => ReadonlySet<string>;
  /** Loads all cafés and keeps their time. Throws OutageError. */
  start(): Promise<void>;
  stop(): void;
};

const TICK_MS = 1_000;
/** Makes the cafés of a hub. `localHooks`: webhooks may go to this machine, which only a hub that is not public allows. */
export function makeCafes(
  hub: Hub,
  {
    store,
    clock,
    log,
    localHooks,
    fatal,
  }: { store: CafeStore; clock: Clock; log: Log; localHooks: boolean; fatal: (cause: unknown) => void },
): CafeService {
  const kiosks = new Kiosks();
  const cafes: Cafes = new Cafes({
    store,
    random: hub.ports.random,
    seals: hub.ports.seals,
    surroundings: {
      cloud: (owner, wallMs) => cloudOf(hub, owner, wallMs),
      life: (cafe: CafeId, seat: string) => {
        const things = cafes.peek(cafe)?.things;
        const device = things?.device.get(seat);
        const presence = device === undefined ? undefined : kiosks.presence(device.tokenHash);
        return {
          online: presence?.online ?? false,
          seenAtMs: presence?.seenAtMs,
          play: playOf(hub, cafe, things?.seat.get(seat)?.tab),
        };
      },
    },
  });
  const seen: SeenPlay = new Map();
  cafes.watchAll((written) => followTabs(hub, written, { nowMs: clock.monotonicMs(), wallMs: clock.wallMs() }, seen));
  const hooks = startWebhooks(cafes, { clock, log, local: localHooks });
  let timer: NodeJS.Timeout | undefined;
  let busy = false;
  const tick = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      await followNodes(hub, cafes, clock.wallMs());
      await followCosts(hub, cafes, seen, clock.wallMs());
      await keepTime(cafes, clock.wallMs());
    } catch (cause) {
      if (!(cause instanceof OutageError)) fatal(cause);
      else log.warn({ cause: cause.message }, 'cafe.outage');
    } finally {
      busy = false;
    }
  };
  return {
    cafes,
    kiosks,
    failingHooks: () => hooks.failing,
    start: async () => {
      await cafes.loadAll();
      timer = setInterval(() => void tick(), TICK_MS);
    },
    stop: () => {
      clearInterval(timer);
      hooks.stop();
    },
  };
}
