// test/unit/app/cafe/kiosks.test.ts - devices on seats: two with one identity, wrong PINs, codes that are over.
import { expect, test } from 'vitest';
import { Kiosks } from '../../../../src/app/cafe/kiosks.ts';
import { Pairings } from '../../../../src/app/cafe/pairing.ts';
import { placeOf, saverOf, tabPlace } from '../../../../src/app/place.ts';
import type { PlayerId } from '../../../../src/base/ids.ts';
import { seededRandom } from '../../../../src/base/random.ts';
import { sealsBy } from '../../../../src/main/seals.ts';
import { csvOf } from '../../../../src/server/http/csv.ts';

test('a page that is reloaded is no second device; two that stay are', () => {
  const kiosks = new Kiosks();
  const leave = kiosks.here('token', 0);
  kiosks.here('token', 1_000);
  expect(kiosks.doubled('token', 2_000)).toBe(false);
  leave(2_500);
  expect(kiosks.doubled('token', 60_000)).toBe(false);
  kiosks.here('token', 10_000);
  expect([kiosks.doubled('token', 14_999), kiosks.doubled('token', 15_000)]).toEqual([false, true]);
  expect(kiosks.presence('token')).toEqual({ online: true, seenAtMs: 2_500 });
  expect(kiosks.presence('other')).toEqual({ online: false, seenAtMs: undefined });
});

test('five wrong PINs lock for a quarter of an hour, a right one clears', () => {
  const kiosks = new Kiosks();
  const codes = (rights: readonly boolean[], nowMs = 0) =>
    rights.map((right) => {
      const counted = kiosks.pin('m', right, nowMs);
      return counted.ok ? 'ok' : counted.error.code;
    });
  expect(codes([false, false, false, false, true])).toEqual([...new Array(4).fill('PIN_WRONG'), 'ok']);
  expect(codes([false, false, false, false, false, true])).toEqual([...new Array(5).fill('PIN_WRONG'), 'PIN_LOCKED']);
  expect(codes([true], 900_000)).toEqual(['ok']);
});

test('a code lasts ten minutes, is a device’s only one, and names it alone', () => {
  const pairings = new Pairings();
  const random = seededRandom(1);
  const device = (n: number) => ({ tokenHash: `t${n}`, deviceKey: `0x${String(n)}` as const });
  const first = pairings.open(device(1), random, 0);
  const again = pairings.open(device(1), random, 10);
  expect(pairings.find(20)(first?.code ?? '')).toBeUndefined();
  expect(pairings.find(20)(again?.code ?? '')).toEqual(device(1));
  expect(pairings.find(600_010)(again?.code ?? '')).toBeUndefined();
  for (let n = 2; n <= 1_000; n++) expect(pairings.open(device(n), random, 20)).toBeDefined();
  expect(pairings.open(device(1_001), random, 20)).toBeUndefined();
  expect(pairings.open(device(1_001), random, 700_000)).toBeDefined();
});

test('a tab is a place of its own, with saves that are no account’s', () => {
  const player = `0x${'1'.repeat(40)}` as PlayerId;
  const seals = sealsBy('seal-key-of-tests-0123456789abcdef');
  const tab = (id: string) => ({ player, place: tabPlace('f_1', id) });
  expect([placeOf({ player }), placeOf(tab('b_1'))]).toEqual([player, 'f_1/b_1']);
  expect(saverOf(seals, { player })).toBe(player);
  const [one, two] = [saverOf(seals, tab('b_1')), saverOf(seals, tab('b_2'))];
  expect(new Set([player, one, two]).size).toBe(3);
  expect(one).toMatch(/^0x[0-9a-f]{40}$/);
});

test('a spreadsheet gets text and numbers, never a formula', () => {
  expect(
    csvOf([
      ['a', 1, undefined],
      ['=1+1', '-5', '@x'],
      ['a,"b"', '', '\tx'],
    ]),
  ).toBe('\uFEFFa,1,\r\n\'=1+1,-5,\'@x\r\n"a,""b""",,\'\tx\r\n');
});
