// src/main/relay-process.ts - a relay that runs: its workers, its metrics page, its line to the hub, and how it drains and
// stops. LIFETIME: the process closes link and page after the workers, because workers still count while they end.
import { lookup } from 'node:dns/promises';
import type { Server } from 'node:http';
import { hostname } from 'node:os';
import { OutageError } from '../base/assert.ts';
import { hostPortText } from '../config/setting.ts';
import { systemClock } from '../observe/clock.ts';
import type { Log } from '../observe/log.ts';
import type { HubToRelay } from '../protocol/relay-messages.ts';
import { formatIp, type IpBytes, parseIp } from '../relay/address.ts';
import { serveRelayStatus } from '../server/tcp/relay-status.ts';
import type { Certificate } from '../server/tcp/stream-listener.ts';
import { type FleetSetup, RelayFleet } from '../server/udp/relay-fleet.ts';
import { type RelayHello, RelayLink } from '../server/ws/relay-link.ts';
import { fleetSetup, machineAddresses, type RelayValues, readCertificate, readSecrets } from './relay-setup.ts';
import { reportUsage } from './relay-usage.ts';

const REPORT_MS = 250; // What the hub has not heard yet is missing from a receipt.
const HOUSEKEEPING_MS = 30_000; // Addresses of the machine, and the certificate's file, change rarely.

async function resolveHost(host: string): Promise<IpBytes> {
  const ip = parseIp(host) ?? parseIp((await lookup(host).catch(() => ({ address: '' }))).address);
  if (ip === undefined) throw new OutageError(`--listen: ${host} has no address`);
  return ip;
}

/** URLs of each worker (RFC 7065). One port serves UDP, TCP and TLS. */
function shardUrls(fleet: RelayFleet, values: RelayValues, told: string): RelayHello['shards'] {
  const host = values.publicHost ?? told;
  return fleet.listening.map((addresses) => {
    const authority = hostPortText({ host, port: addresses[0]?.port ?? 0 });
    const plain = { udp: `turn:${authority}?transport=udp`, tcp: `turn:${authority}?transport=tcp` };
    return values.tlsCert === undefined ? plain : { ...plain, tls: `turns:${authority}?transport=tcp` };
  });
}

/** A running relay. */
export class RelayProcess {
  readonly fleet: RelayFleet;
  /** URLs of each worker, as players get them. */
  readonly shards: RelayHello['shards'];
  /** Resolves when it has stopped, whoever stopped it. */
  readonly stopped: Promise<void>;
  readonly #values: RelayValues;
  readonly #setup: FleetSetup;
  readonly #log: Log;
  readonly #told: string;
  readonly #timers: NodeJS.Timeout[] = [];
  #link: RelayLink | undefined;
  #status: Server | undefined;
  #certificate: Certificate | undefined;
  #secrets: readonly string[];
  #drainUntilMs: number | undefined;
  #reported = '';
  #stopping: Promise<void> | undefined;
  #finish: () => void = () => {};

  private constructor(values: RelayValues, setup: FleetSetup, fleet: RelayFleet, log: Log) {
    this.#values = values;
    this.#setup = setup;
    this.#log = log;
    this.fleet = fleet;
    this.#certificate = setup.certificate;
    this.#secrets = setup.config.secrets;
    const [first] = setup.config.relayAddresses;
    this.#told = first === undefined ? '' : formatIp(first.told);
    this.shards = shardUrls(fleet, values, this.#told);
    this.stopped = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  /** Starts a relay. @throws OutageError when it cannot run, saying why */
  static async start(values: RelayValues, log: Log): Promise<RelayProcess> {
    const setup = fleetSetup(values, await resolveHost(values.listen?.host ?? '127.0.0.1'));
    const relay = new RelayProcess(values, setup, await RelayFleet.start(setup, log), log);
    try {
      await relay.#serveStatus();
    } catch (cause) {
      await relay.stop();
      throw new OutageError(`--metrics: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
    relay.#joinHub();
    relay.#timers.push(setInterval(() => relay.#everySecond(), REPORT_MS));
    relay.#timers.push(setInterval(() => relay.#keepHouse(), HOUSEKEEPING_MS));
    const { shards, metricsPort } = relay;
    log.info({ shards, backend: relay.fleet.backends[0], workers: setup.workers, metricsPort }, 'relay.ready');
    return relay;
  }

  /** True once `drain` was called. */
  get draining(): boolean {
    return this.#drainUntilMs !== undefined;
  }

  /** True while the hub is reached; `undefined` without one. */
  get hubConnected(): boolean | undefined {
    return this.#link?.connected;
  }

  /** Port of the metrics page, 0 without one. */
  get metricsPort(): number {
    const bound = this.#status?.address();
    return typeof bound === 'object' && bound !== null ? bound.port : 0;
  }

  /** Takes no new allocations; stops when none is left, or after so many milliseconds. The first call counts. */
  drain(waitMs: number): void {
    if (this.draining) return;
    this.#drainUntilMs = systemClock.monotonicMs() + waitMs;
    this.fleet.tell({ kind: 'drain' });
    this.#log.info({ allocations: this.fleet.allocations, waitMs }, 'relay.draining');
    this.#report();
  }

  /** Ends all allocations and closes everything. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopNow();
    return this.#stopping;
  }

  async #stopNow(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.fleet.stop();
    if (this.#link !== undefined) reportUsage(this.fleet, this.#link, 'changed');
    this.#link?.stop();
    this.#status?.close();
    this.#status?.closeAllConnections();
    this.#log.info({}, 'relay.stopped');
    this.#finish();
  }

  async #serveStatus(): Promise<void> {
    const { metrics } = this.#values;
    if (metrics === undefined) return;
    this.#status = await serveRelayStatus(metrics.host, metrics.port, () => ({
      workers: this.fleet.stats(),
      backends: this.fleet.backends,
      allocationsMax: this.fleet.allocationsMax,
      draining: this.draining,
      hubConnected: this.hubConnected,
    }));
  }

  #joinHub(): void {
    const { hub, name, region } = this.#values;
    if (hub === undefined) return;
    const { config } = this.#setup;
    this.#link = new RelayLink({
      hub,
      secret: () => this.#secrets[0] ?? '',
      log: this.#log,
      hello: {
        name: name ?? hostname(),
        region: region ?? 'local',
        realm: config.realm,
        shards: this.shards,
        relayAddress: this.#told,
        portFirst: config.relayPorts.first,
        portLast: config.relayPorts.last,
      },
      onWelcome: () => {
        this.#reported = '';
        this.#report();
        if (this.#link !== undefined) reportUsage(this.fleet, this.#link, 'all');
      },
      onMessage: (message) => this.#obey(message),
    });
  }

  #obey(message: Exclude<HubToRelay, { t: 'challenge' | 'welcome' | 'refused' }>): void {
    if (message.t === 'end') this.fleet.tell({ kind: 'end', session: message.session });
    else if (message.t === 'extend') {
      this.fleet.tell({ kind: 'extend', session: message.session, untilS: message.expiresAtS });
    } else if (message.t === 'expect') this.fleet.tell({ kind: 'expect', username: message.username });
    else this.drain(message.deadlineMs);
  }

  /** Says figures that changed. */
  #report(): void {
    const nowMs = systemClock.monotonicMs();
    const { allocations, allocationsMax } = this.fleet;
    if (this.#link === undefined) this.fleet.readUsage(nowMs);
    else reportUsage(this.fleet, this.#link, 'changed');
    const load = Math.min(1, allocations / Math.max(1, allocationsMax));
    const status = { allocations, load, draining: this.draining };
    const text = JSON.stringify(status);
    const left =
      this.#drainUntilMs === undefined ? {} : { deadlineMs: Math.max(0, Math.round(this.#drainUntilMs - nowMs)) };
    if (text !== this.#reported && this.#link?.send({ t: 'status', ...status, ...left })) this.#reported = text;
  }

  /** Also ends a drain: not in the turn in which it began, since workers may still be counting an allocation that they made. */
  #everySecond(): void {
    this.#report();
    const untilMs = this.#drainUntilMs ?? Number.POSITIVE_INFINITY;
    const isOver = this.draining && (this.fleet.allocations === 0 || systemClock.monotonicMs() >= untilMs);
    if (isOver) void this.stop();
  }

  #keepHouse(): void {
    const told = this.#setup.config.relayAddresses.map((address) => address.told);
    this.fleet.tell({ kind: 'own-addresses', addresses: [...machineAddresses(), ...told] });
    this.reload();
  }

  /**
   * Reads the files of certificate and secrets again. A changed certificate serves the next connections, nobody is dropped.
   * Credentials of a secret that is gone allocate and refresh nothing any more.
   */
  reload(): void {
    this.#reloadCertificate();
    try {
      const now = readSecrets(this.#values);
      if (now.join('\n') === this.#secrets.join('\n')) return;
      this.#secrets = now;
      this.fleet.tell({ kind: 'secrets', secrets: now });
      this.#log.info({ live: now.length }, 'secrets.reloaded');
    } catch (cause) {
      this.#log.error({ why: cause instanceof Error ? cause.message : String(cause) }, 'secrets.unreadable');
    }
  }

  #reloadCertificate(): void {
    try {
      const now = readCertificate(this.#values);
      if (now === undefined || (now.cert === this.#certificate?.cert && now.key === this.#certificate.key)) return;
      this.#certificate = now;
      this.fleet.tell({ kind: 'certificate', certificate: now });
      this.#log.info({}, 'certificate.reloaded');
    } catch (cause) {
      this.#log.error({ why: cause instanceof Error ? cause.message : String(cause) }, 'certificate.unreadable');
    }
  }
}
