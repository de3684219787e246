// test/unit/cafe/rules.test.ts - seats, roles, shifts, cloud spend, heat map, settings: the small rules of a café.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PlayerId, ShiftId } from '../../../src/base/ids.ts';
import { marginMinor, rungOf, runwayMs, withinCaps } from '../../../src/cafe/cloud-spend.ts';
import { heatMap } from '../../../src/cafe/heat-map.ts';
import { dayOf, LocalTime } from '../../../src/cafe/local-time.ts';
import { priceOf } from '../../../src/cafe/price.ts';
import { mayDo, powers } from '../../../src/cafe/roles.ts';
import { isOccupied, nextSeatState, type SeatEvent } from '../../../src/cafe/seat.ts';
import { settingsFault } from '../../../src/cafe/settings-check.ts';
import { closeShift, expectedMinor, type Shift } from '../../../src/cafe/shift.ts';
import { cafeActs } from '../../../src/protocol/cafe-acts.ts';
import { cafeRoles, seatStates } from '../../../src/protocol/cafe-shapes.ts';
import { cafeSettings, taipei, WEEK } from '../../support/cafe/settings.ts';

const HOUR = 3_600_000;
const player = `0x${'1'.repeat(40)}` as PlayerId;

test('a seat goes through a day', () => {
  const walk = (...events: SeatEvent[]) =>
    events.reduce<string>((state, event) => {
      const next = nextSeatState(state as (typeof seatStates)[number], event);
      return next.ok ? next.value : `refused ${event} when ${state}`;
    }, 'free');
  expect(walk('reserve', 'start', 'pause', 'resume', 'time-up', 'extend', 'node-lost', 'node-back', 'stop')).toBe(
    'free',
  );
  expect(walk('start', 'break')).toBe('refused break when in-use');
  expect(walk('break', 'start')).toBe('refused start when out-of-order');
  expect(walk('start', 'start')).toBe('refused start when in-use');
  expect(walk('pause')).toBe('refused pause when free');
});

test('whoever sits can be moved and stopped from every state, and nobody else', () => {
  for (const state of seatStates) {
    expect(nextSeatState(state, 'stop').ok).toBe(isOccupied(state));
    expect(nextSeatState(state, 'leave').ok).toBe(isOccupied(state));
  }
});

test('every act has its roles; an owner may do all, an auditor only reads', () => {
  for (const act of Object.keys(cafeActs)) expect(Object.keys(powers)).toContain(act);
  for (const [power, roles] of Object.entries(powers)) {
    expect(roles, power).toContain('owner');
    if (!power.startsWith('read.')) expect(roles, power).not.toContain('auditor');
  }
  expect(mayDo('technician', 'start')).toMatchObject({
    error: { code: 'ROLE_TOO_LOW', facts: { role: 'technician' } },
  });
  expect(cafeRoles.filter((role) => mayDo(role, 'refund').ok)).toEqual(['owner', 'manager']);
});

const shift: Shift = {
  shift: `h_${'0'.repeat(26)}` as ShiftId,
  cashier: player,
  openedAtMs: 0,
  date: '2026-03-02',
  floatMinor: 2_000n,
  paidInMinor: 0n,
  paidOutMinor: 0n,
  cashTakenMinor: 0n,
  cardTakenMinor: 0n,
  closed: undefined,
};

// Goal: a count is compared with what must lie there, to the last unit. Method: random shifts, counted right and wrong.
test('variance is count less book, and wants a reason', () =>
  fc.assert(
    fc.property(
      fc.bigInt(0n, 10_000n),
      fc.bigInt(0n, 5_000n),
      fc.bigInt(-500n, 50_000n),
      fc.bigInt(-200n, 200n),
      (paidIn, paidOut, taken, off) => {
        const worked = { ...shift, paidInMinor: paidIn, paidOutMinor: paidOut, cashTakenMinor: taken };
        const counted = expectedMinor(worked) + off;
        fc.pre(counted >= 0n && counted < 100_000n);
        const close = { by: player, atMs: 9, count: [{ minor: 1n, pieces: Number(counted) }], note: undefined };
        const silent = closeShift(worked, { ...close, reason: undefined });
        if (off !== 0n) {
          expect(silent).toMatchObject({
            error: { code: 'VARIANCE_UNEXPLAINED', facts: { varianceMinor: off.toString() } },
          });
        }
        const said = off === 0n ? silent : closeShift(worked, { ...close, reason: 'a coin fell behind the till' });
        expect(said).toMatchObject({ value: { closed: { varianceMinor: off, countedMinor: counted } } });
      },
    ),
  ));

// Goal: how the same money passes the drawer does not matter, only its sums. Method: one random shift, its movements in any order
// and each cut in two, and the count laid out in any piles.
test('what must lie in the drawer, and the variance, follow from sums alone', () =>
  fc.assert(
    fc.property(
      fc.array(fc.record({ kind: fc.constantFrom('in', 'out', 'cash'), minor: fc.bigInt(0n, 900n) }), {
        maxLength: 12,
      }),
      fc.array(fc.record({ minor: fc.constantFrom(1n, 5n, 10n, 50n, 100n), pieces: fc.nat(40) }), { maxLength: 8 }),
      fc.infiniteStream(fc.nat(1_000)),
      (moves, piles, chance) => {
        const sum = (list: typeof moves, of: string): bigint =>
          list.reduce((total, { kind, minor }) => total + (kind === of ? minor : 0n), 0n);
        const after = (list: typeof moves): Shift => ({
          ...shift,
          paidInMinor: sum(list, 'in'),
          paidOutMinor: sum(list, 'out'),
          cashTakenMinor: sum(list, 'cash'),
        });
        const draw = (): number => Number(chance.next().value ?? 0);
        const mixed = <T>(list: readonly T[]): T[] =>
          list
            .map((item) => ({ item, place: draw() }))
            .toSorted((a, b) => a.place - b.place)
            .map(({ item }) => item);
        const cut = moves.flatMap(({ kind, minor }) => {
          const part = (minor * BigInt(draw())) / 1_000n;
          return [
            { kind, minor: part },
            { kind, minor: minor - part },
          ];
        });
        const spread = mixed(
          piles.flatMap(({ minor, pieces }) => [
            { minor, pieces: pieces - (pieces >> 1) },
            { minor, pieces: pieces >> 1 },
          ]),
        );
        const close = { by: player, atMs: 9, reason: 'counted', note: undefined };
        const [one, other] = [
          closeShift(after(moves), { ...close, count: piles }),
          closeShift(after(mixed(cut)), { ...close, count: spread }),
        ];
        if (!one.ok || !other.ok) throw new Error('a reason was given');
        expect(expectedMinor(other.value)).toBe(expectedMinor(one.value));
        expect(other.value.closed?.varianceMinor).toBe(one.value.closed?.varianceMinor);
        expect(one.value.closed?.varianceMinor).toBe((one.value.closed?.countedMinor ?? 0n) - expectedMinor(one.value));
      },
    ),
  ));

test('the ladder of the runway', () => {
  expect([undefined, 24 * HOUR, 24 * HOUR - 1, 4 * HOUR, 4 * HOUR - 1, HOUR / 2, HOUR / 2 - 1].map(rungOf)).toEqual([
    'fine',
    'fine',
    'below-24-h',
    'below-24-h',
    'below-4-h',
    'below-4-h',
    'no-new-starts',
  ]);
  expect(runwayMs(100n, 40n, 30n)).toBe(2 * HOUR);
  expect(runwayMs(10n, 40n, 30n)).toBe(0);
  expect(runwayMs(10n, 0n, 0n)).toBeUndefined();
});

test('each cap binds by its name', () => {
  const spent = { dayWei: 90n, shiftWei: 90n, seatWei: 90n, nodes: 3 };
  const cap = (caps: object) => withinCaps(caps, spent, 10n);
  expect(cap({ dayWei: '100', shiftWei: '100', seatWei: '100', seatHourWei: '10', nodesMax: 4 }).ok).toBe(true);
  for (const [name, value] of Object.entries({ dayWei: '99', shiftWei: '99', seatWei: '99', seatHourWei: '9' })) {
    expect(cap({ [name]: value })).toMatchObject({ error: { code: 'SPENDING_CAP', facts: { cap: name } } });
  }
  expect(cap({ nodesMax: 3 })).toMatchObject({ error: { facts: { cap: 'nodesMax' } } });
});

test('margin: 35 TWD an hour less 50 DBC at 0.002 USD and 32 TWD', () => {
  const rates = { microUsdPerDbc: 2_000, minorPerUsd: 32n };
  expect(marginMinor(35n, 50n * 10n ** 18n, rates)).toBe(31n); // The seat costs 3.20, which is rounded up.
  expect(marginMinor(3n, 50n * 10n ** 18n, rates)).toBe(-1n);
  expect(marginMinor(35n, 1n, { ...rates, minorPerUsd: 0n })).toBeUndefined();
});

test('the heat map counts played time by hour of the wall', () => {
  const time = new LocalTime('Asia/Taipei');
  const day = dayOf('2026-03-02') ?? 0;
  const stints = [
    { seat: '1', zone: 'hall', fromMs: taipei('2026-03-02T10:30'), toMs: taipei('2026-03-02T12:00') },
    { seat: '1', zone: 'hall', fromMs: taipei('2026-03-03T10:00'), toMs: undefined },
  ];
  const span = { firstDay: day, lastDay: day + 1 };
  const map = heatMap(stints, ['1', '2'], time, { ...span, nowMs: taipei('2026-03-09T00:00') });
  expect(map.get('1')?.slice(9, 13)).toEqual([0, 0.75, 1, 0.5]);
  expect(map.get('2')).toEqual(new Array(24).fill(0));
  // Hours that are still to come count neither as played nor as empty.
  const midway = heatMap(stints, ['1'], time, { ...span, nowMs: taipei('2026-03-03T10:30') });
  expect(midway.get('1')?.slice(9, 14)).toEqual([0, 60 / 90, 1, 0, 0]);
});

test('rounding: up, down, nearest; half a step goes up', () => {
  const of = (mode: 'up' | 'down' | 'nearest', minor: number) =>
    priceOf(BigInt(minor) * 360_000n, { minimumMinor: 0n, rounding: { stepMinor: '5', mode } }).totalMinor; // Tenths.
  expect([of('up', 101), of('up', 100), of('down', 149), of('nearest', 124), of('nearest', 125)]).toEqual([
    15n,
    10n,
    10n,
    10n,
    15n,
  ]);
  expect(of('up', 0)).toBe(0n);
});

test.each([
  ['timeZone', { timeZone: 'Mars/Base' }],
  [
    'zones',
    {
      zones: [
        { id: 'hall', name: 'a', postpaid: true },
        { id: 'hall', name: 'b', postpaid: true },
      ],
    },
  ],
  ['tariffs: vip', { tariffs: cafeSettings().tariffs.slice(0, 2) }],
  [
    'tariffs/0/week',
    { tariffs: [{ zone: 'hall', group: 'guest', rates: [{ name: 'x', minorPerHour: '1' }], week: WEEK }] },
  ],
  ['tariffs/0/zone', { zones: [{ id: 'x', name: 'x', postpaid: false }] }],
  ['holidays: 2026-02-30', { holidays: ['2026-02-30'] }],
  ['curfew/0/ageBands', { ageBands: [] }],
  ['packages/0/groups', { packages: [{ ...cafeSettings().packages[0], groups: ['nobody'] }] }],
])('settings that contradict themselves are named: %s', (field, change) => {
  expect(settingsFault(cafeSettings())).toBeUndefined();
  expect(settingsFault(cafeSettings(change as object))).toEqual({ code: 'SETTINGS_BAD', facts: { field } });
});
