// src/app/bench-relays.ts - the relays that a machine may ask for its address. They are public: every player is told one.
import type { BenchRelays } from '../protocol/node-bench.ts';
import type { Hub } from './hub.ts';

const RELAYS_MAX = 16;
const PORTS_MAX = 64;

/** `HOST:PORT` of a TURN URL (RFC 7065); undefined for another scheme. */
const hostPort = (url: string): string | undefined => /^turn:([^?]+:\d+)(\?|$)/.exec(url)?.[1];

/** Those that take somebody, by name. */
export function benchRelays(hub: Hub): BenchRelays {
  const open = [...hub.relays.values()].filter(({ draining }) => !draining);
  return {
    relays: open
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .slice(0, RELAYS_MAX)
      .map(({ name, region, shards }) => ({
        ...{ name, region },
        udp: shards.flatMap(({ udp }) => (udp === undefined ? [] : (hostPort(udp) ?? []))).slice(0, PORTS_MAX),
      })),
  };
}
