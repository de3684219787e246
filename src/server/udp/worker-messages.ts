// src/server/udp/worker-messages.ts - what the relay's main thread and its workers say to each other. Figures travel in
// shared memory instead; these messages are rare.
import type { TransportAddress } from '../../relay/address.ts';
import type { Cidr } from '../../relay/cidr.ts';
import type { PortRange } from '../../relay/peer-filter.ts';
import type { RelayEvent } from '../../relay/ports.ts';
import type { RelayConfig } from '../../relay/turn/relay-state.ts';
import type { Certificate } from '../tcp/stream-listener.ts';
import type { BackendKind } from './batch-udp.ts';
import type { BackendWish } from './open-batch-udp.ts';

/** What a worker is started with. */
export type WorkerSetup = {
  readonly backend: BackendWish;
  /** Addresses it listens on; all of one port, or any port where that is 0. */
  readonly listen: readonly TransportAddress[];
  readonly config: RelayConfig;
  readonly filter: {
    readonly allow: readonly Cidr[];
    readonly ownAddresses: readonly Uint8Array[];
    /** Over all workers: two clients of different workers may meet. */
    readonly relayPorts: PortRange;
    readonly servicePorts: readonly number[];
  };
  readonly certificate: Certificate | undefined;
  readonly connectionsMax: number;
  readonly connectionsPerAddress: number;
  readonly stats: SharedArrayBuffer;
  readonly counters: SharedArrayBuffer;
};

/** From the main thread to a worker. */
export type ToWorker =
  | { readonly kind: 'drain' | 'stop' }
  | { readonly kind: 'end'; readonly session: string }
  | { readonly kind: 'extend'; readonly session: string; readonly untilS: number }
  | { readonly kind: 'expect'; readonly username: string }
  | { readonly kind: 'secrets'; readonly secrets: readonly string[] }
  | { readonly kind: 'certificate'; readonly certificate: Certificate }
  | { readonly kind: 'own-addresses'; readonly addresses: readonly Uint8Array[] };

/** From a worker to the main thread. `fallback` says why `ffi` was not taken. */
export type FromWorker =
  | {
      readonly kind: 'ready';
      readonly backend: BackendKind;
      readonly fallback: string | undefined;
      readonly listening: readonly TransportAddress[];
    }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'certificate-refused'; readonly reason: string }
  | { readonly kind: 'events'; readonly events: readonly RelayEvent[] };
