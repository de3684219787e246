// test/support/chain.ts - what tests of the chain share: a real anvil with the contracts, a hub's chain side over a real
// database, and people with keys. Everything is signed in truth here: the contract checks it.
import { setTimeout as pause } from 'node:timers/promises';
import { ChainKeeper } from '../../src/app/chain/chain-keeper.ts';
import type { EventTerms } from '../../src/app/chain/event-transfers.ts';
import { Outbox } from '../../src/app/chain/outbox.ts';
import type { ChainStore, PriceReading } from '../../src/app/chain/ports.ts';
import { type AskClose, Settler } from '../../src/app/chain/settle-sessions.ts';
import { ChainWatch } from '../../src/app/chain/watch-chain.ts';
import { MoneyBook } from '../../src/app/money/session-book.ts';
import { OutageError } from '../../src/base/assert.ts';
import type { IdempotencyKey, LeaseId, NodeId, OperatorId, PlayerId, SessionId } from '../../src/base/ids.ts';
import { seededRandom } from '../../src/base/random.ts';
import { chart } from '../../src/billing/ledger.ts';
import { priceWei } from '../../src/billing/pricing.ts';
import { DEV_CHAIN_ID, type DevNode, startDevNode } from '../../src/chain/anvil.ts';
import { chainReader, escrowReader } from '../../src/chain/chain-client.ts';
import { DEV_TREASURY, type Deployed, deployDev, mined, setDevBalance } from '../../src/chain/dev-chain.ts';
import { escrowCalls } from '../../src/chain/escrow-calls.ts';
import { escrowInterface } from '../../src/chain/escrow-events.ts';
import { RpcPool } from '../../src/chain/rpc.ts';
import { chainSigner } from '../../src/chain/signer.ts';
import { stakeCall } from '../../src/chain/stake-calls.ts';
import type { Receipt } from '../../src/protocol/receipt.ts';
import { bindType, closeType } from '../../src/protocol/settlement-data.ts';
import type { EndReason } from '../../src/protocol/shapes.ts';
import {
  type Address,
  addressOf,
  type Hash32,
  recoverSigner,
  type SigningDomain,
  signDigest,
  typedDataDigest,
} from '../../src/protocol/typed-data.ts';
import { type Consent, consentDigest, openDigest, type Voucher, voucherDigest } from '../../src/protocol/voucher.ts';
import { NO_BAD_MS } from '../../src/session/good-time.ts';
import type { Database } from '../../src/storage/database.ts';
import { pgChainStore } from '../../src/storage/pg-chain-store.ts';
import { PgMoneyStore } from '../../src/storage/pg-money-store.ts';
import { openCommand, quoteOf, said, sessionId } from './money.ts';

/** Somebody with a key. */
export type Person = { readonly key: Uint8Array; readonly address: Address };
/** A person by number. */
export function person(number: number): Person {
  const key = new Uint8Array(32).fill(1);
  key[31] = number;
  return { key, address: addressOf(key) };
}
export const DBC = 10n ** 18n;
const GAS_MONEY = 1_000_000n * DBC;
/** Accounts of the books that stand for the contract's. */
export const dbcAccounts = chart('DBC');

/** A chain with contracts, and people who act on it by themselves. */
export class TestChain {
  readonly node: Pick<DevNode, 'url' | 'pool' | 'stop'>;
  readonly deployed: Deployed;
  readonly domain: SigningDomain;
  /** The chain's clock when the test began. */
  wallMs = Date.now();
  #start: unknown;
  #automine = true;

  private constructor(node: Pick<DevNode, 'url' | 'pool' | 'stop'>, deployed: Deployed) {
    this.node = node;
    this.deployed = deployed;
    this.domain = { chainId: DEV_CHAIN_ID, verifyingContract: deployed.escrow };
  }

  static async start(): Promise<TestChain> {
    const node = await startDevNode();
    const chain = new TestChain(node, await deployDev(node, seededRandom(3)));
    for (const each of [HUB, PLAYER, OTHER, OPERATOR]) await setDevBalance(node, each.address, GAS_MONEY);
    return chain;
  }

  /** The same chain, seen from another process. */
  static attach(url: string, deployed: Deployed): TestChain {
    const clock = { monotonicMs: () => performance.now(), wallMs: () => Date.now() };
    return new TestChain(
      { url, pool: new RpcPool({ urls: [url], chainId: DEV_CHAIN_ID, clock }), stop: async () => {} },
      deployed,
    );
  }

  rpc(method: string, ...params: readonly unknown[]): Promise<unknown> {
    return this.node.pool.call(method, params);
  }

  get reader() {
    return chainReader(this.node.pool, this.deployed);
  }
  get escrow() {
    return escrowReader(this.node.pool, this.deployed);
  }

  /** A person's own transaction; throws when it fails on the chain. Returns its hash. */
  async send(from: Person, to: Address, data: `0x${string}`, valueWei = 0n, mustWork = true): Promise<Hash32> {
    const nonce = await this.reader.nonceOf(from.address);
    const gasPriceWei = (await this.reader.gasPriceWei()) * 2n;
    const signer = chainSigner(from.key, DEV_CHAIN_ID);
    const { raw, hash } = signer.sign({ to, data, gas: 600_000n, valueWei }, nonce, gasPriceWei);
    const answer = await this.reader.send(raw);
    if (typeof answer === 'object') throw new Error(answer.refused);
    if (mustWork && !(await mined(this.reader, hash)).ok) throw new Error(`transaction ${data.slice(0, 10)} failed`);
    return hash;
  }

  /** Calls a function of the escrow. */
  call(from: Person, name: string, values: readonly unknown[], valueWei = 0n, mustWork = true): Promise<Hash32> {
    const data = escrowInterface.encodeFunctionData(name, values);
    return this.send(from, this.deployed.escrow, `0x${data.slice(2)}`, valueWei, mustWork);
  }

  /** Reads a view of the escrow: its result, or the one in that place. */
  async view(name: string, values: readonly unknown[], place = 0): Promise<unknown> {
    const data = escrowInterface.encodeFunctionData(name, values);
    const answer = await this.rpc('eth_call', { to: this.deployed.escrow, data }, 'latest');
    return escrowInterface.decodeFunctionResult(name, String(answer))[place];
  }

  async stake(operator: Person, node: Person, gpus = 1): Promise<void> {
    const bind = { node: node.address, operator: operator.address, nonce: 0n };
    const word = signDigest(typedDataDigest(this.domain, bindType, bind), node.key);
    const { to, data, valueWei } = stakeCall(this.deployed.registry, node.address, gpus, word, 1_000n * DBC);
    await this.send(operator, to, data, valueWei);
  }

  /** The owner of the contracts (on a development chain the guardian too) calls a function; it has no key here. */
  async asOwner(name: string, values: readonly unknown[] = []): Promise<void> {
    const from = String(await this.view('owner', []));
    await this.rpc('anvil_impersonateAccount', from);
    const data = escrowInterface.encodeFunctionData(name, values);
    const hash = await this.rpc('eth_sendTransaction', { from, to: this.deployed.escrow, data });
    if (!(await mined(this.reader, `0x${String(hash).slice(2)}`)).ok) throw new Error(`${name} failed`);
  }

  mine(blocks = 1): Promise<unknown> {
    return this.rpc('anvil_mine', `0x${blocks.toString(16)}`);
  }

  /** Back to where the chain stood when the first test began; the chain's clock goes on, and tests go by it. */
  async fresh(): Promise<void> {
    if (this.#start !== undefined) await this.rpc('evm_revert', this.#start);
    this.#start = await this.rpc('evm_snapshot');
    await this.automine(true);
    await this.mine();
    this.wallMs = (await this.reader.head()).atS * 1_000;
  }

  /** Whether each transaction gets a block at once. */
  async automine(on: boolean): Promise<void> {
    this.#automine = on;
    await this.rpc('evm_setAutomine', on);
  }

  /** Passes time on the chain; the next block has it. */
  pass(seconds: number): Promise<unknown> {
    return this.rpc('evm_increaseTime', seconds);
  }

  /** Waits until every transaction that was sent is in a block: anvil makes it a moment after it took them. */
  async quiet(): Promise<void> {
    if (!this.#automine) return;
    for (let look = 0; look < 500; look++) {
      const status = (await this.rpc('txpool_status')) as { pending: string; queued: string };
      if (Number(status.pending) === 0) return;
      await pause(10);
    }
    throw new Error('transactions stay without a block');
  }

  /** Free, earned and asked-for coins of an account in the escrow. */
  async account(address: Address): Promise<{ balance: bigint; earned: bigint }> {
    const found = (await this.view('accountOf', [address])) as { balance: bigint; earned: bigint };
    return { balance: BigInt(found.balance), earned: BigInt(found.earned) };
  }

  stop(): Promise<void> {
    return this.node.stop();
  }
}

export const HUB = person(1);
export const PLAYER = person(2);
export const OTHER = person(3);
export const OPERATOR = person(4);
export const NODE = person(5);
export const SESSION_KEY = person(6);
export const playerId = (of: Person) => of.address as string as PlayerId;

/** What a test changes about a hub's chain side. */
export type SideWish = {
  readonly confirmations?: number;
  readonly movesAlone?: boolean;
  readonly urls?: readonly string[];
  readonly pool?: RpcPool;
  readonly wrapStore?: (store: ChainStore) => ChainStore;
  /** False: the node is away and signs no close. */
  readonly nodeSigns?: boolean;
  readonly price?: () => Promise<PriceReading>;
  readonly settleEveryMs?: number;
  /** Sessions of each kind in one round of settling. */
  readonly most?: number;
  /** Welcome money that the hub's key deposits. */
  readonly faucetWei?: bigint;
  /** Who earned the platform's share when the hub was started; the first one of the contract unless a test says another. */
  readonly treasury?: Address;
  /** Whose machines need no stake. */
  readonly house?: OperatorId;
  /** Whose machine NODE is at the hub; OPERATOR, who staked for it, unless a test says another. */
  readonly operator?: Person;
};

/** One hub's side of the chain. */
export class HubSide {
  readonly chain: TestChain;
  readonly store: ChainStore;
  readonly money: PgMoneyStore;
  readonly keeper: ChainKeeper;
  readonly outbox: Outbox;
  readonly book: MoneyBook;
  readonly asked: Parameters<AskClose>[0][] = [];
  /** Sessions whose play the chain side wants to end, and why. */
  readonly ended = new Map<SessionId, EndReason>();
  nowMs = 1_000;
  wallMs: number;
  readonly #operator: Person;
  #opened = 0;

  constructor(chain: TestChain, database: Database, wish: SideWish = {}) {
    this.chain = chain;
    this.wallMs = chain.wallMs;
    this.#operator = wish.operator ?? OPERATOR;
    const clock = { monotonicMs: () => this.nowMs, wallMs: () => this.wallMs };
    const urls = wish.urls ?? [chain.node.url];
    const pool = wish.pool ?? new RpcPool({ urls, chainId: DEV_CHAIN_ID, clock, answerMs: 5_000 });
    const { confirmations = 1, movesAlone = false } = wish;
    const plain = pgChainStore(database, 'DBC');
    this.store = wish.wrapStore?.(plain) ?? plain;
    this.money = new PgMoneyStore(database, 'DBC');
    const reader = chainReader(pool, chain.deployed);
    const escrow = escrowReader(pool, chain.deployed);
    const signer = chainSigner(HUB.key, DEV_CHAIN_ID);
    const calls = escrowCalls(chain.deployed.escrow);
    const { faucetWei } = wish;
    const faucet = faucetWei === undefined ? {} : { faucet: signer.address };
    const terms: EventTerms = {
      currency: 'DBC',
      treasury: wish.treasury ?? DEV_TREASURY,
      atMs: () => this.wallMs,
      ...faucet,
    };
    this.outbox = new Outbox({ reader, store: this.store, signer });
    const ask: AskClose = (question) => {
      this.asked.push(question);
      if (wish.nodeSigns === false) return;
      const { lease, seq, amountWei } = question;
      const signature = signDigest(
        typedDataDigest(chain.domain, closeType, { lease, seq, amount: amountWei }),
        NODE.key,
      );
      const message = { t: 'close.signed' as const, session: question.session, signature };
      const word = { ...message, lease: lease as string as LeaseId, seq: seq.toString(), amount: amountWei.toString() };
      this.keeper.closeSigned(NODE.address as string as NodeId, word).catch((cause: unknown) => {
        if (!(cause instanceof OutageError)) throw cause; // Else the settler asks again.
      });
    };
    const { store, outbox } = this;
    this.keeper = new ChainKeeper({
      ...{ domain: chain.domain, store, reader, escrow, calls, outbox, signer: signer.address },
      watch: new ChainWatch({ reader, store, terms, confirmations, firstBlock: chain.deployed.firstBlock, movesAlone }),
      settler: new Settler({
        ...{ store, outbox, calls, escrow, terms, askClose: ask, settleEveryMs: wish.settleEveryMs ?? 0 },
        endPlay: (session, reason) => this.ended.set(session, reason),
        ...(wish.most !== undefined && { most: wish.most }),
      }),
      sight: async () => {
        await pool.look();
        const good = pool.addresses.filter(({ state }) => state === 'good').length;
        return { good, all: pool.addresses.length, headAgeMs: pool.headAgeMs(), movesAlone };
      },
      price: wish.price ?? (async () => ({ microUsdPerDbc: 2_000 })),
      ...(faucetWei !== undefined && { faucetWei }),
      ...(wish.house !== undefined && { house: wish.house }),
      recoverSigner: async (digest, signature) => recoverSigner(digest, signature),
    });
    this.book = new MoneyBook({
      store: this.money,
      recoverSigner: async (digest, signature) => recoverSigner(digest, signature),
      random: seededRandom(5 + Math.floor(this.wallMs % 1_000_000)),
      terms: {
        ...{ currency: 'DBC', domain: chain.domain, burned: 'on-chain' },
        ...(faucetWei !== undefined && { giftsFrom: 'chain' }),
      },
      lockMs: 4 * 3_600_000,
      dayOffsetMs: 0,
      chain: this.keeper,
    });
  }

  get now() {
    return { nowMs: this.nowMs, wallMs: this.wallMs };
  }

  /** One turn of the keeper; time passes so that everything that is due is. */
  async turn(passMs = 61_000) {
    this.nowMs += passMs;
    const news = await this.keeper.turn(this.now);
    await this.chain.quiet();
    return news;
  }

  /** What the books say a player has free. */
  async free(of: Person): Promise<bigint> {
    return (await this.money.purse(playerId(of), 0)).freeWei;
  }

  /** A whole session in the books: opened, played for `goodMs` by both sides, vouchered for `vouchedMs`, closed. */
  async play(number: number, goodMs: number, vouchedMs = goodMs): Promise<Receipt> {
    const opened = await this.open(number);
    return opened.end(goodMs, vouchedMs);
  }

  /** Opens and signs a session. `terms`: what its consent says otherwise; `by`: who signs, where it speaks for several. */
  async open(
    number: number,
    nonce = 1n,
    payer = PLAYER,
    terms: Partial<Consent> = {},
    by: { readonly device: Person; readonly keyProof?: readonly Hash32[] } = { device: SESSION_KEY },
    quote = quoteOf(),
  ) {
    const { device, keyProof } = by;
    const { domain } = this.chain;
    this.#opened += 1;
    const base = openCommand({ number, quote, consent: { nonce } }, this.wallMs);
    const consent: Consent = {
      ...base.consent,
      payer: payer.address,
      sessionKey: SESSION_KEY.address,
      validFrom: BigInt(Math.floor(this.wallMs / 1_000) - 3_600),
      ...terms,
    };
    const consentSignature = signDigest(consentDigest(domain, consent), payer.key);
    const node = NODE.address as string as NodeId;
    const command = {
      ...base,
      session: sessionId(number),
      key: `key-${number}-chain` as IdempotencyKey,
      player: playerId(payer),
      operator: this.#operator.address as string as OperatorId,
      node,
      choice: { ...base.choice, node },
      consent,
      consentSignature,
      sessionKey: device.address,
      ...(keyProof && { keyProof }),
    };
    const opened = await this.book.open(command, 'hash', this.nowMs, this.wallMs);
    if (!opened.ok) throw new Error(`open was refused: ${said(opened)}`);
    const { open, lease, session, epoch } = opened.value;
    const signed = await this.book.acceptOpen(session, signDigest(openDigest(domain, open), device.key));
    if (!signed.ok) throw new Error(`open signature was refused: ${said(signed)}`);
    let seq = 0n;
    const vouch = async (servedMs: number) => {
      seq += 1n;
      const ms = BigInt(servedMs);
      const voucher: Voucher = { lease: lease as string as Hash32, seq, servedMs: ms, amount: priceWei(open.rate, ms) };
      const signature = signDigest(voucherDigest(domain, voucher), device.key);
      const taken = await this.book.acceptVoucher(session, voucher, signature, this.nowMs);
      if (!taken.ok) throw new Error(`voucher was refused: ${said(taken)}`);
      return { voucher, signature };
    };
    const count = async (goodMs: number) => {
      const counts = { framesSent: 0, bytesSent: 0, encodeMs: 0 };
      const both = { session, seq: 1, goodMs, badMs: NO_BAD_MS };
      await this.book.nodeTick(node, { t: 'tick', epoch, ...both, ...counts }, this.nowMs, this.wallMs);
      await this.book.playerTick({ t: 'tick', ...both }, this.nowMs, this.wallMs);
    };
    return {
      command,
      open,
      lease: lease as string as Hash32,
      session,
      vouch,
      count,
      end: async (goodMs: number, vouchedMs: number, reason: EndReason = 'player-left'): Promise<Receipt> => {
        await count(goodMs);
        if (vouchedMs > 0) await vouch(vouchedMs);
        const closed = await this.book.close(session, reason, this.nowMs, this.wallMs);
        if (!closed.ok) throw new Error(`close was refused: ${said(closed)}`);
        return closed.value;
      },
    };
  }

  /** The balance of an account in the books. */
  async balance(database: Database, account: string): Promise<bigint> {
    const [row] = await database.query<{ balance: bigint }>('select balance from account where id = $1', [account]);
    return row?.balance ?? 0n;
  }
}
