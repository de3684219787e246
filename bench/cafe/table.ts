// bench/cafe/table.ts - the figures of the bench of the cafés, as they are read.
import type { CafeFigures } from './main.ts';
import type { Timing } from './measure.ts';

/** A percentile, the nearest rank. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

const three = (values: readonly number[]): string =>
  [0.5, 0.95, 0.99].map((share) => percentile(values, share).toFixed(1)).join(' / ');

/** Times of the hub, by phase and by deed, beside those of the broadcaster. */
export function printTable(hub: CafeFigures, bare: CafeFigures): void {
  const rows: readonly (readonly [string, (timing: Timing) => boolean])[] = [
    ['all', () => true],
    ...[...new Set(hub.timings.map(({ phase }) => phase))].map(
      (name) => [name, (timing: Timing) => timing.phase === name] as const,
    ),
    ...[...new Set(hub.timings.map(({ deed }) => deed))].map(
      (name) => [`'${name}'`, (timing: Timing) => timing.deed === name] as const,
    ),
  ];
  process.stdout.write('\nms from the press: p50 / p95 / p99\n\n');
  process.stdout.write('| | acts | answered | floor saw it | seats saw it | bare: floor | bare: seats |\n');
  process.stdout.write('|---|---|---|---|---|---|---|\n');
  for (const [name, meant] of rows) {
    const [mine, its] = [hub.timings.filter(meant), bare.timings.filter(meant)];
    const cells = [
      three(mine.map(({ answeredMs }) => answeredMs)),
      three(mine.map(({ floorMs }) => floorMs)),
      three(mine.map(({ seatMs }) => seatMs)),
      three(its.map(({ floorMs }) => floorMs)),
      three(its.map(({ seatMs }) => seatMs)),
    ];
    process.stdout.write(`| ${name} | ${mine.length} | ${cells.join(' | ')} |\n`);
  }
}

/** What a server took. */
export function printUsage(name: string, { usage, ...figures }: CafeFigures): void {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
  const database = usage.databaseShare === undefined ? '' : `, its database ${percent(usage.databaseShare)}`;
  const list = (counts: ReadonlyMap<string, number>): string =>
    [...counts].map(([code, count]) => `${code} ${count}`).join(', ') || 'none';
  process.stdout.write(`\n${name}
  games: ${figures.games.most} at once, not started: ${list(figures.games.refused)}
  processor: ${percent(usage.share)} of one core, busiest second ${percent(usage.shareMax)}${database}
  memory: ${mb(usage.residentMaxBytes)} at most, ${mb(figures.residentEmptyBytes)} before the town
  seats' lines: ${figures.seatMessages} messages, longest silence ${figures.seatSilenceMs.toFixed(0)} ms
  refused: ${list(figures.refused)}; no seat was fit: ${figures.idle}; seats shown wrongly at the end: ${figures.wrong}
  delay of the bench's own loop, p99: ${figures.ownDelayMs.toFixed(1)} ms\n`);
}
