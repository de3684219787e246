// src/app/chain/chain-clock.ts - what the chain's clock says, and whether the hub's is far from it. The contract takes no session
// that begins ahead of its clock, and none that began long ago: on a wrong clock every Open would be refused.
import type { Now } from '../ports.ts';
import type { Block } from './ports.ts';

/** As the contract has it: a session may begin so far ahead of the block that opens it. */
export const CLOCK_SLACK_MS = 30_000;
/** Some minutes: whatever one node said wrongly is forgotten then. */
const HEADS_KEPT = 20;

/** The chain's clock, as its newest blocks tell it. */
export class ChainClock {
  /** Unix time of blocks less the monotonic time when each was first seen, newest last. */
  #leadsMs: number[] = [];
  #seen: string | undefined;

  /** A look at the head. Only one that is new says what time it is: an old one may be of any age. */
  see({ hash, atS }: Pick<Block, 'hash' | 'atS'>, nowMs: number): void {
    if (hash === this.#seen) return;
    this.#seen = hash;
    this.#leadsMs = [...this.#leadsMs, atS * 1_000 - nowMs].slice(-HEADS_KEPT);
  }

  /** How far the hub's wall clock is ahead of the chain's; undefined before a block was seen. Some seconds too much, never less. */
  aheadMs({ nowMs, wallMs }: Now): number | undefined {
    if (this.#leadsMs.length === 0) return undefined;
    return wallMs - nowMs - Math.max(...this.#leadsMs); // A block is older than it looks: the least old one is nearest.
  }

  /** Whether sessions that begin now would be refused for their date. */
  isOff(now: Now): boolean {
    return Math.abs(this.aheadMs(now) ?? 0) > CLOCK_SLACK_MS;
  }
}
