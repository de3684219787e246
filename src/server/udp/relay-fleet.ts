// src/server/udp/relay-fleet.ts - the relay's workers as one: starts them, starts a crashed one again, tells all of them the
// same, adds up their figures. One worker = one port and a slice of the relay ports; they share nothing but counters.
import { Worker } from 'node:worker_threads';
import { OutageError } from '../../base/assert.ts';
import { cutAddress, type Log } from '../../observe/log.ts';
import { formatIp, type TransportAddress } from '../../relay/address.ts';
import type { PortRange } from '../../relay/peer-filter.ts';
import type { RelayEvent } from '../../relay/ports.ts';
import { SessionCounters, sessionCountersBytes } from '../../relay/session-counters.ts';
import { readShardStats, SHARD_STATS_BYTES, type ShardCounter } from '../../relay/shard-stats.ts';
import type { BackendKind } from './batch-udp.ts';
import { UsageTotals } from './usage-totals.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './worker-messages.ts';

const RESTART_MS = 500;

/** What all workers share of their setup; ports and memory are each one's own. */
export type FleetSetup = Omit<WorkerSetup, 'stats' | 'counters'> & { readonly workers: number };

type Member = {
  worker: Worker;
  readonly index: number;
  readonly setup: WorkerSetup;
  counters: SessionCounters;
  readonly stats: Float64Array;
  listening: readonly TransportAddress[];
  backend: BackendKind | undefined;
};

/** Ports of worker `index` of `count`: equal slices that begin at even ports, so that pairs never straddle two. */
export function portSlice({ first, last }: PortRange, index: number, count: number): PortRange {
  const even = first + (first % 2);
  const size = 2 * Math.floor((last - even + 1) / count / 2);
  if (count === 1) return { first, last };
  return { first: even + index * size, last: index === count - 1 ? last : even + (index + 1) * size - 1 };
}

/** Logs what a shard tells: lifecycle at info, refusals at debug; no address whole, no user name but a session's id. */
function logEvent(log: Log, event: RelayEvent): void {
  const session = /^s_[0-9a-z]{26}$/.test(event.session) ? event.session : 'rest';
  switch (event.kind) {
    case 'allocated':
      log.info(
        { session, client: cutAddress(formatIp(event.client.ip)), transport: event.transport },
        'allocation.made',
      );
      return;
    case 'freed':
      log.info({ session, reason: event.reason }, 'allocation.freed');
      return;
    case 'refused':
      log.debug({ session, method: event.method, code: event.code }, 'request.refused');
      return;
    case 'peer-refused':
      log.warn({ session, peer: cutAddress(formatIp(event.peer.ip)) }, 'peer.refused');
      return;
    default:
      event satisfies never;
  }
}

/** The workers of one relay. */
export class RelayFleet {
  readonly usage = new UsageTotals();
  readonly #log: Log;
  readonly #members: Member[] = [];
  readonly #sticky = new Map<ToWorker['kind'], ToWorker>();
  #stopping = false;

  private constructor(log: Log) {
    this.#log = log;
  }

  /**
   * Starts all workers and waits until each listens.
   * @throws OutageError naming the first that cannot
   */
  static async start(setup: FleetSetup, log: Log): Promise<RelayFleet> {
    const fleet = new RelayFleet(log);
    try {
      for (let index = 0; index < setup.workers; index++) fleet.#members.push(fleet.#member(setup, index));
      await Promise.all(fleet.#members.map((member) => fleet.#run(member)));
      return fleet;
    } catch (cause) {
      await fleet.stop();
      throw cause;
    }
  }

  #member(setup: FleetSetup, index: number): Member {
    const range = portSlice(setup.config.relayPorts, index, setup.workers);
    const total = Math.min(Math.ceil(setup.config.quota.total / setup.workers), range.last - range.first + 1);
    const stats = new SharedArrayBuffer(SHARD_STATS_BYTES);
    const counters = new SharedArrayBuffer(sessionCountersBytes(total));
    const own: WorkerSetup = {
      ...setup,
      listen: setup.listen.map(({ ip, port }) => ({ ip, port: port === 0 ? 0 : port + index })),
      config: { ...setup.config, relayPorts: range, quota: { ...setup.config.quota, total } },
      stats,
      counters,
    };
    return {
      worker: this.#spawn(own),
      index,
      setup: own,
      counters: new SessionCounters(counters),
      stats: new Float64Array(stats),
      listening: [],
      backend: undefined,
    };
  }

  #spawn(setup: WorkerSetup): Worker {
    return new Worker(new URL('./relay-worker.ts', import.meta.url), { workerData: setup });
  }

  /** Resolves when the worker listens; from then on a crash starts another in its place. */
  #run(member: Member): Promise<void> {
    const { worker, index } = member;
    return new Promise((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') {
          member.listening = message.listening;
          member.backend = message.backend;
          if (message.fallback !== undefined) this.#log.warn({ why: message.fallback }, 'relay.fallback-to-dgram');
          resolve();
        } else if (message.kind === 'failed') reject(new OutageError(message.reason));
        else if (message.kind === 'certificate-refused')
          this.#log.error({ why: message.reason }, 'certificate.refused');
        else for (const event of message.events) logEvent(this.#log, event);
      });
      worker.on('error', (cause) => this.#log.error({ worker: index, why: String(cause) }, 'worker.crashed'));
      worker.once('exit', () => {
        this.usage.read(index, member.counters, performance.now(), true);
        reject(new OutageError(`relay worker ${index} ended before it listened`));
        if (!this.#stopping && member.backend !== undefined) setTimeout(() => this.#restart(member), RESTART_MS);
      });
    });
  }

  #restart(member: Member): void {
    if (this.#stopping) return;
    const counters = new SharedArrayBuffer(member.setup.counters.byteLength);
    member.counters = new SessionCounters(counters);
    member.stats.fill(0);
    member.worker = this.#spawn({ ...member.setup, listen: member.listening, counters });
    this.#run(member).then(
      () => {
        this.#log.warn({ worker: member.index }, 'worker.restarted');
        for (const message of this.#sticky.values()) member.worker.postMessage(message);
      },
      (cause) => this.#log.error({ worker: member.index, why: String(cause) }, 'worker.not-restarted'),
    );
  }

  /** Tells every worker. What describes a lasting state is told again to a worker that is started later. */
  tell(message: ToWorker): void {
    if (['drain', 'secrets', 'certificate', 'own-addresses'].includes(message.kind))
      this.#sticky.set(message.kind, message);
    for (const { worker } of this.#members) worker.postMessage(message);
  }

  /** Where each worker listens, in the order of the workers. */
  get listening(): readonly (readonly TransportAddress[])[] {
    return this.#members.map(({ listening }) => listening);
  }

  /** Backend of each worker. */
  get backends(): readonly (BackendKind | undefined)[] {
    return this.#members.map(({ backend }) => backend);
  }

  /** Counters of each worker. */
  stats(): readonly Readonly<Record<ShardCounter, number>>[] {
    return this.#members.map(({ stats }) => readShardStats(stats));
  }

  /** Live allocations of all workers. */
  get allocations(): number {
    return this.stats().reduce((sum, { allocationsLive }) => sum + allocationsLive, 0);
  }

  /** Most allocations that all workers can hold. */
  get allocationsMax(): number {
    return this.#members.reduce((sum, { setup }) => sum + setup.config.quota.total, 0);
  }

  /** Brings `usage` up to date. */
  readUsage(nowMs: number): void {
    for (const { index, counters } of this.#members) this.usage.read(index, counters, nowMs);
  }

  /** Ends every worker; resolves when all are gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(
      this.#members.map(async ({ worker }) => {
        const gone = new Promise((resolve) => worker.once('exit', resolve));
        worker.postMessage({ kind: 'stop' } satisfies ToWorker);
        const late = setTimeout(() => void worker.terminate(), 2_000);
        if (worker.threadId >= 0) await gone;
        clearTimeout(late);
      }),
    );
  }
}
