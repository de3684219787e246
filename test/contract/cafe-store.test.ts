// test/contract/cafe-store.test.ts - cafés in Postgres and in memory keep the same: one week at the desk in both, then a hub that
// starts anew; and what the database refuses to anybody.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CafeStore } from '../../src/app/cafe/ports.ts';
import { reportDay } from '../../src/app/cafe/report-day.ts';
import { seededRandom } from '../../src/base/random.ts';
import { memoryCafes } from '../../src/storage/cafe-store-memory.ts';
import { pgCafes } from '../../src/storage/cafe-store-pg.ts';
import type { Database } from '../../src/storage/database.ts';
import { CafeWorld, checkCafeBooks } from '../support/cafe/world.ts';
import { type TestServer, testServer } from '../support/postgres.ts';

const MINUTE = 60_000;
const DAYS = process.env.NEARCADE_LONG === '1' ? 30 : 2;
const ACTS = process.env.NEARCADE_LONG === '1' ? 150 : 40;
let server: TestServer;
const opened: Database[] = [];
beforeAll(async () => {
  server = await testServer();
});
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});
afterAll(() => server.stop());

async function fresh(): Promise<Database> {
  const database = await server.fresh();
  opened.push(database);
  return database;
}

/** A desk that does what comes to mind: starts, stops, moves, pauses, voids, sells, closes short. Returns the business days. */
async function chaos(world: CafeWorld, seed: number): Promise<readonly string[]> {
  const random = seededRandom(seed);
  const dates = new Set<string>();
  const one = <T>(list: readonly T[]): T | undefined => list[random.below(Math.max(1, list.length))];
  for (let day = 0; day < DAYS; day++) {
    await world.ok('shift.open', { floatMinor: String(random.below(3_000)) });
    for (let step = 0; step < ACTS; step++) {
      await world.pass(random.below(40) * MINUTE);
      const { things } = await world.now();
      const seat = one([...things.seat.values()]);
      const other = one([...things.seat.values()]);
      const member = one([...things.member.values()]);
      const code = one([...things.code.values()]);
      const paid = one([...things.paid.values()]);
      if (seat === undefined || other === undefined) throw new Error('seats');
      const at = { seat: seat.seat, version: seat.version };
      const who = one([
        { kind: 'guest' as const },
        ...(member === undefined ? [] : [{ kind: 'member' as const, member: member.member }]),
        ...(code === undefined ? [] : [{ kind: 'code' as const, code: code.code }]),
      ]) ?? { kind: 'guest' as const };
      const buy = one([
        { kind: 'open' as const },
        { kind: 'minutes' as const, minutes: 1 + random.below(200) },
        { kind: 'money' as const, minor: String(5 + random.below(200)) },
        { kind: 'package' as const, package: one(['three-hours', 'overnight', 'lunch']) ?? 'lunch' },
      ]) ?? { kind: 'open' as const };
      const pay = one(['cash', 'card', 'wallet', 'code', 'later'] as const) ?? 'cash';
      const money = { minor: String(1 + random.below(300)), pay: one(['cash', 'card'] as const) ?? 'cash' };
      const reason = 'it had to be';
      const receipt = paid?.receipt ?? 1;
      const wish = { ...at, who, buy, pay, ageBand: '18-up' };
      const acts = [
        () => world.act('start', wish),
        () => world.act('start', { ...wish, who: { kind: 'guest' }, pay: 'cash' }),
        () => world.act('start', { ...wish, who: { kind: 'guest' }, buy: { kind: 'open' }, pay: 'later' }),
        () => world.act('extend', { ...at, buy, pay }),
        () => world.act('stop', { ...at, pay: one(['cash', 'card', 'wallet', 'code'] as const) ?? 'cash' }),
        () => world.act('pause', { ...at, reason }),
        () => world.act('resume', at),
        () => world.act('move', { ...at, to: other.seat, toVersion: other.version }),
        () => world.act('swap', { ...at, with: other.seat, withVersion: other.version }),
        () => world.act('credit', { ...at, minutes: 1 + random.below(20), reason }),
        () => world.act('members.add', { name: 'M', group: one(['guest', 'gold']) ?? 'guest', ageBand: '18-up' }),
        () =>
          world.act(
            'members.top-up',
            { member: member?.member ?? ('m_0' as never), bonusMinor: '7', ...money },
            'manager',
          ),
        () => world.act('codes.sell', { ...money, days: 3 }),
        () => world.act('void', { receipt, reason }),
        () => world.act('refund', { receipt, minor: String(1 + random.below(60)), reason }, 'manager'),
        () => world.act('shift.paid-in', { minor: money.minor, reason }),
        () => world.act('shift.paid-out', { minor: money.minor, reason }),
      ];
      await one(acts)?.();
    }
    const shift = [...(await world.now()).things.shift.values()][0];
    if (shift === undefined) throw new Error('a shift');
    dates.add(shift.date);
    const pieces = random.below(5_000);
    await world.ok('shift.close', { version: 1, count: [{ minor: '1', pieces }], reason: 'counted by hand' });
    await world.pass(8 * 60 * MINUTE);
    // What ran on over the night is settled when the next shift is open.
  }
  return [...dates];
}

describe.each([
  ['memory', async () => memoryCafes()],
  ['Postgres', async () => pgCafes(await fresh())],
] as const)('%s', (_, make) => {
  let store: CafeStore;
  beforeEach(async () => {
    store = await make();
  });

  // Goal: whatever a desk does, ledger, purses, drawers, receipts and tabs agree, and a hub that starts anew has the same
  // café. Method: random acts, most of them refused, over some days; then compare, load again, compare again.
  test.each([1, 2])('the books agree whatever the desk does (seed %i)', async (seed) => {
    const world = await new CafeWorld(store, seed).build();
    const dates = await chaos(world, seed);
    await checkCafeBooks(world, dates);
    const before = await world.now();
    expect(before.things.tab.size + before.nextReceipt).toBeGreaterThan(5);
    world.restart();
    expect(JSON.parse(JSON.stringify(await world.now(), text))).toEqual(JSON.parse(JSON.stringify(before, text)));
    for (const date of dates) {
      const { agrees } = await reportDay(world.cafes, await world.now(), date);
      expect(new Set(Object.values(agrees)).size, date).toBe(1);
    }
  });

  test('two hubs on one store: the second looks again, nothing is lost or doubled', async () => {
    const [one, two] = [await new CafeWorld(store, 7).build(), new CafeWorld(store, 8)];
    two.id = one.id;
    await one.ok('shift.open', { floatMinor: '100' });
    const seen = await two.now();
    await one.sitGuest('1', 60);
    expect(await two.now()).toBe(seen); // It has not heard of it, and builds on what it saw.
    await two.sitGuest('2', 60);
    const cafe = await store.load(one.id);
    expect([...(cafe?.things.tab.values() ?? [])].map(({ stints }) => stints[0]?.seat).toSorted()).toEqual(['1', '2']);
    expect((await store.receipts(one.id, 99, 99)).map(({ number }) => number)).toEqual([2, 1]);
  });
});

const text = (_name: string, value: unknown): unknown =>
  typeof value === 'bigint'
    ? `${value}n`
    : value instanceof Map
      ? [...value].toSorted(([a], [b]) => (a < b ? -1 : 1))
      : value;

test('the database changes, deletes and empties nothing that happened', async () => {
  const database = await fresh();
  const world = await new CafeWorld(pgCafes(database)).build();
  await world.ok('shift.open', { floatMinor: '100' });
  await world.sitGuest('1', 60);
  for (const table of ['cafe_act', 'cafe_entry', 'cafe_receipt', 'cafe_audit']) {
    for (const sql of [`update ${table} set cafe = cafe`, `delete from ${table}`, `truncate ${table}`]) {
      await expect(database.query(sql), sql).rejects.toThrow(/append-only|permission denied/);
    }
  }
  await expect(database.query(`update cafe_entry set minor = 1`)).rejects.toThrow();
});
