// test/contract/admin-store.test.ts - a real Postgres: backup and restore, the audit that nobody can change, refunds, and the
// books as memory has them. Every refusal has the same act beside it that succeeds.
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { AdminStore, BooksReader, NewAct, OperatorSession } from '../../src/app/admin/ports.ts';
import type { MoneyStore } from '../../src/app/money/ports.ts';
import type { SessionId } from '../../src/base/ids.ts';
import { type Conversion, conversionTransfers } from '../../src/billing/conversion.ts';
import { chart, transferKey } from '../../src/billing/ledger.ts';
import { backupTo, mustRead, restoreFrom } from '../../src/main/store-access.ts';
import type { AdminAct } from '../../src/protocol/admin-api.ts';
import { pgConversions } from '../../src/storage/conversion-store.ts';
import type { Database } from '../../src/storage/database.ts';
import { memoryAdmin, memoryBooks } from '../../src/storage/memory-books.ts';
import { MemoryMoneyStore } from '../../src/storage/memory-money-store.ts';
import { pgAdmin } from '../../src/storage/pg-admin.ts';
import { pgBooks } from '../../src/storage/pg-books.ts';
import { checkBooks, post } from '../../src/storage/pg-ledger.ts';
import { PgMoneyStore } from '../../src/storage/pg-money-store.ts';
import { bookOver, openCommand, startPlay, WALL_MS } from '../support/money.ts';
import { type TestServer, testServer } from '../support/postgres.ts';

let server: TestServer;
let other: TestServer;
let database: Database;
let folder: string;
beforeAll(async () => {
  [server, other] = await Promise.all([testServer(), testServer()]);
  folder = mkdtempSync(join(tmpdir(), 'nc-backup-'));
}, 120_000);
afterAll(async () => {
  await Promise.all([server?.stop(), other?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  database = await server.fresh();
});
afterEach(() => database.close());

const accounts = chart('PLAY');
const entry = (act: AdminAct, key: string): NewAct => ({
  ...{ key, atMs: WALL_MS, who: 'local:test', reason: 'for a test', act, before: {}, after: { done: true } },
});

/** Plays one session to its end in a store and one that goes on; answers the first. */
async function play(store: MoneyStore): Promise<SessionId> {
  const book = bookOver(store);
  const played = await startPlay(book);
  const { session } = played.opened;
  await book.nodeTick(played.command.node, played.nodeTick(20_000), 20_000, WALL_MS + 20_000);
  await book.playerTick(played.playerTick(20_000), 20_000, WALL_MS + 20_000);
  const signed = played.voucher(20_000);
  await book.acceptVoucher(session, signed.voucher, signed.signature, 20_000);
  await book.close(session, 'player-left', 20_000, WALL_MS + 20_000);
  await startPlay(book, { number: 2, player: 2, key: 'key-2-open' });
  const record = {
    ...{ lease: played.opened.lease as string as `0x${string}`, seq: '1', slot: '0', fromMs: '1', untilMs: '2' },
    ...{ previous: played.opened.lease as string as `0x${string}`, nodeGoodMs: '20000', voucherSeq: '1' },
    ...{ vouchedMs: '20000', amount: '1000', framesSent: '600', bytesSent: '9', relayToPlayerBytes: '0' },
    relayToNodeBytes: '0',
  };
  await store.saveRecord(session, 1, { record, nodeSignature: `0x${'11'.repeat(65)}` });
  return session;
}

async function fillAll(): Promise<SessionId> {
  const store = new PgMoneyStore(database, 'PLAY');
  const session = await play(store);
  const admin = pgAdmin(database);
  const id = `0x${'ab'.repeat(20)}` as const;
  await admin.act(entry({ t: 'suspend', kind: 'node', id }, 'act-suspend'), { suspend: { kind: 'node', id } });
  const text = 'Maintenance \u2028 at "ten"\n';
  const announcement = { id: 'a-1', text, untilMs: WALL_MS + 60_000 };
  await admin.act(entry({ t: 'announce', text, untilMs: WALL_MS }, 'act-announce'), { announce: announcement });
  await store.setNote('tier/seed-2024', '0 20000 12');
  await database.query('insert into login (token_hash, player, until_ms) values ($1, $2, $3)', [
    'ab'.repeat(32),
    id,
    WALL_MS,
  ]);
  return session;
}

/** Every row of every table as text, for comparing whole databases. */
async function contents(of: Database): Promise<string> {
  const tables = await of.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'migration' order by 1",
  );
  const rows = await Promise.all(
    tables.map(({ name }) =>
      of.query<{ row: string }>(`select row_to_json(t)::text as row from "${name}" t order by 1`),
    ),
  );
  return tables.map(({ name }, at) => `${name}\n${rows[at]?.map(({ row }) => row).join('\n')}`).join('\n');
}

test('a backup goes back line for line, and the hub goes on from it as from the original', async () => {
  const session = await fillAll();
  const file = join(folder, 'round.gz');
  const rows = await backupTo(database, file, '1.2.3');
  expect(rows).toBeGreaterThan(20);
  const fresh = await other.fresh();
  try {
    const facts = await restoreFrom(fresh, file);
    expect(facts).toMatchObject({ rows, head: { version: '1.2.3' } });
    expect(await contents(fresh)).toBe(await contents(database));
    expect(await checkBooks(fresh)).toEqual({ sumWei: 0n, wrong: [] });
    // Keys of acts live on: what was posted is known, what was opened is opened.
    const [known] = await fresh.query<{ key: string }>("select key from transfer where key like '%/hold/1' limit 1");
    const before = await contents(fresh);
    const gift = openCommand().player;
    const again = { from: accounts.issued, to: accounts.player(gift), amountWei: 1_000n * 10n ** 18n, atMs: WALL_MS };
    expect(await post(fresh, [{ ...again, key: transferKey('gift', gift) }])).toEqual({
      ok: true,
      value: { moved: false },
    });
    expect(known).toBeDefined();
    expect(await contents(fresh)).toBe(before);
    const store = new PgMoneyStore(fresh, 'PLAY');
    expect((await store.session(session))?.receipt?.billedMs).toBe(20_000);
    expect(await bookOver(store).recover(0, WALL_MS)).toHaveLength(1);
    // New numbers come after the old ones.
    const admin = pgAdmin(fresh);
    const done = await admin.act(entry({ t: 'pause' }, 'act-after'), { paused: true });
    expect(done).toMatchObject({ kind: 'done', line: { seq: 3 } });
  } finally {
    await fresh.close();
  }
});

test('a backup goes into an empty database only', async () => {
  await fillAll();
  const file = join(folder, 'full.gz');
  await backupTo(database, file, '1');
  const before = await contents(database);
  await expect(restoreFrom(database, file)).rejects.toThrow('is not empty');
  expect(await contents(database)).toBe(before);
  const fresh = await other.fresh();
  await expect(restoreFrom(fresh, file)).resolves.toMatchObject({ head: { version: '1' } });
  await fresh.close();
});

// Method: a disk that is full, as the kernel has one for such tests, under the name that the file has while it is written.
test('a backup that cannot be written says why, and leaves nothing behind', async () => {
  await fillAll();
  const file = join(folder, 'nowhere.gz');
  symlinkSync('/dev/full', `${file}.${process.pid}.part`);
  await expect(backupTo(database, file, '1')).rejects.toThrow(`cannot write ${file}: no space is left on its disk`);
  expect(readdirSync(folder).filter((name) => name.startsWith('nowhere'))).toEqual([]);
  const lost = join(folder, 'gone', 'x.gz');
  await expect(backupTo(database, lost, '1')).rejects.toThrow(`cannot write ${lost}: there is no such file or folder`);
  await backupTo(database, file, '1'); // The control.
  await mustRead(file);
  await expect(mustRead(lost)).rejects.toThrow(`cannot read ${lost}: there is no such file or folder`);
});

// Goal: a damaged file changes nothing. Method: a byte, a digit, a missing end, another version; then the whole file.
test('a damaged file is refused before anything is written', async () => {
  await fillAll();
  const file = join(folder, 'good.gz');
  await backupTo(database, file, '1');
  const whole = readFileSync(file);
  const text = gunzipSync(whole).toString();
  const lines = text.trimEnd().split('\n');
  const flipped = Buffer.from(whole);
  flipped[Math.floor(flipped.length / 2)] = (flipped[Math.floor(flipped.length / 2)] ?? 0) ^ 0x55;
  const richer = text.replace(
    /"amount":(\d)/,
    (_all, digit: string) => `"amount":${digit === '9' ? 8 : Number(digit) + 1}`,
  );
  expect(richer).not.toBe(text);
  const bad: readonly [Buffer, RegExp][] = [
    [flipped, /damaged/],
    [whole.subarray(0, whole.length - 20), /damaged/],
    [gzipSync(richer), /its hash is another one/],
    [gzipSync(`${lines.slice(0, -1).join('\n')}\n`), /its end is missing/],
    [gzipSync(`${lines.filter((_line, at) => at !== 3).join('\n')}\n`), /its hash is another one/],
    [gzipSync('{"hello":1}\n'), /no backup of ours/],
    [Buffer.from('nothing'), /damaged/],
  ];
  const fresh = await other.fresh();
  const before = await contents(fresh);
  const path = join(folder, 'bad.gz');
  for (const [bytes, why] of bad) {
    writeFileSync(path, bytes);
    await expect(restoreFrom(fresh, path)).rejects.toThrow(why);
    expect(await contents(fresh)).toBe(before);
  }
  await restoreFrom(fresh, file);
  expect(await contents(fresh)).toBe(await contents(database));
  await fresh.close();
});

test('nobody changes or removes a line of the audit or a record of play', async () => {
  const session = await fillAll();
  for (const statement of [
    "update admin_act set reason = 'another one'",
    'delete from admin_act',
    'truncate admin_act',
    'delete from play_record',
    "update play_record set record = '{}'",
  ]) {
    await expect(database.query(statement), statement).rejects.toThrow(/append-only|permission denied|written once/);
  }
  const store = new PgMoneyStore(database, 'PLAY');
  const [kept] = await store.records(session);
  if (kept === undefined) throw new Error('a record is there');
  // The control: the signature that was missing may still come, once.
  const playerSignature = `0x${'22'.repeat(65)}` as const;
  expect(await store.saveRecord(session, 1, { ...kept, playerSignature })).toBe('kept');
  expect(await store.records(session)).toEqual([{ ...kept, playerSignature }]);
  const otherOne = { ...kept, record: { ...kept.record, framesSent: '601' } };
  expect(await store.saveRecord(session, 1, otherOne)).toBe('other');
});

/** The same acts on a store and its reader; what they answer. */
async function story(store: MoneyStore, books: BooksReader, admin: AdminStore): Promise<unknown> {
  const session = await play(store);
  const receipt = (await store.session(session))?.receipt;
  if (receipt === undefined) throw new Error('the session has ended');
  const player = accounts.player(receipt.player);
  const refund = (key: string, amountWei: bigint, from = accounts.operator(receipt.operator)) => ({
    refund: {
      session,
      mostWei: BigInt(receipt.costWei),
      transfers: [
        { key: transferKey('refund', session, key, 'operator'), from, to: player, amountWei, session, atMs: 5 },
      ],
    },
  });
  const act = (amountWei: bigint): AdminAct => ({ t: 'refund', session, amountWei: amountWei.toString() });
  const small = 1_000_000n;
  const most = BigInt(receipt.operatorWei);
  const answers = [
    await admin.act(entry(act(small), 'refund-1'), refund('refund-1', small)),
    await admin.act(entry(act(small), 'refund-1'), refund('refund-1', small)),
    await admin.act(entry({ t: 'pause' }, 'refund-1'), { paused: true }),
    await admin.act(entry(act(most), 'refund-2'), refund('refund-2', most)),
    await admin.act(entry(act(most), 'refund-3'), refund('refund-3', BigInt(receipt.costWei))),
  ];
  const lines = await books.lines(player, undefined, 10);
  const started = (await store.history(receipt.player, 10))[0]?.startedAtMs ?? 0;
  return {
    answers: answers.map((answer) => (answer.kind === 'too-high' ? ['too-high', answer.leftWei] : answer.kind)),
    history: (await store.history(receipt.player, 10, started + 1)).map(({ session: id }) => id),
    noHistory: await store.history(receipt.player, 10, started),
    paused: await admin.paused(),
    lines: lines.map(({ transfer, balanceWei }) => [transfer.key, transfer.amountWei, balanceWei]),
    second: (await books.lines(player, lines[1]?.seq, 1)).map(({ transfer }) => transfer.key),
    ended: await books.endedOf(receipt.operator),
    days: await books.days(0),
    total: await books.total('PLAY'),
    session: (await books.ofSession(session)).map(({ key }) => key),
    audit: (await admin.lines(undefined, 10)).map(({ key }) => key),
  };
}

// Goal: refunds, lines and sums are the same wherever they are kept. Method: one story in both stores.
test('Postgres and memory tell the same story of refunds, lines and sums', async () => {
  const memory = new MemoryMoneyStore('PLAY');
  const told = (await story(memory, memoryBooks(memory), memoryAdmin(memory))) as { answers: unknown[] };
  const kept = await story(new PgMoneyStore(database, 'PLAY'), pgBooks(database), pgAdmin(database));
  expect(kept).toEqual(told);
  expect(told).toMatchObject({ history: [expect.any(String)], noHistory: [] });
  expect(told.answers.slice(0, 3)).toEqual(['done', 'known', 'other']);
  expect(told.answers[3]).toEqual(['too-high', 0n]); // The operator has a refund less by now.
  expect(told.answers[4]).toEqual(['too-high', expect.any(BigInt)]);
  expect(await checkBooks(database)).toEqual({ sumWei: 0n, wrong: [] });
});

test('refused acts leave lines in the order of all acts, alike in both stores, with keys that nobody can send', async () => {
  const lines = async (admin: AdminStore) => {
    const refused = { atMs: 1.5, who: 'local:boss', reason: '按錯' };
    const act = { t: 'refused', act: 'pause', code: 'FORBIDDEN', asked: '{"t":"pause"}' } as const;
    const before = (await admin.lines(undefined, 1))[0]?.seq ?? 0;
    await admin.refused({ ...refused, act });
    await admin.refused({ ...refused, act });
    await admin.act(entry({ t: 'pause' }, 'act-after-refused'), { paused: true });
    const found = await admin.after(before);
    const keys = new Set(found.map(({ key }) => key));
    expect([keys.size, [...keys].filter((key) => /^refused\/.+/.test(key)).length]).toEqual([3, 2]);
    return found.map(({ who, reason, act: of, before: was, after }) => ({ who, reason, of, was, after }));
  };
  const told = await lines(memoryAdmin(new MemoryMoneyStore('PLAY')));
  expect(await lines(pgAdmin(database))).toEqual(told);
  expect(told.map(({ of }) => of.t)).toEqual(['refused', 'refused', 'pause']);
});

// Goal: an operator's list misses and repeats nothing, also where sessions end in one millisecond. Method: three of them, in
// pages of two, in both stores.
test('ended sessions of an operator come page by page, alike in both stores, without their players', async () => {
  const list = async (store: MoneyStore, books: BooksReader) => {
    const book = bookOver(store);
    const players: string[] = [];
    for (const number of [1, 2, 3]) {
      const played = await startPlay(book, { number, player: number, key: `key-${number}-open` });
      players.push(played.command.player);
      await book.close(played.opened.session, 'node-lost', 20_000, WALL_MS + (number === 3 ? 9 : 5));
    }
    const { operator } = openCommand();
    const ask = (after: OperatorSession | undefined, sinceMs = 0) =>
      books.sessionsOf(operator, 'PLAY', { sinceMs, after, limit: 2 });
    const first = await ask(undefined);
    const second = await ask(first.at(-1));
    expect(second).toHaveLength(1);
    expect(await ask(second.at(-1))).toEqual([]);
    expect((await ask(undefined, WALL_MS + 6)).map(({ session }) => session)).toEqual([first[0]?.session]);
    expect(await books.sessionsOf(operator, 'DBC', { sinceMs: 0, after: undefined, limit: 2 })).toEqual([]);
    const all = [...first, ...second];
    for (const player of players) expect(JSON.stringify(all)).not.toContain(player.slice(2));
    expect(new Set(all.map(({ session }) => session)).size).toBe(3);
    return all.map(({ session, endedAtMs, reason }) => ({ session, endedAtMs, reason }));
  };
  const memory = new MemoryMoneyStore('PLAY');
  const told = await list(memory, memoryBooks(memory));
  expect(await list(new PgMoneyStore(database, 'PLAY'), pgBooks(database))).toEqual(told);
  expect(told.map(({ endedAtMs }) => endedAtMs - WALL_MS)).toEqual([9, 5, 5]);
});

test('erasing a player removes what is personal and leaves the books', async () => {
  const session = await fillAll();
  const { player } = openCommand();
  await database.query('insert into day_cap (player, cap) values ($1, 5000)', [player]);
  await database.query(
    'insert into session_sample (session, at_ms, good_ms, cost, fps, rtt_ms, loss_share, kbps) values ($1, 1, 1, 0, 30, 9, 0, 1)',
    [session],
  );
  const count = async (text: string) => (await database.query(text, [player])).length;
  const before = await database.query('select key from transfer');
  await pgAdmin(database).act(entry({ t: 'erase', player }, 'act-erase'), { erase: player });
  expect(await count('select from day_cap where player = $1')).toBe(0);
  expect(await count('select from session_sample p join session s on s.id = p.session where s.player = $1')).toBe(0);
  expect(await database.query('select key from transfer')).toEqual(before);
  expect(await count('select from session where player = $1')).toBe(1);
});

test('a quote of a conversion is kept as it was given, and known as taken once its transfers are there', async () => {
  const conversions = pgConversions(database);
  const player = openCommand().player;
  const quote: Conversion = {
    ...{ id: `x_${'7'.repeat(26)}`, player, from: 'USD', to: 'DBC', amountWei: 10n ** 18n, getWei: 5n * 10n ** 20n },
    ...{ microUsdPerDbc: 2_000, priceSource: 'test', expiresAtMs: WALL_MS + 60_000 },
  };
  await conversions.put(quote);
  expect(await conversions.find(quote.id)).toEqual({ ...quote, taken: false });
  await expect(database.query('update conversion_quote set get = 1000')).rejects.toThrow('append-only');
  const [usd, dbc] = [chart('USD'), chart('DBC')];
  const fund = [
    { key: transferKey('cash'), from: usd.issued, to: usd.player(player), amountWei: quote.amountWei, atMs: 1 },
    { key: transferKey('stock'), from: dbc.chain, to: dbc.fx, amountWei: quote.getWei, atMs: 1 },
  ];
  // The house cannot owe: without its stock nothing moves, in either currency.
  expect(await post(database, conversionTransfers(quote, 2))).toMatchObject({
    ok: false,
    error: { code: 'too-little' },
  });
  expect(await post(database, fund)).toMatchObject({ ok: true });
  expect(await post(database, conversionTransfers(quote, 2))).toEqual({ ok: true, value: { moved: true } });
  expect(await conversions.find(quote.id)).toEqual({ ...quote, taken: true });
  expect((await pgBooks(database).total('USD')).wrong).toEqual([]);
});
