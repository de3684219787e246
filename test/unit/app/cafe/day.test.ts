// test/unit/app/cafe/day.test.ts - a cashier's day, act by act: what is taken, given back, counted; and what is refused.
import { Compile } from 'typebox/compile';
import { beforeEach, describe, expect, test } from 'vitest';
import { playBack, playLost } from '../../../../src/app/cafe/acts/hub-acts.ts';
import { notePlayed } from '../../../../src/app/cafe/cloud-cost.ts';
import { createCafe } from '../../../../src/app/cafe/create-cafe.ts';
import { priceIt } from '../../../../src/app/cafe/price-it.ts';
import { reportHeat } from '../../../../src/app/cafe/report-day.ts';
import { doInTurn, runAct } from '../../../../src/app/cafe/run-act.ts';
import { workplaces } from '../../../../src/app/cafe/who-works.ts';
import type { IdempotencyKey, PlayerId } from '../../../../src/base/ids.ts';
import { ok } from '../../../../src/base/result.ts';
import { CafeActAnswerShape } from '../../../../src/protocol/cafe-acts.ts';
import { DayReportShape, hubReasons } from '../../../../src/protocol/cafe-api.ts';
import type { SeatPlay } from '../../../../src/protocol/cafe-things.ts';
import { cafeSettings, taipei } from '../../../support/cafe/settings.ts';
import { CafeWorld, checkCafeBooks, people, seatOf } from '../../../support/cafe/world.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
let world: CafeWorld;
beforeEach(async () => {
  world = await new CafeWorld().build();
  await world.ok('shift.open', { floatMinor: '2000' });
});

const guest = { kind: 'guest' } as const;
const lostAt = (sinceMs: number) => ({ sinceMs, reason: hubReasons.nodeLost });
const open = { who: guest, buy: { kind: 'open' }, pay: 'later', ageBand: '18-up' } as const;

describe('play', () => {
  test('an hour paid in advance ends to the millisecond, waits, is extended, and is settled', async () => {
    const started = await world.sitGuest('1', 60);
    expect(started.receipts).toMatchObject([
      { number: 1, kind: 'advance', totalMinor: '25', paid: [{ by: 'cash', minor: '25' }] },
    ]);
    const view = seatOf(started);
    expect(view).toMatchObject({
      state: 'in-use',
      tab: { paidMinor: '25', endsAtMs: world.nowMs + HOUR, endsBy: 'money' },
    });
    await world.pass(HOUR - 1);
    expect((await world.now()).things.seat.get('1')?.state).toBe('in-use');
    await world.pass(5 * MINUTE);
    expect((await world.now()).things.seat.get('1')).toMatchObject({ state: 'ending', reason: 'money' });
    const more = await world.onSeat('extend', '1', { buy: { kind: 'minutes', minutes: 60 }, pay: 'card' });
    expect(seatOf(more)).toMatchObject({ state: 'in-use', tab: { endsAtMs: world.nowMs + HOUR, playedMs: HOUR } });
    await world.pass(30 * MINUTE);
    const stopped = await world.onSeat('stop', '1', { pay: 'cash' });
    // 1.5 h at 25 are 37.5: rounded up to 40; 10 go back to the card that came last.
    expect(stopped.receipts).toMatchObject([
      {
        kind: 'settle',
        totalMinor: '-10',
        paid: [{ by: 'card', minor: '-10' }],
        lines: [
          { what: 'open-play', minor: '37' },
          { what: 'rounding', minor: '3' },
          { what: 'advance', minor: '-50' },
          { what: 'unused', minor: '10' },
        ],
      },
    ]);
    expect(seatOf(stopped).state).toBe('free');
    await checkCafeBooks(world, ['2026-03-02']);
  });

  // Goal: prepaid play ends to the millisecond, also for an act that comes before the hub's look of each second. Method: the clock
  // goes past the end and nothing but the act looks at it.
  test.each([0, 1, 500, 3 * HOUR])(
    '%i ms after the end, before the hub looked: nothing more is charged',
    async (lateMs) => {
      for (const seat of ['1', '2', '3', '4']) await world.sitGuest(seat, 60);
      const endMs = world.nowMs + HOUR;
      world.nowMs = endMs + lateMs;
      const settled = [{ totalMinor: '0', lines: [{ what: 'open-play', ms: HOUR, minor: '25' }, { what: 'advance' }] }];
      expect((await world.onSeat('stop', '1', { pay: 'cash' })).receipts).toMatchObject(settled);
      const moved = await world.onSeat('move', '2', { to: 'V1', toVersion: await world.version('V1') });
      expect(seatOf(moved, 'V1')).toMatchObject({ state: 'ending', sinceMs: endMs });
      expect((await world.onSeat('stop', 'V1', { pay: 'cash' })).receipts).toMatchObject(settled);
      const more = await world.onSeat('extend', '3', { buy: { kind: 'minutes', minutes: 60 }, pay: 'cash' });
      expect(more.receipts).toMatchObject([{ totalMinor: '25' }]);
      expect(seatOf(more).tab).toMatchObject({ playedMs: HOUR, endsAtMs: world.nowMs + HOUR });
      const pause = { seat: '4', version: await world.version('4'), reason: 'a call' };
      expect(await world.refused('pause', pause)).toBe('SEAT_STATE');
      await checkCafeBooks(world, ['2026-03-02']);
    },
  );

  test('open play is paid at the end where the zone allows it, and nowhere else', async () => {
    await world.onSeat('start', '2', open);
    await world.pass(90 * MINUTE);
    const stopped = await world.onSeat('stop', '2', { pay: 'cash' });
    expect(stopped.receipts).toMatchObject([{ kind: 'settle', totalMinor: '40' }]);
    const vip = { ...open, seat: 'V1', version: await world.version('V1') };
    expect(await world.refused('start', vip)).toBe('POSTPAID_REFUSED');
  });

  test('a pause costs nothing, a move changes the price from there on, a swap changes two', async () => {
    await world.onSeat('start', '1', open);
    await world.pass(HOUR);
    await world.onSeat('pause', '1', { reason: 'mouse broken' }, 'technician');
    await world.pass(3 * HOUR);
    await world.onSeat('resume', '1', {}, 'technician');
    await world.sitGuest('V1', 60);
    expect(
      await world.refused('swap', {
        seat: '1',
        version: await world.version('1'),
        with: 'V1',
        withVersion: await world.version('V1'),
      }),
    ).toBe('POSTPAID_REFUSED');
    await world.ok('move', {
      seat: '1',
      version: await world.version('1'),
      to: '9',
      toVersion: await world.version('9'),
    });
    const swapped = await world
      .ok('swap', { seat: '9', version: await world.version('9'), with: '10', withVersion: await world.version('10') })
      .catch((cause: Error) => cause.message);
    expect(swapped).toMatch(/^swap refused: SEAT_STATE/);
    await world.pass(HOUR); // 16:00 to 17:00 at the day's price.
    expect((await world.onSeat('stop', '9', { pay: 'cash' })).receipts[0]?.totalMinor).toBe('50');
    await checkCafeBooks(world, ['2026-03-02']);
  });

  test('two customers change seats, each with their own tab', async () => {
    await world.sitGuest('1', 60, { who: { kind: 'guest', label: 'red cap' } });
    await world.sitGuest('2', 120, { who: { kind: 'guest', label: 'blue cap' } });
    const swapped = await world.ok('swap', {
      seat: '1',
      version: await world.version('1'),
      with: '2',
      withVersion: await world.version('2'),
    });
    expect(seatOf(swapped, '1').tab).toMatchObject({ label: 'blue cap', paidMinor: '50' });
    expect(seatOf(swapped, '2').tab).toMatchObject({ label: 'red cap', paidMinor: '25' });
  });

  // Goal: no move takes a package away. Method: customers with a package alone and with money beside it, in play and in a pause, to a
  // zone of the package and to another.
  test('who has a package alone is not moved to a zone that it does not cover', async () => {
    await world.sitGuest('1', 0, { buy: { kind: 'package', package: 'three-hours' } });
    await world.sitGuest('V2', 60);
    await world.pass(HOUR);
    const to = async (seat: string, there: string) => ({
      ...{ seat, version: await world.version(seat), to: there, toVersion: await world.version(there) },
    });
    expect(await world.act('move', await to('1', 'V1'))).toMatchObject({
      error: { code: 'PACKAGE_UNAVAILABLE', facts: { field: 'zone', zone: 'vip' } },
    });
    await world.onSeat('extend', 'V2', { buy: { kind: 'minutes', minutes: 60 }, pay: 'cash' });
    const { to: other, toVersion: withVersion, ...one } = await to('1', 'V2');
    expect(await world.refused('swap', { ...one, with: other, withVersion })).toBe('PACKAGE_UNAVAILABLE');
    await world.onSeat('pause', '1', { reason: 'a call' });
    expect(await world.refused('move', await to('1', 'V1'))).toBe('PACKAGE_UNAVAILABLE');
    await world.onSeat('resume', '1', {});
    const moved = await world.ok('move', await to('1', '2'));
    expect(seatOf(moved, '2').tab?.endsAtMs).toBe(world.nowMs + 2 * HOUR);
    await world.onSeat('extend', '2', { buy: { kind: 'money', minor: '50' }, pay: 'cash' });
    expect(seatOf(await world.ok('move', await to('2', 'V1')), 'V1').tab?.endsAtMs).toBe(world.nowMs + HOUR);
    expect(seatOf(await world.ok('move', await to('V1', '2')), '2').tab?.endsAtMs).toBe(world.nowMs + 4 * HOUR);
  });

  test('a package covers its time, and its price is a line', async () => {
    const started = await world.sitGuest('3', 0, { buy: { kind: 'package', package: 'three-hours' } });
    expect(seatOf(started).tab).toMatchObject({
      packages: ['Three hours'],
      endsBy: 'package',
      endsAtMs: world.nowMs + 3 * HOUR,
    });
    expect(
      await world.refused('extend', {
        seat: '3',
        version: await world.version('3'),
        buy: { kind: 'package', package: 'overnight' },
        pay: 'cash',
      }),
    ).toBe('PACKAGE_UNAVAILABLE');
    await world.pass(3 * HOUR);
    const stopped = await world.onSeat('stop', '3', { pay: 'cash' });
    expect(stopped.receipts[0]).toMatchObject({
      totalMinor: '0',
      lines: [
        { what: 'package', minor: '60' },
        { what: 'advance', minor: '-60' },
      ],
    });
    await checkCafeBooks(world, ['2026-03-02']);
  });

  test("a package that costs nothing is no later receipt's: an advance is an advance, and its void leaves the package", async () => {
    const free = { id: 'first', name: 'First ten', priceMinor: '0', zones: ['hall'], groups: ['guest'] };
    const packages = [...cafeSettings().packages, { ...free, rule: { kind: 'duration' as const, minutes: 10 } }];
    await world.ok('settings', { version: 1, settings: cafeSettings({ packages }) }, 'manager');
    const started = await world.sitGuest('1', 0, { buy: { kind: 'package', package: 'first' } });
    expect([started.receipts, seatOf(started).tab?.endsAtMs]).toEqual([[], world.nowMs + 10 * MINUTE]);
    const first = await world.onSeat('extend', '1', { buy: { kind: 'money', minor: '50' }, pay: 'card' });
    expect(first.receipts).toMatchObject([{ lines: [{ what: 'advance', minor: '50' }] }]);
    const more = await world.onSeat('extend', '1', { buy: { kind: 'money', minor: '25' }, pay: 'cash' });
    expect(seatOf(more).tab?.endsAtMs).toBe(world.nowMs + 10 * MINUTE + 3 * HOUR);
    const done = await world.ok('void', { receipt: first.receipts[0]?.number ?? 0, reason: 'typed twice' });
    expect(seatOf(done).tab).toMatchObject({ packages: ['First ten'], endsAtMs: world.nowMs + 10 * MINUTE + HOUR });
    await checkCafeBooks(world, ['2026-03-02']);
  });

  test.each([
    ['round down to nothing', { rounding: { stepMinor: '10', mode: 'down' as const }, minimumMinor: '0' }, '25'],
    ['lie in hours that cost nothing', {}, '0'],
  ])('minutes after a package that %s are played', async (_, terms, day) => {
    const rates = [day, '35'].map((minorPerHour) => ({ name: 'x', minorPerHour }));
    const tariffs = cafeSettings().tariffs.map((one) => ({ ...one, rates }));
    await world.ok('settings', { version: 1, settings: cafeSettings({ ...terms, tariffs }) }, 'manager');
    const bought = await world.sitGuest('1', 0, { buy: { kind: 'package', package: 'three-hours' } });
    expect(seatOf(bought).tab).toMatchObject({ endsBy: 'package', endsAtMs: world.nowMs + 3 * HOUR });
    const more = await world.onSeat('extend', '1', { buy: { kind: 'minutes', minutes: 15 }, pay: 'cash' });
    expect(more.receipts).toEqual([]);
    expect(seatOf(more).tab?.endsAtMs).toBeGreaterThanOrEqual(world.nowMs + 3 * HOUR + 15 * MINUTE);
    await world.ok('void', { receipt: bought.receipts[0]?.number ?? 0, reason: 'wrong seat' });
    expect((await world.now()).things.seat.get('1')?.state).toBe('free');
    await checkCafeBooks(world, ['2026-03-02']);
  });

  // Goal: minutes without a machine are listed as credited and not charged, whoever ends the fault. Method: a machine is lost
  // for twelve minutes of an hour of open play; the machine, a person, or the end of play ends it.
  test.each([
    ['the machine comes back', 'back'],
    ['a person says that play goes on', 'resume'],
    ['the customer is moved, and play goes on there', 'move'],
    ['the customer leaves', 'stop'],
  ] as const)('a lost machine is credited by itself: %s', async (_, end) => {
    await world.onSeat('start', '1', open);
    await world.pass(36 * MINUTE);
    const byHub = (act: 'node-lost' | 'node-back') =>
      doInTurn(world.cafes, {
        ...{ cafe: world.id, act, key: `hub:${act}_x`, request: act, actor: { kind: 'hub' }, nowMs: world.nowMs },
        run: (draft) => {
          const seat = draft.seat('1', undefined);
          if (!seat.ok) return seat;
          return act === 'node-lost' ? playLost(draft, seat.value, lostAt(world.nowMs)) : playBack(draft, seat.value);
        },
      });
    await byHub('node-lost');
    await world.pass(12 * MINUTE);
    let on = '1';
    if (end === 'back') await byHub('node-back');
    if (end === 'resume') await world.onSeat('resume', '1', {});
    if (end === 'move') {
      on = '2';
      await world.onSeat('move', '1', { to: '2', toVersion: await world.version('2') });
      await world.onSeat('resume', '2', {});
    }
    if (end !== 'stop') await world.pass(12 * MINUTE);
    const { receipts } = await world.onSeat('stop', on, { pay: 'cash' });
    const playedMs = (end === 'stop' ? 36 : 48) * MINUTE;
    expect(receipts).toMatchObject([{ totalMinor: end === 'stop' ? '15' : '20', lines: [{ ms: playedMs }] }]);
    const report = await world.day('2026-03-02');
    expect(report).toMatchObject({ creditedMs: 12 * MINUTE, nodeFaults: 1 });
    expect(report.faults).toEqual([{ atMs: taipei('2026-03-02T12:36'), seat: '1' }]);
    expect(report.credits).toMatchObject([{ seat: on, creditedMs: 12 * MINUTE }]);
  });

  test('a machine that is found lost after the prepaid end costs nothing more', async () => {
    await world.sitGuest('1', 60);
    world.nowMs += 2 * HOUR;
    await doInTurn(world.cafes, {
      ...{ cafe: world.id, act: 'node-lost', key: 'hub:lost', request: '', actor: { kind: 'hub' }, nowMs: world.nowMs },
      run: (draft) => {
        const seat = draft.seat('1', undefined);
        return seat.ok ? playLost(draft, seat.value, lostAt(world.nowMs - 2_500)) : seat;
      },
    });
    const { receipts } = await world.onSeat('stop', '1', { pay: 'cash' });
    expect(receipts).toMatchObject([
      { totalMinor: '0', lines: [{ what: 'open-play', ms: HOUR }, { what: 'advance' }] },
    ]);
  });

  test('credit for a fault makes minutes free, within its cap', async () => {
    await world.onSeat('start', '1', open);
    await world.pass(HOUR);
    await world.onSeat('credit', '1', { minutes: 30, reason: 'the picture froze' });
    const at = { seat: '1', version: await world.version('1') };
    expect(await world.refused('credit', { ...at, minutes: 1, reason: 'again' })).toBe('CREDIT_TOO_LARGE');
    const stopped = await world.onSeat('stop', '1', { pay: 'cash' });
    expect(stopped.receipts[0]).toMatchObject({
      totalMinor: '15',
      lines: [{ what: 'open-play', ms: 30 * MINUTE }, { what: 'rounding' }],
    });
  });

  // Goal: a till cannot be emptied minute by minute. Method: a guest who played all that was paid is credited over and over.
  test('what one tab is credited by hand is capped in all; beyond it whoever may refund', async () => {
    await world.sitGuest('1', 60);
    await world.pass(HOUR);
    const give = async (minutes: number) => ({
      seat: '1',
      version: await world.version('1'),
      minutes,
      reason: 'noise',
    });
    await world.ok('credit', await give(20));
    expect(await world.act('credit', await give(20))).toMatchObject({
      error: { code: 'CREDIT_TOO_LARGE', facts: { limitMinutes: 10 } },
    });
    await world.ok('credit', await give(10));
    expect(await world.refused('credit', await give(1))).toBe('CREDIT_TOO_LARGE');
    await world.ok('credit', await give(10), 'manager');
    expect(await world.refused('credit', await give(21), 'manager')).toBe('CREDIT_TOO_LARGE'); // Never more than was played.
    expect((await world.onSeat('stop', '1', { pay: 'cash' })).receipts[0]?.totalMinor).toBe('-15');
  });

  test('what was typed while the line was down counts from when it was typed', async () => {
    await world.onSeat('start', '1', open);
    await world.pass(90 * MINUTE);
    const stopped = await world.onSeat('stop', '1', { pay: 'cash', typedAtMs: world.nowMs - 30 * MINUTE });
    expect(stopped.receipts[0]?.totalMinor).toBe('25');
    const at = { ...open, seat: '2', version: await world.version('2') };
    for (const typedAtMs of [world.nowMs + 1, world.nowMs - 2 * HOUR - 1]) {
      expect(await world.refused('start', { ...at, typedAtMs })).toBe('CLOCK_OUT_OF_RANGE');
    }
  });

  test('a stop and the next start, both typed while the line was down, are done in their order', async () => {
    await world.onSeat('start', '1', open);
    await world.pass(90 * MINUTE);
    await world.onSeat('stop', '1', { pay: 'cash', typedAtMs: world.nowMs - 30 * MINUTE });
    const next = await world.onSeat('start', '1', { ...open, typedAtMs: world.nowMs - 20 * MINUTE });
    expect(seatOf(next).tab?.playedMs).toBe(20 * MINUTE);
    await world.onSeat('stop', '1', { pay: 'cash', typedAtMs: world.nowMs - 10 * MINUTE });
    const early = { ...open, seat: '1', version: await world.version('1'), typedAtMs: world.nowMs - 11 * MINUTE };
    expect(await world.refused('start', early)).toBe('CLOCK_OUT_OF_RANGE');
  });

  // Goal: what the hub did by itself while the line was down makes no stop stale. Method: a stop typed before or after the end of
  // prepaid play reaches the hub long after its own look.
  test.each([
    ['before', 45, '-5', 45],
    ['after', 70, '0', 60],
  ] as const)(
    'a stop typed %s the time was up is the same stop, on the seat as the desk saw it',
    async (_, minute, back, played) => {
      await world.sitGuest('1', 60);
      const [seen, typedAtMs] = [await world.version('1'), world.nowMs + minute * MINUTE];
      await world.pass(90 * MINUTE);
      expect((await world.now()).things.seat.get('1')?.state).toBe('ending');
      const { receipts, seats } = await world.ok('stop', { seat: '1', version: seen, pay: 'cash', typedAtMs });
      expect(receipts[0]).toMatchObject({ totalMinor: back });
      expect(receipts[0]?.lines[0]?.ms).toBe(played * MINUTE);
      expect(seats).toMatchObject([{ state: 'free', version: seen + 1, sinceMs: typedAtMs }]);
      await checkCafeBooks(world, ['2026-03-02']);
    },
  );

  test('a stop typed while the line was down ends play there, also when page and clock were back first', async () => {
    await world.onSeat('start', '1', open);
    await world.pass(30 * MINUTE);
    const [seen, cutAtMs] = [await world.version('1'), world.nowMs];
    const byHub = (act: 'page-lost' | 'page-back') =>
      doInTurn(world.cafes, {
        ...{ cafe: world.id, act, key: `hub:${act}_x`, request: act, actor: { kind: 'hub' }, nowMs: world.nowMs },
        run: (draft) => {
          const seat = draft.seat('1', undefined);
          if (!seat.ok) return seat;
          return act === 'page-lost' ? playLost(draft, seat.value, lostAt(cutAtMs)) : playBack(draft, seat.value);
        },
      });
    await byHub('page-lost');
    await world.pass(20 * MINUTE);
    await byHub('page-back');
    await world.pass(MINUTE);
    const typedAtMs = cutAtMs + 5 * MINUTE;
    const { receipts } = await world.ok('stop', { seat: '1', version: seen, pay: 'cash', typedAtMs });
    expect(receipts).toMatchObject([{ totalMinor: '15', lines: [{ ms: 30 * MINUTE }, {}] }]);
    expect((await world.day('2026-03-02')).credits).toMatchObject([{ creditedMs: 5 * MINUTE }]);
  });

  test('a reservation keeps a seat until it lapses', async () => {
    await world.onSeat('reserve', '4', { label: 'Ms Lin', untilMs: world.nowMs + 15 * MINUTE });
    expect(
      await world.refused('reserve', {
        seat: '4',
        version: await world.version('4'),
        label: 'Mr Wu',
        untilMs: world.nowMs + 1,
      }),
    ).toBe('SEAT_STATE');
    await world.pass(15 * MINUTE);
    expect((await world.now()).things.seat.get('4')).toMatchObject({ state: 'free', reason: undefined });
  });

  test('a hub that starts anew goes on where the store stands', async () => {
    await world.sitGuest('1', 60);
    world.restart();
    await world.cafes.loadAll();
    await world.pass(2 * HOUR);
    const seat = (await world.now()).things.seat.get('1');
    expect(seat).toMatchObject({ state: 'ending', sinceMs: taipei('2026-03-02T13:00') });
  });
});

describe('curfew', () => {
  test('a pupil waits for the end of school, plays until ten, and is asked for an age', async () => {
    const at = { ...open, seat: '1', version: await world.version('1') };
    expect(await world.refused('start', { ...at, ageBand: '15-to-17' })).toBe('CURFEW');
    const { ageBand: _, ...silent } = at;
    expect(await world.refused('start', silent)).toBe('AGE_BAND_REQUIRED');
    world.nowMs = taipei('2026-03-02T21:00');
    const started = await world.onSeat('start', '1', { ...open, ageBand: '15-to-17' });
    expect(seatOf(started).tab).toMatchObject({ endsAtMs: taipei('2026-03-02T22:00'), endsBy: 'curfew' });
    await world.pass(HOUR);
    expect((await world.now()).things.seat.get('1')).toMatchObject({ state: 'ending', reason: 'curfew' });
    const more = { buy: { kind: 'minutes', minutes: 60 }, pay: 'cash' } as const;
    expect(await world.refused('extend', { seat: '1', version: await world.version('1'), ...more })).toBe('CURFEW');
  });

  test('a member whose age band the settings have no more is asked like one without', async () => {
    const { member } = (await world.ok('members.add', { name: 'Chen', group: 'guest', ageBand: '18-up' })).member ?? {};
    if (member === undefined) throw new Error('a member');
    const ageBands = [...cafeSettings().ageBands.slice(0, 2), { id: 'adult', name: 'grown up' }];
    await world.ok('settings', { version: 1, settings: cafeSettings({ ageBands }) }, 'manager');
    const { ageBand: _, ...at } = { ...open, seat: '1', version: 1, who: { kind: 'member', member } } as const;
    expect(await world.refused('start', at)).toBe('AGE_BAND_REQUIRED');
    expect(await world.refused('start', { ...at, ageBand: '15-to-17' })).toBe('CURFEW');
    await world.ok('start', { ...at, ageBand: 'adult' });
  });

  // Goal: rules that are changed while somebody plays count for them, and take no minute back. Method: a pupil on open play; the
  // rule comes, is put off, and begins before the change; what the page shows is what happens.
  test('a rule that is changed counts for whoever plays', async () => {
    const evening = (fromMinute: number) => ({
      ...{ id: 'evening', name: 'evening', ageBands: ['15-to-17'], days: 'any' as const },
      ...{ fromMinute, toMinute: 24 * 60, guardianLifts: false },
    });
    let version = 1;
    const change = async (more: Parameters<typeof cafeSettings>[0]) => {
      const { seats } = await world.ok('settings', { version: version++, settings: cafeSettings(more) }, 'manager');
      return seats.map(({ tab }) => tab?.endsAtMs);
    };
    await change({ curfew: [] });
    await world.onSeat('start', '1', { ...open, ageBand: '15-to-17' });
    await world.sitGuest('2', 60);
    expect(await change({ curfew: [evening(14 * 60)] })).toEqual([taipei('2026-03-02T14:00')]);
    expect(await change({ curfew: [evening(15 * 60)] })).toEqual([taipei('2026-03-02T15:00')]);
    expect(await change({ curfew: [evening(15 * 60)], minimumMinor: '20' })).toEqual([]);
    expect(await change({ curfew: [] })).toEqual([undefined]);
    const seen = await world.version('1');
    expect(await change({ curfew: [evening(15 * 60)] })).toEqual([taipei('2026-03-02T15:00')]);
    expect(await world.version('1')).toBe(seen);
    await world.pass(2 * HOUR);
    await change({ curfew: [evening(13 * 60)] });
    await world.pass(1_000);
    const over = (await world.now()).things.seat.get('1');
    expect(over).toMatchObject({ state: 'ending', reason: 'curfew', sinceMs: taipei('2026-03-02T14:00') });
    expect((await world.onSeat('stop', '1', { pay: 'cash' })).receipts[0]?.totalMinor).toBe('50');
  });

  test('a pause does not carry a pupil past ten', async () => {
    world.nowMs = taipei('2026-03-02T21:00');
    await world.onSeat('start', '1', { ...open, ageBand: '15-to-17' });
    await world.onSeat('pause', '1', { reason: 'goes for noodles' });
    await world.pass(2 * HOUR);
    await world.onSeat('resume', '1', {});
    await world.pass(1_000);
    expect((await world.now()).things.seat.get('1')).toMatchObject({ state: 'ending', reason: 'curfew' });
    const stopped = await world.onSeat('stop', '1', { pay: 'cash' });
    expect(stopped.receipts[0]?.lines).toEqual([]);
  });
});

describe('members and codes', () => {
  test('bonus is spent first, goes back last, and is written off with a refund', async () => {
    const added = await world.ok('members.add', { name: 'Chen', group: 'gold', ageBand: '18-up', pin: '4711' });
    const member = added.member?.member;
    if (member === undefined) throw new Error('a member');
    expect(await world.refused('members.top-up', { member, minor: '100', bonusMinor: '10', pay: 'cash' })).toBe(
      'ROLE_TOO_LOW',
    );
    const topped = await world.ok('members.top-up', { member, minor: '100', bonusMinor: '10', pay: 'cash' }, 'manager');
    expect(topped.member).toMatchObject({ realMinor: '100', bonusMinor: '10', hasPin: true });
    const who = { kind: 'member', member } as const;
    const started = await world.onSeat('start', '1', { who, buy: { kind: 'minutes', minutes: 180 }, pay: 'wallet' });
    expect(started.receipts[0]).toMatchObject({
      totalMinor: '0',
      paid: [
        { by: 'bonus', minor: '10' },
        { by: 'wallet', minor: '50' },
      ],
    });
    expect(await world.refused('start', { who, buy: { kind: 'open' }, pay: 'later', seat: '2', version: 1 })).toBe(
      'MEMBER_SEATED',
    );
    await world.pass(HOUR);
    const stopped = await world.onSeat('stop', '1', { pay: 'wallet' });
    expect(stopped.receipts[0]?.paid).toEqual([{ by: 'wallet', minor: '-40' }]);
    const refunded = await world.ok(
      'refund',
      { receipt: topped.receipts[0]?.number ?? 0, minor: '50', reason: 'moves away' },
      'manager',
    );
    expect(refunded.member).toMatchObject({ realMinor: '40', bonusMinor: '0' });
    await checkCafeBooks(world, ['2026-03-02']);
  });

  test.each([1, 7, 40, 100])('a top-up that is refunded %i at a time takes its whole bonus back', async (part) => {
    const { member } = (await world.ok('members.add', { name: 'Chen', group: 'gold', ageBand: '18-up' })).member ?? {};
    if (member === undefined) throw new Error('a member');
    const topped = await world.ok('members.top-up', { member, minor: '100', bonusMinor: '10', pay: 'cash' }, 'manager');
    const receipt = topped.receipts[0]?.number ?? 0;
    for (let left = 100; left > 0; left -= part) {
      const minor = String(Math.min(part, left));
      await world.ok('refund', { receipt, minor, reason: 'moves away' }, 'manager');
    }
    expect((await world.now()).things.member.get(member)).toMatchObject({ realMinor: 0n, bonusMinor: 0n });
    await checkCafeBooks(world, ['2026-03-02']);
    const { entries } = await world.store.day(world.id, '2026-03-02');
    expect(entries.filter(({ kind, receipt: number }) => kind === 'receipt' && number === undefined)).toEqual([]);
  });

  test('a code is sold, played from, and keeps what is left', async () => {
    const { code } = await world.ok('codes.sell', { minor: '100', pay: 'cash', days: 30 });
    if (code === undefined) throw new Error('a code');
    const who = { kind: 'code', code: code.code } as const;
    const started = await world.onSeat('start', '1', { who, buy: { kind: 'open' }, pay: 'code', ageBand: '18-up' });
    expect(seatOf(started).tab).toMatchObject({ who: 'code', paidMinor: '100', endsAtMs: world.nowMs + 4 * HOUR });
    await world.pass(HOUR);
    const stopped = await world.onSeat('stop', '1', { pay: 'code' });
    expect(stopped.code).toMatchObject({ leftMinor: '75' });
    world.nowMs += 31 * 24 * HOUR;
    expect(
      await world.refused('start', {
        who,
        buy: { kind: 'open' },
        pay: 'code',
        ageBand: '18-up',
        seat: '1',
        version: await world.version('1'),
      }),
    ).toBe('CODE_UNKNOWN');
  });

  test('a wallet that is too small is told how much is missing', async () => {
    const { member } = await world.ok('members.add', { name: 'Wu', group: 'guest' });
    if (member === undefined) throw new Error('a member');
    const who = { kind: 'member', member: member.member } as const;
    const asked = {
      who,
      buy: { kind: 'minutes', minutes: 60 },
      pay: 'wallet',
      ageBand: '18-up',
      seat: '1',
      version: 1,
    } as const;
    expect(await world.act('start', asked)).toMatchObject({
      error: { code: 'WALLET_TOO_LOW', facts: { needMinor: '25', haveMinor: '0' } },
    });
    expect(await world.refused('start', { ...asked, pay: 'code' })).toBe('PAYMENT_MISMATCH');
    expect(await world.refused('start', { ...asked, pay: 'later' })).toBe('PAYMENT_MISMATCH');
  });
});

describe('voids and refunds', () => {
  test('a start by mistake is voided: the money goes back, the seat is free, the time is waived', async () => {
    const { receipts } = await world.sitGuest('1', 60);
    await world.pass(9 * MINUTE);
    const done = await world.ok('void', { receipt: receipts[0]?.number ?? 0, reason: 'wrong seat' });
    expect(done.receipts).toMatchObject([{ kind: 'void', totalMinor: '-25', of: 1, reason: 'wrong seat' }]);
    expect(seatOf(done).state).toBe('free');
    expect(await world.refused('void', { receipt: 1, reason: 'again' })).toBe('ALREADY_REVERSED');
    await checkCafeBooks(world, ['2026-03-02']);
  });

  test('a payment onto a tab that is paid at the end is voided alone: its play goes on and is owed', async () => {
    await world.onSeat('start', '1', open);
    await world.pass(3 * HOUR);
    const more = await world.onSeat('extend', '1', { buy: { kind: 'money', minor: '100' }, pay: 'cash' });
    const done = await world.ok('void', { receipt: more.receipts[0]?.number ?? 0, reason: 'another guest paid' });
    expect(seatOf(done)).toMatchObject({ state: 'in-use', tab: { paidMinor: '0', chargedMinor: '75' } });
    const pack = await world.onSeat('extend', '1', { buy: { kind: 'package', package: 'three-hours' }, pay: 'cash' });
    await world.ok('void', { receipt: pack.receipts[0]?.number ?? 0, reason: 'not wanted' });
    expect((await world.onSeat('stop', '1', { pay: 'cash' })).receipts).toMatchObject([{ totalMinor: '75' }]);
    await checkCafeBooks(world, ['2026-03-02']);
  });

  test('the window of a void is over after ten minutes; a manager refunds within a day', async () => {
    const { receipts } = await world.sitGuest('1', 60);
    const receipt = receipts[0]?.number ?? 0;
    await world.pass(10 * MINUTE);
    expect(await world.refused('void', { receipt, reason: 'too late' })).toBe('WINDOW_OVER');
    expect(await world.refused('refund', { receipt, minor: '5', reason: 'while playing' }, 'manager')).toBe(
      'ALREADY_REVERSED',
    );
    await world.pass(HOUR);
    await world.onSeat('stop', '1', { pay: 'cash' });
    expect(await world.refused('refund', { receipt, minor: '5', reason: 'a cashier' }, 'cashier')).toBe('ROLE_TOO_LOW');
    expect(await world.refused('refund', { receipt, minor: '26', reason: 'too much' }, 'manager')).toBe(
      'ALREADY_REVERSED',
    );
    await world.ok('refund', { receipt, minor: '10', reason: 'it was too loud' }, 'manager');
    await world.ok('refund', { receipt, minor: '15', reason: 'and too hot' }, 'manager');
    expect(await world.refused('refund', { receipt, minor: '1', reason: 'and' }, 'manager')).toBe('ALREADY_REVERSED');
    expect(await world.refused('refund', { receipt: 999, minor: '1', reason: 'none' }, 'manager')).toBe(
      'RECEIPT_UNKNOWN',
    );
    const report = await world.day('2026-03-02');
    expect(report).toMatchObject({ earnedMinor: '0', cashMinor: '0', owedToCustomersMinor: '0' });
    await checkCafeBooks(world, ['2026-03-02']);
  });
});

describe('the till', () => {
  test('a price is told before the till is opened, and what it would be refused for; nothing is done', async () => {
    world = await new CafeWorld().build();
    const before = await world.now();
    const wish = {
      who: guest,
      seat: '1',
      buy: { kind: 'minutes', minutes: 60 },
      pay: 'cash',
      ageBand: '18-up',
    } as const;
    const ask = (more = {}) => priceIt(world.cafes.look(before, world.nowMs), { ...wish, ...more });
    expect(ask()).toMatchObject({ value: { dueMinor: '25', hourMinor: '25', endsAtMs: world.nowMs + HOUR } });
    expect(ask({ ageBand: '15-to-17' })).toMatchObject({
      error: { code: 'CURFEW', facts: { until: '17:00', untilMs: taipei('2026-03-02T17:00') } },
    });
    expect(await world.now()).toBe(before);
    expect(await world.refused('start', { ...wish, version: 1 })).toBe('SHIFT_REQUIRED');
  });

  test('a drawer that is 5 short wants a reason, and the day report says so', async () => {
    await world.sitGuest('1', 60);
    await world.ok('shift.paid-in', { minor: '500', reason: 'change from the bank' });
    await world.ok('shift.paid-out', { minor: '120', reason: 'light bulbs' });
    const count = [
      { minor: '1000', pieces: 2 },
      { minor: '100', pieces: 4 },
    ]; // 2,400 of 2,405.
    expect(await world.refused('shift.close', { ...(await world.till()), count })).toBe('VARIANCE_UNEXPLAINED');
    expect(await world.refused('shift.close', { ...(await world.till()), count: [{ minor: '7', pieces: 1 }] })).toBe(
      'SETTINGS_BAD',
    );
    const closed = await world.ok('shift.close', {
      ...(await world.till()),
      count,
      reason: 'a coin is gone',
      note: 'seat 4 squeaks',
    });
    expect(closed.shift).toMatchObject({
      expectedMinor: '2405',
      closed: { countedMinor: '2400', varianceMinor: '-5', by: people.cashier },
    });
    expect(await world.refused('shift.close', { ...(await world.till()), count, reason: 'again' })).toBe(
      'SHIFT_REQUIRED',
    );
    const seat = { seat: '2', version: 1, who: guest, ageBand: '18-up' };
    expect(await world.refused('start', { ...seat, buy: { kind: 'minutes', minutes: 60 }, pay: 'cash' })).toBe(
      'SHIFT_REQUIRED',
    );
    const report = await world.day('2026-03-02');
    expect(report).toMatchObject({
      cashMinor: '25',
      varianceMinor: '-5',
      paidInMinor: '500',
      paidOutMinor: '120',
      owedToCustomersMinor: '25',
      agrees: { ledgerMinor: '25', receiptsMinor: '25', shiftsMinor: '25' },
    });
    await checkCafeBooks(world, ['2026-03-02']);
  });

  // Goal: nobody makes a café unreadable. Method: the largest amounts there are, in every act that takes one; what pages are shown is
  // held against its shape.
  test('an amount that no till knows is refused, and sums stay what a page can read', async () => {
    const { member } = (await world.ok('members.add', { name: 'Chen', group: 'guest' })).member ?? {};
    if (member === undefined) throw new Error('a member');
    const huge = '999999999999';
    const tries = [
      () => world.refused('shift.paid-in', { minor: huge, reason: 'from the bank' }),
      () => world.refused('members.top-up', { member, minor: huge, pay: 'cash' }),
      () => world.refused('members.top-up', { member, minor: '1', bonusMinor: huge, pay: 'cash' }, 'manager'),
      () => world.refused('codes.sell', { minor: huge, pay: 'cash', days: 1 }),
      () => world.refused('codes.batch', { minor: huge, name: 'x', count: 1, days: 1 }, 'manager'),
      () =>
        world.refused('start', { ...open, seat: '1', version: 1, buy: { kind: 'money', minor: huge }, pay: 'cash' }),
    ];
    for (const tried of tries) expect(await tried()).toBe('AMOUNT_TOO_LARGE');
    const most = '9999999999';
    for (let n = 0; n < 200; n++) await world.ok('shift.paid-in', { minor: most, reason: 'from the bank' });
    const topped = await world.ok('members.top-up', { member, minor: most, bonusMinor: most, pay: 'cash' }, 'manager');
    expect(topped.shift).toMatchObject({ paidInMinor: '1999999999800' });
    expect(Compile(CafeActAnswerShape).Check(topped)).toBe(true);
    expect(Compile(DayReportShape).Check(await world.day('2026-03-02'))).toBe(true);
  });

  test('a count of more than a page can show is refused', async () => {
    const { currency, ...rest } = cafeSettings();
    const note = '999999999999';
    const settings = { ...rest, currency: { ...currency, denominations: [note] } };
    await world.ok('settings', { version: 1, settings }, 'manager');
    const count = [{ minor: note, pieces: 100_000 }];
    const close = { ...(await world.till()), count, reason: 'a slip' };
    expect(await world.refused('shift.close', close)).toBe('AMOUNT_TOO_LARGE');
  });

  // Goal: no difference is made by somebody else's sale. Method: a colleague takes 100 between the count and the close.
  test('a till that moved since it was counted is not closed; nor is the next one in its place', async () => {
    const counted = { ...(await world.till()), count: [{ minor: '1000', pieces: 2 }], reason: 'a coin is gone' };
    await world.ok('codes.sell', { minor: '100', pay: 'cash', days: 1 }, 'manager');
    expect(await world.refused('shift.close', counted)).toBe('STALE_VERSION');
    const again = { ...(await world.till()), count: [...counted.count, { minor: '100', pieces: 1 }] };
    expect((await world.ok('shift.close', again)).shift?.closed?.varianceMinor).toBe('0');
    await world.ok('shift.open', { floatMinor: '2000' });
    expect(await world.refused('shift.close', { ...counted, version: (await world.till()).version })).toBe(
      'STALE_VERSION',
    );
  });

  test("another's shift is closed by a manager only; no second one opens beside it", async () => {
    expect(await world.refused('shift.open', { floatMinor: '1' }, 'manager')).toBe('SHIFT_OPEN');
    const count = [{ minor: '1000', pieces: 2 }];
    await world.ok('staff', { wallet: people.technician, role: 'cashier', reason: 'helps out' }, 'owner');
    const other = {
      cafe: world.id,
      act: 'shift.close',
      body: { key: world.key(), ...(await world.till()), count },
    } as const;
    const actor = { kind: 'staff', wallet: people.technician, role: 'cashier' } as const;
    expect(await runAct(world.cafes, { ...other, actor }, world.nowMs)).toMatchObject({
      error: { code: 'ROLE_TOO_LOW' },
    });
    await world.ok('shift.close', { ...(await world.till()), count }, 'manager');
  });

  test('the report of a day agrees however many shifts came after it', async () => {
    await world.ok('codes.sell', { minor: '70', pay: 'card', days: 1 });
    for (let n = 0; n < 502; n++) {
      await world.ok('shift.close', { ...(await world.till()), count: [{ minor: '1000', pieces: 2 }] });
      world.nowMs += 24 * HOUR;
      await world.ok('shift.open', { floatMinor: '2000' });
    }
    const report = await world.day('2026-03-02');
    expect(report.agrees).toEqual({ ledgerMinor: '70', receiptsMinor: '70', shiftsMinor: '70' });
    expect(report.shifts).toHaveLength(1);
  });

  // Goal: every minute, credit and fault is on one day. Method: a night shift, a customer who outlives it, and the reports of both days
  // beside each other, then and again a week later.
  test('all tables of a report keep to one day, over midnight and over a customer who stays on', async () => {
    world.nowMs = taipei('2026-03-02T23:00');
    await world.onSeat('start', '1', open);
    await world.onSeat('start', '2', open);
    await world.pass(2 * HOUR);
    for (const seat of ['1', '2']) await world.onSeat('credit', seat, { minutes: 10, reason: 'the picture froze' });
    await world.onSeat('stop', '1', { pay: 'card' });
    await world.pass(HOUR);
    const count = [{ minor: '1000', pieces: 2 }];
    await world.ok('shift.close', { ...(await world.till()), count });
    await world.pass(6 * HOUR);
    await world.ok('shift.open', { floatMinor: '0' });
    await world.onSeat('credit', '2', { minutes: 5, reason: 'the picture froze' });
    await world.onSeat('stop', '2', { pay: 'card' });
    const played = (report: Awaited<ReturnType<typeof world.day>>) =>
      report.margins.map(({ seat, playedMs }) => [seat, playedMs / MINUTE]);
    for (const later of [0, 7 * 24 * HOUR]) {
      world.nowMs += later;
      const [night, day] = [await world.day('2026-03-02'), await world.day('2026-03-03')];
      expect([night.toMs, day.fromMs]).toEqual([taipei('2026-03-03T02:00'), taipei('2026-03-03T02:00')]);
      expect([played(night), played(day)]).toEqual([
        [
          ['1', 110],
          ['2', 170],
        ],
        [['2', 355]],
      ]);
      expect([night.credits.map(({ seat }) => seat), day.credits.map(({ seat }) => seat)]).toEqual([['1', '2'], ['2']]);
      expect([night.creditedMs, day.creditedMs]).toEqual([20 * MINUTE, 5 * MINUTE]);
    }
    expect((await world.day('2026-03-04')).margins).toEqual([]);
  });

  // Goal: a day that was closed stays as it was signed. Method: a code plays after the close, before and after midnight, without a
  // till; then another till is opened on the day that follows.
  test('what moves without a till after the close belongs to the next day', async () => {
    const { code } = (await world.ok('codes.sell', { minor: '200', pay: 'cash', days: 9 })).code ?? { code: '' };
    world.nowMs = taipei('2026-03-02T22:00');
    const count = [{ minor: '100', pieces: 22 }];
    await world.ok('shift.close', { ...(await world.till()), count });
    const signed = await world.day('2026-03-02');
    const who = { kind: 'code', code } as const;
    for (const at of ['2026-03-02T22:30', '2026-03-03T00:30', '2026-03-03T10:00']) {
      world.nowMs = taipei(at);
      if (at.endsWith('10:00')) await world.ok('shift.open', { floatMinor: '0' });
      await world.onSeat('start', '1', { who, buy: { kind: 'minutes', minutes: 60 }, pay: 'code', ageBand: '18-up' });
      await world.pass(HOUR);
      await world.onSeat('stop', '1', { pay: 'code' });
    }
    expect(await world.day('2026-03-02')).toMatchObject({
      earnedMinor: '0',
      owedToCustomersMinor: '200',
      byKind: signed.byKind,
    });
    expect(await world.day('2026-03-03')).toMatchObject({ earnedMinor: '95', owedToCustomersMinor: '105' });
    await checkCafeBooks(world, ['2026-03-02', '2026-03-03']);
  });

  test('a night shift belongs to the day it began, and the heat map to the hours that were played', async () => {
    world.nowMs = taipei('2026-03-02T23:30');
    await world.onSeat('start', '1', open);
    await world.pass(HOUR);
    await world.onSeat('stop', '1', { pay: 'cash' });
    const report = await world.day('2026-03-02');
    expect(report.cashMinor).toBe('35');
    expect(report.hours).toEqual([{ date: '2026-03-03', hour: 0, seat: '1', receipts: 1, totalMinor: '35' }]);
    const heat = await reportHeat(world.cafes, await world.now(), {
      ...{ from: '2026-03-02', to: '2026-03-03', nowMs: taipei('2026-03-09T00:00') },
    });
    const row = heat.seats.find(({ seat }) => seat === '1')?.hours;
    expect([row?.[23], row?.[0], row?.[1]]).toEqual([0.25, 0.25, 0]);
  });
});

describe('acts as such', () => {
  test('the same key acts once; the same key for something else is refused', async () => {
    const key = 'the-same-key' as IdempotencyKey;
    const asked = { ...open, seat: '1', version: 1 };
    const first = await world.ok('start', asked, 'cashier', key);
    const again = await world.ok('start', asked, 'cashier', key);
    expect(again).toEqual({ ...first, repeated: true });
    expect(await world.refused('start', { ...asked, seat: '2' }, 'cashier', key)).toBe('IDEMPOTENCY_MISMATCH');
    world.restart();
    expect(await world.ok('start', asked, 'cashier', key)).toMatchObject({ repeated: true });
    expect((await world.now()).things.tab.size).toBe(1);
  });

  test('of twenty cashiers who start one seat at once, one does', async () => {
    const tries = await Promise.all(
      Array.from({ length: 20 }, () => world.act('start', { ...open, seat: '1', version: 1 })),
    );
    expect(tries.filter(({ ok }) => ok)).toHaveLength(1);
    expect(new Set(tries.flatMap((one) => (one.ok ? [] : [one.error.code])))).toEqual(new Set(['STALE_VERSION']));
  });

  test('a stale page, an unknown seat, a wrong role', async () => {
    await world.onSeat('break', '1', { reason: 'no sound' }, 'technician');
    expect(await world.refused('start', { ...open, seat: '1', version: 1 })).toBe('STALE_VERSION');
    expect(await world.refused('start', { ...open, seat: '1', version: 2 })).toBe('SEAT_STATE');
    expect(await world.refused('start', { ...open, seat: '77', version: 1 })).toBe('SEAT_UNKNOWN');
    expect(await world.refused('start', { ...open, seat: '2', version: 1 }, 'technician')).toBe('ROLE_TOO_LOW');
    expect(await world.refused('mend', { seat: '1', version: 2 }, 'auditor')).toBe('ROLE_TOO_LOW');
  });

  // Goal: the audit alone tells what a café is. Method: some acts; each line's before is what the lines before it left behind.
  test('the lines of the audit follow from each other, from the first on, to the café as it is', async () => {
    await world.sitGuest('1', 60);
    await world.ok('members.add', { name: 'Li', group: 'guest', pin: '123456' });
    await world.ok('settings', { version: 1, settings: cafeSettings({ minimumMinor: '20' }) }, 'manager');
    world.nowMs += 2 * HOUR; // Over before the next act, which finds it so.
    await world.onSeat('stop', '1', { pay: 'cash' });
    const told = new Map<string, unknown>();
    for (const { act, before, after } of (await world.store.audit(world.id, 2 ** 40, 99)).toReversed()) {
      if (act === 'settings') {
        // What differs, of the version before and of the new one; what is equal is in neither.
        expect([before, after]).toEqual([
          { 'settings/2': { minimumMinor: '10' } },
          { 'settings/2': { minimumMinor: '20' } },
        ]);
        expect(told.get('settings/1')).toMatchObject(before['settings/2'] ?? {});
        told.set('settings/2', told.get('settings/1'));
        continue;
      }
      const names = new Set([...Object.keys(before), ...Object.keys(after)]);
      expect(
        Object.fromEntries([...names].flatMap((name) => (told.has(name) ? [[name, told.get(name)]] : []))),
      ).toEqual(before);
      for (const name of names) told.delete(name);
      for (const [name, value] of Object.entries(after)) told.set(name, value);
    }
    const kinds = Object.entries((await world.now()).things) as [string, ReadonlyMap<string, unknown>][];
    const here = kinds.flatMap(([kind, things]) => [...things.keys()].map((id) => `${kind}/${id}`));
    expect([...told.keys()].toSorted()).toEqual(here.toSorted());
  });

  test('every done act leaves who, before and after; secrets stay out', async () => {
    const { secret } = await world.ok('api-keys.add', { id: 'pos', role: 'cashier' }, 'owner');
    expect(await world.refused('api-keys.add', { id: 'pos', role: 'technician' }, 'owner')).toBe('ID_TAKEN');
    const hook = { id: 'wall', url: 'https://example.org/', acts: ['*'] };
    await world.ok('webhooks.add', hook, 'owner');
    expect(await world.refused('webhooks.add', hook, 'owner')).toBe('ID_TAKEN');
    await world.ok('members.add', { name: 'Li', group: 'guest', pin: '123456' });
    const lines = await world.store.audit(world.id, 2 ** 40, 99);
    expect(lines[0]).toMatchObject({ act: 'members.add', outcome: 'done', by: { wallet: people.cashier }, before: {} });
    expect(Object.values(lines[0]?.after ?? {})).toMatchObject([{ name: 'Li', pinHash: 'set' }]);
    expect(JSON.stringify(lines)).not.toContain(secret);
    expect(JSON.stringify(lines)).not.toContain('123456');
  });

  test('running tabs keep their prices; new ones take the new', async () => {
    await world.onSeat('start', '1', open);
    const dear = cafeSettings();
    const tariffs = dear.tariffs.map((one) => ({
      ...one,
      rates: one.rates.map((rate) => ({ ...rate, minorPerHour: '100' })),
    }));
    expect(await world.refused('settings', { version: 9, settings: dear }, 'manager')).toBe('STALE_VERSION');
    const terms = { minimumMinor: '99', rounding: { stepMinor: '50', mode: 'up' as const } };
    await world.ok('settings', { version: 1, settings: { ...dear, tariffs, ...terms } }, 'manager');
    const advance = await world.onSeat('extend', '1', { buy: { kind: 'money', minor: '10' }, pay: 'cash' });
    expect(advance.receipts).toMatchObject([{ minimumMinor: '10', rounding: { stepMinor: '5' } }]);
    await world.onSeat('start', '2', open);
    await world.pass(HOUR);
    const old = { totalMinor: '15', minimumMinor: '10', rounding: { stepMinor: '5', mode: 'up' } };
    expect((await world.onSeat('stop', '1', { pay: 'cash' })).receipts).toMatchObject([old]);
    const fresh = { totalMinor: '100', minimumMinor: '99', rounding: { stepMinor: '50', mode: 'up' } };
    expect((await world.onSeat('stop', '2', { pay: 'cash' })).receipts).toMatchObject([fresh]);
    const noVip = { ...dear, zones: dear.zones.slice(0, 1), tariffs: dear.tariffs.slice(0, 2), packages: [] };
    expect(await world.refused('settings', { version: 2, settings: noVip }, 'manager')).toBe('SETTINGS_BAD');
  });

  test('who is dismissed while an act waits for its turn does it no more', async () => {
    const dismissed = { wallet: people.cashier, role: null, reason: 'left with the till' } as const;
    await world.ok('api-keys.add', { id: 'pos', role: 'cashier' }, 'owner');
    const program = { kind: 'api-key', id: 'pos', role: 'cashier' } as const;
    const sale = { minor: '10', pay: 'cash', days: 1 } as const;
    const done = await Promise.all([
      world.act('codes.sell', sale),
      world.act('staff', dismissed, 'owner'),
      world.act('codes.sell', sale),
      world.act('staff', { wallet: people.manager, role: 'technician', reason: 'a new job' }, 'owner'),
      world.act('codes.sell', sale, 'manager'),
      world.act('api-keys.remove', { id: 'pos', reason: 'lost' }, 'owner'),
      runAct(
        world.cafes,
        { ...{ cafe: world.id, act: 'codes.sell', actor: program }, body: { ...sale, key: world.key() } },
        world.nowMs,
      ),
    ]);
    const outcomes = done.map((one) => (one.ok ? 'done' : one.error.code));
    expect(outcomes).toEqual(['done', 'done', 'NOT_FOUND', 'done', 'ROLE_TOO_LOW', 'done', 'NOT_FOUND']);
    const lines = (await world.store.audit(world.id, 2 ** 40, 7)).toReversed();
    expect(lines.map(({ outcome }) => outcome)).toEqual(outcomes);
  });

  // Goal: nobody keeps somebody else from opening a café or in a job. Method: a stranger makes the cashier an owner of fifty-one
  // cafés; the cashier opens one, finds it first in their list, and leaves the others.
  test('who was made to work elsewhere opens a café all the same, and may leave', async () => {
    const { cafes, store } = world;
    const make = (owner: PlayerId, n: number) =>
      createCafe(cafes, { owner, key: `cafe-key-${n}`, settings: cafeSettings() }, world.nowMs);
    for (let n = 0; n < 51; n++) {
      const made = await make(`0x${String(n % 2).repeat(40)}` as PlayerId, n);
      if (!made.ok) throw new Error(made.error.code);
      world.id = made.value;
      const actor = { kind: 'staff', wallet: `0x${String(n % 2).repeat(40)}` as PlayerId, role: 'owner' } as const;
      const body = { key: world.key(), wallet: people.cashier, role: 'owner', reason: 'a trap' } as const;
      expect(await runAct(cafes, { cafe: world.id, act: 'staff', body, actor }, world.nowMs)).toMatchObject({
        ok: true,
      });
    }
    const own = await make(people.cashier, 1);
    expect((await workplaces(cafes, people.cashier))[0]).toMatchObject({ cafe: own.ok && own.value });
    expect(await store.of(people.cashier, 3)).toHaveLength(3);
    expect(await store.paidBy(people.cashier)).toBe(1);
    for (let n = 100; n < 149; n++) expect(await make(people.cashier, n)).toMatchObject({ ok: true });
    expect(await make(people.cashier, 149)).toMatchObject({ error: { code: 'LIMIT_REACHED' } });
  });

  test('everybody may leave, and takes nobody along', async () => {
    const leave = { role: null, reason: 'goes' } as const;
    expect(await world.refused('staff', { ...leave, wallet: people.manager }, 'technician')).toBe('ROLE_TOO_LOW');
    const other = { wallet: people.technician, role: 'owner', reason: 'wishes' } as const;
    expect(await world.refused('staff', other, 'technician')).toBe('ROLE_TOO_LOW');
    await world.ok('staff', { ...leave, wallet: people.technician }, 'technician');
    expect((await world.now()).things.staff.has(people.technician)).toBe(false);
  });

  test('a café that is asked for twice at once is made once, for both', async () => {
    const ask = (name: string) =>
      createCafe(
        world.cafes,
        { owner: people.cashier, key: 'the-same-key', settings: cafeSettings({ name }) },
        world.nowMs,
      );
    const [one, two, other] = await Promise.all([ask('A'), ask('A'), ask('B')]);
    expect(two).toEqual(one);
    expect(one).toMatchObject({ ok: true });
    expect(other).toMatchObject({ error: { code: 'IDEMPOTENCY_MISMATCH' } });
    expect(await world.store.paidBy(people.cashier)).toBe(1);
  });

  test('the last owner stays', async () => {
    expect(await world.refused('staff', { wallet: people.owner, role: null, reason: 'goes' }, 'owner')).toBe(
      'LAST_OWNER',
    );
    await world.ok('staff', { wallet: people.manager, role: 'owner', reason: 'buys the place' }, 'owner');
    await world.ok('staff', { wallet: people.owner, role: null, reason: 'goes' }, 'owner');
  });
});

describe('cloud spend', () => {
  test('below half an hour nothing new is started; what runs goes on', async () => {
    await world.sitGuest('1', 60);
    const rate = 50n * 10n ** 18n;
    world.cloud = { balanceWei: rate / 4n, spentTodayWei: 0n, burnWeiPerHour: rate, nodes: 1, nextWeiPerHour: 0n };
    expect(await world.refused('start', { ...open, seat: '2', version: 1 })).toBe('RUNWAY_TOO_SHORT');
    await world.onSeat('extend', '1', { buy: { kind: 'minutes', minutes: 60 }, pay: 'cash' });
    world.cloud = { ...world.cloud, balanceWei: rate };
    await world.onSeat('start', '2', open);
  });

  // Goal: what was played counts for the shift and for its seat, and for no other. Method: a session that runs, one that ended,
  // a shift and a day that follow.
  test('caps of a shift and of a seat bind', async () => {
    const rate = 50n * 10n ** 18n;
    const caps = { seatWei: (2n * rate).toString(), shiftWei: (3n * rate).toString() };
    await world.ok('settings', { version: 1, settings: cafeSettings({ caps }) }, 'manager');
    world.cloud = { ...world.cloud, balanceWei: 100n * rate, nextWeiPerHour: rate };
    const capOf = async (seat: string) => {
      const done = await world.act('start', { ...open, seat, version: await world.version(seat) });
      return done.ok ? 'done' : (done.error.facts?.cap ?? done.error.code);
    };
    const played = (seat: string, wei: bigint) =>
      doInTurn(world.cafes, {
        ...{ cafe: world.id, act: 'played', key: `hub:played_${seat}_${wei}`, request: '', nowMs: world.nowMs },
        actor: { kind: 'hub' },
        run: (draft) => ok(notePlayed(draft, seat, wei)),
      });
    await played('2', rate + 1n); // One more hour is above two hours.
    expect(await capOf('2')).toBe('seatWei');
    expect(await capOf('3')).toBe('done');
    const play = { costWei: rate.toString() } as SeatPlay; // On seat 3, so far.
    world.lives.set('3', { online: true, seenAtMs: undefined, play });
    expect(await capOf('4')).toBe('shiftWei');
    world.lives.set('3', { online: true, seenAtMs: undefined, play: { ...play, costWei: (rate - 1n).toString() } });
    expect(await capOf('4')).toBe('done');
    // The next shift begins at nothing; the seat is free again on the next day.
    world.lives.clear();
    for (const seat of ['3', '4']) await world.onSeat('stop', seat, { pay: 'cash' });
    const close = async () => ({ ...(await world.till()), count: [{ minor: '5', pieces: 404 }], reason: 'counted' });
    await world.ok('shift.close', await close());
    await world.ok('shift.open', { floatMinor: '2000' });
    expect(await capOf('2')).toBe('seatWei');
    await played('5', rate);
    expect(await capOf('6')).toBe('done');
    await world.onSeat('stop', '6', { pay: 'cash' });
    await world.ok('shift.close', await close());
    await world.pass(24 * HOUR);
    await world.ok('shift.open', { floatMinor: '2000' });
    expect(await capOf('2')).toBe('done');
  });

  test('the cap of a day is of this café and its business day: its owner may spend elsewhere', async () => {
    const rate = 50n * 10n ** 18n;
    await world.ok(
      'settings',
      { version: 1, settings: cafeSettings({ caps: { dayWei: (2n * rate).toString() } }) },
      'manager',
    );
    world.cloud = { ...world.cloud, balanceWei: 100n * rate, spentTodayWei: 90n * rate, nextWeiPerHour: rate };
    const played = async (seat: string, wei: bigint) =>
      doInTurn(world.cafes, {
        ...{ cafe: world.id, act: 'played', key: world.key(), request: '', nowMs: world.nowMs, actor: { kind: 'hub' } },
        run: (draft) => ok(notePlayed(draft, seat, wei)),
      });
    const start = async (seat: string) => world.act('start', { ...open, seat, version: await world.version(seat) });
    expect((await start('1')).ok).toBe(true);
    await played('2', rate);
    expect((await start('2')).ok).toBe(true);
    world.nowMs = taipei('2026-03-03T00:30'); // The night shift is still yesterday's.
    await played('3', 1n);
    expect(await start('4')).toMatchObject({ error: { code: 'SPENDING_CAP', facts: { cap: 'dayWei' } } });
    await world.ok('shift.close', { ...(await world.till()), count: [{ minor: '1000', pieces: 2 }] });
    expect((await start('4')).ok).toBe(true);
  });

  test('a cap refuses by its name', async () => {
    await world.ok('settings', { version: 1, settings: cafeSettings({ caps: { nodesMax: 1 } }) }, 'manager');
    world.cloud = { ...world.cloud, nodes: 1 };
    const done = await world.act('start', { ...open, seat: '2', version: 1 });
    expect(done).toMatchObject({ error: { code: 'SPENDING_CAP', facts: { cap: 'nodesMax' } } });
  });
});
