// src/relay/turn/allocation-table.ts - every allocation of a shard: by 5-tuple, by relay socket, by session, by deadline.
import { assert } from '../../base/assert.ts';
import { DeadlineHeap } from '../../base/deadline-heap.ts';
import type { Random } from '../../base/random.ts';
import { EndpointMap } from '../endpoint-map.ts';
import type { PacketMemory } from '../packet-memory.ts';
import { STREAM_HANDLES } from '../ports.ts';
import type { Allocation, Relayed } from './allocation.ts';

/** The table. It owns no socket or record: whoever removes an allocation gives those back. */
export class AllocationTable {
  #byClient: EndpointMap<Allocation>;
  #byStream = new Map<number, Allocation>();
  #bySocket: (Relayed | undefined)[] = [];
  #bySession = new Map<string, Set<Allocation>>();
  #deadlines = new DeadlineHeap<Allocation>();
  #freeIndexes: number[] = [];
  #indexes = 0;

  constructor(memory: PacketMemory, random: Random) {
    this.#byClient = new EndpointMap(memory, random);
  }

  /** Live allocations. */
  get size(): number {
    return this.#byClient.size + this.#byStream.size;
  }

  /** A number for a new allocation, smaller than the largest number of allocations there ever were at once. */
  takeIndex(): number {
    return this.#freeIndexes.pop() ?? this.#indexes++;
  }

  /** The allocation of a UDP client, by listener and address record. No allocation of memory. */
  findClient(listener: number, record: number): Allocation | undefined {
    return this.#byClient.find(listener, record);
  }

  /** The allocation of a stream. */
  findStream(handle: number): Allocation | undefined {
    return this.#byStream.get(handle);
  }

  /** What a relay socket belongs to. */
  findSocket(socket: number): Relayed | undefined {
    return this.#bySocket[socket];
  }

  /** Enters a socket that a relayed address has beside its own. */
  addSocket(socket: number, relayed: Relayed): void {
    this.#bySocket[socket] = relayed;
  }

  /** Takes such a socket out. */
  removeSocket(socket: number): void {
    this.#bySocket[socket] = undefined;
  }

  /** Allocations of a session. */
  ofSession(session: string): readonly Allocation[] {
    return [...(this.#bySession.get(session) ?? [])];
  }

  /** All allocations, in no order. */
  all(): readonly Allocation[] {
    return [...this.#bySession.values()].flatMap((allocations) => [...allocations]);
  }

  /** True while the session has an allocation here. */
  hasSession(session: string): boolean {
    return this.#bySession.has(session);
  }

  /** Enters an allocation with its relayed addresses and deadline. */
  add(allocation: Allocation): void {
    if (allocation.listener >= STREAM_HANDLES) this.#byStream.set(allocation.listener, allocation);
    else this.#byClient.add(allocation);
    for (const relayed of allocation.relayed) this.#bySocket[relayed.socket] = relayed;
    const siblings = this.#bySession.get(allocation.session) ?? new Set();
    this.#bySession.set(allocation.session, siblings.add(allocation));
    this.touch(allocation);
  }

  /** Takes one relayed address out of a dual allocation. */
  removeRelayed(relayed: Relayed): void {
    this.#bySocket[relayed.socket] = undefined;
    const { relayed: list } = relayed.allocation;
    list.splice(list.indexOf(relayed), 1);
  }

  /** Takes an allocation out. */
  remove(allocation: Allocation): void {
    if (allocation.listener >= STREAM_HANDLES) this.#byStream.delete(allocation.listener);
    else this.#byClient.remove(allocation);
    for (const { socket } of allocation.relayed) this.#bySocket[socket] = undefined;
    const siblings = this.#bySession.get(allocation.session);
    assert(siblings?.delete(allocation) === true, 'an allocation is removed once');
    if (siblings.size === 0) this.#bySession.delete(allocation.session);
    this.#deadlines.clear(allocation);
    this.#freeIndexes.push(allocation.index);
  }

  /** Sets the deadline anew after a lifetime changed: the earliest of its relayed addresses. */
  touch(allocation: Allocation): void {
    this.#deadlines.set(allocation, Math.min(...allocation.relayed.map(({ expiresMs }) => expiresMs)));
  }

  /** When the next allocation expires, if any lives. */
  get nextDueMs(): number | undefined {
    return this.#deadlines.earliestMs;
  }

  /** One allocation with something expired by now, taken off the deadlines: the caller frees or touches it. */
  popDue(nowMs: number): Allocation | undefined {
    return this.#deadlines.popDue(nowMs);
  }
}
