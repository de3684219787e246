// test/unit/cafe/tab.test.ts - what a tab costs and when it ends: cuts, moves, pauses, packages at their edges.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TabId } from '../../../src/base/ids.ts';
import { dueFor } from '../../../src/cafe/due.ts';
import { coverOf } from '../../../src/cafe/packages.ts';
import {
  chargeAt,
  chargeOf,
  costOf,
  creditPlay,
  endOf,
  halt,
  paidOf,
  playedMs,
  pricesOf,
  type Stint,
  sit,
  type Tab,
} from '../../../src/cafe/tab.ts';
import type { CafeSettings } from '../../../src/protocol/cafe-settings.ts';
import { cafeSettings, taipei, utc } from '../../support/cafe/settings.ts';

const HOUR = 3_600_000;
const RUNS = process.env.NEARCADE_LONG === '1' ? 20_000 : 150;
const prices = pricesOf(cafeSettings());

function tabOf(change: Partial<Tab> = {}): Tab {
  return {
    tab: `b_${'0'.repeat(26)}` as TabId,
    who: 'guest',
    label: '',
    member: undefined,
    code: undefined,
    group: 'guest',
    ageBand: undefined,
    guardian: false,
    openedAtMs: 0,
    prices: 0,
    postpaid: true,
    stints: [],
    covers: [],
    payments: [],
    creditedMs: 0,
    closedAtMs: undefined,
    ...change,
  };
}
const stint = (fromMs: number, toMs: number | undefined, zone = 'hall', seat = '1'): Stint => ({
  seat,
  zone,
  fromMs,
  toMs,
});
const paid = (minor: bigint): Tab['payments'] => [{ by: 'cash', minor, receipt: 1 }];
function bought(id: string, atMs: number, settings: CafeSettings = prices.settings, group = 'guest', zone = 'hall') {
  const found = settings.packages.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no package ${id}`);
  return coverOf(found, { zone, group, atMs }, pricesOf(settings).calendar);
}
function cover(id: string, atMs: number, settings?: CafeSettings) {
  const made = bought(id, atMs, settings);
  if (!made.ok) throw new Error(made.error.code);
  return made.value;
}

describe('open play', () => {
  test('two hours over the change of price: 25 and 35', () => {
    const from = taipei('2026-03-02T17:00'); // A Monday.
    const tab = tabOf({ stints: [stint(from, from + 2 * HOUR)] });
    expect(chargeOf(tab, prices, from + 9 * HOUR)).toMatchObject({ totalMinor: 60n, openMs: 2 * HOUR, coveredMs: 0 });
  });

  test('minimum and rounding are lines that add up: 7 minutes at 25 an hour', () => {
    const from = taipei('2026-03-02T10:00');
    const { open } = chargeOf(tabOf({ stints: [stint(from, from + 7 * 60_000)] }), prices, from + HOUR);
    expect(open).toEqual({ exactMinor: 2n, minimumMinor: 8n, roundingMinor: 0n, totalMinor: 10n });
    const half = chargeOf(tabOf({ stints: [stint(from, from + 31 * 60_000)] }), prices, from + HOUR);
    expect(half.open).toEqual({ exactMinor: 12n, minimumMinor: 0n, roundingMinor: 3n, totalMinor: 15n });
  });

  test('a holiday is no weekday, a group has its own price, an hour that comes twice is paid twice', () => {
    const saturday = taipei('2026-10-10T10:00');
    expect(chargeOf(tabOf({ stints: [stint(saturday, saturday + HOUR)] }), prices, saturday + HOUR).totalMinor).toBe(
      35n,
    );
    const monday = taipei('2026-03-02T10:00');
    const gold = tabOf({ group: 'gold', stints: [stint(monday, monday + HOUR)] });
    expect(chargeOf(gold, prices, monday + HOUR).totalMinor).toBe(20n);
    const berlin = pricesOf(cafeSettings({ timeZone: 'Europe/Berlin' }));
    const night = tabOf({ stints: [stint(utc('2026-10-24T23:00'), utc('2026-10-25T02:00'))] }); // 01:00 to 03:00, 3 h.
    expect(chargeOf(night, berlin, utc('2026-10-26T00:00')).totalMinor).toBe(105n);
  });

  // Goal: the price does not depend on how play is written down. Method: random play in two zones with pauses and packages;
  // the same play cut into random pieces, moved among seats of a zone, paused for no time.
  test('any cut, move within a zone and pause of no time gives the same price, end and count', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            zone: fc.constantFrom('hall', 'vip'),
            pauseMs: fc.integer({ min: 0, max: 3 * HOUR }),
            playMs: fc.integer({ min: 1, max: 5 * HOUR }),
            cuts: fc.array(fc.integer({ min: 0, max: 5 * HOUR }), { maxLength: 5 }),
          }),
          { minLength: 1, maxLength: 5 },
        ),
        fc.integer({ min: 0, max: 7 * 24 * HOUR }),
        fc.constantFrom('Asia/Taipei', 'Europe/Berlin', 'America/New_York'),
        fc.constantFrom('up', 'down', 'nearest'),
        fc.boolean(),
        (plays, offsetMs, timeZone, mode, packaged) => {
          const settings = cafeSettings({ timeZone, rounding: { stepMinor: '5', mode } });
          const own = pricesOf(settings);
          const begin = utc('2026-10-22T00:00') + offsetMs; // The week of Berlin's clock change.
          let at = begin;
          const [whole, cut]: [Stint[], Stint[]] = [[], []];
          for (const { zone, pauseMs, playMs, cuts } of plays) {
            at += pauseMs;
            whole.push(stint(at, at + playMs, zone));
            const places = [0, ...cuts.map((place) => place % playMs), playMs].toSorted((a, b) => a - b);
            for (const [index, place] of places.slice(1).entries()) {
              cut.push(stint(at + (places[index] ?? 0), at + place, zone, String(index)));
            }
            at += playMs;
          }
          const covers = packaged ? [cover('three-hours', begin, settings)] : [];
          const [one, other] = [tabOf({ stints: whole, covers }), tabOf({ stints: cut, covers })];
          expect(chargeOf(other, own, at)).toEqual(chargeOf(one, own, at));
          expect(playedMs(other, at)).toBe(playedMs(one, at));
          // What a page is told once is what the hub reckons at any moment of the next day.
          const running = sit(one, { seat: '9', zone: plays.at(-1)?.zone ?? 'hall' }, at);
          const told = costOf(running, own, at);
          const later = at + ((offsetMs * 7) % (24 * HOUR));

          expect(told && chargeAt(told, later)).toBe(chargeOf(running, own, later).totalMinor);
          expect(costOf(one, own, at)).toBeUndefined();
          // The same customer plays on, on what was paid: play ends at the same millisecond, for the same cause.
          const goesOn = (tab: Tab) =>
            sit(
              { ...tab, postpaid: false, payments: paid(900n) },
              { seat: '9', zone: plays.at(-1)?.zone ?? 'hall' },
              at,
            );
          expect(endOf(goesOn(other), own, at)).toEqual(endOf(goesOn(one), own, at));
        },
      ),
      { numRuns: RUNS },
    ));

  // Goal: what is paid in advance is never exceeded, and lasts as long as it can. Method: random amounts, begins and ways of
  // rounding, with hours that cost nothing; to the reckoned end play costs no more than the amount, a millisecond more does.
  test('an amount paid in advance lasts to the millisecond at which its price is reached', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 300 }),
        fc.integer({ min: 0, max: 7 * 24 * HOUR }),
        fc.constantFrom('hall', 'vip'),
        fc.constantFrom('up', 'down', 'nearest'),
        fc.constantFrom('0', '3', '10'),
        fc.constantFrom('35', '0'),
        fc.integer({ min: 0, max: 30 * HOUR }),
        (minor, offsetMs, zone, mode, minimumMinor, night, soFarMs) => {
          const { tariffs } = cafeSettings();
          const rates = ['25', night].map((minorPerHour) => ({ name: 'x', minorPerHour }));
          const own = pricesOf(
            cafeSettings({
              minimumMinor,
              rounding: { stepMinor: '5', mode },
              tariffs: tariffs.map((one) => ({ ...one, rates })),
            }),
          );
          const from = taipei('2026-10-05T00:00') + offsetMs;
          const tab = tabOf({ postpaid: false, payments: paid(BigInt(minor)), stints: [stint(from, undefined, zone)] });
          const end = endOf(tab, own, from);
          expect(end?.by).toBe('money');
          const endMs = end?.atMs ?? 0;
          expect(chargeOf(tab, own, endMs).totalMinor).toBeLessThanOrEqual(BigInt(minor));
          expect(chargeOf(tab, own, endMs + 1).totalMinor).toBeGreaterThan(BigInt(minor));
          // Asked later, or after a pause, the end is the same time of play away.
          const midMs = Math.min(from + soFarMs, endMs);
          expect(endOf(tab, own, midMs)?.atMs).toBe(endMs);
        },
      ),
      { numRuns: RUNS },
    ));

  // Goal: whoever buys minutes plays them, whatever the price is rounded to, and costs what the same minutes cost at the end.
  test('minutes that are bought last as long as they say', () =>
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 0, max: 7 * 24 * 60 }),
        fc.constantFrom('up', 'down', 'nearest'),
        fc.constantFrom('0', '10'),
        fc.constantFrom('35', '0'),
        (buys, offsetMin, mode, minimumMinor, night) => {
          const rates = ['25', night].map((minorPerHour) => ({ name: 'x', minorPerHour }));
          const tariffs = cafeSettings().tariffs.map((one) => ({ ...one, rates }));
          const own = pricesOf(cafeSettings({ minimumMinor, rounding: { stepMinor: '5', mode }, tariffs }));
          const from = taipei('2026-10-05T00:00') + offsetMin * 60_000;
          let tab = tabOf({ postpaid: false, stints: [stint(from, undefined)] });
          let minutes = 0;
          for (const bought of buys) {
            const due = dueFor(tab, own, { kind: 'minutes', minutes: bought }, 'hall', from);
            if (!due.ok) throw new Error(due.error.code);
            minutes = bought + (paidOf(tab) > 0n ? minutes : 0); // What cost nothing was no purchase.
            tab = { ...due.value.tab, payments: [...tab.payments, ...paid(due.value.dueMinor)] };
            if (buys.length === 1) {
              expect(due.value.dueMinor).toBe(chargeOf(tab, own, from + bought * 60_000).totalMinor);
            }
            const end = endOf(tab, own, from)?.atMs ?? Number.POSITIVE_INFINITY;
            if (paidOf(tab) > 0n) expect(end).toBeGreaterThanOrEqual(from + minutes * 60_000);
            else expect(chargeOf(tab, own, from + bought * 60_000).totalMinor).toBe(0n);
          }
        },
      ),
      { numRuns: RUNS },
    ));

  test('an hour that costs nothing is no end: bought before it or in it, moved in it', () => {
    const week = Array.from({ length: 8 }, () => `${'a'.repeat(13)}b${'a'.repeat(10)}`); // 13:00 to 14:00 is free.
    const rates = ['25', '0'].map((minorPerHour) => ({ name: 'x', minorPerHour }));
    const own = pricesOf(cafeSettings({ tariffs: cafeSettings().tariffs.map((one) => ({ ...one, rates, week })) }));
    const noon = taipei('2026-03-02T12:00');
    const tab = tabOf({ postpaid: false, payments: paid(25n), stints: [stint(noon, undefined)] });
    for (const at of [noon, noon + HOUR, noon + 1.5 * HOUR]) expect(endOf(tab, own, at)?.atMs).toBe(noon + 2 * HOUR);
    const moved = sit(halt(tab, noon + 1.5 * HOUR), { seat: '2', zone: 'hall' }, noon + 1.5 * HOUR);
    expect(endOf(moved, own, noon + 1.5 * HOUR)?.atMs).toBe(noon + 2 * HOUR);
    const free = tabOf({ postpaid: false, stints: [stint(noon + HOUR, undefined)] });
    expect(dueFor(free, own, { kind: 'minutes', minutes: 60 }, 'hall', noon + HOUR)).toMatchObject({
      value: { dueMinor: 0n },
    });
    expect(endOf(free, own, noon + HOUR)?.atMs).toBe(noon + 2 * HOUR);
  });
});

describe('packages', () => {
  test('three hours of play wait in a pause and end by themselves', () => {
    const from = taipei('2026-03-02T10:00');
    const tab = tabOf({ postpaid: false, payments: paid(60n), covers: [cover('three-hours', from)] });
    const running = tabOf({ ...tab, stints: [stint(from, from + HOUR), stint(from + 4 * HOUR, undefined)] });
    expect(endOf(running, prices, from + 4 * HOUR)).toEqual({ atMs: from + 6 * HOUR, by: 'package' });
    expect(chargeOf(running, prices, from + 6 * HOUR).totalMinor).toBe(60n);
    expect(chargeOf(running, prices, from + 6 * HOUR + 1).totalMinor).toBe(70n); // Then the minimum of open play.
  });

  test('overnight: from 23:00, across midnight, to 07:00', () => {
    const before = bought('overnight', taipei('2026-03-02T22:59:59.999'));
    expect(before).toMatchObject({ ok: false, error: { code: 'PACKAGE_UNAVAILABLE', facts: { field: 'window' } } });
    for (const at of ['2026-03-02T23:00', '2026-03-03T00:00', '2026-03-03T06:59:59.999']) {
      expect(cover('overnight', taipei(at)).untilMs, at).toBe(taipei('2026-03-03T07:00'));
    }
    expect(bought('overnight', taipei('2026-03-03T07:00')).ok).toBe(false);
  });

  test.each([
    ['in the long night', '2026-10-24T21:00', '2026-10-25T06:00', 9],
    ['in the short night', '2026-03-28T22:00', '2026-03-29T05:00', 7],
    ['in an ordinary one', '2026-06-10T21:00', '2026-06-11T05:00', 8],
  ])('overnight across a clock change %s', (_, fromText, untilText, hours) => {
    const settings = cafeSettings({ timeZone: 'Europe/Berlin' });
    const from = utc(fromText);
    const { untilMs } = cover('overnight', from, settings);
    expect([untilMs, ((untilMs ?? 0) - from) / HOUR]).toEqual([utc(untilText), hours]);
    const tab = tabOf({ stints: [stint(from, utc(untilText))], covers: [cover('overnight', from, settings)] });
    expect(chargeOf(tab, pricesOf(settings), utc(untilText)).totalMinor).toBe(150n);
  });

  // Goal: overnight is sold from 23:00 to 07:00 on the wall and ends at 07:00 of it, on every night of the year. Method: random
  // minutes of the year in zones with and without clock changes; the wall is read by Intl, not by us.
  test('overnight ends at seven on the wall, also across both clock changes', () =>
    fc.assert(
      fc.property(
        fc.constantFrom('Asia/Taipei', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'),
        fc.oneof(
          fc.integer({ min: 0, max: 365 * 24 * 60 - 1 }),
          // The nights of the changes: 8 March, 29 March, 5 April, 4 and 25 October, 1 November.
          fc
            .tuple(fc.constantFrom(66, 87, 94, 276, 297, 304), fc.integer({ min: 0, max: 2 * 24 * 60 }))
            .map(([day, minute]) => (day - 1) * 24 * 60 + minute),
        ),
        (timeZone, minuteOfYear) => {
          const format = new Intl.DateTimeFormat('en-GB', {
            timeZone,
            hour: '2-digit',
            minute: '2-digit',
            hourCycle: 'h23',
          });
          const wall = (ms: number): number => {
            const [hour = 0, minute = 0] = format.format(ms).split(':').map(Number);
            return hour * 60 + minute;
          };
          const at = utc('2026-01-01T00:00') + minuteOfYear * 60_000;
          const made = bought('overnight', at, cafeSettings({ timeZone }));
          expect(made.ok).toBe(wall(at) >= 23 * 60 || wall(at) < 7 * 60);
          if (!made.ok) return;
          const { untilMs = 0 } = made.value;
          expect(wall(untilMs)).toBe(7 * 60);
          expect(untilMs - at).toBeGreaterThan(0);
          expect(untilMs - at).toBeLessThanOrEqual(9 * HOUR); // 8 hours, 9 in the long night.
        },
      ),
      { numRuns: RUNS * 4 },
    ));

  // Goal: a package covers what it says and nothing else: no more than its minutes, only its zones, only until its end, and every
  // millisecond of play is either covered or weighed. Method: random play with pauses and moves around a random begin, across the
  // clock changes; covered time is counted once more, second by second.
  test('any play is covered for the minutes, the zones and the window of its package, and weighed beyond', () =>
    fc.assert(
      fc.property(
        fc.constantFrom('three-hours', 'overnight', 'lunch'),
        fc.constantFrom('Asia/Taipei', 'Europe/Berlin', 'America/New_York'),
        fc.constantFrom(
          '2026-03-07T12:00',
          '2026-03-28T12:00',
          '2026-10-24T12:00',
          '2026-10-31T12:00',
          '2026-06-10T12:00',
        ),
        fc.integer({ min: 0, max: 24 * 60 }),
        fc.array(
          fc.record({
            zone: fc.constantFrom('hall', 'vip'),
            pauseMin: fc.integer({ min: 0, max: 120 }),
            playMin: fc.integer({ min: 1, max: 240 }),
          }),
          { minLength: 1, maxLength: 5 },
        ),
        (id, timeZone, day, minute, plays) => {
          const settings = cafeSettings({ timeZone });
          const begin = utc(day) + minute * 60_000;
          const made = bought(id, begin, settings);
          fc.pre(made.ok);
          const own = made.value;
          let at = begin;
          const stints = plays.map(({ zone, pauseMin, playMin }) => {
            const from = at + pauseMin * 60_000;
            at = from + playMin * 60_000;
            return stint(from, at, zone);
          });
          const minutesOf = stints.flatMap(({ zone, fromMs, toMs = 0 }) =>
            Array.from({ length: (toMs - fromMs) / 60_000 }, (_, n) => ({ zone, atMs: fromMs + n * 60_000 })),
          );
          const fits = minutesOf.filter(({ zone, atMs }) => own.zones.includes(zone) && atMs < (own.untilMs ?? at));
          const expected = Math.min(fits.length * 60_000, own.ms ?? Number.POSITIVE_INFINITY);
          const charge = chargeOf(tabOf({ stints, covers: [own] }), pricesOf(settings), at);
          expect(charge.coveredMs).toBe(expected);
          expect(charge.openMs).toBe(minutesOf.length * 60_000 - expected);
          expect(charge.totalMinor).toBe(own.priceMinor + charge.open.totalMinor);
        },
      ),
      { numRuns: RUNS },
    ));

  test('minutes inside a window end with the earlier of the two', () => {
    const early = taipei('2026-03-02T11:30');
    const late = taipei('2026-03-02T13:00');
    const tab = (at: number) =>
      tabOf({ postpaid: false, payments: paid(30n), covers: [cover('lunch', at)], stints: [stint(at, undefined)] });
    expect(endOf(tab(early), prices, early)?.atMs).toBe(taipei('2026-03-02T13:30'));
    expect(endOf(tab(late), prices, late)?.atMs).toBe(taipei('2026-03-02T14:00'));
    expect(bought('lunch', taipei('2026-03-02T14:00')).ok).toBe(false);
  });

  test('a package is refused in a zone or for a group that it does not name', () => {
    const at = taipei('2026-03-02T12:00');
    expect(bought('three-hours', at, prices.settings, 'guest', 'vip')).toMatchObject({
      error: { facts: { field: 'zone' } },
    });
    expect(bought('three-hours', at, prices.settings, 'staff')).toMatchObject({ error: { facts: { field: 'group' } } });
  });

  test('what a package does not cover costs the tariff, and money after it lasts on', () => {
    const from = taipei('2026-03-02T09:00');
    const tab = tabOf({
      postpaid: false,
      payments: paid(110n), // 60 for the package, 50 for two hours at 25.
      covers: [cover('three-hours', from)],
      stints: [stint(from, undefined)],
    });
    expect(endOf(tab, prices, from)).toEqual({ atMs: from + 5 * HOUR, by: 'money' });
    const moved = sit(halt(tab, from + HOUR), { seat: 'V1', zone: 'vip' }, from + HOUR); // Not covered there: 50 an hour.
    expect(endOf(moved, prices, from + HOUR)).toEqual({ atMs: from + 2 * HOUR, by: 'money' });
  });
});

describe('credit', () => {
  // Goal: credited minutes are as if they had not been played. Method: credit, then compare with play that was shorter.
  test('the last minutes become free, across pauses, and never more than was played', () => {
    const from = taipei('2026-03-02T10:00');
    const tab = tabOf({ stints: [stint(from, from + HOUR), stint(from + 2 * HOUR, undefined)] });
    const at = from + 2.5 * HOUR;
    const { tab: credited, givenMs } = creditPlay(tab, HOUR, at);
    expect([givenMs, playedMs(credited, at), credited.creditedMs]).toEqual([HOUR, HOUR / 2, HOUR]);
    expect(chargeOf(credited, prices, at).totalMinor).toBe(15n);
    expect(playedMs(credited, at + HOUR)).toBe(1.5 * HOUR);
    expect(creditPlay(tab, 9 * HOUR, at)).toMatchObject({ givenMs: 1.5 * HOUR });
  });
});
