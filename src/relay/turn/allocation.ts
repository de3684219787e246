// src/relay/turn/allocation.ts - an allocation and what belongs to it. RFC 8656 section 6. Plain records: the handlers
// change them, the data path reads them. Times are on the monotonic clock, in milliseconds.
import type { TransportAddress } from '../address.ts';
import type { PasswordAlgorithm } from '../credentials.ts';
import type { PortRange } from '../peer-filter.ts';
import type { ClientTransport } from '../ports.ts';
import type { Family } from '../stun/attributes/requested-address-family.ts';

/** Permissions an allocation may hold: a browser asks for one per candidate of its peer, some 20. */
export const PERMISSIONS_MAX = 64;
/** Channels an allocation may hold: one per candidate that carries media. */
export const CHANNELS_MAX = 32;
/** Channels of an allocation with a socket of their own: media uses one, and after a change of path for a while two. */
export const CONNECTED_MAX = 2;

/** Leave to exchange packets with one IP address. RFC 8656 section 9. */
export type Permission = {
  /** Address record of the peer; its port means nothing. */
  readonly record: number;
  /** What the peer filter allows of that address. */
  ports: readonly PortRange[];
  expiresMs: number;
};

/** A number that stands for one peer's address and port. RFC 8656 section 12. */
export type Channel = {
  readonly number: number;
  /** Address record of the peer. */
  readonly record: number;
  readonly permission: Permission;
  readonly relayed: Relayed;
  /** What its packets leave by: a socket connected to the peer, or the relayed address's own. */
  readonly socket: number;
  expiresMs: number;
};

/** One relayed transport address: a socket of ours that peers know the client by. */
export type Relayed = {
  readonly family: Family;
  readonly socket: number;
  readonly port: number;
  /** As told to the client; behind a 1:1 NAT not the address the socket is bound to. */
  readonly address: TransportAddress;
  readonly allocation: Allocation;
  expiresMs: number;
};

/** The key that the client's requests are checked with; never the password (RFC 8656 section 6). */
export type KnownKey = { readonly username: string; readonly algorithm: PasswordAlgorithm; readonly key: Uint8Array };

/** One allocation: a client's 5-tuple and its relayed addresses. */
export type Allocation = {
  /** Small number, reused: the place of this allocation's token buckets. */
  readonly index: number;
  readonly listener: number;
  readonly record: number;
  readonly client: TransportAddress;
  readonly transport: ClientTransport;
  /** ChannelData towards a stream is padded to four bytes (RFC 8656 section 12.5). */
  readonly padded: boolean;
  /** Of the Allocate that made it: the same one again gets the same answer (RFC 8656 section 5). */
  readonly transactionId: Uint8Array;
  readonly session: string;
  readonly addressKey: string;
  /** `undefined` after the secrets changed: the next request must prove itself by one that is live. */
  knownKey: KnownKey | undefined;
  /** Index in the session counters' values of this session's first figure. */
  readonly countersAt: number;
  readonly relayed: Relayed[];
  readonly permissions: Permission[];
  readonly channels: Channel[];
  /** Token of the port reserved with it, to answer a repeated Allocate. */
  reservation: Uint8Array | undefined;
};
