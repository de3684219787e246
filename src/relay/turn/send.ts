// src/relay/turn/send.ts - a Send indication from a client. RFC 8656 section 11.2. On the data path until a channel is
// bound, so it is read in place; the peer's address is written into the record that `out` has for it.
import { recordFamilies, sameIp } from '../endpoint.ts';
import { RECORD_BYTES } from '../packet-memory.ts';
import { portIsIn } from '../peer-filter.ts';
import { fieldOffsets } from '../session-counters.ts';
import { counterIndex } from '../shard-stats.ts';
import { HEADER_BYTES } from '../stun/message.ts';
import { attributeTypes, COMPREHENSION_OPTIONAL, mustRefuse } from '../stun/registry.ts';
import { directions } from '../token-buckets.ts';
import type { Allocation, Permission, Relayed } from './allocation.ts';
import { account, bump } from './channel-data.ts';
import type { Out } from './out.ts';
import type { RelayState } from './relay-state.ts';

const COOKIE_HIGH = 0x2112;

/** What one pass over the attributes finds; made once, written for every message. */
class Found {
  peerAt = 0;
  peerSize = 0;
  dataAt = 0;
  dataSize = 0;
  dontFragment = false;
}
const found = new Found();

/** Finds the attributes that matter; false when the message is malformed or holds something we must not ignore. */
function scan(bytes: Uint8Array, at: number, length: number): boolean {
  found.peerAt = 0;
  found.dataAt = 0;
  found.dontFragment = false;
  const end = at + length;
  const claimed = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
  const cookie = bytes[at + 4] === 0x21 && bytes[at + 5] === 0x12 && bytes[at + 6] === 0xa4 && bytes[at + 7] === 0x42;
  if (!cookie || claimed % 4 !== 0 || claimed + HEADER_BYTES !== length) return false;
  for (let i = at + HEADER_BYTES; i < end; ) {
    const type = ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
    const size = ((bytes[i + 2] ?? 0) << 8) | (bytes[i + 3] ?? 0);
    if (i + 4 + size > end) return false;
    if (type === attributeTypes.XOR_PEER_ADDRESS) {
      if (found.peerAt === 0) {
        found.peerAt = i + 4; // The first one counts.
        found.peerSize = size;
      }
    } else if (type === attributeTypes.DATA) {
      if (found.dataAt === 0) {
        found.dataAt = i + 4;
        found.dataSize = size;
      }
    } else if (type === attributeTypes.DONT_FRAGMENT) found.dontFragment = true;
    else if (type < COMPREHENSION_OPTIONAL && mustRefuse(type)) return false;
    i += 4 + ((size + 3) & ~3);
  }
  return found.peerAt !== 0 && found.dataAt !== 0;
}

/** Writes the XOR-PEER-ADDRESS that was found into a record. False when its family and length disagree. */
function writePeer(bytes: Uint8Array, at: number, record: number): boolean {
  const { peerAt, peerSize } = found;
  const to = record * RECORD_BYTES;
  const ipv4 = bytes[peerAt + 1] === 1 && peerSize === 8;
  if (!ipv4 && !(bytes[peerAt + 1] === 2 && peerSize === 20)) return false;
  bytes.fill(0, to, to + RECORD_BYTES);
  bytes[to] = ipv4 ? recordFamilies.ipv4 : recordFamilies.ipv6;
  bytes[to + 2] = (bytes[peerAt + 2] ?? 0) ^ (COOKIE_HIGH >> 8);
  bytes[to + 3] = (bytes[peerAt + 3] ?? 0) ^ (COOKIE_HIGH & 0xff);
  const ipAt = to + (ipv4 ? 4 : 8);
  // The mask is the cookie and the transaction id, which stand one behind the other in the header.
  for (let i = 0; i < peerSize - 4; i++) bytes[ipAt + i] = (bytes[peerAt + 4 + i] ?? 0) ^ (bytes[at + 4 + i] ?? 0);
  return true;
}

function permissionFor(state: RelayState, allocation: Allocation, record: number): Permission | undefined {
  const { permissions } = allocation;
  for (let i = 0; i < permissions.length; i++) {
    const permission = permissions[i];
    if (permission !== undefined && sameIp(state.means.memory, permission.record, record)) return permission;
  }
  return undefined;
}

function relayedFor(allocation: Allocation, family: 4 | 6): Relayed | undefined {
  const { relayed } = allocation;
  for (let i = 0; i < relayed.length; i++) if (relayed[i]?.family === family) return relayed[i];
  return undefined;
}

/**
 * Handles a Send indication.
 * @returns true when `out` holds a packet for the peer; false when it is dropped (and counted)
 */
export function relaySend(state: RelayState, allocation: Allocation, at: number, length: number, out: Out): boolean {
  const record = out.scratchRecord;
  const { memory, stats } = state.means;
  const { bytes } = memory;
  if (!scan(bytes, at, length) || (found.dontFragment && !state.config.dontFragment) || !writePeer(bytes, at, record)) {
    bump(stats, counterIndex.droppedMalformed);
    return false;
  }
  const port = ((bytes[record * RECORD_BYTES + 2] ?? 0) << 8) | (bytes[record * RECORD_BYTES + 3] ?? 0);
  const permission = permissionFor(state, allocation, record);
  const relayed = relayedFor(allocation, bytes[record * RECORD_BYTES] === recordFamilies.ipv4 ? 4 : 6);
  const live = permission !== undefined && permission.expiresMs > (state.clock[0] ?? 0);
  if (!live || relayed === undefined || !portIsIn(permission.ports, port)) {
    bump(stats, counterIndex.droppedNoPermission);
    return false;
  }
  if (!state.buckets.take(allocation.index, directions.toNode, found.dataSize)) {
    bump(stats, counterIndex.droppedBandwidth);
    return false;
  }
  account(state, allocation, fieldOffsets.toNodeBytes, counterIndex.toNodeBytes, found.dataSize);
  out.socket = relayed.socket;
  out.to = record;
  out.headLength = 0;
  out.at = found.dataAt;
  out.length = found.dataSize;
  out.padLength = 0;
  out.dontFragment = found.dontFragment;
  return true;
}
