// test/unit/app/cafe/day.test.ts - a cashier's day, act by act: what is taken, given back, counted; and what is refused.
import { beforeEach, describe, expect, test } from 'vitest';
import { nodeBack, nodeLost } from '../../../../src/app/cafe/acts/hub-acts.ts';
import { notePlayed } from '../../../../src/app/cafe/cloud-cost.ts';
import { reportDay, reportHeat } from '../../../../src/app/cafe/report-day.ts';
import { doInTurn } from '../../../../src/app/cafe/run-act.ts';
import type { IdempotencyKey } from '../../../../src/base/ids.ts';
import { ok } from '../../../../src/base/result.ts';
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
          return act === 'node-lost' ? nodeLost(draft, seat.value, world.nowMs) : nodeBack(draft, seat.value);
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
    const report = await reportDay(world.cafes, await world.now(), '2026-03-02');
    expect(report).toMatchObject({ creditedMs: 12 * MINUTE, nodeFaults: 1 });
  });

  test('credit for a fault makes minutes free, within its cap', async () => {
    await world.onSeat('start', '1', open);
    await world.pass(HOUR);
    await world.onSeat('credit', '1', { minutes: 30, reason: 'the picture froze' });
    const at = { seat: '1', version: await world.version('1') };
    expect(await world.refused('credit', { ...at, minutes: 31, reason: 'again' })).toBe('CREDIT_TOO_LARGE');
    const stopped = await world.onSeat('stop', '1', { pay: 'cash' });
    expect(stopped.receipts[0]).toMatchObject({
      totalMinor: '15',
      lines: [{ what: 'open-play', ms: 30 * MINUTE }, { what: 'rounding' }],
    });
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
    const report = await reportDay(world.cafes, await world.now(), '2026-03-02');
    expect(report).toMatchObject({ earnedMinor: '0', cashMinor: '0', owedToCustomersMinor: '0' });
    await checkCafeBooks(world, ['2026-03-02']);
  });
});

describe('the till', () => {
  test('a drawer that is 5 short wants a reason, and the day report says so', async () => {
    await world.sitGuest('1', 60);
    await world.ok('shift.paid-in', { minor: '500', reason: 'change from the bank' });
    await world.ok('shift.paid-out', { minor: '120', reason: 'light bulbs' });
    const count = [
      { minor: '1000', pieces: 2 },
      { minor: '100', pieces: 4 },
    ]; // 2,400 of 2,405.
    expect(await world.refused('shift.close', { version: 1, count })).toBe('VARIANCE_UNEXPLAINED');
    expect(await world.refused('shift.close', { version: 1, count: [{ minor: '7', pieces: 1 }] })).toBe('SETTINGS_BAD');
    const closed = await world.ok('shift.close', {
      version: 1,
      count,
      reason: 'a coin is gone',
      note: 'seat 4 squeaks',
    });
    expect(closed.shift).toMatchObject({
      expectedMinor: '2405',
      closed: { countedMinor: '2400', varianceMinor: '-5', by: people.cashier },
    });
    expect(await world.refused('shift.close', { version: 1, count, reason: 'again' })).toBe('SHIFT_REQUIRED');
    const seat = { seat: '2', version: 1, who: guest, ageBand: '18-up' };
    expect(await world.refused('start', { ...seat, buy: { kind: 'minutes', minutes: 60 }, pay: 'cash' })).toBe(
      'SHIFT_REQUIRED',
    );
    const report = await reportDay(world.cafes, await world.now(), '2026-03-02');
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

  test("another's shift is closed by a manager only; no second one opens beside it", async () => {
    expect(await world.refused('shift.open', { floatMinor: '1' }, 'manager')).toBe('SHIFT_OPEN');
    const count = [{ minor: '1000', pieces: 2 }];
    await world.ok('staff', { wallet: people.technician, role: 'cashier', reason: 'helps out' }, 'owner');
    const other = { cafe: world.id, act: 'shift.close', body: { key: world.key(), version: 1, count } } as const;
    const { runAct } = await import('../../../../src/app/cafe/run-act.ts');
    const actor = { kind: 'staff', wallet: people.technician, role: 'cashier' } as const;
    expect(await runAct(world.cafes, { ...other, actor }, world.nowMs)).toMatchObject({
      error: { code: 'ROLE_TOO_LOW' },
    });
    await world.ok('shift.close', { version: 1, count }, 'manager');
  });

  test('a night shift belongs to the day it began, and the heat map to the hours that were played', async () => {
    world.nowMs = taipei('2026-03-02T23:30');
    await world.onSeat('start', '1', open);
    await world.pass(HOUR);
    await world.onSeat('stop', '1', { pay: 'cash' });
    const report = await reportDay(world.cafes, await world.now(), '2026-03-02');
    expect(report.cashMinor).toBe('35');
    const heat = await reportHeat(world.cafes, await world.now(), '2026-03-02', '2026-03-03');
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

  test('every done act leaves who, before and after; secrets stay out', async () => {
    const { secret } = await world.ok('api-keys.add', { id: 'pos', role: 'cashier' }, 'owner');
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
    await world.ok('settings', { version: 1, settings: { ...dear, tariffs } }, 'manager');
    await world.onSeat('start', '2', open);
    await world.pass(HOUR);
    expect((await world.onSeat('stop', '1', { pay: 'cash' })).receipts[0]?.totalMinor).toBe('25');
    expect((await world.onSeat('stop', '2', { pay: 'cash' })).receipts[0]?.totalMinor).toBe('100');
    const noVip = { ...dear, zones: dear.zones.slice(0, 1), tariffs: dear.tariffs.slice(0, 2), packages: [] };
    expect(await world.refused('settings', { version: 2, settings: noVip }, 'manager')).toBe('SETTINGS_BAD');
  });

  test('the last owner stays', async () => {
    expect(await world.refused('staff', { wallet: people.owner, role: null, reason: 'goes' }, 'owner')).toBe(
      'FORBIDDEN',
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
    const close = { version: 1, count: [{ minor: '5', pieces: 404 }], reason: 'counted' };
    await world.ok('shift.close', close);
    await world.ok('shift.open', { floatMinor: '2000' });
    expect(await capOf('2')).toBe('seatWei');
    await played('5', rate);
    expect(await capOf('6')).toBe('done');
    await world.onSeat('stop', '6', { pay: 'cash' });
    await world.ok('shift.close', close);
    await world.pass(24 * HOUR);
    await world.ok('shift.open', { floatMinor: '2000' });
    expect(await capOf('2')).toBe('done');
  });

  test('a cap refuses by its name', async () => {
    await world.ok('settings', { version: 1, settings: cafeSettings({ caps: { nodesMax: 1 } }) }, 'manager');
    world.cloud = { ...world.cloud, nodes: 1 };
    const done = await world.act('start', { ...open, seat: '2', version: 1 });
    expect(done).toMatchObject({ error: { code: 'SPENDING_CAP', facts: { cap: 'nodesMax' } } });
  });
});
