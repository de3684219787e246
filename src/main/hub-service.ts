// src/main/hub-service.ts - a hub from its parts: use cases over stores, HTTP and sockets on one port, one loop. `hub.ts`
// hands in what a person set; tests hand in memory and other clocks.
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { catchUp, type Desk, openDesk } from '../app/admin/desk.ts';
import type { ChainFunds, SecretKeeper } from '../app/admin/ports.ts';
import { reconcileBooks } from '../app/admin/reconcile.ts';
import type { ChainStore } from '../app/chain/ports.ts';
import { endUnpaid } from '../app/end-play.ts';
import { leftOn } from '../app/free-nodes.ts';
import { type Hub, newHub } from '../app/hub.ts';
import { newLogIns } from '../app/log-in.ts';
import type { BookTerms } from '../app/money/closing.ts';
import type { RecoverSigner } from '../app/money/ports.ts';
import { fixedPrice, QuoteBook } from '../app/money/quote.ts';
import { MoneyBook } from '../app/money/session-book.ts';
import { askClose } from '../app/node-closes.ts';
import type { AlertParts } from '../app/operator/keep-alerts.ts';
import type { MintCredential } from '../app/ports.ts';
import { recoverSessions } from '../app/recover.ts';
import { OutageError } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import type { PlayerId } from '../base/ids.ts';
import type { Cidr } from '../base/ip.ts';
import type { Random } from '../base/random.ts';
import { WEI_PER_DBC } from '../base/units.ts';
import { openRecoverPool } from '../chain/recover-pool.ts';
import type { HostPort } from '../config/setting.ts';
import type { Log } from '../observe/log.ts';
import { type HubMetrics, hubMetrics } from '../observe/metrics.ts';
import type { PublicConfig } from '../protocol/http-api.ts';
import type { SigningDomain } from '../protocol/typed-data.ts';
import { drain } from '../server/drain.ts';
import { openDeliveries } from '../server/hooks/deliveries.ts';
import { makeHttp } from '../server/http/app.ts';
import { smtpMail } from '../server/mail/smtp.ts';
import { openSockets } from '../server/ws/sockets.ts';
import { ownOrigins } from '../signaling/own-origins.ts';
import { makeCafes } from './cafe-service.ts';
import { chainPrice, chainQuotes, type HubChain } from './hub-chain.ts';
import { startLoop } from './hub-loop.ts';
import type { HubStores } from './hub-stores.ts';
import { type HubTls, keepTls } from './hub-tls.ts';
import { makeOperators } from './operator-service.ts';
import { receiptSealBy, relayProof, sealsBy } from './seals.ts';

/** What a hub is made of. */
export type HubParts = {
  readonly http: HostPort;
  readonly publicUrl: string | undefined;
  /** HTTPS of its own. */
  readonly tls?: HubTls;
  readonly trustProxy: boolean;
  readonly allowedMedia: readonly Cidr[];
  readonly domain: SigningDomain;
  readonly chainMode: PublicConfig['chainMode'];
  /** Where coins settle; absent with `chainMode` off. */
  readonly chain?: { readonly side: HubChain; readonly store: ChainStore };
  readonly priceMicroUsd: number;
  readonly burnPolicy: string;
  readonly platformBps: number;
  /** Key of the hub's own seals. */
  readonly sealKey: string;
  /** Live secrets shared with the relays, newest first. */
  readonly relaySecrets: readonly string[];
  readonly mint: MintCredential;
  readonly stores: HubStores;
  /** Wallets that may act as admins. */
  readonly admins?: ReadonlySet<PlayerId>;
  /** Secrets of the data folder; without it none can be rotated here. */
  readonly secrets?: SecretKeeper;
  /** The chain's figure for reconciliation, where it is not that of `chain`. */
  readonly funds?: ChainFunds;
  /** Key of the seal on receipts, where it is not made from `sealKey`. */
  readonly receiptKey?: string;
  /** The mail server, and the address that mail comes from. */
  readonly smtp?: { readonly url: string; readonly from: string };
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly version: string;
  readonly pageFolder: string | undefined;
  /** A bug of ours came to light: the process must end. */
  readonly fatal: (cause: unknown) => void;
};

/** A hub that serves. */
export type HubService = {
  readonly hub: Hub;
  /** Origin to show to a person. */
  readonly url: string;
  readonly port: number;
  /** Drains, closes sockets, HTTP and stores. */
  stop(reason: string): Promise<void>;
  /** Ends at once and writes nothing, as a kill does; the stores stay open for the next start. For tests. */
  kill(): Promise<void>;
};

/** No second counts above this round trip and its slack (DESIGN 6.3): beyond it a game of reactions is no fun. */
const RTT_CAP_MS = 100;
/** Play money for a new account: ten hours on an ordinary machine. */
const WELCOME_WEI = 1_000n * WEI_PER_DBC;
/** Longest play that one Open allows for. On a chain it is locked until the session is settled, so it is shorter there. */
const LOCK_MS = 12 * 3_600_000;
const LOCK_ON_CHAIN_MS = 4 * 3_600_000;
const NEVER_LISTENED = 0;

/** Every address of this machine, now. */
export function machineAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).map(({ address }) => address.split('%')[0] ?? ''),
  );
}

function gaugesOf(hub: () => Hub): HubMetrics {
  const here = () => [...hub().nodes.values()].filter(({ presence }) => presence.state === 'here');
  return hubMetrics({
    players: () => hub().links.size,
    nodes: () => here().length,
    relays: () => hub().relays.size,
    sessions: () => hub().sessions.size,
    seatsFree: () => here().reduce((sum, node) => sum + leftOn(hub(), node), 0),
    waiting: () => hub().line.length,
    peers: () => hub().routes.size,
    chainWaiting: () => hub().ports.chain?.news.waiting ?? 0,
    chainReverted: () => hub().ports.chain?.news.reverted ?? 0,
  });
}

/** Whether only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

/** What a hub's books are kept in, by its chain. */
export function bookTerms(chainMode: HubParts['chainMode'], domain: SigningDomain): BookTerms {
  if (chainMode === 'off') return { currency: 'PLAY', domain, burned: 'play-money' };
  return { currency: 'DBC', domain, burned: 'on-chain', ...(chainMode === 'dev' && { giftsFrom: 'chain' }) };
}

async function makeHub(
  parts: HubParts,
  origins: readonly string[],
  metrics: HubMetrics,
  recover: RecoverSigner,
): Promise<Hub> {
  const { stores, domain, chainMode, random, clock } = parts;
  const playMoney = chainMode === 'off' || chainMode === 'dev';
  let hub: Hub | undefined;
  const keeper = parts.chain?.side.keeper({
    store: parts.chain.store,
    recoverSigner: recover,
    ask: (question) => hub !== undefined && askClose(hub, question),
    endPlay: (session, reason) =>
      hub !== undefined && endUnpaid(hub, session, reason, { nowMs: clock.monotonicMs(), wallMs: clock.wallMs() }),
  });
  const book = new MoneyBook({
    store: stores.money,
    recoverSigner: recover,
    random,
    terms: { ...bookTerms(chainMode, domain), seal: receiptSealBy(parts.receiptKey ?? parts.sealKey) },
    lockMs: keeper === undefined ? LOCK_MS : LOCK_ON_CHAIN_MS,
    dayOffsetMs: 0,
    ...(keeper && { chain: keeper }),
  });
  const fixed = fixedPrice(parts.priceMicroUsd, Math.floor(clock.wallMs()));
  const quotes = new QuoteBook({
    store: stores.money,
    policy: parts.burnPolicy,
    platformBps: parts.platformBps,
    price: keeper === undefined ? fixed : chainPrice(keeper, parts.chain?.side.priceSource ?? 'fixed', fixed),
  });
  await quotes.recover();
  hub = newHub(
    {
      domain,
      playMoney,
      origins,
      machineAddresses: machineAddresses(),
      allowedMedia: parts.allowedMedia,
      rttCapMs: RTT_CAP_MS,
    },
    {
      book,
      quotes: keeper === undefined ? quotes : chainQuotes(quotes, keeper),
      ...(keeper && { chain: keeper }),
      nodes: stores.nodes,
      operators: stores.operators,
      saves: stores.saves,
      seals: sealsBy(parts.sealKey),
      random,
      mint: parts.mint,
      counters: metrics,
    },
  );
  return hub;
}

/** Acts of another process are noticed within this. */
const CATCH_UP_MS = 2_000;
const RECONCILE_MS = 3_600_000;
/** When the chain did not answer, or the books were short: nobody should wait an hour to play again. */
const RECONCILE_SOON_MS = 60_000;

function openDeskOf(parts: HubParts, hub: Hub): Desk {
  const { stores, log } = parts;
  const funds = parts.funds ?? parts.chain?.side.funds;
  const desk: Desk = {
    hub,
    money: stores.money,
    nodes: stores.nodes,
    books: stores.books,
    admin: stores.admin,
    secrets: parts.secrets ?? { rotate: async () => 0 },
    saves: stores.saves,
    currency: bookTerms(parts.chainMode, parts.domain).currency,
    ...(funds && { funds }),
    seen: 0,
    reconcile: async (now) => {
      const found = await reconcileBooks(desk, hub.gate, now);
      const facts = { state: found.state, owedWei: found.liabilitiesWei, depositsWei: found.depositsWei };
      if (found.state === 'short') log.error({ ...facts, wrong: found.wrongAccounts }, 'books.short');
      else if (found.state === 'chain-unreachable') log.warn(facts, 'books.not-compared');
      else log.info(facts, 'books.compared');
      return found;
    },
  };
  return desk;
}

/** Looks at acts of other processes every 2 s and at the books every hour; an outage is tried again. */
function keepDesk(desk: Desk, { clock, log, fatal }: HubParts): { stop(): void } {
  const now = () => ({ nowMs: clock.monotonicMs(), wallMs: clock.wallMs() });
  let dueMs = clock.monotonicMs();
  let busy = false;
  const turn = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      await catchUp(desk, now());
      if (clock.monotonicMs() >= dueMs) {
        dueMs = clock.monotonicMs() + RECONCILE_SOON_MS;
        const { state } = await desk.reconcile(now());
        if (state === 'balanced' || state === 'no-chain') dueMs = clock.monotonicMs() + RECONCILE_MS;
      }
    } catch (cause) {
      if (!(cause instanceof OutageError)) return fatal(cause);
      log.debug({ cause: cause.message }, 'desk.outage');
    } finally {
      busy = false;
    }
  };
  const timer = setInterval(() => void turn(), CATCH_UP_MS);
  return { stop: () => clearInterval(timer) };
}

/**
 * Starts a hub: takes over running sessions, then listens.
 * @throws OutageError when a store is away, and what `listen` throws when the address is taken
 */
export async function startHub(parts: HubParts): Promise<HubService> {
  const { http, publicUrl, tls, trustProxy, stores, clock, random, log, fatal } = parts;
  const overHttps = publicUrl?.startsWith('https:') ?? false;
  let hub: Hub | undefined;
  const metrics = gaugesOf(() => hub ?? unready());
  const origins: string[] = []; // Filled when the port is known.
  const recoverPool = openRecoverPool();
  hub = await makeHub(parts, origins, metrics, recoverPool.recover);
  const { seals } = hub.ports;
  const desk = openDeskOf(parts, hub);
  const logIns = newLogIns({ store: stores.logins, seals, random, chainId: parts.domain.chainId, origins });
  const storeReady = () => stores.ready();
  const deliveries = openDeliveries({ log, local: isLoopback(http.host) });
  const cafeService = makeCafes(hub, { store: stores.cafes, clock, log, deliveries, fatal });
  const alerts: AlertParts = {
    ...{ books: desk.books, currency: desk.currency, origin: () => origins[0] ?? '' },
    messengers: {
      call: (operator, url, body, secret) => deliveries.send({ name: `operator/${operator}`, url, body, secret }),
      mail: parts.smtp && smtpMail({ ...parts.smtp, log }),
    },
  };
  const app = await makeHttp({
    alerts,
    hub,
    cafes: cafeService.cafes,
    kiosks: cafeService.kiosks,
    failingHooks: () => deliveries.failing,
    desk,
    exchange: { conversions: stores.conversions, money: stores.money },
    admins: parts.admins ?? new Set(),
    logIns,
    saves: stores.saves,
    metrics,
    clock,
    log,
    version: parts.version,
    chainMode: parts.chainMode,
    ...(parts.chain && { chain: parts.chain.side.window }),
    welcomeWei: hub.config.playMoney ? WELCOME_WEI : 0n,
    shownOrigin: () => origins[0] ?? '',
    secure: tls !== undefined || overHttps,
    onlyHttps: tls?.lasting ?? overHttps,
    ...(tls && { door: tls.door }),
    trustProxy,
    storeReady,
    pageFolder: parts.pageFolder,
    fatal,
  });
  const started = { nowMs: clock.monotonicMs(), wallMs: clock.wallMs() };
  await openDesk(desk, started);
  const recovered = await recoverSessions(hub, { nowMs: clock.monotonicMs(), wallMs: clock.wallMs() });
  await cafeService.start();
  const operators = makeOperators(hub, alerts, { clock, log, fatal });
  await operators.start();
  const sockets = openSockets(app.server, {
    hub,
    logIns,
    clock,
    log,
    metrics,
    trustProxy,
    provesRelay: relayProof(parts.relaySecrets),
    fatal,
  });
  await app.listen({ host: http.host, port: http.port });
  const port = (app.server.address() as AddressInfo | null)?.port ?? NEVER_LISTENED;
  const knowOrigins = (): void => {
    const address = { host: http.host, port, publicUrl, machineAddresses: machineAddresses(), tlsNames: tls?.names() };
    origins.splice(0, origins.length, ...ownOrigins(address));
  };
  knowOrigins();
  const tlsKeeper = tls && keepTls(tls, clock, knowOrigins, fatal);
  const loop = startLoop(hub, clock, log, fatal);
  const chainLoop = await parts.chain?.side.start(log, fatal);
  const deskLoop = keepDesk(desk, parts);
  log.info({ url: origins[0], sessions: recovered, playMoney: hub.config.playMoney }, 'hub.ready');
  const end = async (reason: string): Promise<void> => {
    loop.stop();
    tlsKeeper?.stop();
    cafeService.stop();
    operators.stop();
    deliveries.stop();
    deskLoop.stop();
    sockets.close(reason);
    await app.close();
    await chainLoop?.stop();
    await recoverPool.close();
  };
  const serving = hub;
  return {
    hub,
    url: origins[0] ?? '',
    port,
    stop: async (reason) => {
      await drain(serving, log);
      await end(reason);
      await stores.close();
    },
    kill: () => end('killed'),
  };
}

function unready(): never {
  throw new Error('metrics are read after the hub is made');
}
