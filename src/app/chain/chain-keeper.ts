// src/app/chain/chain-keeper.ts - the hub's side of a chain as a whole: looks, books, sends, settles, in turn; and says to
// everybody how it stands. Nothing here waits for play, and play waits for nothing here but the word that it may begin.
import { OutageError } from '../../base/assert.ts';
import type { NodeId, OperatorId, PlayerId } from '../../base/ids.ts';
import { isoDay } from '../../base/iso-day.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { WEI_PER_DBC } from '../../base/units.ts';
import { burnPolicies } from '../../billing/burn-policy.ts';
import { dayOf } from '../../billing/day-cap.ts';
import { ACTIVE_WINDOW_MS, activityProof, isWorthProving, PROOF_LEASES_MAX } from '../../billing/gpu-tier.ts';
import { chainGiftKey } from '../../billing/ledger.ts';
import { NO_PRICE, type PriceSample, type PriceState, priceStands, weighPrice } from '../../billing/price-guard.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import type { NodeToHub } from '../../protocol/node-messages.ts';
import { type Close, closeType } from '../../protocol/settlement-data.ts';
import { type Address, type Hash32, type SigningDomain, typedDataDigest } from '../../protocol/typed-data.ts';
import { fromWire } from '../../protocol/voucher.ts';
import type { ChainPort, RecoverSigner } from '../money/ports.ts';
import type { Now } from '../ports.ts';
import { ChainClock } from './chain-clock.ts';
import { type ChainSight, type ChainState, chainState, mayOpen } from './health.ts';
import type { Outbox, OutboxReport } from './outbox.ts';
import type {
  ChainReader,
  ChainStore,
  EscrowCalls,
  EscrowReader,
  EscrowTerms,
  NodeStanding,
  PriceReading,
} from './ports.ts';
import type { SettleReport, Settler } from './settle-sessions.ts';
import { type TermsSpan, termsAhead, termsIn } from './terms-ahead.ts';
import type { ChainWatch, Sighting } from './watch-chain.ts';

/** What a keeper is made of. */
export type KeeperParts = {
  readonly domain: SigningDomain;
  readonly store: ChainStore;
  readonly reader: ChainReader;
  readonly escrow: EscrowReader;
  readonly calls: EscrowCalls;
  readonly watch: ChainWatch;
  readonly outbox: Outbox;
  readonly settler: Settler;
  readonly signer: Address;
  /** Asks every address of the chain how it is. */
  readonly sight: () => Promise<ChainSight>;
  readonly price: () => Promise<PriceReading>;
  readonly recoverSigner: RecoverSigner;
  /** Welcome money of a development chain, paid by the hub's own key; absent where coins are worth something. */
  readonly faucetWei?: bigint;
  /** Fills a wallet of a development chain that never had a coin: for gas, a deposit, a stake. */
  readonly fillWallet?: (account: Address) => Promise<void>;
  /** Whose machines are given players before their stake is in: the house of a development chain, which stakes by itself. */
  readonly house?: OperatorId;
};

/** The books against the chain. */
export type Reconciled = {
  /** What the books say lies in the escrow. */
  readonly bookedWei: bigint;
  /** What lies there, and what the contract itself says it owes. */
  readonly coinsWei: bigint;
  readonly liabilitiesWei: bigint;
  /** Welcome money that is booked and not deposited yet. */
  readonly underWayWei: bigint;
  readonly holds: boolean;
  readonly block: number;
};

/** How the chain stands, for everybody. */
export type ChainNews = {
  readonly state: ChainState;
  readonly headNumber: number;
  readonly readNumber: number;
  readonly waiting: number;
  /** Acts that the contract refused; each is tried again. */
  readonly reverted: number;
  readonly reconciled: Reconciled | undefined;
  readonly trouble: string | undefined;
};

const STAKES_EVERY_MS = 30_000;
/** A stake that is missing is looked for sooner, since its operator waits; so many a time, which is what it costs the chain. */
const MISSING_EVERY_MS = 3_000;
const MISSING_AT_ONCE = 20;
const TERMS_EVERY_MS = 60_000;
const PRICE_EVERY_MS = 60_000;
const RECONCILE_EVERY_MS = 60_000;
const BURN_EVERY_MS = 3_600_000; // Looked for; sent once a day at most.
const ACTIVE_EVERY_MS = 3_600_000; // The same.
const ACTIVE_MARGIN_MS = 3_600_000; // A lease must be inside the window still when a block takes the proof.
/** Less than a coin waits for another day: the call costs gas. */
const BURN_LEAST_WEI = WEI_PER_DBC;
/** Gas for a thousand opens: below it somebody must top the signer up. */
const SIGNER_LOW_WEI = 5n * 10n ** 18n;

/** Keeps one chain. `turn` must not overlap with itself. */
export class ChainKeeper implements ChainPort {
  readonly #parts: KeeperParts;
  #state: ChainState = 'offline';
  #offlineSinceMs: number | undefined;
  #sighting: Sighting | undefined;
  #outbox: OutboxReport = { waiting: 0, oldestMs: 0, reverted: [], foreign: false };
  #settled: SettleReport = { settling: 0, finished: 0 };
  #terms: readonly TermsSpan[] = [];
  /** A guardian paused the contract: it takes no Open. */
  #takesNoOpen = false;
  readonly #clock = new ChainClock();
  #price: PriceState = NO_PRICE;
  #reconciled: Reconciled | undefined;
  #trouble: string | undefined;
  #signerLow = false;
  /** What each machine has staked, and who, as of the last look; `undefined` until then. */
  #stakes = new Map<NodeId, NodeStanding | undefined>();
  /** How many cards each of them rents out, as last told. */
  readonly #cards = new Map<NodeId, number>();
  #dueMs = { stakes: 0, missing: 0, terms: 0, price: 0, reconcile: 0, burn: 0, active: 0 };

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  /** One look at everything. Throws OutageError when the store is away; a chain that is away is news, not an error. */
  async turn(now: Now): Promise<ChainNews> {
    const sight = await this.#parts.sight();
    this.#state = chainState(sight);
    const { movesAlone } = sight;
    this.#offlineSinceMs = this.#state === 'offline' ? (this.#offlineSinceMs ?? now.nowMs) : undefined;
    this.#trouble = undefined;
    // Each is tried even when an earlier one failed: a price can be read from a chain that has no logs today.
    await this.#try(async () => {
      this.#sighting = await this.#parts.watch.look();
      // A development chain makes a block when there is something to put in, and its clock is this machine's.
      if (movesAlone) this.#clock.see(this.#sighting.head, now.nowMs);
    });
    if (this.#clock.isOff(now)) {
      const seconds = Math.round((this.#clock.aheadMs(now) ?? 0) / 1_000);
      this.#trouble ??= `this machine's clock and the chain's are ${seconds} s apart: no session can be opened until it is set right`;
    }
    const sighting = this.#sighting;
    if (sighting !== undefined && this.#state !== 'offline') {
      await this.#try(async () => {
        this.#outbox = await this.#parts.outbox.run(sighting.confirmed, now.nowMs, now.wallMs);
      });
      await this.#try(async () => {
        this.#settled = await this.#parts.settler.run(sighting.head, now.nowMs, now.wallMs);
      });
    }
    await this.#due('stakes', STAKES_EVERY_MS, now, () => this.#lookAtStakes([...this.#stakes.keys()]));
    await this.#due('missing', MISSING_EVERY_MS, now, () => {
      const isShort = ([node, stake]: [NodeId, NodeStanding | undefined]): boolean =>
        (stake?.gpus ?? 0) < (this.#cards.get(node) ?? 1);
      const missing = [...this.#stakes].filter(isShort).map(([node]) => node);
      return this.#lookAtStakes(missing.slice(0, MISSING_AT_ONCE));
    });
    await this.#due('terms', TERMS_EVERY_MS, now, async () => {
      this.#takesNoOpen = await this.#parts.escrow.paused();
      this.#terms = await termsAhead(this.#parts.escrow, now.wallMs);
    });
    await this.#due('price', PRICE_EVERY_MS, now, async () => {
      const { microUsdPerDbc, writtenAtMs = now.wallMs } = await this.#parts.price();
      const ageMs = Math.max(0, now.wallMs - writtenAtMs); // A price is as old as its source, however often it is read.
      const [atMs, wallMs] = [now.nowMs - ageMs, Math.floor(now.wallMs - ageMs)];
      this.#price = weighPrice(this.#price, { microUsdPerDbc, atMs, wallMs });
    });
    await this.#due('reconcile', RECONCILE_EVERY_MS, now, async () => {
      if (this.#parts.faucetWei !== undefined) {
        for (const player of await this.#parts.store.openGifts()) await this.sendGift(player, now);
      }
      this.#reconciled = await this.reconcile();
      this.#signerLow = (await this.#parts.reader.balanceOf(this.#parts.signer)) < SIGNER_LOW_WEI;
    });
    await this.#due('burn', BURN_EVERY_MS, now, () => this.#burn(now));
    await this.#due('active', ACTIVE_EVERY_MS, now, () => this.#proveActive(now));
    return this.news;
  }

  /** Sends to the burn address what settlements have set apart for it. The day names the act, so a new start repeats nothing. */
  async #burn({ nowMs, wallMs }: Now): Promise<void> {
    const { escrow, outbox, calls } = this.#parts;
    if ((await escrow.burnOwedWei()) < BURN_LEAST_WEI) return;
    await outbox.put(`burn/${isoDay(dayOf(wallMs, 0))}`, calls.flushBurn(), nowMs, wallMs);
  }

  /** Shows the contract which machines are paid for by many: the burn tier goes by it, and nobody else need send it. */
  async #proveActive({ nowMs, wallMs }: Now): Promise<void> {
    const { escrow, outbox, calls, store } = this.#parts;
    const today = dayOf(wallMs, 0);
    const counts = await store.activeCounts();
    const sinceMs = wallMs - ACTIVE_WINDOW_MS + ACTIVE_MARGIN_MS;
    for (const [node, newest] of await store.paidLeases(sinceMs, PROOF_LEASES_MAX)) {
      const proof = activityProof(newest, (await escrow.standing(node)).gpus);
      if (proof === undefined || !isWorthProving(proof, counts.get(node), today)) continue;
      await outbox.put(`active/${isoDay(today)}/${node}`, calls.proveActive(node, proof.leases), nowMs, wallMs);
    }
  }

  async #lookAtStakes(nodes: readonly NodeId[]): Promise<void> {
    for (const node of nodes) {
      const standing = await this.#parts.escrow.standing(node as string as Address);
      this.#stakes.delete(node); // To the end: those that were not looked at for longest stand first.
      this.#stakes.set(node, standing);
    }
  }

  async #due(
    what: 'stakes' | 'missing' | 'terms' | 'price' | 'reconcile' | 'burn' | 'active',
    everyMs: number,
    now: Now,
    act: () => Promise<void>,
  ): Promise<void> {
    if (now.nowMs < this.#dueMs[what]) return;
    if (await this.#try(act)) this.#dueMs[what] = now.nowMs + everyMs;
  }

  async #try(act: () => Promise<void>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (cause) {
      if (!(cause instanceof OutageError)) throw cause;
      this.#trouble ??= cause.message;
      return false;
    }
  }

  /** How it stands, as of the last turn. */
  get news(): ChainNews {
    return {
      state: this.#state,
      headNumber: this.#sighting?.head.number ?? 0,
      readNumber: Math.max(0, this.#sighting?.confirmed ?? 0),
      waiting: this.#outbox.waiting,
      reverted: this.#outbox.reverted.length,
      reconciled: this.#reconciled,
      trouble: this.#trouble ?? this.#outbox.refused ?? outboxTrouble(this.#outbox) ?? this.#termsTrouble(),
    };
  }

  #termsTrouble(): string | undefined {
    if (this.#takesNoOpen) return 'the contract is paused: no session can be opened and nothing deposited';
    const unknown = this.#terms.find(({ terms }) => !knowsPolicy(terms));
    if (unknown === undefined) return undefined;
    return `the contract has burn policy ${unknown.terms.burnPolicy}, which this version does not know: no session can be opened`;
  }

  /** What is on its way to the chain, for metrics and people. */
  get work(): { readonly outbox: OutboxReport; readonly settle: SettleReport; readonly signerLow: boolean } {
    return { outbox: this.#outbox, settle: this.#settled, signerLow: this.#signerLow };
  }

  /** What an Open must carry whose session begins then; undefined until the contract was asked. */
  termsAt(wallMs: number): EscrowTerms | undefined {
    return termsIn(this.#terms, wallMs);
  }

  /** The price that is believed, and when it was read; undefined until there is one. */
  get price(): PriceSample | undefined {
    return this.#price.believed;
  }

  /**
   * Whether a machine of an operator may be given players: on one without a stake nobody could be paid, and on one that
   * somebody else staked for, the contract would pay that one. One that was never asked about is looked up with the next turn.
   * @param cards that it rents out; each needs its stake
   */
  mayServe(node: NodeId, operator: OperatorId, cards: number): boolean {
    this.#cards.set(node, cards);
    if (operator === this.#parts.house && this.#stakes.get(node)?.operator === undefined) return true;
    if (!this.#stakes.has(node)) {
      this.#stakes.set(node, undefined);
      this.#dueMs.missing = 0;
    }
    return (this.stakedCards(node, operator) ?? 0) >= cards;
  }

  /** For how many cards of a machine this operator has a stake that counts; undefined until the contract was asked. */
  stakedCards(node: NodeId, operator: OperatorId): number | undefined {
    const stake = this.#stakes.get(node);
    return stake && (stake.operator === String(operator) ? stake.gpus : 0);
  }

  /** Why no session may start now, as one word for the refusal; undefined when one may. */
  pauseReason(now: Now): 'chain' | 'clock' | 'price' | 'books' | undefined {
    const { nowMs, wallMs } = now;
    const terms = this.termsAt(wallMs);
    if (terms === undefined || !knowsPolicy(terms) || this.#takesNoOpen) return 'chain';
    if (this.#offlineSinceMs !== undefined && !mayOpen(nowMs - this.#offlineSinceMs)) return 'chain';
    if (this.#clock.isOff(now)) return 'clock';
    if (priceStands(this.#price, nowMs) !== 'good') return 'price';
    return this.#reconciled !== undefined && !this.#reconciled.holds ? 'books' : undefined;
  }

  /**
   * Compares books and chain as of the last block that was read: what came later neither side counts. Throws OutageError,
   * also when nothing was read yet or a block came in between.
   */
  async reconcile(): Promise<Reconciled> {
    const { store, reader, escrow, domain, faucetWei } = this.#parts;
    const [cursor] = await store.cursors(1);
    if (cursor === undefined) throw new OutageError('chain: nothing was read yet');
    const gifts = faucetWei === undefined ? [] : await store.openGifts();
    const [coinsWei, liabilitiesWei, bookedWei] = await Promise.all([
      reader.balanceOf(domain.verifyingContract, cursor.number),
      escrow.liabilitiesWei(cursor.number),
      store.ledgerEscrowWei(),
    ]);
    if ((await store.cursors(1))[0]?.hash !== cursor.hash) throw new OutageError('chain: a block came in between');
    const underWayWei = BigInt(gifts.length) * (faucetWei ?? 0n);
    const holds = coinsWei + underWayWei >= bookedWei && coinsWei >= liabilitiesWei;
    return { bookedWei, coinsWei, liabilitiesWei, underWayWei, holds, block: cursor.number };
  }

  async sessionClosed(): Promise<void> {
    // The settler finds it in the store: nothing is lost when the process ends between the two.
  }

  lockableWei(player: PlayerId): Promise<bigint> {
    return this.#parts.store.lockableWei(player);
  }

  lockedBeyondWei(consent: Hash32): Promise<bigint> {
    return this.#parts.store.lockedBeyondWei(consent);
  }

  refusedOpen(player: PlayerId, consent: Hash32, key: Address): Promise<boolean> {
    return this.#parts.store.refusedOpen(player, consent, key);
  }

  /** Sends welcome money on a development chain; the books have it already. Throws OutageError. */
  async sendGift(player: PlayerId, now: Now): Promise<void> {
    const { faucetWei, fillWallet, outbox, calls } = this.#parts;
    if (faucetWei === undefined) return;
    const account = player as string as Address;
    await fillWallet?.(account);
    const call = calls.depositFor(account, faucetWei);
    await outbox.insist(chainGiftKey(player), call, now.nowMs, now.wallMs);
  }

  /** A node's word that a voucher was the last of a lease. Refuses FORBIDDEN when the machine key did not sign it, or never served it. */
  async closeSigned(node: NodeId, message: Extract<NodeToHub, { t: 'close.signed' }>): Promise<Result<void, Refusal>> {
    const { domain, recoverSigner, store } = this.#parts;
    const read = fromWire<Close>(closeType, message); // A peer's numbers may be longer than their fields.
    if (!read.ok) return err(refusal('MESSAGE_MALFORMED', { field: `/${read.error.field}` }));
    const close = read.value;
    const signer = await recoverSigner(typedDataDigest(domain, closeType, close), message.signature);
    if (signer !== String(node)) return err(refusal('FORBIDDEN'));
    const of = { session: message.session, node, lease: close.lease };
    const word = { seq: close.seq, amountWei: close.amount, signature: message.signature };
    return (await store.keepClose(of, word)) ? ok(undefined) : err(refusal('FORBIDDEN'));
  }
}

/** Whether the contract's burn policy is one that this version can quote. */
function knowsPolicy({ burnPolicy }: EscrowTerms): boolean {
  return burnPolicies.some(({ number }) => number === burnPolicy);
}

/** What a person should look at in the outbox. */
function outboxTrouble({ foreign, reverted: [first, ...more] }: OutboxReport): string | undefined {
  if (foreign) return 'somebody else uses the key';
  if (first === undefined) return undefined;
  return `the contract refused ${first}${more.length > 0 ? ` and ${more.length} more` : ''}; it is tried again`;
}
