// src/server/tcp/relay-status.ts - /metrics (Prometheus text format) and /healthz of a relay. Labels are worker numbers and
// fixed words: whatever names clients use, the page has the same number of lines.
import { createServer, type Server } from 'node:http';
import type { ShardCounter } from '../../relay/shard-stats.ts';

/** What the page shows. */
export type RelayStatus = {
  readonly workers: readonly Readonly<Record<ShardCounter, number>>[];
  readonly backends: readonly (string | undefined)[];
  readonly allocationsMax: number;
  readonly draining: boolean;
  readonly hubConnected: boolean | undefined;
};

type Row = {
  readonly name: string;
  readonly kind: 'counter' | 'gauge';
  readonly help: string;
  readonly values: readonly (readonly [string, ShardCounter])[];
};

const ROWS: readonly Row[] = [
  { name: 'allocations', kind: 'gauge', help: 'Live allocations.', values: [['', 'allocationsLive']] },
  { name: 'allocations_total', kind: 'counter', help: 'Allocations made.', values: [['', 'allocationsMade']] },
  { name: 'streams', kind: 'gauge', help: 'Open TCP and TLS connections.', values: [['', 'streamsOpen']] },
  { name: 'streams_total', kind: 'counter', help: 'TCP and TLS connections taken.', values: [['', 'streamsMade']] },
  {
    name: 'payload_bytes_total',
    kind: 'counter',
    help: 'Payload relayed, without headers.',
    values: [
      ['direction="to_player"', 'toPlayerBytes'],
      ['direction="to_node"', 'toNodeBytes'],
    ],
  },
  {
    name: 'packets_total',
    kind: 'counter',
    help: 'Packets relayed.',
    values: [
      ['direction="to_player"', 'toPlayerPackets'],
      ['direction="to_node"', 'toNodePackets'],
    ],
  },
  {
    name: 'dropped_total',
    kind: 'counter',
    help: 'Packets and requests dropped, by reason.',
    values: [
      ['reason="no_allocation"', 'droppedNoAllocation'],
      ['reason="no_channel"', 'droppedNoChannel'],
      ['reason="no_permission"', 'droppedNoPermission'],
      ['reason="bandwidth"', 'droppedBandwidth'],
      ['reason="malformed"', 'droppedMalformed'],
      ['reason="slow_reader"', 'droppedBacklog'],
      ['reason="not_sent"', 'droppedSend'],
      ['reason="source_limit"', 'droppedSourceLimit'],
      ['reason="amplification"', 'droppedAmplification'],
    ],
  },
  { name: 'requests_total', kind: 'counter', help: 'STUN requests.', values: [['', 'requests']] },
  {
    name: 'refusals_total',
    kind: 'counter',
    help: 'Requests refused, by kind.',
    values: [
      ['kind="unauthorized"', 'repliesUnauthorized'],
      ['kind="stale_nonce"', 'repliesStaleNonce'],
      ['kind="allocation"', 'allocationsRefused'],
      ['kind="other"', 'repliesOtherError'],
      ['kind="peer"', 'refusedPeers'],
    ],
  },
  { name: 'permissions_total', kind: 'counter', help: 'Permissions made.', values: [['', 'permissionsMade']] },
  { name: 'channels_total', kind: 'counter', help: 'Channels bound.', values: [['', 'channelsMade']] },
  { name: 'icmp_total', kind: 'counter', help: 'ICMP errors passed on.', values: [['', 'icmpForwarded']] },
  { name: 'receive_calls_total', kind: 'counter', help: 'System calls that received.', values: [['', 'receiveCalls']] },
  { name: 'received_packets_total', kind: 'counter', help: 'Packets received.', values: [['', 'receivedPackets']] },
  { name: 'send_calls_total', kind: 'counter', help: 'System calls that sent.', values: [['', 'sendCalls']] },
];

const line = (name: string, labels: readonly string[], value: number): string =>
  `nearcade_relay_${name}${labels.length === 0 ? '' : `{${labels.join(',')}}`} ${value}`;

/** The page of /metrics. */
export function metricsText(status: RelayStatus): string {
  const lines: string[] = [];
  const head = (name: string, kind: string, help: string) =>
    lines.push(`# HELP nearcade_relay_${name} ${help}`, `# TYPE nearcade_relay_${name} ${kind}`);
  for (const { name, kind, help, values } of ROWS) {
    head(name, kind, help);
    for (const [worker, counters] of status.workers.entries()) {
      for (const [label, counter] of values) {
        lines.push(
          line(name, label === '' ? [`worker="${worker}"`] : [`worker="${worker}"`, label], counters[counter]),
        );
      }
    }
  }
  head('allocations_max', 'gauge', 'Allocations that all workers can hold.');
  lines.push(line('allocations_max', [], status.allocationsMax));
  head('draining', 'gauge', '1 while no new allocations are taken.');
  lines.push(line('draining', [], status.draining ? 1 : 0));
  head('backend', 'gauge', '1 for the backend that moves datagrams.');
  for (const [worker, backend] of status.backends.entries()) {
    for (const kind of ['ffi', 'dgram']) {
      lines.push(line('backend', [`worker="${worker}"`, `kind="${kind}"`], backend === kind ? 1 : 0));
    }
  }
  if (status.hubConnected !== undefined) {
    head('hub_connected', 'gauge', '1 while the hub is reached.');
    lines.push(line('hub_connected', [], status.hubConnected ? 1 : 0));
  }
  return `${lines.join('\n')}\n`;
}

/** Serves both pages; resolves when it listens, rejects when the port is taken. `read` is called per request. */
export function serveRelayStatus(host: string, port: number, read: () => RelayStatus): Promise<Server> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0];
    const status = read();
    const page =
      path === '/metrics'
        ? { code: 200, type: 'text/plain; version=0.0.4; charset=utf-8', text: metricsText(status) }
        : path === '/healthz'
          ? {
              code: status.draining ? 503 : 200,
              type: 'text/plain; charset=utf-8',
              text: status.draining ? 'draining\n' : 'ok\n',
            }
          : { code: 404, type: 'text/plain; charset=utf-8', text: 'not found\n' };
    response.writeHead(page.code, { 'content-type': page.type, 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? '' : page.text);
  });
  server.requestTimeout = 5_000;
  server.maxConnections = 64;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}
