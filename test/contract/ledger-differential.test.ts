// Goal: memory, Postgres and the contract give the same wei. Method: random sessions (policies, tiers, premiums, fees, lost
// ticks, vouchers that lag, every way to end, one of the two sides silent) go through a book over each store, step by step
// the same; every receipt and every account is compared, and the contract's own arithmetic is asked about each receipt,
// on a chain that moves everything and on one that drops the dust.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../src/base/random.ts';
import { burnBpsOf, burnPolicies } from '../../src/billing/burn-policy.ts';
import { chart } from '../../src/billing/ledger.ts';
import type { Receipt } from '../../src/protocol/receipt.ts';
import type { EndReason } from '../../src/protocol/shapes.ts';
import { MemoryMoneyStore } from '../../src/storage/memory-money-store.ts';
import { checkBooks } from '../../src/storage/pg-ledger.ts';
import { PgMoneyStore } from '../../src/storage/pg-money-store.ts';
import { worldsOf } from '../support/evm/laws/law.ts';
import type { World } from '../support/evm/world.ts';
import { bookOver, quoteOf, startPlay, WALL_MS } from '../support/money.ts';
import { type TestServer, testServer } from '../support/postgres.ts';

const SESSIONS = process.env.NEARCADE_LONG === '1' ? 1_000 : 60;
const SEED = Number(process.env.SEED ?? 20261126);
const ENDS: readonly EndReason[] = [
  'player-left',
  'player-lost',
  'node-lost',
  'node-drained',
  'game-exited',
  'funds-exhausted',
];
const TICK_MS = 5_000;
const accounts = chart('PLAY');
let server: TestServer;

beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.stop());

/** What happens in one session, drawn once, so that it can happen twice. */
function draw(seed: number) {
  const random = seededRandom(seed);
  const among = <T>(list: readonly T[]): T => list[random.below(list.length)] as T;
  const policy = among(burnPolicies);
  const tier = random.below(policy.tiers.length);
  const base = 1n + BigInt(random.below(1_000_000_000)) * 10n ** BigInt(7 + random.below(6));
  const premium = among([0n, 0n, (base * BigInt(random.below(10_000))) / 10_000n]);
  const quote = quoteOf(base + premium, base, policy, tier, random.below(2_001));
  let [node, player] = [0, 0];
  const ticks = Array.from({ length: random.below(16) }, () => {
    node += TICK_MS - random.below(40);
    // Either side may count less, or be a tick behind.
    player = Math.max(player, node - among([0, 0, 0, 17, TICK_MS]));
    const lost = among(['none', 'none', 'none', 'none', 'node', 'player', 'both'] as const);
    const vouchMs = random.below(3) === 0 ? Math.max(0, player - among([0, 0, 250, TICK_MS])) : undefined;
    return { node, player, lost, doubled: random.below(8) === 0, vouchMs };
  });
  return { quote, burnBps: burnBpsOf(policy, tier), ticks, end: among(ENDS) };
}

/** Plays it in one book; its receipt. */
async function playIn(book: ReturnType<typeof bookOver>, number: number): Promise<Receipt> {
  const { quote, ticks, end } = draw(SEED + number);
  let [nowMs, wallMs, vouched] = [0, WALL_MS + number * 3_600_000, 0];
  const consent = { nonce: BigInt(number), maxRate: 10n ** 27n };
  const played = await startPlay(book, { number, player: number, quote, consent }, { nowMs, wallMs });
  for (const { node, player, lost, doubled, vouchMs } of ticks) {
    [nowMs, wallMs] = [nowMs + TICK_MS, wallMs + TICK_MS];
    const [nodeTick, playerTick] = [played.nodeTick(node), played.playerTick(player)];
    for (let times = doubled ? 2 : 1; times > 0; times--) {
      if (lost === 'none' || lost === 'player') await book.nodeTick(played.command.node, nodeTick, nowMs, wallMs);
      if (lost === 'none' || lost === 'node') await book.playerTick(playerTick, nowMs, wallMs);
    }
    if (vouchMs === undefined || vouchMs <= vouched) continue;
    const { voucher, signature } = played.voucher(vouchMs);
    if ((await book.acceptVoucher(played.opened.session, voucher, signature, nowMs)).ok) vouched = vouchMs;
  }
  const closed = await book.close(played.opened.session, end, nowMs, wallMs);
  if (!closed.ok) throw new Error(`close was refused: ${closed.error.code}`);
  return closed.value;
}

async function agrees(world: World, { open, quote, voucher, ...receipt }: Receipt): Promise<void> {
  const [rate, base, cost] = [BigInt(open.rate), BigInt(open.baseShare), BigInt(receipt.costWei)];
  expect(await world.ask('escrow', 'priceOf', [rate, BigInt(receipt.billedMs)])).toBe(cost);
  const parts = await world.ask('escrow', 'splitOf', [
    cost,
    rate,
    base,
    BigInt(quote.burnBps),
    BigInt(quote.platformBps),
  ]);
  expect([...parts].map(String)).toEqual([receipt.burnWei, receipt.platformWei, receipt.operatorWei]);
  if (voucher === undefined) return;
  const paid = await world.ask('escrow', 'priceOf', [rate, BigInt(voucher.servedMs)]);
  expect(String(paid)).toBe(voucher.amount);
}

test(`${SESSIONS} random sessions cost the same in memory, in Postgres and by the contract`, {
  timeout: 600_000,
}, async () => {
  const database = await server.fresh();
  const [memory, postgres] = [new MemoryMoneyStore('PLAY'), new PgMoneyStore(database, 'PLAY')];
  const books = [bookOver(memory), bookOver(postgres)] as const;
  const { bare } = worldsOf();
  const worlds = [await bare({ mode: 'plain' }), await bare({ mode: 'dbc' })];
  const seen = { paid: 0, free: 0, premium: 0, burnedWhole: 0, vouched: 0 };
  for (let number = 1; number <= SESSIONS; number++) {
    const [first, second] = [await playIn(books[0], number), await playIn(books[1], number)];
    expect(second, `session ${number}, SEED=${SEED}`).toEqual(first);
    for (const world of worlds) await agrees(world, first);
    const { player, operator, quote } = first;
    for (const account of [
      accounts.player(player),
      accounts.operator(operator),
      accounts.burn(quote.burnPolicy),
      accounts.platform,
    ]) {
      const [row] = await database.query<{ balance: bigint }>('select balance from account where id = $1', [account]);
      expect(row?.balance ?? 0n, account).toBe(memory.ledger.balance(account));
    }
    seen[first.costWei === '0' ? 'free' : 'paid']++;
    if (quote.rateWeiPerHour !== quote.baseWeiPerHour) seen.premium++;
    if (quote.burnBps === 10_000) seen.burnedWhole++;
    if (first.voucher !== undefined) seen.vouched++;
  }
  expect(await checkBooks(database)).toEqual({ sumWei: 0n, wrong: [] });
  await database.close();
  for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(SESSIONS / 30);
});
