// clients/web/src/pages/cafe/zone-margins.ts - what each room earned beside what it cost: the seats' lines of a day, added up.
import type { DayReport } from '../../../../../src/protocol/cafe-api.ts';

type Line = DayReport['margins'][number];

/** A room's sum. `hourMinor`: of its margin, what an hour of play left; absent where nothing was played or no rate is known. */
export type ZoneMargin = {
  readonly zone: string | undefined;
  readonly playedMs: number;
  readonly earnedMinor: bigint;
  readonly costWei: string;
  readonly marginMinor: bigint | undefined;
  readonly hourMinor: bigint | undefined;
};

const HOUR_MS = 3_600_000n;

function sumOf(zone: string | undefined, lines: readonly Line[]): ZoneMargin {
  const playedMs = lines.reduce((sum, line) => sum + line.playedMs, 0);
  const marginMinor = lines.every((line) => line.marginMinor !== undefined)
    ? lines.reduce((sum, line) => sum + BigInt(line.marginMinor ?? 0), 0n)
    : undefined;
  const hourMinor =
    marginMinor === undefined || playedMs === 0 ? undefined : (marginMinor * HOUR_MS) / BigInt(Math.round(playedMs));
  return {
    ...{ zone, playedMs, marginMinor, hourMinor },
    earnedMinor: lines.reduce((sum, line) => sum + BigInt(line.earnedMinor), 0n),
    costWei: lines.reduce((sum, line) => sum + BigInt(line.costWei), 0n).toString(),
  };
}

/** Rooms in the order in which the day names them; what belongs to no seat comes last. */
export function zoneMargins(lines: readonly Line[]): ZoneMargin[] {
  const zones = new Map<string | undefined, Line[]>();
  for (const line of lines) zones.set(line.zone, [...(zones.get(line.zone) ?? []), line]);
  const sums = [...zones].map(([zone, of]) => sumOf(zone, of));
  return sums.toSorted((one, other) => Number(one.zone === undefined) - Number(other.zone === undefined));
}
