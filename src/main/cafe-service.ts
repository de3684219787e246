// src/main/cafe-service.ts - the cafés of a hub, wired: store, cloud, devices, the tick that keeps their time, their webhooks.
import { Cafes } from '../app/cafe/cafes.ts';
import { followDoubles, type ToldDoubles } from '../app/cafe/doubles.ts';
import { keepTime } from '../app/cafe/keep-time.ts';
import { Kiosks } from '../app/cafe/kiosks.ts';
import { followPlay, type HeardPages } from '../app/cafe/lost-play.ts';
import {
  cloudOf,
  followCosts,
  followPauses,
  followTabs,
  goesOn,
  playOf,
  type SeatPlays,
  tabRefusal,
} from '../app/cafe/play-on-seat.ts';
import type { CafeStore } from '../app/cafe/ports.ts';
import { followPresence } from '../app/cafe/presence.ts';
import type { Hub } from '../app/hub.ts';
import { OutageError } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import type { CafeId } from '../base/ids.ts';
import type { Log } from '../observe/log.ts';
import type { Deliveries } from '../server/hooks/deliveries.ts';
import { startWebhooks } from '../server/hooks/webhooks.ts';

/** The cafés of a hub. */
export type CafeService = {
  readonly cafes: Cafes;
  readonly kiosks: Kiosks;
  /** Loads all cafés and keeps their time. Throws OutageError. */
  start(): Promise<void>;
  stop(): void;
};

const TICK_MS = 1_000;
/** Makes the cafés of a hub. `deliveries` carries the calls of their webhooks. */
export function makeCafes(
  hub: Hub,
  {
    store,
    clock,
    log,
    deliveries,
    fatal,
  }: { store: CafeStore; clock: Clock; log: Log; deliveries: Deliveries; fatal: (cause: unknown) => void },
): CafeService {
  const kiosks = new Kiosks();
  const plays: SeatPlays = { seen: new Map(), moved: new Map() };
  const cafes: Cafes = new Cafes({
    store,
    random: hub.ports.random,
    seals: hub.ports.seals,
    surroundings: {
      mayCall: deliveries.mayCall,
      cloud: (owner, wallMs) => cloudOf(hub, owner, wallMs),
      life: (cafe: CafeId, seat: string) => {
        const things = cafes.peek(cafe)?.things;
        const device = things?.device.get(seat);
        const presence = device === undefined ? undefined : kiosks.presence(device.tokenHash);
        return {
          online: presence?.online ?? false,
          doubled: device !== undefined && kiosks.doubled(device.tokenHash, clock.wallMs()),
          seenAtMs: presence?.seenAtMs,
          play: playOf(hub, cafe, things?.seat.get(seat)?.tab),
          goesOn: goesOn(hub, plays, cafe, things?.seat.get(seat)?.tab),
        };
      },
    },
  });
  hub.tabRefusal = (page) => tabRefusal(cafes, page);
  const told: ToldDoubles = new Map();
  const pages: HeardPages = new Map();
  cafes.watchAll((written) => followTabs(hub, written, { nowMs: clock.monotonicMs(), wallMs: clock.wallMs() }, plays));
  cafes.watchAll((written) => kiosks.follow(written)); // After the line above: it says which game goes on at the new seat.
  startWebhooks(cafes, deliveries, clock);
  let timer: NodeJS.Timeout | undefined;
  let busy = false;
  const tick = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      await followPlay(hub, { cafes, kiosks, pages }, { nowMs: clock.monotonicMs(), wallMs: clock.wallMs() });
      followPauses(hub, cafes, plays, { nowMs: clock.monotonicMs(), wallMs: clock.wallMs() });
      await followCosts(hub, cafes, plays, clock.wallMs());
      await followDoubles(cafes, kiosks, told, clock.wallMs());
      followPresence(cafes, kiosks, clock.wallMs());
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
    start: async () => {
      await cafes.loadAll();
      timer = setInterval(() => void tick(), TICK_MS);
    },
    stop: () => clearInterval(timer),
  };
}
