// test/unit/web/pages/rule-end.test.ts - what is sold before an age rule begins is what is played; a package is told of, not cut.
import { expect, test } from 'vitest';
import { extendsFromMs, fitted } from '../../../../clients/web/src/pages/cafe/rule-end.ts';
import { taipei } from '../../../support/cafe/settings.ts';
import { CafeWorld, seatOf } from '../../../support/cafe/world.ts';

const MINUTE = 60_000;
const minutes = (count: number) => ({ kind: 'minutes', minutes: count }) as const;
const pack = { kind: 'package', package: 'three-hours' } as const;
const ruleMs = 1_000 * MINUTE;
const inMs = (ms: number) => ({ ruleMs, fromMs: ruleMs - ms });

test('minutes are cut to whole ones before the rule; less than one is nothing', () => {
  expect(fitted(minutes(60), inMs(60 * MINUTE))).toEqual({ buy: minutes(60) });
  expect(fitted(minutes(60), inMs(60 * MINUTE - 1))).toEqual({ buy: minutes(59), cut: 'minutes' });
  expect(fitted(minutes(60), inMs(MINUTE))).toEqual({ buy: minutes(1), cut: 'minutes' });
  for (const ms of [MINUTE - 1, 0, -5 * MINUTE]) expect(fitted(minutes(60), inMs(ms)).cut, String(ms)).toBe('nothing');
  expect(fitted(minutes(60), { ruleMs, fromMs: undefined })).toEqual({ buy: minutes(60) });
});

test('a package that outlasts the rule is told of; open play is settled by what was played', () => {
  expect(fitted(pack, { ...inMs(60 * MINUTE), endMs: ruleMs })).toEqual({ buy: pack });
  expect(fitted(pack, { ...inMs(60 * MINUTE), endMs: ruleMs + 1 })).toEqual({ buy: pack, cut: 'whole' });
  expect(fitted(pack, inMs(0))).toEqual({ buy: pack, cut: 'nothing' });
  expect(fitted({ kind: 'open' }, inMs(0))).toEqual({ buy: { kind: 'open' } });
});

// Goal: no change is due at 22:00. Method: a pupil starts at 20:47 and buys two hours twice; the hub books what the page sends.
test('a pupil is sold the minutes until the rule, at once or in two parts, and then no more', async () => {
  const world = await new CafeWorld().build();
  world.nowMs = taipei('2026-03-02T20:47') + 13_000;
  await world.ok('shift.open', { floatMinor: '100' });
  const rule = taipei('2026-03-02T22:00');
  const sell = (seat: Parameters<typeof extendsFromMs>[0], count: number) =>
    fitted(minutes(count), { ruleMs: rule, fromMs: extendsFromMs(seat, world.nowMs) });
  const first = fitted(minutes(30), { ruleMs: rule, fromMs: world.nowMs });
  const begun = await world.sitGuest('1', 30, { buy: first.buy, ageBand: '15-to-17' });
  const second = sell(seatOf(begun), 120);
  expect(second.cut).toBe('minutes');
  const more = await world.onSeat('extend', '1', { buy: second.buy, pay: 'cash' });
  expect(sell(seatOf(more), 60).cut).toBe('nothing');
  await world.pass(rule - world.nowMs);
  const { receipts } = await world.onSeat('stop', '1', { pay: 'cash' });
  expect(receipts).toMatchObject([{ totalMinor: '0' }]);
});

test('a time that is up goes on from now; an end that the desk set says nothing of what is paid', async () => {
  const world = await new CafeWorld().build();
  await world.ok('shift.open', { floatMinor: '100' });
  const seat = seatOf(await world.sitGuest('1', 60));
  expect(extendsFromMs(seat, world.nowMs)).toBe(world.nowMs + 60 * MINUTE);
  const ended = await world.ok('end-at', { seats: ['1'], atMs: world.nowMs + MINUTE });
  expect(extendsFromMs(seatOf(ended), world.nowMs)).toBeUndefined();
  await world.pass(2 * MINUTE);
  const up = seatOf(await world.ok('message', { seats: ['1'], text: 'x' }));
  expect([up.state, extendsFromMs(up, world.nowMs)]).toEqual(['ending', world.nowMs]);
  const paused = seatOf(await world.sitGuest('2', 60));
  const stands = await world.onSeat('pause', paused.seat, { reason: 'a call' });
  expect(extendsFromMs(seatOf(stands), world.nowMs)).toBeUndefined();
});
