// clients/web/src/pages/receipt/timeline.ts - the samples of a session as columns for the chart, and its free spans. Pure.
import type { Timeline } from '../../../../../src/protocol/http-api.ts';

/** Columns of equal length. */
export type TimelineColumns = {
  /** Unix seconds. */
  readonly times: readonly number[];
  readonly fps: readonly number[];
  readonly rttMs: readonly number[];
  /** DBC; only for drawing. */
  readonly cost: readonly number[];
  /** Spans in which good time grew by less than half of what passed. */
  readonly free: readonly { readonly fromS: number; readonly toS: number }[];
};

const MICRO = 1_000_000n;
const WEI_PER_MICRO = 1_000_000_000_000n;

/** Turns samples, oldest first, into columns. */
export function timelineColumns({ samples }: Timeline): TimelineColumns {
  const free: { fromS: number; toS: number }[] = [];
  samples.forEach((sample, index) => {
    const before = samples[index - 1];
    if (before === undefined || sample.goodMs - before.goodMs >= (sample.atMs - before.atMs) / 2) return;
    const [fromS, toS] = [before.atMs / 1_000, sample.atMs / 1_000];
    const last = free.at(-1);
    if (last !== undefined && last.toS === fromS) last.toS = toS;
    else free.push({ fromS, toS });
  });
  return {
    times: samples.map(({ atMs }) => atMs / 1_000),
    fps: samples.map(({ fps }) => fps),
    rttMs: samples.map(({ rttMs }) => rttMs),
    cost: samples.map(({ costWei }) => Number(BigInt(costWei) / WEI_PER_MICRO) / Number(MICRO)),
    free,
  };
}
