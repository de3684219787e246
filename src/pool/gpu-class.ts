// src/pool/gpu-class.ts - which row of the price table (billing/price-table.ts) a machine belongs to. The hub works it out itself:
// the class sets the base price, and a machine that named its own would set its price.

/** Least memory in MB for a class, largest first: what the cards of one price row have in common. */
const CLASSES = [
  ['gpu-large', 20_000],
  ['gpu-medium', 10_000],
  ['gpu-small', 0],
] as const;

/** Encoders that a graphics card runs, by their FFmpeg names. */
const CARD_ENCODER = /_(nvenc|vaapi|qsv|amf)$/;

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
