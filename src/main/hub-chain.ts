// src/main/hub-chain.ts - a hub's chain from its settings: addresses, contracts, the hot key, the price, and the timer that
// turns the keeper.
import { resolve } from 'node:path';
import type { ChainFunds } from '../app/admin/ports.ts';
import { ChainKeeper } from '../app/chain/chain-keeper.ts';
import type { EventTerms } from '../app/chain/event-transfers.ts';
import { Outbox } from '../app/chain/outbox.ts';
import type { ChainStore } from '../app/chain/ports.ts';
import { type AskClose, type EndPlay, Settler } from '../app/chain/settle-sessions.ts';
import { ChainWatch } from '../app/chain/watch-chain.ts';
import type { RecoverSigner } from '../app/money/ports.ts';
import type { DbcPrice, QuoteBook } from '../app/money/quote.ts';
import type { Now, QuotePort } from '../app/ports.ts';
import { OutageError } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import type { OperatorId } from '../base/ids.ts';
import { err, ok } from '../base/result.ts';
import { GRAIN_WEI, grain, WEI_PER_DBC } from '../base/units.ts';
import { burnPolicies } from '../billing/burn-policy.ts';
import { type Contracts, chainReader, escrowFunds, escrowReader } from '../chain/chain-client.ts';
import { fillDevWallet } from '../chain/dev-chain.ts';
import { escrowCalls } from '../chain/escrow-calls.ts';
import { fileSource, fixedSource, oracleSource, type PriceSource } from '../chain/price-source.ts';
import { RpcError, RpcPool } from '../chain/rpc.ts';
import { chainSigner } from '../chain/signer.ts';
import type { Log } from '../observe/log.ts';
import type { ChainFacts, PublicConfig } from '../protocol/http-api.ts';
import type { Quote } from '../protocol/shapes.ts';
import type { Address, SigningDomain } from '../protocol/typed-data.ts';
import type { ChainWindow } from '../server/http/parts.ts';

/** What a chain is, beside its addresses. */
type Kind = {
  readonly chainId: bigint;
  readonly confirmations: number;
  readonly movesAlone: boolean;
  readonly pollMs: number;
  readonly settleEveryMs: number;
  readonly faucetWei?: bigint;
  readonly walletWei?: bigint;
  readonly explorer?: ChainFacts['explorer'];
};
const explorer = (origin: string) => ({ transaction: `${origin}/tx/`, address: `${origin}/address/` });
/** Chains by mode. DBC: 6 s blocks, GRANDPA finality some blocks behind; ids as its node's chain specification has them. */
export const chainKinds: Readonly<Record<Exclude<PublicConfig['chainMode'], 'off'>, Kind>> = {
  dev: {
    chainId: 19_800_818n,
    confirmations: 1,
    movesAlone: false,
    pollMs: 500,
    settleEveryMs: 2_000,
    faucetWei: 1_000n * WEI_PER_DBC,
    walletWei: 2_000n * WEI_PER_DBC, // A stake, and as much again.
  },
  'dbc-testnet': {
    chainId: 19_850_818n,
    confirmations: 6,
    movesAlone: true,
    pollMs: 3_000,
    settleEveryMs: 120_000,
    explorer: explorer('https://testnet.dbcscan.io'),
  },
  'dbc-mainnet': {
    chainId: 19_880_818n,
    confirmations: 12,
    movesAlone: true,
    pollMs: 3_000,
    settleEveryMs: 300_000,
    explorer: explorer('https://dbcscan.io'),
  },
};

/** Where prices come from. */
export type PriceWish =
  | { readonly source: 'fixed'; readonly microUsd: number }
  | { readonly source: 'file'; readonly path: string }
  | { readonly source: 'chain' };

/** What a person decided about the chain. */
export type ChainWish = {
  readonly mode: Exclude<PublicConfig['chainMode'], 'off'>;
  readonly urls: readonly string[];
  readonly contracts: Contracts;
  readonly firstBlock: number;
  readonly confirmations?: number;
  /** 32 bytes of the hot key. */
  readonly key: Uint8Array;
  readonly price: PriceWish;
};

/** A chain that the hub can be made with. */
export type HubChain = {
  readonly mode: ChainWish['mode'];
  readonly domain: SigningDomain;
  readonly window: ChainWindow;
  readonly pool: RpcPool;
  readonly contracts: Contracts;
  readonly signer: Address;
  /** Coins of the escrow, for the hourly comparison. */
  readonly funds: ChainFunds;
  /** Name of the price's source, for quotes. */
  readonly priceSource: PriceSource['name'];
  /** Makes the keeper; `ask` reaches the nodes, `endPlay` the sessions. Called once, by the hub. */
  keeper(parts: {
    readonly store: ChainStore;
    readonly recoverSigner: RecoverSigner;
    readonly ask: AskClose;
    readonly endPlay: EndPlay;
  }): ChainKeeper;
  /** Turns the keeper until it is stopped; resolves after the first turn. */
  start(log: Log, fatal: (cause: unknown) => void): Promise<{ stop(): Promise<void> }>;
};

function priceSource(wish: PriceWish, pool: RpcPool): PriceSource {
  if (wish.source === 'fixed') return fixedSource(wish.microUsd);
  return wish.source === 'file' ? fileSource(resolve(wish.path)) : oracleSource(pool);
}

/** The price that the keeper believes, as of its reading; `before` there is one, when nothing may start yet, another. */
export function chainPrice(
  keeper: ChainKeeper,
  source: string,
  before: (wallMs: number) => DbcPrice,
): (wallMs: number) => DbcPrice {
  return (wallMs) => {
    const { price } = keeper;
    return price === undefined ? before(wallMs) : { microUsdPerDbc: price.microUsdPerDbc, atMs: price.wallMs, source };
  };
}

/** A quote whose base leg is at least the contract's floor; the operator's premium stays what it is. */
function aboveFloor(quote: Quote, floorWei: bigint, microUsdPerDbc: number): Quote {
  const [rateWei, baseWei] = [BigInt(quote.rateWeiPerHour), BigInt(quote.baseWeiPerHour)];
  const leastWei = grain(floorWei + GRAIN_WEI - 1n);
  if (baseWei >= leastWei) return quote;
  const raisedWei = rateWei - baseWei + leastWei;
  return {
    ...quote,
    rateWeiPerHour: raisedWei.toString(),
    baseWeiPerHour: leastWei.toString(),
    rateMicroUsdPerHour: Number((raisedWei * BigInt(microUsdPerDbc)) / WEI_PER_DBC),
  };
}

/**
 * The contract decides about policy, tier, fee and least base leg of a session by when it starts: a quote that says otherwise
 * would not open.
 */
export function chainQuotes(inner: QuoteBook, keeper: Pick<ChainKeeper, 'termsAt'>): QuotePort {
  return {
    price: (wallMs) => inner.price(wallMs),
    quote: (terms, wallMs) => {
      const frozen = keeper.termsAt(wallMs);
      const floorWei = frozen?.baseFloorWei ?? 0n;
      const quote = aboveFloor(inner.quote(terms, wallMs), floorWei, inner.price(wallMs).microUsdPerDbc);
      const policy = burnPolicies.find(({ number }) => number === frozen?.burnPolicy);
      if (frozen === undefined || policy === undefined) return quote;
      const { gpuTier, burnBps, platformBps } = frozen;
      return { ...quote, burnPolicy: policy.name, burnPolicyNumber: policy.number, gpuTier, burnBps, platformBps };
    },
    stands: ({ burnPolicyNumber, gpuTier, burnBps, platformBps, baseWeiPerHour }, wallMs) => {
      const terms = keeper.termsAt(wallMs);
      if (terms === undefined) return true; // Until they are known the keeper lets nobody start.
      return (
        terms.burnPolicy === burnPolicyNumber &&
        terms.gpuTier === gpuTier &&
        terms.burnBps === burnBps &&
        terms.platformBps === platformBps &&
        BigInt(baseWeiPerHour) >= terms.baseFloorWei
      );
    },
  };
}

/** Where signatures for a chain count. */
export const chainDomain = ({ mode, contracts }: Pick<ChainWish, 'mode' | 'contracts'>): SigningDomain => ({
  chainId: chainKinds[mode].chainId,
  verifyingContract: contracts.escrow,
});

/** Prepares a chain; asks nobody yet. `house`: whose machines get their stake from the hub itself. */
export function openHubChain(wish: ChainWish, clock: Clock, treasury: Address, house?: OperatorId): HubChain {
  const kind = chainKinds[wish.mode];
  const pool = new RpcPool({ urls: wish.urls, chainId: kind.chainId, clock });
  const { contracts } = wish;
  const domain = chainDomain(wish);
  const signer = chainSigner(wish.key, kind.chainId);
  const reader = chainReader(pool, contracts);
  const escrow = escrowReader(pool, contracts);
  const source = priceSource(wish.price, pool);
  const confirmations = wish.confirmations ?? kind.confirmations;
  const faucet = kind.faucetWei === undefined ? {} : { faucet: signer.address };
  const terms: EventTerms = { currency: 'DBC', treasury, atMs: () => clock.wallMs(), ...faucet };
  let kept: ChainKeeper | undefined;
  const makeKeeper: HubChain['keeper'] = ({ store, recoverSigner, ask, endPlay }) => {
    const outbox = new Outbox({ reader, store, signer });
    const calls = escrowCalls(contracts.escrow);
    const { movesAlone, settleEveryMs, faucetWei, walletWei } = kind;
    kept = new ChainKeeper({
      ...{ domain, store, reader, escrow, calls, outbox, recoverSigner, signer: signer.address },
      watch: new ChainWatch({ reader, store, terms, confirmations, firstBlock: wish.firstBlock, movesAlone }),
      settler: new Settler({ store, outbox, calls, escrow, terms, askClose: ask, endPlay, settleEveryMs }),
      sight: async () => {
        await pool.look();
        const good = pool.addresses.filter(({ state }) => state === 'good').length;
        return { good, all: pool.addresses.length, headAgeMs: pool.headAgeMs(), movesAlone };
      },
      price: () => source.read(),
      ...(house !== undefined && { house }),
      ...(faucetWei !== undefined && { faucetWei }),
      ...(walletWei !== undefined && {
        fillWallet: (account: Address) => fillDevWallet({ pool }, reader, account, walletWei),
      }),
    });
    return kept;
  };
  const facts = (now: Now): ChainFacts => {
    const news = kept?.news;
    const paused = kept?.pauseReason(now);
    return {
      state: news?.state ?? 'offline',
      chainId: kind.chainId.toString(),
      ...contracts,
      rpcUrls: wish.mode === 'dev' ? [] : [...wish.urls],
      ...(kind.explorer && { explorer: kind.explorer }),
      headNumber: news?.headNumber ?? 0,
      readNumber: news?.readNumber ?? 0,
      confirmations,
      waiting: news?.waiting ?? 0,
      ...(news?.reconciled && { booksHold: news.reconciled.holds }),
      ...(paused !== undefined && { paused }),
    };
  };
  const rpc: NonNullable<ChainWindow['rpc']> = async (method, params) => {
    try {
      return ok(await pool.passOn(method, params));
    } catch (cause) {
      if (cause instanceof RpcError) return err({ code: cause.code, message: cause.message });
      throw cause;
    }
  };
  return {
    ...{
      mode: wish.mode,
      domain,
      pool,
      contracts,
      signer: signer.address,
      funds: escrowFunds(reader, contracts),
      keeper: makeKeeper,
      priceSource: source.name,
    },
    window: { facts, ...(wish.mode === 'dev' && { rpc }) },
    start: (log, fatal) => turnEvery(kind.pollMs, clock, () => kept, log, fatal),
  };
}

const TROUBLE_LOG_EVERY_MS = 30_000;

/** The timer: one turn after the other, never two at once. */
async function turnEvery(
  pollMs: number,
  clock: Clock,
  keeper: () => ChainKeeper | undefined,
  log: Log,
  fatal: (cause: unknown) => void,
): Promise<{ stop(): Promise<void> }> {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let last: string | undefined;
  let loggedMs = Number.NEGATIVE_INFINITY;
  const turn = async (): Promise<void> => {
    try {
      const news = await keeper()?.turn({ nowMs: clock.monotonicMs(), wallMs: clock.wallMs() });
      if (news !== undefined && news.state !== last)
        log.info({ state: news.state, head: news.headNumber }, 'chain.state');
      last = news?.state;
      if (news?.reconciled?.holds === false) throw new OutageError('the books say more coins than the escrow holds');
      if (news?.trouble !== undefined) throw new OutageError(news.trouble);
    } catch (cause) {
      if (!(cause instanceof OutageError)) return fatal(cause);
      if (clock.monotonicMs() - loggedMs < TROUBLE_LOG_EVERY_MS) return;
      loggedMs = clock.monotonicMs();
      log.warn({ cause: cause.message }, 'chain.trouble');
    }
  };
  let running = turn();
  await running;
  const again = (): void => {
    timer = setTimeout(() => {
      running = turn().then(() => {
        if (!stopped) again();
      });
    }, pollMs);
  };
  again();
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
