// src/app/chain/health.ts - how well the hub sees its chain, as everybody is told, and what that means for play.
//   live      two addresses agree, the head moves
//   degraded  it works, but on one leg, or slowly: nothing changes for players
//   offline   nothing reads or writes the chain: play goes on, money neither comes in nor goes out

/** What everybody is told. */
export type ChainState = 'live' | 'degraded' | 'offline';

/** What is seen of the addresses of a chain. */
export type ChainSight = {
  readonly good: number;
  readonly all: number;
  /** Since the head last moved; undefined when none was ever seen. */
  readonly headAgeMs: number | undefined;
  /** False for a chain that makes blocks only when there is something to put in: the development chain. */
  readonly movesAlone: boolean;
};

const STALE_MS = 60_000; // Ten blocks of 6 s: one slow block is no news.
const STUCK_MS = 300_000; // A chain that stands for five minutes takes no money in any useful sense.

/** Judges what is seen. */
export function chainState({ good, all, headAgeMs, movesAlone }: ChainSight): ChainState {
  if (good === 0 || headAgeMs === undefined) return 'offline';
  if (movesAlone && headAgeMs > STUCK_MS) return 'offline';
  return good < all || (movesAlone && headAgeMs > STALE_MS) ? 'degraded' : 'live';
}

/** An Open must be on the chain ten minutes after its start (contract); two of them are for the way there. */
const OPEN_LANDS_MS = 8 * 60_000;

/**
 * Whether a new session may start. While the chain is away for less time than an Open has, it will probably land;
 * after that the operator would play for nothing.
 * @param offlineMs since when the chain is offline; 0 while it is not
 */
export function mayOpen(offlineMs: number): boolean {
  return offlineMs < OPEN_LANDS_MS;
}
