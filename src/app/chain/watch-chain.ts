// src/app/chain/watch-chain.ts - reads the chain block by block, some blocks behind its head, and keeps the books in step. A
// block that was read and is gone takes back what it had brought.
import { OutageError } from '../../base/assert.ts';
import { backTransfers, type EventTerms, eventTransfers } from './event-transfers.ts';
import type { Block, ChainReader, ChainStore } from './ports.ts';

/** What a watch is made of. */
export type WatchParts = {
  readonly reader: ChainReader;
  readonly store: ChainStore;
  readonly terms: EventTerms;
  /** A block counts when it has so many, itself included. */
  readonly confirmations: number;
  /** The block of the contract's deployment: nothing before it is ours. */
  readonly firstBlock: number;
  /** False for the development chain: it makes no block alone, knows no finality, and may come back shorter. */
  readonly movesAlone: boolean;
};

/** What one look found. */
export type Sighting = {
  readonly head: Block;
  /** Newest block that counts; -1 when none does. */
  readonly confirmed: number;
  /** Events taken in and taken back. */
  readonly taken: number;
  readonly dropped: number;
};

const CHUNK_BLOCKS = 500; // Public nodes refuse ranges of some thousands.
const CHUNKS_A_LOOK = 20; // A hub that was off for a day catches up in a few looks.
const CURSORS_LOOKED_AT = 4_096;

/** Follows one chain. Calls must not overlap. */
export class ChainWatch {
  readonly #parts: WatchParts;

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  /** Looks once. Throws OutageError when chain or store cannot be read; the next look goes on where this one stopped. */
  async look(): Promise<Sighting> {
    const { reader, movesAlone, confirmations } = this.#parts;
    const head = await reader.head();
    const finalized = movesAlone ? await reader.finalizedNumber() : undefined;
    // Deep enough by count, or final: the deeper of the two where the chain knows finality.
    const deep = head.number - (confirmations - 1);
    const confirmed = finalized === undefined ? deep : Math.min(deep, finalized);
    const dropped = await this.#findBranch(head);
    const taken = await this.#catchUp(confirmed);
    return { head, confirmed, taken, dropped };
  }

  /** Goes back to the newest block that was read and is still there. */
  async #findBranch(head: Block): Promise<number> {
    const { reader, store, movesAlone, terms } = this.#parts;
    const [top] = await store.cursors(1);
    if (top === undefined || (await this.#isThere(top, head))) return 0;
    if (movesAlone && head.number < top.number)
      throw new OutageError('chain: its nodes are behind what was read before');
    for (const cursor of await store.cursors(CURSORS_LOOKED_AT)) {
      if (!(await this.#isThere(cursor, head))) continue;
      return (await store.retreat(cursor.number, backTransfers(terms))).events;
    }
    if (movesAlone && (await reader.block(head.number)) === undefined)
      throw new OutageError('chain: its nodes disagree');
    return (await store.retreat(-1, backTransfers(terms))).events;
  }

  async #isThere(cursor: Block, head: Block): Promise<boolean> {
    if (cursor.number > head.number) return false;
    const block = await this.#parts.reader.block(cursor.number);
    if (block === undefined) throw new OutageError('chain: a node lacks a block below its head');
    return block.hash === cursor.hash;
  }

  async #catchUp(confirmed: number): Promise<number> {
    const { reader, store, firstBlock, terms } = this.#parts;
    const [transfersOf, back] = [eventTransfers(terms), backTransfers(terms)];
    let taken = 0;
    for (let chunk = 0; chunk < CHUNKS_A_LOOK; chunk++) {
      const [top] = await store.cursors(1);
      const from = top === undefined ? firstBlock : top.number + 1;
      const to = Math.min(confirmed, from + CHUNK_BLOCKS - 1);
      if (to < from) break;
      const cursor = await reader.block(to);
      if (cursor === undefined) throw new OutageError('chain: a node lacks a block below its head');
      const events = await reader.events(from, cursor);
      await store.advance(cursor, events, transfersOf, back);
      taken += events.length;
    }
    return taken;
  }
}
