// src/relay/ports.ts - what the relay's core needs from outside: sockets to speak from, and somewhere to say what happened.
import type { IpBytes, TransportAddress } from './address.ts';

/** Sockets for allocations. Every call is answered at once. */
export interface RelaySockets {
  /** Binds a UDP socket; a handle of 0 or more, or -1 when the port is taken or no descriptor is left. */
  open(ip: IpBytes, port: number): number;
  /**
   * Opens a second socket on the address and port of `socket` that is connected to the peer in `record`: the kernel looks
   * its route up once, not for each packet, and what that peer sends arrives there. A handle, or -1 where it cannot be had.
   */
  connect(socket: number, record: number): number;
  /** Closes it. Packets queued for it before have been sent when this returns. */
  close(socket: number): void;
}

/** Handles from here on are clients' streams (TCP, TLS), below are UDP sockets. One space, so that `out` needs one field. */
export const STREAM_HANDLES = 2 ** 24;

/** How a client reaches the relay. */
export type ClientTransport = 'udp' | 'tcp' | 'tls';

/** Where a request came from and how to answer it. */
export type ClientPath = {
  readonly transport: ClientTransport;
  /** Handle that answers go out of: a UDP listener, or the client's own stream. */
  readonly listener: number;
  /** Address record of the client; for a stream one that no packet is sent to. */
  readonly record: number;
  readonly address: TransportAddress;
};

/** Why an allocation ended. */
export type FreeReason = 'deleted' | 'expired' | 'session-ended' | 'client-gone' | 'shutdown';

/** What a shard tells its surroundings, for logs. Sessions are as the credential names them: unescaped. */
export type RelayEvent =
  | {
      readonly kind: 'allocated';
      readonly session: string;
      readonly client: TransportAddress;
      readonly transport: ClientTransport;
    }
  | { readonly kind: 'freed'; readonly session: string; readonly reason: FreeReason }
  | { readonly kind: 'refused'; readonly session: string; readonly method: number; readonly code: number }
  | { readonly kind: 'peer-refused'; readonly session: string; readonly peer: TransportAddress };
