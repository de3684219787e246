// src/server/udp/batch-udp.ts - datagrams in batches, whatever moves them. Two backends behind one test suite: `ffi` calls
// Linux's batch system calls, `dgram` uses Node's sockets and works everywhere.
import type { IpBytes, TransportAddress } from '../../relay/address.ts';
import type { PacketMemory } from '../../relay/packet-memory.ts';
import type { RelaySockets } from '../../relay/ports.ts';
import type { IcmpError } from '../../relay/stun/attributes/icmp.ts';

/** Names of the backends. */
export type BackendKind = 'ffi' | 'dgram';

/** Packets received at once, at most: then what they caused is sent, which bounds how long the first one waits. */
export const BATCH_PACKETS = 64;

/** Who gets what arrives. Everything is called in one turn; packets lie in the memory until the turn ends. */
export interface BatchHandlers {
  /** A batch begins: read the clock. */
  begin(): void;
  /**
   * Packets of one socket: slots `first` to `first + count - 1`, their sizes in `lengths`, their senders in the records of
   * the same numbers.
   */
  packets(socket: number, first: number, count: number): void;
  /** An ICMP error about a packet that this socket sent to `peer`. */
  icmp(socket: number, peer: TransportAddress, error: IcmpError): void;
  /** The batch is over and all it caused was sent. */
  end(): void;
}

/** Counted since the start. */
export type BatchCounts = {
  receiveCalls: number;
  receivedPackets: number;
  /** Packets larger than a slot; dropped. */
  oversized: number;
  sendCalls: number;
  /** Packets that the kernel did not take; dropped. */
  unsent: number;
};

/** Sockets of one worker. Handles are small whole numbers. */
export interface BatchUdp extends RelaySockets {
  readonly kind: BackendKind;
  readonly memory: PacketMemory;
  /** Size of the packet in each slot. */
  readonly lengths: Int32Array;
  readonly counts: BatchCounts;
  /** Whether `dontFragment` works (RFC 8656 section 14). */
  readonly canForbidFragments: boolean;
  /** Binds a socket for clients, with a large receive buffer; -1 when the port is taken. */
  listen(ip: IpBytes, port: number): number;
  /** The port a socket is bound to. */
  portOf(socket: number): number;
  /**
   * Queues `length` bytes of the memory from `at` on for the address in record `to`. Memory and record stay as they are
   * until `flush`. Packets of one socket towards one address leave in order.
   */
  send(socket: number, at: number, length: number, to: number, dontFragment: boolean): void;
  /** Sends all that is queued. What the kernel does not take at once is dropped and counted: video must not wait. */
  flush(): void;
  /** Begins to receive. */
  start(handlers: BatchHandlers): void;
  /** Closes all sockets. */
  stop(): void;
}

/** How a backend is made. `records`: address records in the memory, the first `BATCH_PACKETS` of them the slots' own. */
export type BatchUdpOptions = { readonly records: number };
