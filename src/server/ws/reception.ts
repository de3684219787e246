// src/server/ws/reception.ts - what the three conversations share: the hub, the clocks, and somebody who follows work that
// is under way and tells its outages.
import type { Hub } from '../../app/hub.ts';
import type { LogIns } from '../../app/log-in.ts';
import type { Now } from '../../app/ports.ts';
import { OutageError, UnkeepableError } from '../../base/assert.ts';
import type { Clock } from '../../base/clock.ts';
import type { IdempotencyKey } from '../../base/ids.ts';
import type { Log } from '../../observe/log.ts';
import type { HubMetrics } from '../../observe/metrics.ts';
import { refusal } from '../../protocol/error-codes.ts';
import type { LogGate } from './log-gate.ts';
import type { About } from './socket.ts';

/** What the sockets are wired from. */
export type SocketsParts = {
  readonly hub: Hub;
  readonly logIns: LogIns;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<HubMetrics, 'message'>;
  readonly trustProxy: boolean;
  /** True when `proof` is the shared secret's over `text` (relay-messages.ts). */
  readonly provesRelay: (text: string, proof: string) => boolean;
  readonly fatal: (cause: unknown) => void;
};

/** What a conversation may use. */
export type Reception = {
  readonly hub: Hub;
  readonly logIns: LogIns;
  readonly provesRelay: SocketsParts['provesRelay'];
  now(): Now;
  /**
   * Follows work that is under way: an outage of a store, and a value that it cannot hold, are told to `link`; anything
   * else is a bug.
   */
  follow(
    work: void | Promise<void>,
    link: { refuse(refused: ReturnType<typeof refusal>, about?: About): void },
    re?: IdempotencyKey,
  ): void;
};

/** A request for a socket as the conversations see it. */
export type Visit = { readonly address: string; readonly viaProxy: boolean };

/** The reception over these parts. */
export function receptionOf({ hub, logIns, clock, log, provesRelay, fatal }: SocketsParts, gate: LogGate): Reception {
  return {
    hub,
    logIns,
    provesRelay,
    now: () => ({ nowMs: clock.monotonicMs(), wallMs: clock.wallMs() }),
    follow: (work, link, re) => {
      if (work === undefined) return;
      const about = re === undefined ? {} : { re };
      work.catch((cause: unknown) => {
        if (cause instanceof UnkeepableError) {
          gate.warn('store.unkeepable', { cause: cause.message }, clock.monotonicMs());
          link.refuse(refusal('MESSAGE_MALFORMED', { field: 'value' }), about);
          return;
        }
        if (!(cause instanceof OutageError)) {
          log.error({ cause: cause instanceof Error ? cause.stack : String(cause) }, 'socket.failed');
          fatal(cause);
          return;
        }
        gate.warn('store.outage', { cause: cause.message }, clock.monotonicMs());
        link.refuse(refusal('STORE_UNAVAILABLE'), about);
      });
    },
  };
}
