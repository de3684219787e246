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
import { openBatchUdp } from './open-batch-udp.ts';
import { Shard } from './shard.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './worker-messages.ts';

// An allocation has one record for its client, and a browser's one or two channels and a few permissions; those who want
// all they may have are refused (508) when the records run out, which other allocations do not feel.
const RECORDS_PER_ALLOCATION = 12;

const port = present(parentPort, 'a relay worker is a worker');
const say = (message: FromWorker): void => port.postMessage(message);

async function openStreams(shard: Shard, setup: WorkerSetup, at: TransportAddress): Promise<StreamListener> {
  const listener = new StreamListener({
    host: formatIp(at.ip),
    port: at.port,
    certificate: setup.certificate,
    connectionsMax: setup.connectionsMax,
    perAddressMax: setup.connectionsPerAddress,
    onClient: (socket, transport, address) => shard.addStream(socket, transport, address),
  });
  await listener.listen();
  return listener;
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
    const socket = shard.listen(wish.ip, wish.port);
    if (socket < 0) throw new OutageError(`${formatTransportAddress(wish)} is taken (UDP)`);
    const at = { ip: wish.ip, port: udp.portOf(socket) };
    filter.addServicePort(at.port);
    streams.push(await openStreams(shard, setup, at));
    listening.push(at);
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
