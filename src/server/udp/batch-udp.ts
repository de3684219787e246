// src/server/udp/batch-udp.ts - datagrams in batches, whatever moves them. Two backends behind one test suite: `ffi` calls
// Linux's batch system calls, `dgram` uses Node's sockets and works everywhere.
import type { IpBytes, TransportAddress } from '../../relay/address.ts';
import type { PacketMemory } from '../../relay/packet-memory.ts';
import type { RelaySockets } from '../../relay/ports.ts';
import type { IcmpError } from '../../relay/stun/attributes/icmp.ts';
import type { Out } from '../../relay/turn/out.ts';

/** Names of the backends. */
export type BackendKind = 'ffi' | 'dgram';

/** Who gets what arrives. Everything is called in one turn; packets lie in the memory until the turn ends. */
export interface BatchHandlers {
  /** A batch begins: read the clock. */
  begin(): void;
  /**
   * Datagrams of one socket, in buffers `first` to `first + count - 1`; their senders are in the records of the same
   * numbers. A buffer holds `lengths[b]` bytes: one datagram, or several of `segments[b]` bytes (the last may be shorter).
   */
  packets(socket: number, first: number, count: number): void;
  /** An ICMP error about a packet that this socket sent to `peer`. */
  icmp(socket: number, peer: TransportAddress, error: IcmpError): void;
  /** The batch is over and all it caused was sent. True when Node's event loop has work from it (streams were written). */
  end(): boolean;
}

/** Counted since the start. */
export type BatchCounts = {
  receiveCalls: number;
  receivedPackets: number;
  sendCalls: number;
  /** Packets that the kernel did not take; dropped. */
  unsent: number;
};

/** Sockets of one worker. Handles are small whole numbers. */
export interface BatchUdp extends RelaySockets {
  readonly kind: BackendKind;
  readonly memory: PacketMemory;
  readonly lengths: Int32Array;
  readonly segments: Int32Array;
  readonly counts: BatchCounts;
  /** Whether `dontFragment` works (RFC 8656 section 14). */
  readonly canForbidFragments: boolean;
  /** Binds a socket for clients, with a large receive buffer; -1 when the port is taken. */
  listen(ip: IpBytes, port: number): number;
  /** The port a socket is bound to. */
  portOf(socket: number): number;
  /** Gives `out` room for the next packet's header and a record for its destination. */
  prepare(out: Out): void;
  /**
   * Queues a packet. What it points at stays as it is until `flush`. Packets of one socket towards one address leave in
   * order. `prepare` must be called before the next one.
   */
  send(out: Out): void;
  /** Sends all that is queued. What the kernel does not take at once is dropped and counted: video must not wait. */
  flush(): void;
  /** Begins to receive. */
  start(handlers: BatchHandlers): void;
  /** Closes all sockets. */
  stop(): void;
}

/** How a backend is made. `records`: addresses that allocations may hold. */
export type BatchUdpOptions = {
  readonly records: number;
  /** False leaves UDP_GRO off, as a receiver without it; for the bench's generator. */
  readonly merge?: boolean;
};
