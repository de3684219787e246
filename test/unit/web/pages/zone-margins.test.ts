// test/unit/web/pages/zone-margins.test.ts - rooms add up to the seats of the day, and an hour is reckoned from both.
import { expect, test } from 'vitest';
import { zoneMargins } from '../../../../clients/web/src/pages/cafe/zone-margins.ts';

const line = (zone: string | undefined, playedMs: number, earned: string, margin?: string) => ({
  ...(zone === undefined ? {} : { zone: zone as never, seat: '1' as never }),
  playedMs,
  earnedMinor: earned,
  costWei: '1000',
  ...(margin === undefined ? {} : { marginMinor: margin }),
});

test('each room once, what belongs to no seat last; sums are those of the lines', () => {
  const hall = [line('hall', 3_600_000, '35', '31'), line('hall', 1_800_000, '20', '-1')];
  const sums = zoneMargins([line(undefined, 0, '5', '5'), ...hall, line('vip', 0, '0', '0')]);
  expect(sums.map(({ zone }) => zone)).toEqual(['hall', 'vip', undefined]);
  expect(sums[0]).toEqual({
    ...{ zone: 'hall', playedMs: 5_400_000, earnedMinor: 55n, costWei: '2000', marginMinor: 30n },
    hourMinor: 20n,
  });
  expect(sums[1]?.hourMinor).toBeUndefined(); // Nobody played there.
});

test('without a rate there is no margin, not a wrong one', () => {
  const [hall] = zoneMargins([line('hall', 3_600_000, '35', '31'), line('hall', 3_600_000, '35')]);
  expect([hall?.earnedMinor, hall?.marginMinor, hall?.hourMinor]).toEqual([70n, undefined, undefined]);
});
