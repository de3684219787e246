// src/agent/slot-pool.ts - the slots of this machine: one warm process each, replaced when it is gone. Probes go to the
// slot that the next session will get, because only that one's measurement is true.
import { join } from 'node:path';
import type { PeerId, SessionId } from '../base/ids.ts';
import type { Log, LogLevel } from '../observe/log.ts';
import { bounds } from '../protocol/limits.ts';
import type { HubToNode, Running } from '../protocol/node-messages.ts';
import type { Ports } from './advertise.ts';
import type { DiskRoom } from './disk-room.ts';
import type { AgentToSlot, SlotNet, SlotSetup, SlotToAgent } from './slot-messages.ts';
import { SlotProcess } from './slot-process.ts';

/** What the pool is made of. */
export type PoolOptions = {
  readonly module: string;
  /** Folder of the slots' marks. */
  readonly folder: string;
  /** Folder of the logs by session. */
  readonly logs: string;
  readonly ports: readonly Ports[];
  /** While it is short no slot is given away. */
  readonly disk: Pick<DiskRoom, 'isShort' | 'look'>;
  readonly setup: Omit<SlotSetup, 't' | 'index' | 'net' | 'probeEncoders'>;
  readonly sweep: () => Promise<number>;
  readonly net: () => Omit<SlotNet, 'ports'>;
  readonly logLevel: LogLevel;
  readonly log: Log;
  readonly clockMs: () => number;
  readonly onMessage: (slot: SlotProcess, message: SlotToAgent) => void;
  /** A slot is gone. It is replaced by the pool. */
  readonly onGone: (slot: SlotProcess) => void;
};
type Start = Extract<AgentToSlot, { t: 'start' }>;

/** Pauses before a slot that could not warm up is tried again; the last one repeats. */
const REPLACE_MS = [0, 500, 2_000, 10_000, 30_000] as const;

/** Every slot of the node. */
export class SlotPool {
  readonly #options: PoolOptions;
  readonly #slots: (SlotProcess | undefined)[];
  readonly #peers = new Map<PeerId, { readonly slot: SlotProcess; readonly isProbe: boolean }>();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Ended because the machine carries fewer; no fault of theirs. */
  readonly #retired = new WeakSet<SlotProcess>();
  #most: number;
  #failures = 0;
  #encodersKnown = false;
  #closed: PromiseWithResolvers<void> | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#slots = options.ports.map(() => undefined);
    this.#most = options.ports.length;
  }

  /** Sessions at once. */
  get most(): number {
    return this.#most;
  }

  /** Slots that can take a session now. */
  get free(): number {
    const ready = this.#slots.filter((slot) => slot?.phase === 'ready').length;
    return this.#options.disk.isShort ? 0 : Math.max(0, Math.min(ready, this.#most - this.serving.length));
  }

  /** Probe connections handed out and not closed yet. */
  get probes(): number {
    return [...this.#peers.values()].filter(({ isProbe }) => isProbe).length;
  }

  /** Slots that serve a session. */
  get serving(): SlotProcess[] {
    return this.#slots.filter((slot) => slot !== undefined).filter(({ phase }) => phase === 'serving');
  }

  /** Sessions as the hub wants to hear of them after a reconnect. */
  get running(): Running[] {
    return this.serving.flatMap(({ running }) => running ?? []);
  }

  /** How many starts in a row ended before the slot was warm. */
  get failures(): number {
    return this.#failures;
  }

  /**
   * Starts the first slot; the others follow when it is warm, so that they do not fight for the processor.
   * @throws what the system says where not even that one can be started
   */
  open(): void {
    this.#startNext();
  }

  /** From now on so many sessions at once, at most as many as the pool has ports for. Sessions that run go on. */
  limit(most: number): void {
    this.#most = Math.max(1, Math.min(most, this.#slots.length));
    this.#retire();
    this.#refill();
  }

  /** Ends slots that are too many and wait for nobody, the last first: the next session gets the first. */
  #retire(): void {
    let spare = this.#used() - this.#most;
    for (const slot of this.#slots.toReversed()) {
      if (spare <= 0) return;
      const busy = slot?.phase !== 'ready' || [...this.#peers.values()].some((owner) => owner.slot === slot);
      if (slot === undefined || busy) continue;
      this.#retired.add(slot);
      slot.kill();
      spare--;
    }
  }

  #used(): number {
    return this.#slots.filter((slot) => slot !== undefined && !this.#retired.has(slot)).length;
  }

  #startNext(): void {
    const warming = this.#slots.some((slot) => slot?.phase === 'warming');
    const index = this.#slots.indexOf(undefined);
    if (this.#closed === undefined && !warming && index >= 0 && this.#used() < this.#most)
      this.#slots[index] = this.#start(index);
  }

  /** Starts the next slot, or tries again later: a full disk ends none of the sessions beside it. */
  #refill(): void {
    try {
      this.#startNext();
    } catch (cause) {
      this.#failures++;
      this.#options.log.error({ cause: String(cause) }, 'slot.not-started');
      this.#refillSoon();
    }
  }

  #refillSoon(): void {
    const pauseMs = REPLACE_MS[Math.min(this.#failures, REPLACE_MS.length - 1)] ?? 0;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#refill();
    }, pauseMs);
    this.#timers.add(timer);
  }

  #start(index: number): SlotProcess {
    const { module, folder, logs, setup, net, sweep, logLevel, log, clockMs } = this.#options;
    const ports = this.#options.ports[index] ?? { first: 1, last: 1 };
    return new SlotProcess({
      ...{ module, markFile: join(folder, `${index}.pid`), logs, sweep, logLevel, log, clockMs },
      setup: {
        ...setup,
        ...{ t: 'setup', index, net: { ...net(), ports } },
        probeEncoders: !this.#encodersKnown,
      },
      onMessage: (slot, message) => this.#hear(slot, message),
      onGone: (slot) => this.#gone(slot),
    });
  }

  #hear(slot: SlotProcess, message: SlotToAgent): void {
    if (!this.#isItsOwn(slot, message)) {
      // Its player may have taken it over: it must not speak for the sessions beside it.
      this.#options.log.error({ slot: slot.index, t: message.t, session: slot.session }, 'slot.spoke-for-another');
      slot.kill();
      return;
    }
    if (message.t === 'warm') {
      this.#failures = 0;
      this.#encodersKnown = true;
      this.#retire();
      this.#refill();
    }
    if (message.t === 'peer.closed') this.#peers.delete(message.peer);
    this.#options.onMessage(slot, message);
  }

  /** A slot speaks for its own session and its own peers; a peer that is closed already belongs to nobody. */
  #isItsOwn(slot: SlotProcess, message: SlotToAgent): boolean {
    if ('session' in message && message.session !== undefined && message.session !== slot.session) return false;
    const owner = 'peer' in message && message.peer !== undefined ? this.#peers.get(message.peer) : undefined;
    return owner === undefined || owner.slot === slot;
  }

  #gone(slot: SlotProcess): void {
    this.#slots[slot.index] = undefined;
    for (const [peer, owner] of this.#peers) if (owner.slot === slot) this.#peers.delete(peer);
    if (slot.session === undefined && !this.#retired.has(slot)) this.#failures++;
    this.#options.onGone(slot);
    if (this.#closed !== undefined) {
      if (this.#slots.every((other) => other === undefined)) this.#closed.resolve();
      return;
    }
    this.#refillSoon();
  }

  /** The slot that the next session gets. */
  #nextFree(): SlotProcess | undefined {
    return this.free === 0 ? undefined : this.#slots.find((slot) => slot?.phase === 'ready');
  }

  /** Hands a probe to the next free slot. False when there is none or enough are open. */
  probe(message: Extract<HubToNode, { t: 'probe.open' }>): boolean {
    const slot = this.#nextFree();
    if (slot === undefined || this.probes >= bounds.probesPerNode) return false;
    this.#peers.set(message.peer, { slot, isProbe: true });
    slot.send(message);
    return true;
  }

  /** Turns the next free slot into a session. A repeat of a start is known already; false when no slot is free. */
  start(message: Start): boolean {
    if (this.bySession(message.start.session) !== undefined) return true;
    const slot = this.#nextFree();
    if (slot === undefined) return false;
    slot.serve(message);
    this.#peers.set(message.start.peer, { slot, isProbe: false });
    return true;
  }

  /** Gives a running session another peer. */
  attach(message: Extract<HubToNode, { t: 'attach' }>): boolean {
    const slot = this.bySession(message.session);
    if (slot === undefined) return false;
    this.#peers.set(message.peer, { slot, isProbe: false });
    slot.send(message);
    return true;
  }

  /** The slot that serves a session. */
  bySession(session: SessionId): SlotProcess | undefined {
    return this.#slots.find((slot) => slot?.session === session);
  }

  /** The slot that holds a peer connection. */
  byPeer(peer: PeerId): SlotProcess | undefined {
    return this.#peers.get(peer)?.slot;
  }

  /** Tells every slot that the machine's addresses changed. */
  renewNet(): void {
    const net = this.#options.net();
    for (const slot of this.#slots) {
      const ports = slot === undefined ? undefined : this.#options.ports[slot.index];
      if (ports !== undefined) slot?.send({ t: 'net', net: { ...net, ports } });
    }
  }

  /** Looks for slots that hang, and for room on the disk. Call about once a second. */
  beat(nowMs: number): void {
    this.#options.disk.look();
    for (const slot of this.#slots) slot?.beat(nowMs);
  }

  /** Ends every process at once; none is replaced. Resolves when all are gone and wiped. */
  close(): Promise<void> {
    this.#closed ??= Promise.withResolvers<void>();
    for (const timer of this.#timers) clearTimeout(timer);
    for (const slot of this.#slots) slot?.kill();
    if (this.#slots.every((slot) => slot === undefined)) this.#closed.resolve();
    return this.#closed.promise;
  }
}
