// src/relay/turn/data.ts - a packet from a peer, towards the client: the hot path downwards. RFC 8656 sections 11.3 and
// 12.7. The header goes into the room that `out` has for it; the payload stays where it arrived.
import { recordFamilies, sameEndpoint, sameIp } from '../endpoint.ts';
import { RECORD_BYTES } from '../packet-memory.ts';
import { portIsIn } from '../peer-filter.ts';
import { fieldOffsets } from '../session-counters.ts';
import { counterIndex } from '../shard-stats.ts';
import { attributeTypes } from '../stun/registry.ts';
import { directions } from '../token-buckets.ts';
import type { Allocation, Channel, Relayed } from './allocation.ts';
import { account, bump } from './channel-data.ts';
import type { Out } from './out.ts';
import type { RelayState } from './relay-state.ts';

const DATA_INDICATION = 0x0017;
const COOKIE = [0x21, 0x12, 0xa4, 0x42] as const;

/** Transaction ids of Data indications: random at start, then counted, so that none repeats and none is drawn per packet. */
export class IndicationIds {
  readonly #id: Uint8Array;
  #count = 0;

  /** @param seed 12 random bytes */
  constructor(seed: Uint8Array) {
    this.#id = seed;
  }

  /** Writes the next id at `at`. */
  write(bytes: Uint8Array, at: number): void {
    this.#count = (this.#count + 1) | 0;
    for (let i = 0; i < 12; i++) bytes[at + i] = this.#id[i] ?? 0;
    for (let i = 0; i < 4; i++) bytes[at + 8 + i] = (bytes[at + 8 + i] ?? 0) ^ ((this.#count >>> (8 * i)) & 0xff);
  }
}

function channelFor(state: RelayState, allocation: Allocation, record: number): Channel | undefined {
  const { channels } = allocation;
  const nowMs = state.clock[0] ?? 0;
  for (let i = 0; i < channels.length; i++) {
    const channel = channels[i];
    if (channel === undefined || channel.expiresMs <= nowMs) continue;
    if (sameEndpoint(state.means.memory, channel.record, record)) return channel;
  }
  return undefined;
}

function permitted(state: RelayState, allocation: Allocation, record: number): boolean {
  const { memory } = state.means;
  const { permissions } = allocation;
  const nowMs = state.clock[0] ?? 0;
  for (let i = 0; i < permissions.length; i++) {
    const permission = permissions[i];
    if (permission === undefined || permission.expiresMs <= nowMs) continue;
    if (!sameIp(memory, permission.record, record)) continue;
    const at = record * RECORD_BYTES;
    return portIsIn(permission.ports, ((memory.bytes[at + 2] ?? 0) << 8) | (memory.bytes[at + 3] ?? 0));
  }
  return false;
}

/** Writes the head of a Data indication at `start`; returns how many bytes it has. RFC 8656 section 11.3. */
function writeIndication(state: RelayState, ids: IndicationIds, start: number, length: number, record: number): number {
  const { bytes } = state.means.memory;
  const peerAt = record * RECORD_BYTES;
  const ipv4 = bytes[peerAt] === recordFamilies.ipv4;
  const ipBytes = ipv4 ? 4 : 16;
  const body = 8 + ipBytes + 4 + ((length + 3) & ~3);
  let i = start;
  bytes[i++] = 0;
  bytes[i++] = DATA_INDICATION;
  bytes[i++] = body >> 8;
  bytes[i++] = body & 0xff;
  for (let j = 0; j < 4; j++) bytes[i++] = COOKIE[j] ?? 0;
  ids.write(bytes, i);
  i += 12;
  bytes[i++] = 0;
  bytes[i++] = attributeTypes.XOR_PEER_ADDRESS;
  bytes[i++] = 0;
  bytes[i++] = 4 + ipBytes;
  bytes[i++] = 0;
  bytes[i++] = ipv4 ? 1 : 2;
  bytes[i++] = (bytes[peerAt + 2] ?? 0) ^ 0x21;
  bytes[i++] = (bytes[peerAt + 3] ?? 0) ^ 0x12;
  const ipAt = peerAt + (ipv4 ? 4 : 8);
  for (let j = 0; j < ipBytes; j++) bytes[i++] = (bytes[ipAt + j] ?? 0) ^ (bytes[start + 4 + j] ?? 0);
  bytes[i++] = 0;
  bytes[i++] = attributeTypes.DATA;
  bytes[i++] = length >> 8;
  bytes[i++] = length & 0xff;
  return i - start;
}

/**
 * Handles a datagram that arrived on a relay socket.
 * @param record where it came from
 * @returns true when `out` holds a packet for the client; false when it is dropped (and counted)
 */
export function relayData(
  state: RelayState,
  ids: IndicationIds,
  relayed: Relayed,
  at: number,
  length: number,
  record: number,
  out: Out,
): boolean {
  const { stats } = state.means;
  const { bytes } = state.means.memory;
  const { allocation } = relayed;
  const channel = channelFor(state, allocation, record);
  const live =
    channel === undefined ? permitted(state, allocation, record) : channel.permission.expiresMs > (state.clock[0] ?? 0);
  if (!live) {
    bump(stats, counterIndex.droppedNoPermission);
    return false;
  }
  if (!state.buckets.take(allocation.index, directions.toPlayer, length)) {
    bump(stats, counterIndex.droppedBandwidth);
    return false;
  }
  account(state, allocation, fieldOffsets.toPlayerBytes, counterIndex.toPlayerBytes, length);
  out.socket = allocation.listener;
  out.to = allocation.record;
  out.at = at;
  out.length = length;
  out.dontFragment = false;
  if (channel === undefined) {
    out.headLength = writeIndication(state, ids, out.headAt, length, record);
    out.padLength = -length & 3;
    return true;
  }
  const head = out.headAt;
  bytes[head] = channel.number >> 8;
  bytes[head + 1] = channel.number & 0xff;
  bytes[head + 2] = length >> 8;
  bytes[head + 3] = length & 0xff;
  out.headLength = 4;
  out.padLength = allocation.padded ? -length & 3 : 0;
  return true;
}
