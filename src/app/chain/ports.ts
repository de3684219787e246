// src/app/chain/ports.ts - what the hub needs of a chain and of the store that remembers what it did there. `src/chain`
// talks to nodes, `src/storage` keeps the books of it; tests hand in others.
import type { Branded, NodeId, OperatorId, PlayerId, SessionId } from '../../base/ids.ts';
import type { ActiveCount, PaidLease } from '../../billing/gpu-tier.ts';
import type { Transfer } from '../../billing/ledger.ts';
import type { SignedVoucher } from '../../billing/voucher-book.ts';
import type { Receipt } from '../../protocol/receipt.ts';
import type { Address, Hash32, Signature } from '../../protocol/typed-data.ts';
import type { SessionFacts } from '../money/ports.ts';

/** A signed transaction as it goes over the wire: 0x and hex. */
export type RawTransaction = Branded<'RawTransaction'>;

/** A block as far as anyone here cares. `atS`: its own clock, Unix seconds. */
export type Block = { readonly number: number; readonly hash: Hash32; readonly parent: Hash32; readonly atS: number };

/** Where an event stands: a block that is dropped takes its events with it, so the hash is part of the name. */
export type EventPlace = {
  readonly blockHash: Hash32;
  readonly blockNumber: number;
  readonly logIndex: number;
  readonly txHash: Hash32;
};
/** What the escrow contract says of money. Amounts in wei. */
export type EscrowFact =
  | { readonly kind: 'deposited'; readonly player: Address; readonly from: Address; readonly amountWei: bigint }
  /** The whole sum that waits for its withdrawal since then; 0 takes the request back. */
  | { readonly kind: 'withdraw-requested'; readonly player: Address; readonly amountWei: bigint }
  | { readonly kind: 'withdrawn'; readonly player: Address; readonly amountWei: bigint }
  | { readonly kind: 'opened'; readonly lease: Hash32; readonly payer: Address; readonly maxWei: bigint }
  /** The three parts are what this settlement added. */
  | {
      readonly kind: 'settled';
      readonly lease: Hash32;
      readonly payer: Address;
      readonly operator: Address;
      readonly burnWei: bigint;
      readonly platformWei: bigint;
      readonly operatorWei: bigint;
    }
  /** The player asked the contract to end the lease: after the release nothing of it is paid any more. */
  | { readonly kind: 'close-requested'; readonly lease: Hash32 }
  /** The lease is over: what is left of its lock is free again. */
  | { readonly kind: 'closed'; readonly lease: Hash32 }
  | { readonly kind: 'claimed'; readonly account: Address; readonly amountWei: bigint }
  /** The platform's share of later settlements is this account's; what an earlier one earned stays its own. */
  | { readonly kind: 'treasury-set'; readonly account: Address }
  | { readonly kind: 'burned'; readonly amountWei: bigint }
  /** So many GPUs of a machine count as active for the burn tier, until that day. */
  | { readonly kind: 'active'; readonly node: Address; readonly gpus: number; readonly untilDay: number };
/** A fact with its place. */
export type EscrowEvent = EventPlace & EscrowFact;

/** What became of a transaction that a block took in. */
export type TxReceipt = { readonly blockNumber: number; readonly blockHash: Hash32; readonly ok: boolean };
/** What a node said to a raw transaction. `known`: it has it already, or a block has its nonce. */
export type SendAnswer = 'taken' | 'known' | { readonly refused: string };

/** A price as its source says it. */
export type PriceReading = {
  /** Millionths of a dollar for one DBC; 0 when the source knows none. */
  readonly microUsdPerDbc: number;
  /** Unix time when somebody wrote it; absent where the source itself is asked now. */
  readonly writtenAtMs?: number;
};

/** What the escrow freezes in a session that starts now. */
export type EscrowTerms = {
  readonly burnPolicy: number;
  readonly gpuTier: number;
  readonly burnBps: number;
  readonly platformBps: number;
  /** Least base leg, wei per hour. */
  readonly baseFloorWei: bigint;
};
/** A lease as the contract has it. */
export type LeaseOnChain = {
  readonly state: 'none' | 'open' | 'closed';
  readonly paidWei: bigint;
  /** When the rest may be released, Unix seconds; 0 unless it is open. */
  readonly releaseAtS: number;
};
/** What a machine has staked. */
export type NodeStanding = {
  readonly operator: Address | undefined;
  readonly gpus: number;
  readonly bindNonce: bigint;
};

/** One chain, over whichever of its nodes answers. Every call throws OutageError when none does. */
export interface ChainReader {
  head(): Promise<Block>;
  /** Number of the newest block that is final beyond doubt; undefined where the chain does not say. */
  finalizedNumber(): Promise<number | undefined>;
  block(number: number): Promise<Block | undefined>;
  /**
   * Events of the escrow from a block's number to a block, both included, in their order, as a node says that has this very
   * block: one that lacks it knows of no event in it.
   */
  events(from: number, to: Pick<Block, 'number' | 'hash'>): Promise<readonly EscrowEvent[]>;
  receipt(hash: Hash32): Promise<TxReceipt | undefined>;
  /** Transactions of an account that blocks have: the next nonce to use if nothing waits. */
  nonceOf(account: Address): Promise<number>;
  /** Coins of an account, now or as of a block. */
  balanceOf(account: Address, block?: number): Promise<bigint>;
  gasPriceWei(): Promise<bigint>;
  send(raw: RawTransaction): Promise<SendAnswer>;
}

/** What the contracts answer to questions. Throws OutageError. */
export interface EscrowReader {
  termsAt(startedAtMs: number): Promise<EscrowTerms>;
  /** Whether it takes no deposits and no Opens now. */
  paused(): Promise<boolean>;
  treasury(): Promise<Address>;
  /** All that the contract owes, as of a block. */
  liabilitiesWei(block: number): Promise<bigint>;
  /** Coins that are set apart for the burn address and not sent there yet. */
  burnOwedWei(): Promise<bigint>;
  lease(lease: Hash32): Promise<LeaseOnChain>;
  standing(node: Address): Promise<NodeStanding>;
}

/** What the hub wants done on the chain. */
export type ChainCall = {
  readonly to: Address;
  readonly data: `0x${string}`;
  readonly gas: bigint;
  readonly valueWei: bigint;
};
/** A call made into bytes that a node takes. */
export type SignedTransaction = { readonly raw: RawTransaction; readonly hash: Hash32 };

/** The one key that sends. It holds coins for gas and nothing else. */
export interface ChainSigner {
  readonly address: Address;
  /** Signs a legacy (type 0) transaction: the same arguments always give the same bytes. */
  sign(call: ChainCall, nonce: number, gasPriceWei: bigint): SignedTransaction;
}

/** All that opens a lease. */
export type LeaseToOpen = {
  readonly facts: Pick<SessionFacts, 'consent' | 'consentSignature' | 'keyProof' | 'open'>;
  readonly openSignature: Signature;
};
/** All that settles one. Without `signed` nothing was vouched for; then the node's close must stand. */
export type LeaseToSettle = {
  readonly lease: Hash32;
  readonly signed?: SignedVoucher;
  readonly closeSignature?: Signature;
};
/** Encodes what the hub does with the escrow. */
export interface EscrowCalls {
  open(lease: LeaseToOpen): ChainCall;
  settleMany(leases: readonly LeaseToSettle[]): ChainCall;
  expire(lease: Hash32): ChainCall;
  depositFor(player: Address, amountWei: bigint): ChainCall;
  flushBurn(): ChainCall;
  /** Shows that GPUs of a machine are active: closed leases of it, in any order. */
  proveActive(node: Address, leases: readonly Hash32[]): ChainCall;
}

/** A transaction in the outbox. Later attempts of one nonce replace earlier ones by their price. */
export type OutboxRow = {
  /** Names the act for ever, such as `open/0x...`; an act is done once. */
  readonly purpose: string;
  readonly attempt: number;
  readonly nonce: number;
  readonly raw: RawTransaction;
  readonly hash: Hash32;
  readonly gasPriceWei: bigint;
  readonly call: ChainCall;
  /** Unix time when it was written, for people: nothing is decided by it. */
  readonly atMs: number;
};
/** How an act ended. */
export type OutboxEnd = {
  readonly purpose: string;
  readonly hash: Hash32;
  readonly blockNumber: number;
  readonly blockHash: Hash32;
  readonly ok: boolean;
};
/** Where an act stands: not in the outbox, waiting for a block, or ended in one. */
export type OutboxState = 'none' | 'waiting' | 'done' | 'failed';

/** A session that the chain is not done with. */
export type ChainSession = {
  readonly session: SessionId;
  readonly lease: Hash32;
  readonly facts: SessionFacts;
  readonly openSignature?: Signature;
  /** Seen on the chain, deep enough to count. */
  readonly opened: boolean;
  readonly closed: boolean;
  /** The player asked the contract to close it: it must be settled before the contract's release, ten minutes later. */
  readonly leaving: boolean;
  /** What the chain has paid out of it so far, and to which operator; undefined while it has paid nothing. */
  readonly paid: {
    readonly burnWei: bigint;
    readonly platformWei: bigint;
    readonly operatorWei: bigint;
    readonly operator: OperatorId | undefined;
  };
  /** The node's word that this voucher was the last. */
  readonly close?: { readonly seq: bigint; readonly amountWei: bigint; readonly signature: Signature };
  /** Present once the session is closed in the books. */
  readonly receipt?: Receipt;
};

/** What the store has to know to turn facts into transfers: balances as they stand inside its transaction. */
export type BalanceOf = (account: Transfer['from']) => Promise<bigint>;
/** What else the store remembers, inside the same transaction. */
export type BooksThen = {
  /** Every account that the contract ever paid fees to, as far as events say. */
  treasuries(): Promise<readonly Address[]>;
  hasTransfer(key: Transfer['key']): Promise<boolean>;
};
/** Turns one event into transfers; called inside the transaction that writes the event. `round`: see chain_event. */
export type TransfersOf = (
  event: EscrowEvent,
  round: number,
  balanceOf: BalanceOf,
  then: BooksThen,
) => Promise<readonly Transfer[]>;
/** Turns the transfers of a dropped event, or of a session's end, round: the same inside a transaction. */
export type TransfersBack = (of: readonly Transfer[], balanceOf: BalanceOf) => Promise<readonly Transfer[]>;

/** What the hub remembers of the chain. Each call is one transaction; throws OutageError. */
export interface ChainStore {
  /** Newest blocks that were read, newest first, at most `count`. */
  cursors(count: number): Promise<readonly Block[]>;
  /**
   * Takes in events with the transfers they mean, and moves the cursor, all or nothing. A session that was given up as missed
   * and whose lease is opened after all is not done with any more.
   */
  advance(cursor: Block, events: readonly EscrowEvent[], transfersOf: TransfersOf, back: TransfersBack): Promise<void>;
  /**
   * Forgets all blocks above a number (-1: all), their events and the ends of transactions in them, money included. Sessions
   * that were settled there are not done with any more.
   */
  retreat(above: number, back: TransfersBack): Promise<{ readonly events: number }>;
  /** Writes a transaction before anyone sends it. Nothing is written when this attempt is known, or its nonce has gone to another act. */
  putOut(row: OutboxRow): Promise<'written' | 'known' | 'nonce-taken'>;
  /** Every attempt of every act that has not ended, by nonce and attempt. */
  waiting(): Promise<readonly OutboxRow[]>;
  /** Notes in which block an act is. */
  ended(end: OutboxEnd): Promise<void>;
  /** Marks the transaction of an act that ended in failure, and lets the act be done again. Answers its next attempt. */
  again(purpose: string): Promise<number | undefined>;
  stateOf(purposes: readonly string[]): Promise<ReadonlyMap<string, OutboxState>>;
  /** The nonce after the highest one of the outbox; 0 for an empty one. */
  nextNonce(): Promise<number>;
  /**
   * Sessions that cannot wait: those whose lease is not seen open yet, never sent ones first, and before them those that play
   * on though their lease is closed at the contract, or about to be. Oldest first.
   */
  pressing(most: number): Promise<readonly ChainSession[]>;
  /** Sessions that are closed in the books, whose lease was opened, and that the chain is not done with; by id, after one. */
  closed(after: SessionId | undefined, most: number): Promise<readonly ChainSession[]>;
  /** Keeps a node's word on the lease of a session that it served; false for any other: it is nothing to that node. */
  keepClose(
    of: { readonly session: SessionId; readonly node: NodeId; readonly lease: Hash32 },
    close: { seq: bigint; amountWei: bigint; signature: Signature },
  ): Promise<boolean>;
  /** Posts the last transfers of a session and marks it. Idempotent. `round`: how often the chain has taken its end back. */
  finish(
    session: SessionId,
    how: 'settled' | 'missed',
    transfersOf: (round: number, balanceOf: BalanceOf) => Promise<readonly Transfer[]>,
  ): Promise<void>;
  /** Wei that a new lease of a player may lock: its coins in the escrow less what other leases lock. */
  lockableWei(player: PlayerId): Promise<bigint>;
  /** What the contract counts against a consent beyond what the books do: `ChainPort` has it in full. */
  lockedBeyondWei(consent: Hash32): Promise<bigint>;
  /** Whether the contract refused an Open by this session key under this consent, and has it from nobody else: it may have been revoked there. */
  refusedOpen(player: PlayerId, consent: Hash32, key: Address): Promise<boolean>;
  /** Players whose welcome money is booked from the escrow and was not seen deposited there yet. */
  openGifts(): Promise<readonly PlayerId[]>;
  /** Leases of each machine that were settled and paid for and ended since then, newest first, at most `mostEach` of one. */
  paidLeases(sinceMs: number, mostEach: number): Promise<ReadonlyMap<Address, readonly PaidLease[]>>;
  /** How many GPUs of each machine the contract last said to be active. */
  activeCounts(): Promise<ReadonlyMap<Address, ActiveCount>>;
  /** What the books say lies in the escrow. */
  ledgerEscrowWei(): Promise<bigint>;
}
