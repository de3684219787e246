// src/relay/relay.ts - one shard's TURN server: packets in, packets out, time as a number. It owns no socket and reads no
// clock; a shell gives it what arrived and sends what it says (ADR-0060). The data path allocates nothing per packet.
//
// The shell's duties: `setTime` before each batch; everything queued is sent before `request` runs, because the ordinary
// code may close sockets and reuse address records.
import { kindOf, kinds } from './demux.ts';
import type { ClientPath, FreeReason, RelayEvent } from './ports.ts';
import { counterIndex } from './shard-stats.ts';
import { encodeIcmp, type IcmpError, icmpIsForwarded } from './stun/attributes/icmp.ts';
import { classes, decodeMessage, MessageWriter } from './stun/message.ts';
import { attributeTypes, methods } from './stun/registry.ts';
import { encodeXorAddress } from './stun/xor-address.ts';
import type { Allocation } from './turn/allocation.ts';
import { bump, relayChannelData } from './turn/channel-data.ts';
import { IndicationIds, relayData } from './turn/data.ts';
import { handleRequest } from './turn/handle-request.ts';
import { nonceKey } from './turn/nonce.ts';
import { dropReservations } from './turn/open-relayed.ts';
import type { Out } from './turn/out.ts';
import { findPermission } from './turn/permissions.ts';
import { type RelayConfig, type RelayMeans, RelayState } from './turn/relay-state.ts';
import { relaySend } from './turn/send.ts';

/** What the shell does with a packet: nothing, send `out`, or hand it to `request`. */
export const verdicts = { DROP: 0, FORWARD: 1, REQUEST: 2 } as const;
/** One of the three verdicts. */
export type Verdict = (typeof verdicts)[keyof typeof verdicts];

/** Largest reply to a stranger, in bytes on the wire with IP and UDP headers, per byte asked. */
const AMPLIFICATION_MAX = 2.5;
const HEADERS_IPV4 = 28;
const HEADERS_IPV6 = 48;
const RESERVATIONS_CHECK_MS = 1_000;

/** A TURN server over one packet memory. */
export class Relay {
  readonly state: RelayState;
  readonly #ids: IndicationIds;
  #reservationsMs = 0;

  constructor(config: RelayConfig, means: RelayMeans) {
    this.state = new RelayState(config, means);
    this.#ids = new IndicationIds(means.random.bytes(12));
  }

  /** Sets the time for what follows. Monotonic and Unix milliseconds. */
  setTime(nowMs: number, wallMs: number): void {
    this.state.clock[0] = nowMs;
    this.state.clock[1] = wallMs;
  }

  /** A datagram from a client. `record` says who sent it. `out` has room for a header and a destination. */
  fromClient(listener: number, at: number, length: number, record: number, out: Out): Verdict {
    const kind = kindOf(this.state.means.memory.bytes, at, length);
    if (kind === kinds.NONE) return this.#malformed();
    if (kind === kinds.STUN) return verdicts.REQUEST;
    return this.#fromKnown(this.state.table.findClient(listener, record), kind, at, length, out);
  }

  /** A message from a client's stream, copied to `at`. */
  fromStream(handle: number, at: number, length: number, out: Out): Verdict {
    const kind = kindOf(this.state.means.memory.bytes, at, length);
    if (kind === kinds.NONE) return this.#malformed();
    if (kind === kinds.STUN) return verdicts.REQUEST;
    return this.#fromKnown(this.state.table.findStream(handle), kind, at, length, out);
  }

  /** A datagram that a peer sent to a relay socket. */
  fromPeer(socket: number, at: number, length: number, record: number, out: Out): Verdict {
    const relayed = this.state.table.findSocket(socket);
    if (relayed === undefined) return verdicts.DROP;
    return relayData(this.state, this.#ids, relayed, at, length, record, out) ? verdicts.FORWARD : verdicts.DROP;
  }

  /**
   * A STUN message that is not the data path's. Nothing may be queued for sending.
   * @param bytes the whole message; not kept
   * @returns the reply to send back on the path it came from, or `undefined`
   */
  request(bytes: Uint8Array, client: ClientPath): Uint8Array | undefined {
    const { state } = this;
    const existing = this.#allocationOf(client);
    const { ip } = client.address;
    const udp = client.transport === 'udp';
    // A stranger who had all the replies it may have costs nothing more, not even a hash.
    if (udp && existing === undefined && !state.guard.allows(ip, state.nowMs)) {
      state.count('droppedSourceLimit');
      return undefined;
    }
    const message = decodeMessage(bytes);
    if (!message.ok) {
      state.count('droppedMalformed');
      return undefined;
    }
    const reply = handleRequest(message.value, client, existing, state);
    if (reply === undefined || !reply.stranger || !udp) return reply?.bytes;
    const headers = ip.length === 4 ? HEADERS_IPV4 : HEADERS_IPV6;
    if (reply.bytes.length + headers > AMPLIFICATION_MAX * (bytes.length + headers)) {
      state.count('droppedAmplification');
      return undefined;
    }
    if (state.guard.take(ip, state.nowMs)) return reply.bytes;
    state.count('droppedSourceLimit');
    return undefined;
  }

  /**
   * An ICMP error about a datagram of a relay socket. RFC 8656 section 11.5.
   * @returns the Data indication for the client and its allocation, or `undefined` when it is not passed on
   */
  icmp(
    socket: number,
    peer: ClientPath['address'],
    error: IcmpError,
  ): { bytes: Uint8Array; to: Allocation } | undefined {
    const relayed = this.state.table.findSocket(socket);
    if (relayed === undefined || !icmpIsForwarded(relayed.family, error.type)) return undefined;
    const { allocation, family } = relayed;
    const permission = findPermission(allocation, peer, this.state);
    if (permission === undefined || permission.expiresMs <= this.state.nowMs) return undefined;
    this.state.count('icmpForwarded');
    const writer = new MessageWriter(classes.INDICATION, methods.DATA, this.state.means.random.bytes(12));
    writer
      .add(attributeTypes.XOR_PEER_ADDRESS, encodeXorAddress(peer, writer.transactionId))
      .add(attributeTypes.ICMP, encodeIcmp(family, error));
    return { bytes: writer.bytes(), to: allocation };
  }

  /** A client's stream is gone, and its allocation with it: nobody can be reached by it again. */
  streamClosed(handle: number): void {
    const allocation = this.state.table.findStream(handle);
    if (allocation !== undefined) this.state.free(allocation, 'client-gone');
  }

  /** Ends a session's allocations at once: the rental is over. */
  endSession(session: string): void {
    for (const allocation of this.state.table.ofSession(session)) this.state.free(allocation, 'session-ended');
  }

  /** Frees everything, at shutdown. */
  endAll(reason: FreeReason): void {
    for (const allocation of this.state.table.all()) this.state.free(allocation, reason);
  }

  /** Takes new secrets, newest first; nonces and credentials of the dropped one are void from now on, of live allocations too. */
  setSecrets(secrets: readonly string[]): void {
    for (const allocation of this.state.table.all()) allocation.knownKey = undefined;
    this.state.secrets = secrets;
    this.state.nonceKeys = secrets.map(nonceKey);
  }

  /** When `due` has something to do; monotonic milliseconds, or `undefined`. */
  get nextDueMs(): number | undefined {
    const { table, reservations } = this.state;
    const own = reservations.size > 0 ? this.#reservationsMs : undefined;
    return own === undefined ? table.nextDueMs : Math.min(own, table.nextDueMs ?? own);
  }

  /** Frees what expired by the time that was set. Nothing may be queued for sending. */
  due(): void {
    const { state } = this;
    for (let allocation = state.table.popDue(state.nowMs); allocation; allocation = state.table.popDue(state.nowMs)) {
      for (const relayed of [...allocation.relayed]) {
        if (relayed.expiresMs <= state.nowMs) state.freeRelayed(relayed, 'expired');
      }
    }
    if (state.nowMs < this.#reservationsMs) return;
    this.#reservationsMs = state.nowMs + RESERVATIONS_CHECK_MS;
    dropReservations(state);
  }

  /** What happened since the last call, for the log. */
  takeEvents(): readonly RelayEvent[] {
    const { events } = this.state;
    if (events.length > 0) this.state.events = [];
    return events;
  }

  #fromKnown(allocation: Allocation | undefined, kind: number, at: number, length: number, out: Out): Verdict {
    if (allocation === undefined) {
      bump(this.state.means.stats, counterIndex.droppedNoAllocation);
      return verdicts.DROP;
    }
    const forward =
      kind === kinds.CHANNEL_DATA
        ? relayChannelData(this.state, allocation, at, length, out)
        : relaySend(this.state, allocation, at, length, out);
    return forward ? verdicts.FORWARD : verdicts.DROP;
  }

  #allocationOf({ transport, listener, record }: ClientPath): Allocation | undefined {
    const { table } = this.state;
    return transport === 'udp' ? table.findClient(listener, record) : table.findStream(listener);
  }

  #malformed(): Verdict {
    bump(this.state.means.stats, counterIndex.droppedMalformed);
    return verdicts.DROP;
  }
}
