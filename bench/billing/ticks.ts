// bench/billing/ticks.ts - how many ticks a second become durable, by how many share a commit. Claim: >= 50,000 ticks/s
// batched, and batching is what does it. Method: counters of real sessions in the embedded Postgres, fsync on.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { proposeOpen } from '../../src/app/money/opening.ts';
import type { CounterRow } from '../../src/app/money/ports.ts';
import { seededRandom } from '../../src/base/random.ts';
import { chart, transferKey } from '../../src/billing/ledger.ts';
import { priceWei } from '../../src/billing/pricing.ts';
import { silentLog } from '../../src/observe/log.ts';
import { NO_BAD_MS } from '../../src/session/good-time.ts';
import { openDatabase, PATIENT } from '../../src/storage/database.ts';
import { migrateAt } from '../../src/storage/migrate.ts';
import { PgMoneyStore } from '../../src/storage/pg-money-store.ts';
import { startPostgres } from '../../src/storage/postgres/launch.ts';
import { domain, openCommand, RATE, WALL_MS } from '../../test/support/money.ts';

/** Ticks a second for one size of batch, and what a tick's write costs this process (the database's own work is not in it). */
export type TickRate = {
  readonly batch: number;
  readonly perSecond: number;
  readonly p99Ms: number;
  readonly writeUs: number;
};

async function makeSessions(store: PgMoneyStore, count: number): Promise<CounterRow[]> {
  const accounts = chart('PLAY');
  const random = seededRandom(1);
  const rows: CounterRow[] = [];
  for (let number = 1; number <= count; number++) {
    const command = openCommand({ number, player: number });
    const proposed = proposeOpen(command, { domain, lockedWei: 0n, lockMs: 3_600_000, wallMs: WALL_MS, random });
    if (!proposed.ok) throw new Error(proposed.error.code);
    const facts = proposed.value;
    const { session, player } = facts;
    const amountWei = priceWei(RATE, 60_000n);
    const gift = {
      key: transferKey('gift', player),
      from: accounts.issued,
      to: accounts.player(player),
      amountWei,
      atMs: 0,
    };
    await store.post([gift]);
    const counters = {
      rev: 0,
      meter: { player: { goodMs: 0, badMs: NO_BAD_MS }, nodeGoodMs: 0, epoch: 1 },
      spend: { day: 20_605, costAtStartWei: 0n },
      receivedBytes: 0,
    };
    const hold = {
      ...gift,
      key: transferKey(session, 'hold', '1'),
      from: gift.to,
      to: accounts.held(session),
      session,
    };
    const opened = await store.open({ facts, resumeTokenHash: 'hash', counters, hold });
    if (opened.kind !== 'opened') throw new Error(opened.kind);
    rows.push({ session, fence: opened.fence, counters, samples: [] });
  }
  return rows;
}

/** The same session one tick later, with a voucher as every second tick brings one. */
function tick(row: CounterRow): CounterRow {
  const { counters } = row;
  const goodMs = counters.meter.player.goodMs + 5_000;
  const voucher = {
    voucher: {
      lease: `0x${'ab'.repeat(32)}` as const,
      seq: BigInt(counters.rev + 1),
      servedMs: BigInt(goodMs),
      amount: priceWei(RATE, BigInt(goodMs)),
    },
    signature: `0x${'cd'.repeat(65)}` as const,
  };
  const meter = { ...counters.meter, player: { goodMs, badMs: NO_BAD_MS }, nodeGoodMs: goodMs };
  return { ...row, counters: { ...counters, rev: counters.rev + 1, meter, voucher } };
}

/** Runs the bench over a fresh database. `spanMs`: how long each size is measured. */
export async function benchTicks(spanMs: number, sizes: readonly number[] = [1, 10, 100, 1_000]): Promise<TickRate[]> {
  const folder = mkdtempSync(join(tmpdir(), 'nc-bench-'));
  const server = await startPostgres(folder, silentLog);
  await migrateAt(server.address);
  const database = openDatabase(server.address, PATIENT);
  try {
    const store = new PgMoneyStore(database, 'PLAY');
    const rows = await makeSessions(store, Math.max(...sizes));
    const rates: TickRate[] = [];
    for (const batch of sizes) {
      const spans: number[] = [];
      let done = 0;
      const startedMs = performance.now();
      const before = process.cpuUsage();
      while (performance.now() - startedMs < spanMs) {
        const from = done % (rows.length - batch + 1);
        const part = rows.slice(from, from + batch).map(tick);
        const sentMs = performance.now();
        const ours = await store.saveCounters(part);
        spans.push(performance.now() - sentMs);
        if (ours.size !== batch) throw new Error('a tick was refused');
        part.forEach((row, at) => {
          rows[from + at] = row;
        });
        done += batch;
      }
      const seconds = (performance.now() - startedMs) / 1_000;
      const { user, system } = process.cpuUsage(before);
      const p99Ms = spans.toSorted((a, b) => a - b)[Math.floor(spans.length * 0.99)] ?? 0;
      rates.push({ batch, perSecond: done / seconds, p99Ms, writeUs: (user + system) / done });
    }
    return rates;
  } finally {
    await database.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
