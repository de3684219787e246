// test/unit/app/cafe/end-at.test.ts - closing time: play on many seats ends at one moment, and nobody pays beyond it.
import { expect, test } from 'vitest';
import { CafeWorld, checkCafeBooks, seatOf } from '../../../support/cafe/world.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

async function hall() {
  const world = await new CafeWorld().build();
  await world.ok('shift.open', { floatMinor: '2000' });
  await world.sitGuest('1', 60);
  await world.sitGuest('2', 180);
  return world;
}
const seat = async (world: CafeWorld, number: string) => (await world.now()).things.seat.get(number);

test('who plays is ended then, whatever was paid for; what is not played goes back; a free seat is left alone', async () => {
  const world = await hall();
  const atMs = world.nowMs + 90 * MINUTE;
  const { seats } = await world.ok('end-at', { atMs });
  expect(seats.map(({ seat: number, tab }) => [number, tab?.endsAtMs, tab?.endsBy])).toEqual([
    ['1', world.nowMs + HOUR, 'money'],
    ['2', atMs, 'desk'],
  ]);
  await world.pass(2 * HOUR);
  expect(await seat(world, '2')).toMatchObject({ state: 'ending', reason: 'desk', sinceMs: atMs });
  const { receipts } = await world.onSeat('stop', '2', { pay: 'cash' });
  expect(receipts.reduce((sum, { totalMinor }) => sum + Number(totalMinor), 0)).toBeLessThan(0);
  await checkCafeBooks(world, ['2026-03-02']);
});

test('it is taken back for all, or for one customer by selling more time', async () => {
  const world = await hall();
  const atMs = world.nowMs + 30 * MINUTE;
  await world.ok('end-at', { atMs });
  await world.ok('end-at', { seats: ['1'], atMs: null });
  expect([(await seat(world, '1'))?.untilMs, (await seat(world, '2'))?.untilMs]).toEqual([world.nowMs + HOUR, atMs]);
  await world.onSeat('extend', '2', { buy: { kind: 'minutes', minutes: 60 }, pay: 'cash' });
  expect((await seat(world, '2'))?.untilMs).toBe(world.nowMs + 4 * HOUR);
});

test('a pause does not carry past it; past times, far times and free seats are refused', async () => {
  const world = await hall();
  await world.ok('end-at', { seats: ['2'], atMs: world.nowMs + 30 * MINUTE });
  await world.onSeat('pause', '2', { reason: 'police check' });
  await world.pass(HOUR);
  const resumed = seatOf(await world.onSeat('resume', '2', {}));
  expect(resumed.tab?.endsBy).toBe('desk');
  await world.pass(1_000);
  expect((await seat(world, '2'))?.state).toBe('ending');
  for (const bad of [world.nowMs, world.nowMs + 25 * HOUR]) {
    expect(await world.refused('end-at', { atMs: bad })).toBe('CLOCK_OUT_OF_RANGE');
  }
  expect(await world.refused('end-at', { seats: ['3'], atMs: world.nowMs + HOUR })).toBe('SEAT_STATE');
  expect(await world.refused('end-at', { atMs: world.nowMs + HOUR }, 'auditor')).toBe('ROLE_TOO_LOW');
});
