// test/contract/cafe-store.test.ts - cafés in Postgres and in memory keep the same: one week at the desk in both, then a hub that
// starts anew; and what the database refuses to anybody.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCafe } from '../../src/app/cafe/create-cafe.ts';
import type { ReceiptWish } from '../../src/app/cafe/find-receipts.ts';
import type { CafeStore } from '../../src/app/cafe/ports.ts';
import type { CafeId } from '../../src/base/ids.ts';
import { seededRandom } from '../../src/base/random.ts';
import { memoryCafes } from '../../src/storage/cafe-store-memory.ts';
import { pgCafes } from '../../src/storage/cafe-store-pg.ts';
import type { Database } from '../../src/storage/database.ts';
import { cafeSettings } from '../support/cafe/settings.ts';
import { CafeWorld, checkCafeBooks, people } from '../support/cafe/world.ts';
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
      const batch = one([...things.batch.values()]);
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
        () => world.act('codes.sell', { package: 'three-hours', pay: money.pay, days: 3 }),
        () => world.act('codes.batch', { name: 'B', count: 1 + random.below(4), package: 'lunch', days: 3 }, 'manager'),
        () => world.act('codes.activate', { code: code?.code ?? '00000000', pay: money.pay }),
        () => world.act('codes.withdraw', { batch: batch?.batch ?? 'k_0', reason }, 'manager'),
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
    await world.ok('shift.close', {
      ...(await world.till()),
      count: [{ minor: '1', pieces }],
      reason: 'counted by hand',
    });
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
      const { agrees } = await world.day(date);
      expect(new Set(Object.values(agrees)).size, date).toBe(1);
    }
  });

  // Goal: whoever comes with a receipt is found by whatever they know of it, and what was given back since stands beside it.
  test('receipts are found by number, seat, member, amount and who took them; a refund of another day lies beside', async () => {
    const world = await new CafeWorld(store, 3).build();
    await world.ok('staff', { wallet: people.manager, role: 'manager', name: 'Ah-Mei', reason: 'her name' }, 'owner');
    await world.ok('shift.open', { floatMinor: '100' });
    const { member } = await world.ok('members.add', { name: 'Lin Mei-hua', group: 'gold', ageBand: '18-up' });
    const id = member?.member as never;
    await world.ok('members.top-up', { member: id, minor: '300', pay: 'card' }, 'manager'); // 1
    await world.sitGuest('7', 60); // 2: 25
    await world.sitGuest('V1', 60, { pay: 'card' }); // 3: 50
    await world.sitGuest('8', 60, { who: { kind: 'member', member: id }, pay: 'wallet' }); // 4: 20, none over the counter
    await world.pass(60 * MINUTE);
    await world.onSeat('stop', '7', { pay: 'cash' }); // 5: 0
    await world.ok('shift.close', { ...(await world.till()), count: [{ minor: '1', pieces: 125 }] });
    await world.pass(18 * 60 * MINUTE); // Tuesday, 07:00.
    await world.ok('shift.open', { floatMinor: '100' });
    await world.ok('refund', { receipt: 2, minor: '5', reason: 'too loud' }, 'manager'); // 6
    const find = async (wish: ReceiptWish) => {
      const { receipts, after, more } = await world.receipts(wish);
      return [receipts.map(({ number }) => number), after.map(({ number }) => number), more];
    };
    expect(await find({})).toEqual([[6, 5, 4, 3, 2, 1], [], false]);
    expect(await find({ before: 3 })).toEqual([[2, 1], [6], false]);
    expect(await find({ date: '2026-03-02' })).toEqual([[5, 4, 3, 2, 1], [6], false]);
    expect(await find({ date: '2026-03-03' })).toEqual([[6], [], false]);
    expect(await find({ number: 2 })).toEqual([[2], [6], false]);
    expect(await find({ number: 99 })).toEqual([[], [], false]);
    expect(await find({ seat: 'v1' })).toEqual([[3], [], false]);
    expect(await find({ seat: '7', date: '2026-03-02' })).toEqual([[5, 2], [6], false]);
    expect(await find({ member: 'mei-H' })).toEqual([[4, 1], [], false]);
    expect(await find({ member: '1' })).toEqual([[4, 1], [], false]);
    expect(await find({ member: 'nobody' })).toEqual([[], [], false]);
    expect(await find({ minor: '5' })).toEqual([[6], [], false]); // Given back.
    expect(await find({ minor: '20' })).toEqual([[4], [], false]); // From a wallet.
    expect(await find({ minor: '50', cashier: people.cashier })).toEqual([[3], [], false]);
    expect(await find({ cashier: 'mei' })).toEqual([[6, 1], [], false]);
    expect(await find({ cashier: people.cashier.toUpperCase().replace('0X', '0x') })).toEqual([
      [5, 4, 3, 2],
      [6],
      false,
    ]);
    const { members } = await world.receipts({ number: 4 });
    expect(members).toEqual([{ member: id, number: 1, name: 'Lin Mei-hua' }]);
  });

  // Goal: whoever moved is found where they are, and where they were; not where others are. Method: one moves while playing, one in
  // a pause, one twice; receipts of before the move are found at each seat that came after, those of after it not at the old one.
  test('a sitting takes its receipts along to the seat that it moves to', async () => {
    const world = await new CafeWorld(store, 5).build();
    await world.ok('shift.open', { floatMinor: '100' });
    const move = async (seat: string, to: string) => {
      world.nowMs += MINUTE;
      await world.onSeat('move', seat, { to, toVersion: await world.version(to) });
    };
    const at = async (seat: string) =>
      (await world.receipts({ seat, payments: true })).receipts.map(({ number }) => number);
    await world.sitGuest('1', 60); // 1
    await move('1', 'V1');
    expect([await at('1'), await at('v1'), await at('2')]).toEqual([[1], [1], []]);
    await world.onSeat('extend', 'V1', { buy: { kind: 'minutes', minutes: 60 }, pay: 'cash' }); // 2
    await move('V1', '3');
    expect([await at('1'), await at('V1'), await at('3')]).toEqual([[1], [2, 1], [2, 1]]);
    await world.sitGuest('1', 60); // 3, somebody else
    await world.onSeat('pause', '1', { reason: 'phone call' });
    await move('1', '4');
    expect([await at('1'), await at('4')]).toEqual([[3, 1], [3]]);
    await world.onSeat('stop', '3', { pay: 'cash' }); // 4 gives back.
    expect(await at('3')).toEqual([2, 1]);
    const numbers = (await world.receipts({ seat: '3' })).receipts.map(({ number }) => number);
    expect(numbers).toEqual([4, 2, 1]);
    expect((await world.receipts({ seat: '3', payments: true, number: 3 })).receipts).toEqual([]);
  });

  test('cafés of a wallet: first those it pays for, and these alone count as its own', async () => {
    const [one, two] = [await new CafeWorld(store, 3).build(), await new CafeWorld(store, 4).build()];
    await one.ok('staff', { wallet: people.cashier, role: 'owner', reason: 'a trap' }, 'owner');
    const made = await createCafe(
      two.cafes,
      { owner: people.cashier, key: 'key-of-its-own', settings: cafeSettings() },
      two.nowMs + 1,
    );
    const [first, ...others] = await store.of(people.cashier, 2);
    expect([first, others.length]).toEqual([made.ok && made.value, 1]);
    expect([await store.paidBy(people.cashier), await store.paidBy(people.owner)]).toEqual([1, 2]);
    const both = await Promise.all(
      [5, 5].map((key) =>
        createCafe(two.cafes, { owner: people.cashier, key: `twice-${key}`, settings: cafeSettings() }, two.nowMs),
      ),
    );
    expect(both[1]).toEqual(both[0]);
    expect(both[0]).toMatchObject({ ok: true });
  });

  // Goal: no answer of the audit is larger than memory minds, and nothing of it is lost. Method: acts that change half a megabyte
  // each, read page by page; small ones come a hundred at a time.
  test('the audit is read in pages of lines and of bytes', async () => {
    const world = await new CafeWorld(store).build();
    const seqs = async (most = 100): Promise<number[][]> => {
      const pages: number[][] = [];
      for (let before = 2 ** 40; ; ) {
        const lines = await store.audit(world.id, before, most);
        if (lines.length === 0) return pages;
        pages.push(lines.map(({ seq }) => seq));
        before = lines.at(-1)?.seq ?? 0;
      }
    };
    const small = (await seqs()).flat();
    expect(await seqs()).toHaveLength(1);
    const line = { atMs: 1, by: { kind: 'hub' }, act: 'settings', outcome: 'done', before: {} } as const;
    for (let n = 0; n < 20; n++) {
      // Of random letters: the database keeps what repeats in a hundredth of its bytes.
      const random = seededRandom(n);
      const text = Array.from({ length: 16_384 }, () => random.below(2 ** 30).toString(36)).join('');
      await store.note(world.id, { ...line, after: { text: text.repeat(5) } });
    }
    const pages = await seqs();
    expect(pages.slice(0, 4).map(({ length }) => length)).toEqual([5, 5, 5, 5]);
    expect(pages.flat().slice(20)).toEqual(small);
    expect(new Set(pages.flat()).size).toBe(pages.flat().length);
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

test('what was played is counted by game and tab, of this café and day alone', async () => {
  const database = await fresh();
  const store = pgCafes(database);
  await database.query(`insert into consent (id, payer, nonce, max_amount) values ('c', 'p', 1, 100)`);
  const played = async (n: number, place: string | null, game: string, endedAtMs: number | null, cost: bigint) => {
    const facts = { game, ...(place === null ? {} : { place }) };
    const receipt = endedAtMs === null ? null : '{}';
    await database.query(
      `insert into session (id, player, node, operator, open_key, consent_id, open_nonce, locked, started_at_ms, facts,
         resume_token_hash, receipt, ended_at_ms, cost, billed_ms)
       values ($1, 'p', 'n', 'o', $1, 'c', $2, 0, 0, $3, 'h', $4, $5, $6, 60000)`,
      [`s_${n}`, n, JSON.stringify(facts), receipt, endedAtMs, cost],
    );
  };
  await played(1, 'f_1/b_1', 'light', 1_000, 10n ** 30n);
  await played(2, 'f_1/b_1', 'light', 1_999, 1n);
  await played(3, 'f_1/b_2', 'light', 1_500, 5n);
  await played(4, 'f_1/b_2', 'arcade', 1_500, 7n);
  await played(5, 'f_1/b_1', 'light', 2_000, 9n); // The next day.
  await played(6, 'f_1/b_1', 'light', null, 9n); // Plays on.
  await played(7, 'f_10/b_1', 'light', 1_500, 9n); // Another café's.
  await played(8, null, 'light', 1_500, 9n); // A person's own.
  expect(await store.plays('f_1' as CafeId, 1_000, 2_000)).toEqual([
    { game: 'light', tab: 'b_1', sessions: 2, playedMs: 120_000, costWei: 10n ** 30n + 1n },
    { game: 'arcade', tab: 'b_2', sessions: 1, playedMs: 60_000, costWei: 7n },
    { game: 'light', tab: 'b_2', sessions: 1, playedMs: 60_000, costWei: 5n },
  ]);
});

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
