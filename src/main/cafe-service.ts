// src/main/cafe-service.ts - the cafés of a hub, wired: store, cloud, devices, the tick that keeps their time, their webhooks.
import { Cafes } from '../app/cafe/cafes.ts';
import { keepTime } from '../app/cafe/keep-time.ts';
import { Kiosks } from '../app/cafe/kiosks.ts';
import type { CafeStore, Cloud } from '../app/cafe/ports.ts';
import { cloudOf } from '../app/cafe/seat-play.ts';
import type { Hub } from '../app/hub.ts';
import { OutageError } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import type { CafeId, PlayerId } from '../base/ids.ts';
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
/** What the cloud costs is asked anew at most this often: floors of many pages look at one account. */
const CLOUD_KEPT_MS = 2_000;

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
  const clouds = new Map<PlayerId, { readonly atMs: number; readonly cloud: Promise<Cloud> }>();
  const cafes: Cafes = new Cafes({
    store,
    random: hub.ports.random,
    seals: hub.ports.seals,
    surroundings: {
      cloud: (owner, wallMs) => {
        const kept = clouds.get(owner);
        if (kept !== undefined && wallMs - kept.atMs < CLOUD_KEPT_MS && wallMs >= kept.atMs) return kept.cloud;
        const cloud = cloudOf(hub, owner, wallMs);
        cloud.catch(() => clouds.delete(owner));
        clouds.set(owner, { atMs: wallMs, cloud });
        return cloud;
      },
      life: (cafe: CafeId, seat: string) => {
        const device = cafes.peek(cafe)?.things.device.get(seat);
        const presence = device === undefined ? undefined : kiosks.presence(device.tokenHash);
        return { online: presence?.online ?? false, seenAtMs: presence?.seenAtMs, play: undefined };
      },
    },
  });
  const hooks = startWebhooks(cafes, { clock, log, local: localHooks });
  let timer: NodeJS.Timeout | undefined;
  let busy = false;
  const tick = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
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
