// src/relay/turn/channel-data.ts - ChannelData from a client: the hot path upwards. RFC 8656 section 12.6. No allocation,
// no closure, no Result: reads the message where it lies and says in `out` what to send.
import { fieldOffsets } from '../session-counters.ts';
import { counterIndex } from '../shard-stats.ts';
import { directions } from '../token-buckets.ts';
import type { Allocation } from './allocation.ts';
import type { Out } from './out.ts';
import type { RelayState } from './relay-state.ts';

/** Adds one to a shard counter by its index. */
export function bump(stats: Float64Array, index: number): void {
  stats[index] = (stats[index] ?? 0) + 1;
}

/**
 * Counts a packet for its session and its shard.
 * @param field offset of the session's byte count; @param counter index of the shard's; packet counts stand behind both
 */
export function account(
  { means }: RelayState,
  allocation: Allocation,
  field: number,
  counter: number,
  bytes: number,
): void {
  const { values } = means.counters;
  const index = allocation.countersAt + field;
  values[index] = (values[index] ?? 0) + bytes;
  values[index + 1] = (values[index + 1] ?? 0) + 1;
  means.stats[counter] = (means.stats[counter] ?? 0) + bytes;
  means.stats[counter + 1] = (means.stats[counter + 1] ?? 0) + 1;
}

/**
 * Handles a message of at least 4 bytes whose first byte is 64..79.
 * @returns true when `out` holds a packet for the peer; false when it is dropped (and counted)
 */
export function relayChannelData(
  state: RelayState,
  allocation: Allocation,
  at: number,
  length: number,
  out: Out,
): boolean {
  const { bytes } = state.means.memory;
  const { stats } = state.means;
  const number = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  const size = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
  if (size > length - 4) {
    bump(stats, counterIndex.droppedMalformed);
    return false;
  }
  const { channels } = allocation;
  for (let i = 0; i < channels.length; i++) {
    const channel = channels[i];
    if (channel === undefined || channel.number !== number) continue;
    if (channel.expiresMs <= (state.clock[0] ?? 0)) break;
    if (!state.buckets.take(allocation.index, directions.toNode, size)) {
      bump(stats, counterIndex.droppedBandwidth);
      return false;
    }
    account(state, allocation, fieldOffsets.toNodeBytes, counterIndex.toNodeBytes, size);
    out.socket = channel.socket;
    out.to = channel.record;
    out.headLength = 0;
    out.at = at + 4;
    out.length = size;
    out.padLength = 0;
    out.dontFragment = false;
    return true;
  }
  bump(stats, counterIndex.droppedNoChannel);
  return false;
}
