// Goal: what a hub acknowledged happens once, whoever is killed: the hub, its database, its chain, or all of them. Method: a
// hub process under load, killed with its servers at random moments from this process, which keeps every acknowledged id in
// its own memory. A development chain loses what came after its last state was saved: to the hub a re-organisation, which
// it heals by sending the same bytes again, and to a player's wallet (here) a reason to do the same.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import type { RawTransaction } from '../../src/app/chain/ports.ts';
import { OutageError } from '../../src/base/assert.ts';
import { seededRandom } from '../../src/base/random.ts';
import { DEV_CHAIN_ID, type DevNode } from '../../src/chain/anvil.ts';
import { type Deployed, openDevChain, setDevBalance } from '../../src/chain/dev-chain.ts';
import { escrowInterface } from '../../src/chain/escrow-events.ts';
import { chainSigner } from '../../src/chain/signer.ts';
import { systemRandom } from '../../src/observe/clock.ts';
import { silentLog } from '../../src/observe/log.ts';
import type { Hash32 } from '../../src/protocol/typed-data.ts';
import { type Database, openDatabase, PATIENT } from '../../src/storage/database.ts';
import { migrateAt } from '../../src/storage/migrate.ts';
import { checkBooks } from '../../src/storage/pg-ledger.ts';
import { type RunningPostgres, startPostgres } from '../../src/storage/postgres/launch.ts';
import { DBC, dbcAccounts, HUB, HubSide, NODE, OPERATOR, PLAYER, TestChain } from '../support/chain.ts';
import { freePort } from '../support/free-port.ts';
import { killServer } from '../support/postgres.ts';
import { type ToldProcess, toldProcess } from '../support/told-process.ts';

const LONG = process.env.NEARCADE_LONG === '1';
const ROUNDS = LONG ? 100 : 20;
const SEED = Number(process.env.SEED ?? systemRandom.below(1_000_000));
const SAVE_EVERY_MS = 100; // As often as this machine can be asked; `./nearcade chain` saves every second.
const VICTIMS = ['hub', 'database', 'chain', 'all'] as const;
const FIRST_WEI = 1_000n * DBC;
const random = seededRandom(SEED);
const folder = mkdtempSync(join(tmpdir(), 'nc-chain-kill-'));
const script = join(import.meta.dirname, '../support/chain-load.ts');

/** What the hub said is safe. */
const kept = {
  gifts: new Set<string>(),
  opens: new Map<string, string>(),
  vouchers: new Map<string, bigint>(),
  receipts: new Map<string, string>(),
};
let acknowledged = 0;
let server: RunningPostgres | undefined;
let node: DevNode | undefined;
let deployed: Deployed | undefined;
let hub: ToldProcess | undefined;
let saving: NodeJS.Timeout | undefined;

function note(line: string): void {
  const [what, id = '', value = ''] = line.split(' ');
  acknowledged++;
  if (what === 'gift') kept.gifts.add(id);
  else if (what === 'open') kept.opens.set(id, value);
  else if (what === 'voucher') kept.vouchers.set(id, BigInt(value));
  else if (what === 'receipt') kept.receipts.set(id, value);
}

const startHub = (round: number, ...more: string[]): ToldProcess =>
  toldProcess(script, [folder, JSON.stringify({ url: node?.url, deployed }), String(round), ...more], note);

const port = freePort();
async function startChain(): Promise<DevNode> {
  const opened = await openDevChain(join(folder, 'chain'), { port: await port }, systemRandom);
  expect(opened.renewed).toBeUndefined(); // What was saved is whole, whenever the kill came.
  deployed = opened.deployed;
  saving = setInterval(() => {
    opened.node.save().catch((cause: unknown) => {
      if (!(cause instanceof OutageError)) throw cause;
    });
  }, SAVE_EVERY_MS);
  return opened.node;
}

/** A wallet: what it sent once it sends again after each loss, byte for byte, in the order of its nonces. */
const wallet = {
  raws: [] as RawTransaction[],
  async deposit(wei: bigint): Promise<void> {
    const data: `0x${string}` = `0x${escrowInterface.encodeFunctionData('deposit', []).slice(2)}`;
    const call = { to: deployed?.escrow ?? '0x', data, gas: 600_000n, valueWei: wei };
    const { raw } = chainSigner(PLAYER.key, DEV_CHAIN_ID).sign(call, wallet.raws.length, 20_000_000_000n);
    wallet.raws.push(raw);
    await wallet.sendAll();
  },
  async sendAll(): Promise<void> {
    const chain = TestChain.attach(node?.url ?? '', deployed as Deployed);
    for (const raw of wallet.raws.slice(await chain.reader.nonceOf(PLAYER.address))) await chain.reader.send(raw);
  },
  /** Until a block has each: a chain that was just started may refuse what it takes a moment later. */
  async insist(): Promise<void> {
    const chain = TestChain.attach(node?.url ?? '', deployed as Deployed);
    while ((await chain.reader.nonceOf(PLAYER.address)) < wallet.raws.length) {
      await wallet.sendAll();
      await chain.quiet();
    }
  },
};

const kills = { hub: 0, database: 0, chain: 0, all: 0 };
let [lostBlocks, inOutbox] = [0, 0];

/** Kills what the round says, and starts it again. The hub goes on by itself where it was not the victim. */
async function kill(victim: (typeof VICTIMS)[number], round: number): Promise<void> {
  kills[victim]++;
  const all = victim === 'all';
  const headBefore = Number(await node?.pool.call('eth_blockNumber', []));
  if (all || victim === 'hub') hub?.kill();
  if (all || victim === 'chain') {
    // In the suite the chain keeps every block it made; with --long it loses those after its last regular save.
    if (!LONG) {
      if (!all) hub?.kill('SIGSTOP');
      await node?.save(); // It may have begun before the last block.
      await node?.save();
    }
    clearInterval(saving);
    process.kill(node?.pid ?? 0, 'SIGKILL');
  }
  if (all || victim === 'database') killServer(server?.pid ?? 0);
  if (all || victim === 'database') {
    await server?.ended;
    await server?.stop();
    server = await startPostgres(folder, silentLog);
  }
  if (all || victim === 'chain') {
    await node?.ended;
    node = await startChain();
    lostBlocks += headBefore - Number(await node.pool.call('eth_blockNumber', []));
    await wallet.sendAll();
    hub?.kill('SIGCONT');
  }
  if (hub !== undefined && (all || victim === 'hub')) {
    await hub.gone();
    hub = startHub(round);
  }
}

/** What the database does not have, of all that was acknowledged before it is asked: a hub that lives says more meanwhile. */
async function missing(database: Database): Promise<string[]> {
  const { gifts, opens, vouchers, receipts } = structuredClone(kept);
  const acts = await database.query<{ purpose: string }>('select distinct purpose from chain_tx');
  const purposes = new Set(acts.map(({ purpose }) => purpose));
  const rows = await database.query<{ id: string; lease: string; cost: bigint | null; amount: bigint | null }>(
    `select s.id, s.facts->>'lease' as lease, s.cost, c.voucher_amount as amount
     from session s join session_count c on c.session = s.id`,
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return [
    ...[...gifts].filter((player) => !purposes.has(`gift/${player}`)).map((player) => `gift ${player}`),
    ...[...opens].filter(([id, lease]) => byId.get(id)?.lease !== lease).map(([id]) => `session ${id}`),
    ...[...vouchers].filter(([id, wei]) => (byId.get(id)?.amount ?? -1n) < wei).map(([id]) => `voucher ${id}`),
    ...[...receipts].filter(([id, cost]) => String(byId.get(id)?.cost) !== cost).map(([id]) => `receipt ${id}`),
  ];
}

afterAll(async () => {
  clearInterval(saving);
  hub?.kill();
  await node?.stop();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('kills of hub, database, chain and all: nothing lost, nothing twice', { timeout: 900_000 }, async () => {
  server = await startPostgres(folder, silentLog);
  await migrateAt(server.address);
  node = await startChain();
  const chain = TestChain.attach(node.url, deployed as Deployed);
  for (const each of [HUB, PLAYER, OPERATOR]) await setDevBalance(node, each.address, 1_000_000n * DBC);
  await chain.stake(OPERATOR, NODE);
  await wallet.deposit(FIRST_WEI);
  await chain.quiet();
  await node.save(); // Deep in the chain, as a deposit is before it counts.
  hub = startHub(0);
  for (let round = 1; round <= ROUNDS; round++) {
    await hub.hear(4 + random.below(10));
    await wallet.deposit(DBC); // On its way while somebody dies.
    await pause(random.below(40));
    await kill(VICTIMS[(round + SEED) % VICTIMS.length] ?? 'all', round);
    const database = openDatabase(server.address, PATIENT);
    expect(await missing(database), `round ${round}, seed ${SEED}`).toEqual([]);
    expect(await checkBooks(database), `round ${round}, seed ${SEED}`).toEqual({ sumWei: 0n, wrong: [] });
    inOutbox += (
      await database.query(
        'select from chain_tx t where not exists (select from chain_end e where e.purpose = t.purpose)',
      )
    ).length;
    await database.close();
  }
  await hub.hear(4);
  hub.kill();
  await hub.gone();
  await wallet.insist();
  hub = startHub(ROUNDS + 1, 'finish');
  await hub.gone();
  expect(hub.child.exitCode).toBe(0);

  // The chain, act by act: each gift once, each deposit once, each lease closed for what its last voucher says.
  const database = openDatabase(server.address, PATIENT);
  expect(await missing(database)).toEqual([]);
  await chain.node.pool.look();
  const events = await chain.reader.events(0, await chain.reader.head());
  const deposits = events.flatMap((event) => (event.kind === 'deposited' ? [event.player] : []));
  const gifts = await database.query<{ purpose: string }>(
    "select distinct purpose from chain_tx where purpose like 'gift/%'",
  );
  const players = gifts.map(({ purpose }) => purpose.slice(5));
  expect(deposits.filter((each) => each !== PLAYER.address).toSorted()).toEqual(players.toSorted());
  expect(deposits.filter((each) => each === PLAYER.address)).toHaveLength(1 + ROUNDS);
  type Row = { id: string; lease: string; amount: bigint | null };
  const sessions = await database.query<Row>(
    `select s.id, s.facts->>'lease' as lease, c.voucher_amount as amount
     from session s join session_count c on c.session = s.id`,
  );
  let paidWei = 0n;
  for (const { id, lease, amount } of sessions) {
    const { state, paidWei: paid } = await chain.escrow.lease(lease as Hash32);
    if (amount !== null) expect([id, state, paid]).toEqual([id, 'closed', amount]);
    expect(state).not.toBe('open');
    paidWei += paid;
  }
  expect(paidWei).toBeGreaterThan(0n);
  // The books, to the wei.
  const side = new HubSide(chain, database);
  await side.turn();
  const { balance } = await chain.account(PLAYER.address);
  expect(balance).toBe(FIRST_WEI + BigInt(ROUNDS) * DBC - paidWei);
  expect(await side.free(PLAYER)).toBe(balance);
  const { earned } = await chain.account(OPERATOR.address);
  expect(await side.balance(database, dbcAccounts.operator(OPERATOR.address as never))).toBe(earned);
  for (const player of players) expect(await side.balance(database, dbcAccounts.player(player as never))).toBe(DBC);
  const facts = await side.keeper.reconcile();
  expect(facts).toMatchObject({ holds: true, coinsWei: facts.bookedWei, liabilitiesWei: facts.bookedWei });
  expect(await checkBooks(database)).toEqual({ sumWei: 0n, wrong: [] });
  await database.close();
  process.stdout.write(
    `chain kills: seed ${SEED}, ${ROUNDS} rounds (${Object.entries(kills)
      .map(([who, times]) => `${who} ${times}`)
      .join(', ')}), ` +
      `${acknowledged} acknowledgements, ${players.length} gifts, ${sessions.length} sessions, ${kept.receipts.size} receipts; ` +
      `${inOutbox} acts waited at a kill, ${lostBlocks} blocks lost with the chain; 0 lost, 0 doubled\n`,
  );
});
