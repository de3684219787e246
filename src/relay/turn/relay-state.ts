// src/relay/turn/relay-state.ts - everything one shard knows, in one place, and how an allocation leaves it.
import type { Random } from '../../base/random.ts';
import type { IpBytes } from '../address.ts';
import type { PacketMemory } from '../packet-memory.ts';
import type { PeerFilter, PortRange } from '../peer-filter.ts';
import { PortPool } from '../port-pool.ts';
import type { FreeReason, RelayEvent, RelaySockets } from '../ports.ts';
import { Quota, type QuotaLimits } from '../quota.ts';
import type { SessionCounters } from '../session-counters.ts';
import { SessionRegister } from '../session-register.ts';
import { counterIndex, type ShardCounter } from '../shard-stats.ts';
import { SourceGuard } from '../source-guard.ts';
import type { Family } from '../stun/attributes/requested-address-family.ts';
import { TokenBuckets } from '../token-buckets.ts';
import { UserDirectory } from '../user-directory.ts';
import { type Allocation, type Channel, CONNECTED_MAX, type Permission, type Relayed } from './allocation.ts';
import { AllocationTable } from './allocation-table.ts';
import { nonceKey } from './nonce.ts';

/** An address that allocations speak from, and the one that peers see when a 1:1 NAT stands before it. */
export type RelayAddress = { readonly bind: IpBytes; readonly told: IpBytes };

/** What a shard is given. */
export type RelayConfig = {
  readonly realm: string;
  /** One or two live secrets, newest first. */
  readonly secrets: readonly string[];
  /** True for a relay of a hub: names without a signed scope are refused. */
  readonly scopeRequired: boolean;
  readonly relayAddresses: readonly RelayAddress[];
  readonly relayPorts: PortRange;
  readonly quota: QuotaLimits;
  /** Of each allocation and direction. */
  readonly bytesPerS: number;
  /** Whether the sockets can set 'do not fragment' (RFC 8656 section 14). */
  readonly dontFragment: boolean;
};

/** What a shard works on. */
export type RelayMeans = {
  readonly memory: PacketMemory;
  readonly sockets: RelaySockets;
  readonly random: Random;
  readonly filter: PeerFilter;
  readonly counters: SessionCounters;
  /** `shardCounters` doubles, shared with whoever reads them. */
  readonly stats: Float64Array;
};

/** A port kept by EVEN-PORT for whoever brings its token. */
export type Reservation = { readonly family: Family; readonly port: number; readonly expiresMs: number };

const EVENTS_MAX = 256; // Between two turns of the shell; logs may lose some, never memory.

/** The state of one shard. Handlers read and change it; the data path reads it. */
export class RelayState {
  readonly config: RelayConfig;
  readonly means: RelayMeans;
  /** Monotonic milliseconds and Unix milliseconds, set once per batch; in a typed array so that no number is boxed. */
  readonly clock = new Float64Array(2);
  readonly table: AllocationTable;
  readonly pools = new Map<Family, PortPool>();
  readonly quota: Quota;
  readonly sessions: SessionRegister;
  readonly users: UserDirectory;
  readonly guard: SourceGuard;
  readonly buckets: TokenBuckets;
  readonly reservations = new Map<string, Reservation>();
  events: RelayEvent[] = [];
  secrets: readonly string[];
  nonceKeys: readonly Uint8Array[];
  draining = false;

  constructor(config: RelayConfig, means: RelayMeans) {
    this.config = config;
    this.means = means;
    this.table = new AllocationTable(means.memory, means.random);
    for (const { bind } of config.relayAddresses) {
      const family = bind.length === 4 ? 4 : 6;
      if (!this.pools.has(family)) this.pools.set(family, new PortPool(config.relayPorts));
    }
    this.quota = new Quota(config.quota);
    this.sessions = new SessionRegister(means.counters);
    this.users = new UserDirectory(config.realm);
    this.guard = new SourceGuard(means.random);
    this.buckets = new TokenBuckets(config.quota.total, config.bytesPerS, this.clock);
    this.secrets = config.secrets;
    this.nonceKeys = config.secrets.map(nonceKey);
  }

  /** Monotonic milliseconds of this batch. */
  get nowMs(): number {
    return this.clock[0] ?? 0;
  }

  /** Unix seconds of this batch, with fractions. */
  get nowS(): number {
    return (this.clock[1] ?? 0) / 1_000;
  }

  /** Adds one to a counter. */
  count(counter: ShardCounter): void {
    const index = counterIndex[counter];
    this.means.stats[index] = (this.means.stats[index] ?? 0) + 1;
  }

  /** Notes something for the log; drops it when nobody reads. */
  tell(event: RelayEvent): void {
    if (this.events.length < EVENTS_MAX) this.events.push(event);
  }

  /** Ends an allocation: its sockets, ports, records and places are free when this returns. */
  free(allocation: Allocation, reason: FreeReason): void {
    this.table.remove(allocation);
    for (const relayed of allocation.relayed) this.#closeRelayed(relayed);
    for (const channel of allocation.channels) this.#forgetChannel(channel);
    for (const { record } of allocation.permissions) this.means.memory.freeRecord(record);
    this.means.memory.freeRecord(allocation.record);
    this.quota.release(allocation.session, allocation.addressKey);
    this.sessions.leave(allocation.session);
    this.means.stats[counterIndex.allocationsLive] = this.table.size;
    this.tell({ kind: 'freed', session: allocation.session, reason });
  }

  /** Ends one half of a dual allocation, with what belongs to its family; the last half ends the whole. */
  freeRelayed(relayed: Relayed, reason: FreeReason): void {
    const { allocation } = relayed;
    if (allocation.relayed.length === 1) {
      this.free(allocation, reason);
      return;
    }
    this.table.removeRelayed(relayed);
    this.#closeRelayed(relayed);
    this.#drop(
      allocation,
      (channel) => channel.relayed === relayed,
      (permission) => this.#familyOf(permission) === relayed.family,
    );
    this.table.touch(allocation);
  }

  /** Forgets expired channels, and expired permissions that no channel needs. */
  purge(allocation: Allocation): void {
    const { nowMs } = this;
    this.#drop(
      allocation,
      (channel) => channel.expiresMs <= nowMs,
      (permission) => permission.expiresMs <= nowMs,
    );
  }

  #drop(
    allocation: Allocation,
    channelGoes: (channel: Channel) => boolean,
    permissionGoes: (permission: Permission) => boolean,
  ): void {
    const { channels, permissions } = allocation;
    const { memory } = this.means;
    removeWhere(channels, channelGoes, (channel) => this.#forgetChannel(channel));
    removeWhere(
      permissions,
      (permission) => permissionGoes(permission) && !channels.some((channel) => channel.permission === permission),
      ({ record }) => memory.freeRecord(record),
    );
  }

  /** What packets towards a peer leave by: a socket connected to it, or the relayed address's own where none can be had. */
  socketTowards(relayed: Relayed, record: number): number {
    const { channels } = relayed.allocation;
    if (channels.filter(({ socket, relayed: own }) => socket !== own.socket).length >= CONNECTED_MAX) {
      return relayed.socket;
    }
    const socket = this.means.sockets.connect(relayed.socket, record);
    if (socket < 0) return relayed.socket;
    this.table.addSocket(socket, relayed);
    return socket;
  }

  #forgetChannel({ record, socket, relayed }: Channel): void {
    this.means.memory.freeRecord(record);
    if (socket === relayed.socket) return;
    this.table.removeSocket(socket);
    this.means.sockets.close(socket);
  }

  #familyOf({ record }: Permission): Family {
    return this.means.memory.bytes[record * 32] === 2 ? 4 : 6;
  }

  #closeRelayed({ socket, family, port }: Relayed): void {
    this.means.sockets.close(socket);
    this.pools.get(family)?.giveBack(port);
  }
}

function removeWhere<T>(list: T[], goes: (item: T) => boolean, forget: (item: T) => void): void {
  let kept = 0;
  for (const item of list) {
    if (goes(item)) forget(item);
    else list[kept++] = item;
  }
  list.length = kept;
}
