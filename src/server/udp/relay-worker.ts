// src/server/udp/relay-worker.ts - the thread of one shard: opens its sockets, runs its relay, obeys the main thread.
import { parentPort, workerData } from 'node:worker_threads';
import { OutageError, present } from '../../base/assert.ts';
import { systemClock, systemRandom } from '../../observe/clock.ts';
import { formatIp, formatTransportAddress, type TransportAddress } from '../../relay/address.ts';
import { PeerFilter } from '../../relay/peer-filter.ts';
import { Relay } from '../../relay/relay.ts';
import { SessionCounters } from '../../relay/session-counters.ts';
import { CHANNELS_MAX } from '../../relay/turn/allocation.ts';
import { StreamListener } from '../tcp/stream-listener.ts';
import type { BatchUdp } from './batch-udp.ts';
import { openBatchUdp } from './open-batch-udp.ts';
import { Shard } from './shard.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './worker-messages.ts';

// An allocation has one record for its client, and a browser's one or two channels and a few permissions; those who want
// all they may have are refused (508) when the records run out, which other allocations do not feel.
const RECORDS_PER_ALLOCATION = 12;

const port = present(parentPort, 'a relay worker is a worker');
const say = (message: FromWorker): void => port.postMessage(message);

const PORT_TRIES = 32; // Of a machine whose sockets hold half of all ports, one in four billion finds none.

/** TCP first, since it alone can be let go: a port that the system chose may be another program's for UDP. */
async function openBoth(shard: Shard, udp: BatchUdp, setup: WorkerSetup, wish: TransportAddress) {
  for (let tries = wish.port === 0 ? PORT_TRIES : 1; tries > 0; tries--) {
    const streams = new StreamListener({
      host: formatIp(wish.ip),
      port: wish.port,
      certificate: setup.certificate,
      connectionsMax: setup.connectionsMax,
      perAddressMax: setup.connectionsPerAddress,
      onClient: (socket, transport, address) => shard.addStream(socket, transport, address),
    });
    const port = await streams.listen().catch((cause: NodeJS.ErrnoException) => {
      throw cause.code === 'EADDRINUSE' ? new OutageError(`${formatTransportAddress(wish)} is taken (TCP)`) : cause;
    });
    const socket = shard.listen(wish.ip, port);
    if (socket >= 0) return { streams, at: { ip: wish.ip, port: udp.portOf(socket) } };
    streams.close();
  }
  throw new OutageError(`${formatTransportAddress(wish)} is taken (UDP)`);
}

async function open(setup: WorkerSetup) {
  const { config, filter: rules } = setup;
  const records = CHANNELS_MAX * 4 + config.quota.total * RECORDS_PER_ALLOCATION;
  const { udp, fallback } = await openBatchUdp(setup.backend, { records });
  // Descriptors belong to the process, not to the thread: a worker that breaks must not keep the ports from the next one.
  process.once('exit', () => udp.stop());
  const filter = new PeerFilter({ ...rules, relayAddresses: config.relayAddresses.map(({ told }) => told) });
  const relay = new Relay(
    { ...config, dontFragment: udp.canForbidFragments },
    {
      memory: udp.memory,
      sockets: udp,
      random: systemRandom,
      filter,
      counters: new SessionCounters(setup.counters),
      stats: new Float64Array(setup.stats),
    },
  );
  const shard = new Shard({ relay, udp, clock: systemClock, onEvents: (events) => say({ kind: 'events', events }) });
  const listening: TransportAddress[] = [];
  const streams: StreamListener[] = [];
  for (const wish of setup.listen) {
    const opened = await openBoth(shard, udp, setup, wish);
    filter.addServicePort(opened.at.port);
    streams.push(opened.streams);
    listening.push(opened.at);
  }
  udp.start(shard);
  say({ kind: 'ready', backend: udp.kind, fallback, listening });
  return { shard, filter, streams };
}

type Opened = Awaited<ReturnType<typeof open>>;

function obey({ shard, filter, streams }: Opened, message: ToWorker): void {
  switch (message.kind) {
    case 'drain':
      shard.act((relay) => {
        relay.state.draining = true;
      });
      return;
    case 'stop':
      for (const listener of streams) listener.close();
      shard.stop();
      port.close();
      return;
    case 'end':
      shard.act((relay) => relay.endSession(message.session));
      return;
    case 'extend':
      shard.act((relay) => relay.state.sessions.extend(message.session, message.untilS));
      return;
    case 'expect':
      shard.act((relay) => relay.state.users.announce(message.username));
      return;
    case 'secrets':
      shard.act((relay) => relay.setSecrets(message.secrets));
      return;
    case 'own-addresses':
      filter.setOwnAddresses(message.addresses);
      return;
    case 'certificate':
      try {
        for (const listener of streams) listener.setCertificate(message.certificate);
      } catch (cause) {
        say({ kind: 'certificate-refused', reason: String(cause) });
      }
      return;
    default:
      message satisfies never;
  }
}

try {
  const opened = await open(workerData as WorkerSetup);
  port.on('message', (message: ToWorker) => obey(opened, message));
} catch (cause) {
  say({ kind: 'failed', reason: cause instanceof Error ? cause.message : String(cause) });
  port.close();
}
