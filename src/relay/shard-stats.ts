// src/relay/shard-stats.ts - counters of one shard in shared memory: the worker adds, the main thread reads them for
// /metrics without a message. Names are a fixed list, so no peer can make the metrics grow.

/** What is counted, in the order in which it lies in memory. `gauge`s move both ways. */
export const shardCounters = [
  'allocationsLive', // gauge
  'allocationsMade',
  'allocationsRefused',
  'permissionsMade',
  'channelsMade',
  'toPlayerBytes', // the packets of each direction stand behind its bytes
  'toPlayerPackets',
  'toNodeBytes',
  'toNodePackets',
  'droppedNoAllocation',
  'droppedNoChannel',
  'droppedNoPermission',
  'droppedBandwidth',
  'droppedMalformed',
  'droppedBacklog',
  'droppedSend',
  'requests',
  'repliesUnauthorized',
  'repliesStaleNonce',
  'repliesOtherError',
  'droppedSourceLimit',
  'droppedAmplification',
  'refusedPeers',
  'icmpForwarded',
  'receiveCalls',
  'receivedPackets',
  'sendCalls',
  'streamsOpen', // gauge
  'streamsMade',
] as const;

/** One of the names above. */
export type ShardCounter = (typeof shardCounters)[number];

/** Index of each counter, for code that adds on every packet. */
export const counterIndex: Readonly<Record<ShardCounter, number>> = Object.freeze(
  Object.fromEntries(shardCounters.map((name, index) => [name, index])) as Record<ShardCounter, number>,
);

/** Bytes of shared memory that one shard's counters take. */
export const SHARD_STATS_BYTES = shardCounters.length * 8;

/** All counters of a shard at one moment. */
export function readShardStats(values: Float64Array): Readonly<Record<ShardCounter, number>> {
  return Object.fromEntries(shardCounters.map((name, index) => [name, values[index] ?? 0])) as Record<
    ShardCounter,
    number
  >;
}
