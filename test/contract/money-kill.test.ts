// Goal: what the book acknowledged is never lost and never doubled, whoever is killed. Method: a hub under load and its
// database, both killed at random moments from this process, which keeps every acknowledged id in its own memory:
// a ledger that adds up to zero can still have lost whole transfers.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { systemRandom } from '../../src/observe/clock.ts';
import { silentLog } from '../../src/observe/log.ts';
import { type Database, openDatabase, PATIENT } from '../../src/storage/database.ts';
import { checkBooks } from '../../src/storage/pg-ledger.ts';
import { type RunningPostgres, startPostgres } from '../../src/storage/postgres/launch.ts';
import { killServer } from '../support/postgres.ts';
import { type ToldProcess, toldProcess } from '../support/told-process.ts';

const ROUNDS = process.env.NEARCADE_LONG === '1' ? 100 : 20;
const folder = mkdtempSync(join(tmpdir(), 'nc-kill-'));
const script = join(import.meta.dirname, '../support/money-load.ts');

/** What the hub was told is safe. */
const kept = {
  gifts: new Set<string>(),
  opens: new Map<string, string>(),
  ticks: new Map<string, number>(),
  vouchers: new Map<string, number>(),
  receipts: new Map<string, string>(),
};
let acknowledged = 0;
let server: RunningPostgres | undefined;
let hub: ToldProcess | undefined;

function note(line: string): void {
  const [what, id = '', value = ''] = line.split(' ');
  acknowledged++;
  if (what === 'gift') kept.gifts.add(id);
  else if (what === 'open') kept.opens.set(id, value);
  else if (what === 'tick') kept.ticks.set(id, Math.max(Number(value), kept.ticks.get(id) ?? 0));
  else if (what === 'voucher') kept.vouchers.set(id, Math.max(Number(value), kept.vouchers.get(id) ?? 0));
  else if (what === 'receipt') kept.receipts.set(id, value);
}

const startHub = (round: number, ...more: string[]): ToldProcess =>
  toldProcess(script, [folder, String(round), ...more], note);

/** Every acknowledged thing, looked up. Returns what is wrong. */
async function verify(database: Database): Promise<string[]> {
  const wrong: string[] = [];
  const keys = [...kept.gifts]
    .map((player) => `gift/${player}`)
    .concat([...kept.opens.keys()].map((id) => `${id}/hold/1`));
  const found = await database.query<{ key: string }>('select key from transfer where key = any($1)', [keys]);
  const known = new Set(found.map(({ key }) => key));
  for (const key of keys) if (!known.has(key)) wrong.push(`lost transfer ${key}`);
  type Row = { id: string; lease: string; good: number; seq: bigint | null; cost: bigint | null; held: bigint | null };
  const rows = await database.query<Row>(
    `select s.id, s.facts->>'lease' as lease, c.player_good_ms as good, c.voucher_seq as seq, s.cost, a.balance as held
     from session s join session_count c on c.session = s.id left join account a on a.id = 'PLAY/held/' || s.id`,
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const [id, lease] of kept.opens) if (byId.get(id)?.lease !== lease) wrong.push(`lost session ${id}`);
  for (const [id, good] of kept.ticks) if ((byId.get(id)?.good ?? -1) < good) wrong.push(`lost tick ${id} ${good}`);
  for (const [id, seq] of kept.vouchers)
    if (Number(byId.get(id)?.seq ?? -1n) < seq) wrong.push(`lost voucher ${id} ${seq}`);
  for (const [id, cost] of kept.receipts) if (byId.get(id)?.cost?.toString() !== cost) wrong.push(`lost receipt ${id}`);
  for (const { id, cost, held } of rows) if (cost !== null && held !== 0n) wrong.push(`doubled or kept hold ${id}`);
  const sessions = new Set(rows.map(({ id }) => id));
  if (sessions.size !== rows.length) wrong.push('a session exists twice');
  return wrong;
}

afterAll(async () => {
  hub?.kill();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test(`${ROUNDS} rounds of kills: nothing acknowledged is lost or doubled`, { timeout: 1_200_000 }, async () => {
  for (let round = 1; round <= ROUNDS; round++) {
    server ??= await startPostgres(folder, silentLog);
    hub = startHub(round);
    await hub.hear(30 + systemRandom.below(150));
    const victim = (['both', 'database', 'hub'] as const)[round % 3];
    if (victim !== 'hub') {
      killServer(server.pid);
      await server.ended;
      await server.stop();
      server = undefined;
    }
    if (victim === 'database') {
      server = await startPostgres(folder, silentLog);
      await hub.hear(60); // The same hub goes on by itself.
    }
    hub.kill();
    await hub.gone();
    server ??= await startPostgres(folder, silentLog);
    const database = openDatabase(server.address, PATIENT);
    expect(await verify(database), `round ${round}, killed ${victim}`).toEqual([]);
    expect(await checkBooks(database), `round ${round}`).toEqual({ sumWei: 0n, wrong: [] });
    await database.close();
  }
  hub = startHub(ROUNDS + 1, 'finish');
  await hub.gone();
  server ??= await startPostgres(folder, silentLog);
  const database = openDatabase(server.address, PATIENT);
  expect(await verify(database)).toEqual([]);
  expect(await database.query("select id from account where id like 'PLAY/held/%' and balance <> 0")).toEqual([]);
  expect(await database.query('select id from session where receipt is null')).toEqual([]);
  await database.close();
  const { opens, receipts } = kept;
  process.stdout.write(
    `kills: ${ROUNDS} rounds, ${acknowledged} acknowledgements, ${opens.size} sessions, ${receipts.size} receipts, 0 lost, 0 doubled\n`,
  );
});
