// src/pool/node-life.ts - how far a machine is on its way to paying players, and what of it falls short. What is wrong is said
// as a check with the value seen and its limit; the words, and how to mend it, are the page's.
import type { Machine } from '../protocol/node-messages.ts';

/** Where a machine stands. A bound machine that the hub does not hear is `offline`, whatever else it lacks. */
export type NodeStage = 'suspended' | 'offline' | 'draining' | 'checking' | 'awaiting-stake' | 'active';

/** With a `bad` one no game can run, `less` can be done without. Values are in the unit of the check: ms a frame, or a count. */
export type NodeCheck = {
  readonly check: 'encoder' | 'games' | 'address' | 'gpu' | 'pads';
  readonly verdict: 'ok' | 'less' | 'bad';
  readonly value: number;
  readonly limit: number;
};

/** What the hub knows of a machine that has joined. */
export type JoinedFacts = {
  readonly machine: Pick<Machine, 'encoders' | 'gpus' | 'gpuClass' | 'virtualPads'>;
  readonly games: number;
  /** Addresses that it proved for its sessions. */
  readonly addresses: number;
};

/** A frame's time at 60 pictures a second: an encoder that needs longer at 720p cannot keep the promise. */
export const FRAME_BUDGET_MS = 1_000 / 60;

/** Looks at what a machine said of itself when it joined; always the same checks in the same order. */
export function checkNode({ machine, games, addresses }: JoinedFacts): readonly NodeCheck[] {
  const { encoders, gpus, gpuClass, virtualPads } = machine;
  const fastestMs = encoders.length === 0 ? 0 : Math.min(...encoders.map(({ msPerFrame }) => msPerFrame));
  const slow = fastestMs > FRAME_BUDGET_MS ? 'less' : 'ok';
  return [
    {
      check: 'encoder',
      verdict: encoders.length === 0 ? 'bad' : slow,
      value: fastestMs,
      limit: FRAME_BUDGET_MS,
    },
    { check: 'games', verdict: games === 0 ? 'bad' : 'ok', value: games, limit: 1 },
    { check: 'address', verdict: addresses === 0 ? 'less' : 'ok', value: addresses, limit: 1 },
    // A card whose encoder does not open is no card to a player.
    { check: 'gpu', verdict: gpuClass === 'cpu' ? 'less' : 'ok', value: gpus.length, limit: 1 },
    { check: 'pads', verdict: virtualPads ? 'ok' : 'less', value: virtualPads ? 1 : 0, limit: 1 },
  ];
}

/** What decides a machine's stage, besides its checks. */
export type StageFacts = {
  readonly suspended: boolean;
  readonly here: boolean;
  readonly draining: boolean;
  /** Its stake is enough for players, or no stake is asked for on this hub. */
  readonly staked: boolean;
  readonly checks: readonly NodeCheck[];
};

/** The one stage of a machine: the first thing that stands between it and a game, in the order in which it can be mended. */
export function nodeStage({ suspended, here, draining, staked, checks }: StageFacts): NodeStage {
  if (suspended) return 'suspended';
  if (!here) return 'offline';
  if (draining) return 'draining';
  if (checks.some(({ verdict }) => verdict === 'bad')) return 'checking';
  return staked ? 'active' : 'awaiting-stake';
}
