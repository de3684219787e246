// src/pool/gpu-class.ts - which row of the price table (billing/price-table.ts) a machine belongs to. The hub works it out itself:
// the class sets the base price, and a machine that named its own would set its price.

import type { Machine } from '../protocol/node-messages.ts';

/** Least memory in MB for a class, largest first: what the cards of one price row have in common. */
const CLASSES = [
  ['gpu-large', 20_000],
  ['gpu-medium', 10_000],
  ['gpu-small', 0],
] as const;

/** Encoders that a graphics card runs, by their FFmpeg names. */
const CARD_ENCODER = /_(nvenc|vaapi|qsv|amf)$/;

/** A picture drawn into less memory of its own is no card that anybody rents: processors have such a part, and share theirs. */
const CARD_LEAST_MB = 1_024;

/**
 * How many cards a machine rents out, each of which needs a stake: those with memory of their own. At least one, for who rents
 * out a processor stakes as for a card; no more where no encoder of a card opened, or an older agent tells of no memory.
 */
export function cardsOf({ gpuMemoryMb = [], encoders }: Pick<Machine, 'gpuMemoryMb' | 'encoders'>): number {
  if (!encoders.some(({ name }) => CARD_ENCODER.test(name))) return 1;
  return Math.max(1, gpuMemoryMb.filter((memoryMb) => memoryMb >= CARD_LEAST_MB).length);
}

/**
 * Whether a stake is enough; undefined where the hub cannot tell.
 * @param staked cards that it counts for, undefined until the contract was asked
 * @param cards that the machine rents out, undefined while it was not heard
 */
export function isStakeEnough(staked: number | undefined, cards: number | undefined): boolean | undefined {
  if (staked === 0) return false;
  return staked === undefined || cards === undefined ? undefined : staked >= cards;
}

/**
 * A machine's row of the price table: by its largest card, 'cpu' without a card's encoder.
 * @param memoryMb of each card; 0 where its driver does not say, none from agents that do not tell
 * @param encoders FFmpeg names of the encoders that opened
 */
export function gpuClassOf(memoryMb: readonly number[], encoders: readonly string[]): string {
  if (!encoders.some((name) => CARD_ENCODER.test(name))) return 'cpu';
  const largestMb = Math.max(0, ...memoryMb);
  return CLASSES.find(([, least]) => largestMb >= least)?.[0] ?? 'gpu-small';
}
