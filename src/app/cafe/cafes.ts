// src/app/cafe/cafes.ts - the cafés of a hub: loaded when first asked for, changed one act at a time each, watched by pages.
import { OutageError } from '../../base/assert.ts';
import type { CafeId } from '../../base/ids.ts';
import type { Random } from '../../base/random.ts';
import type { CafeLive } from '../../protocol/cafe-api.ts';
import type { Actor } from '../../protocol/cafe-shapes.ts';
import { SerialByKey } from '../money/serial.ts';
import type { Seals } from '../ports.ts';
import { type ActContext, Draft } from './draft.ts';
import { Pairings } from './pairing.ts';
import type { CafeStore, CafeSurroundings } from './ports.ts';
import type { Cafe } from './state.ts';

/** Pages that watch one floor at once. */
const WATCHERS_MAX = 3_000;

/** A change that was written, for those who watch and for webhooks. */
export type Written = {
  readonly cafe: Cafe;
  /** The café as it was. */
  readonly before: Cafe;
  readonly act: string;
  readonly live: Extract<CafeLive, { t: 'seats' }>;
  /** The answer to whoever acted, without secrets. */
  readonly answer: string;
};
/** Told after each written change; must not throw. */
export type Watcher = (written: Written) => void;
/** Told what a floor shows anew; must not throw. */
export type FloorWatcher = (live: Written['live']) => void;

/** What the cafés are made of. */
export type CafeParts = {
  readonly store: CafeStore;
  readonly surroundings: CafeSurroundings;
  readonly random: Random;
  readonly seals: Seals;
};

/** Every café of this hub. */
export class Cafes {
  readonly parts: CafeParts;
  /** Devices that show a code and wait to become a seat's. */
  readonly pairings = new Pairings();
  readonly #loaded = new Map<CafeId, Cafe>();
  readonly #turns = new SerialByKey<CafeId>();
  readonly #watchers = new Map<CafeId, Set<FloorWatcher>>();
  readonly #everywhere = new Set<Watcher>();

  constructor(parts: CafeParts) {
    this.parts = parts;
  }

  /** A café as it was last written, from memory when it was loaded before. Throws OutageError. */
  async find(id: CafeId): Promise<Cafe | undefined> {
    const known = this.#loaded.get(id);
    if (known !== undefined) return known;
    const loaded = await this.parts.store.load(id);
    if (loaded !== undefined) this.#loaded.set(id, loaded);
    return loaded;
  }

  /** A café that is in memory; `undefined` for any other. */
  peek(id: CafeId): Cafe | undefined {
    return this.#loaded.get(id);
  }

  /** Loads all cafés, so that their deadlines are kept. */
  async loadAll(): Promise<void> {
    for (const id of await this.parts.store.list()) await this.find(id);
  }

  /** Cafés in memory. */
  get here(): Iterable<Cafe> {
    return this.#loaded.values();
  }

  /** Runs one act of a café after the other. After an outage the café is loaded anew: what happened is not known. */
  async inTurn<T>(id: CafeId, act: () => Promise<T>): Promise<T> {
    try {
      return await this.#turns.run(id, act);
    } catch (cause) {
      if (cause instanceof OutageError) this.forget(id);
      throw cause;
    }
  }

  /** Who acts when, with the means of this hub. */
  contextOf(actor: Actor, nowMs: number): ActContext {
    const { random, seals, surroundings } = this.parts;
    const mayCall = (url: string): boolean => surroundings.mayCall(url);
    return { actor, nowMs, random, seals, mayCall, waitingDevice: this.pairings.find(nowMs) };
  }

  /** A draft that nobody writes, for looking at a café at an instant. */
  look(cafe: Cafe, nowMs: number): Draft {
    return new Draft(cafe, this.contextOf({ kind: 'hub' }, nowMs));
  }

  /** Forgets what is in memory: the next look loads it. */
  forget(id: CafeId): void {
    this.#loaded.delete(id);
  }

  /** The café as it is after a written change. */
  changed(written: Written): void {
    this.#loaded.set(written.cafe.id, written.cafe);
    for (const tell of this.#everywhere) tell(written); // First the hub itself: what pages are shown follows from it.
    this.show(written.cafe.id, written.live);
  }

  /** Tells those who watch a floor. */
  show(id: CafeId, live: Written['live']): void {
    for (const tell of this.#watchers.get(id) ?? []) tell(live);
  }

  /** Is told what a floor shows anew until the answer is called; `undefined` when too many watch. */
  watch(id: CafeId, watcher: FloorWatcher): (() => void) | undefined {
    const watchers = this.#watchers.get(id) ?? new Set<FloorWatcher>();
    if (watchers.size >= WATCHERS_MAX) return undefined;
    this.#watchers.set(id, watchers.add(watcher));
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0) this.#watchers.delete(id);
    };
  }

  /** Is told of every change of every café. */
  watchAll(watcher: Watcher): void {
    this.#everywhere.add(watcher);
  }
}
