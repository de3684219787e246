// src/observe/metrics.ts - counters and gauges for Prometheus. Labels come from fixed lists only: no id, address or name
// of a peer is ever a label, so the number of series is bounded.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Gauges are read when somebody asks, by these functions. */
export type HubGauges = Readonly<
  Record<
    'players' | 'nodes' | 'relays' | 'sessions' | 'seatsFree' | 'waiting' | 'peers' | 'chainWaiting' | 'chainReverted',
    () => number
  >
>;

/** What the hub counts. */
export type HubMetrics = {
  readonly contentType: string;
  text(): Promise<string>;
  refused(code: string): void;
  started(): void;
  ended(reason: string): void;
  nodeLost(): void;
  /** A message came over a socket of this kind. */
  message(kind: 'play' | 'node' | 'relay'): void;
  /** An HTTP answer: its status class and how long it took. */
  answered(statusClass: '2xx' | '3xx' | '4xx' | '5xx', seconds: number): void;
};

const GAUGE_HELP: Readonly<Record<keyof HubGauges, readonly [name: string, help: string]>> = {
  players: ['nearcade_players', 'Players with an open socket'],
  nodes: ['nearcade_nodes', 'Nodes that are there'],
  relays: ['nearcade_relays', 'Relays that are registered'],
  sessions: ['nearcade_sessions', 'Sessions that run'],
  seatsFree: ['nearcade_seats_free', 'Seats that could be given now'],
  waiting: ['nearcade_waiting', 'Players in the line'],
  peers: ['nearcade_peer_connections', 'Peer connections whose signaling passes here'],
  chainWaiting: ['nearcade_chain_waiting', 'Transactions that wait for a block'],
  chainReverted: ['nearcade_chain_reverted', 'Acts that the contract refused and that are tried again'],
};

/** Makes the hub's metrics in a registry of their own. */
export function hubMetrics(gauges: HubGauges): HubMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  for (const [key, [name, help]] of Object.entries(GAUGE_HELP)) {
    const read = gauges[key as keyof HubGauges];
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }
  const refusals = new Counter({
    name: 'nearcade_refusals_total',
    help: 'Refusals by code (docs/ERRORS.md)',
    labelNames: ['code'],
    registers,
  });
  const starts = new Counter({ name: 'nearcade_sessions_started_total', help: 'Sessions opened', registers });
  const ends = new Counter({
    name: 'nearcade_sessions_ended_total',
    help: 'Sessions closed, by reason',
    labelNames: ['reason'],
    registers,
  });
  const lost = new Counter({ name: 'nearcade_node_losses_total', help: 'Sessions whose node was lost', registers });
  const messages = new Counter({
    name: 'nearcade_messages_total',
    help: 'Messages taken, by kind of socket',
    labelNames: ['kind'],
    registers,
  });
  const taken = { play: messages.labels('play'), node: messages.labels('node'), relay: messages.labels('relay') };
  const answers = new Histogram({
    name: 'nearcade_http_seconds',
    help: 'Time to an HTTP answer, by status class',
    labelNames: ['status'],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3],
    registers,
  });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    refused: (code) => refusals.inc({ code }),
    started: () => starts.inc(),
    ended: (reason) => ends.inc({ reason }),
    nodeLost: () => lost.inc(),
    message: (kind) => taken[kind].inc(),
    answered: (status, seconds) => answers.observe({ status }, seconds),
  };
}
