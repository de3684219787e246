// Goal: the database may be away for ten seconds during play: every call answers in bounded time, ticks wait, nothing is
// lost or doubled, and play goes on by itself. Method: a session over the embedded database, which is killed, or stopped
// so that it takes connections and never answers, or finds no room for another byte. The ten seconds are the sessions'
// clock: nobody sleeps here.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MoneyBook } from '../../src/app/money/session-book.ts';
import { priceWei } from '../../src/billing/pricing.ts';
import { silentLog } from '../../src/observe/log.ts';
import { type Database, openDatabase } from '../../src/storage/database.ts';
import { migrateAt } from '../../src/storage/migrate.ts';
import { checkBooks } from '../../src/storage/pg-ledger.ts';
import { PgMoneyStore } from '../../src/storage/pg-money-store.ts';
import { type RunningPostgres, startPostgres } from '../../src/storage/postgres/launch.ts';
import { bookOver, openCommand, type Played, RATE, said, startPlay, WALL_MS } from '../support/money.ts';

const BOUND_MS = 8_000; // 1.5 s to connect and 3 s for a query, twice, and a busy machine.
const folder = mkdtempSync(join(tmpdir(), 'nc-outage-'));
let server: RunningPostgres;
let database: Database;
let book: MoneyBook;

beforeAll(async () => {
  server = await startPostgres(folder, silentLog);
  await migrateAt(server.address);
  database = openDatabase(server.address);
  book = bookOver(new PgMoneyStore(database, 'PLAY'));
});
afterAll(async () => {
  await database.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Both sides' ticks at `ms` of play; what the book says. */
async function tick(played: Played, ms: number): Promise<string[]> {
  const answers = [
    await bounded(book.nodeTick(played.command.node, played.nodeTick(ms), ms, WALL_MS + ms)),
    await bounded(book.playerTick(played.playerTick(ms), ms, WALL_MS + ms)),
  ];
  return answers.map((answer) => (answer.ok ? 'ok' : answer.error.code));
}

async function bounded<T>(answer: Promise<T>): Promise<T> {
  const startedMs = performance.now();
  const value = await answer;
  expect(performance.now() - startedMs).toBeLessThan(BOUND_MS);
  return value;
}

function family(pid: number): number[] {
  const isChild = (name: string): boolean => {
    try {
      return readFileSync(`/proc/${name}/stat`, 'latin1').split(') ')[1]?.split(' ')[1] === String(pid);
    } catch {
      return false;
    }
  };
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isChild(name));
  return [pid, ...children.map(Number)];
}

/** No file of the server takes another byte: Postgres treats that as it treats a full disk, and it needs no root and no mount. */
function fillDisk(full: boolean): void {
  for (const pid of family(server.pid))
    execFileSync('prlimit', [`--pid=${pid}`, `--fsize=${full ? '0' : 'unlimited'}:`]);
}

async function restart(): Promise<void> {
  await server.stop();
  server = await startPostgres(folder, silentLog);
}

test.each([
  [
    'killed',
    1,
    async () => {
      for (const pid of family(server.pid)) process.kill(pid, 'SIGKILL');
      await server.ended;
    },
    restart,
  ],
  [
    'stopped in its tracks',
    2,
    async () => {
      for (const pid of family(server.pid)) process.kill(pid, 'SIGSTOP');
    },
    async () => {
      for (const pid of family(server.pid)) process.kill(pid, 'SIGCONT');
    },
  ],
  // What stands in the journal it cannot write, so it gives up, and cannot start again either.
  ['out of disk', 3, async () => fillDisk(true), restart],
])('a database that is %s for ten seconds of play costs nobody anything', async (_how, number, goAway, comeBack) => {
  const played = await startPlay(book, { number, player: number });
  const { session } = played.opened;
  for (let ms = 5_000; ms <= 25_000; ms += 5_000) expect(await tick(played, ms)).toEqual(['ok', 'ok']);
  await goAway();
  expect(await tick(played, 30_000)).toEqual(['STORE_UNAVAILABLE', 'STORE_UNAVAILABLE']);
  const signed = played.voucher(30_000);
  const voucher = await bounded(book.acceptVoucher(session, signed.voucher, signed.signature, 30_000));
  expect(said(voucher)).toBe('STORE_UNAVAILABLE');
  const newcomer = openCommand({ number: 10 + number, player: 10 + number });
  expect(said(await bounded(book.open(newcomer, 'h', 31_000, WALL_MS)))).toBe('STORE_UNAVAILABLE');
  expect(await tick(played, 35_000)).toEqual(['STORE_UNAVAILABLE', 'STORE_UNAVAILABLE']); // The hold should grow here.
  expect(said(await bounded(book.close(session, 'player-left', 36_000, WALL_MS)))).toBe('STORE_UNAVAILABLE');
  await comeBack();
  await book.due(40_000, WALL_MS + 40_000); // What waited is written; nobody has to ask for it.
  const receipt = said(await book.close(session, 'player-left', 41_000, WALL_MS + 41_000));
  expect(receipt).toMatchObject({
    billedMs: 35_000,
    costWei: priceWei(RATE, 35_000n).toString(),
    voucher: { servedMs: '30000' },
  });
  expect(await checkBooks(database)).toEqual({ sumWei: 0n, wrong: [] });
  expect(await database.query("select id from account where id like 'PLAY/held/%' and balance <> 0")).toEqual([]);
});
