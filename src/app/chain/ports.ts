// src/app/chain/ports.ts - what the hub needs of a chain and of the store that remembers what it did there. `src/chain`
// talks to nodes, `src/storage` keeps the books of it; tests hand in others.
import type { Branded, PlayerId, SessionId } from '../../base/ids.ts';
import type { Result } from '../../base/result.ts';
import type { LedgerRefusal, Transfer } from '../../billing/ledger.ts';
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
export type EscrowEvent = EventPlace &
  (
    | { readonly kind: 'deposited'; readonly player: Address; readonly from: Address; readonly amountWei: bigint }
    /** The whole sum that waits for its withdrawal since then; 0 takes the request back. */
    | { readonly kind: 'withdraw-requested'; readonly player: Address; readonly amountWei: bigint }
    | { readonly kind: 'withdrawn'; readonly player: Address; readonly amountWei: bigint }
    | { readonly kind: 'opened'; readonly lease: Hash32; readonly lockWei: bigint }
    /** `paidWei` of a lease so far; the parts are what this settlement added. */
    | {
        readonly kind: 'settled';
        readonly lease: Hash32;
        readonly paidWei: bigint;
        readonly burnWei: bigint;
        readonly platformWei: bigint;
        readonly operatorWei: bigint;
      }
    /** The lease is over: its lock is free again. */
    | { readonly kind: 'closed'; readonly lease: Hash32 }
    | { readonly kind: 'claimed'; readonly account: Address; readonly amountWei: bigint }
    | { readonly kind: 'burned'; readonly amountWei: bigint }
  );

/** What became of a transaction that a block took in. */
export type TxReceipt = { readonly blockNumber: number; readonly blockHash: Hash32; readonly ok: boolean };
/** What a node said to a raw transaction. `known`: it has it already, or a block has its nonce. */
export type SendAnswer = 'taken' | 'known' | { readonly refused: string };

/** One chain, over whichever of its nodes answers. Every call throws OutageError when none does. */
export interface ChainReader {
  head(): Promise<Block>;
  /** Number of the newest block that counts as final beyond doubt; undefined where the chain does not say. */
  finalizedNumber(): Promise<number | undefined>;
  block(number: number): Promise<Block | undefined>;
  /** Events of the escrow from one block to another, both included, in their order. */
  events(from: number, to: number): Promise<readonly EscrowEvent[]>;
  receipt(hash: Hash32): Promise<TxReceipt | undefined>;
  /** Transactions of an account in blocks: the next nonce to use if nothing waits. */
  nonceOf(account: Address): Promise<number>;
  balanceOf(account: Address): Promise<bigint>;
  gasPriceWei(): Promise<bigint>;
  send(raw: RawTransaction): Promise<SendAnswer>;
}

/** What the hub wants done on the chain. */
export type ChainCall = { readonly to: Address; readonly data: `0x${string}`; readonly gas: bigint; readonly valueWei: bigint };
/** A call made into bytes that a node takes. */
export type SignedTransaction = { readonly raw: RawTransaction; readonly hash: Hash32 };

/** The one key that sends. It holds coins for gas and nothing else. */
export interface ChainSigner {
  readonly address: Address;
  /** Signs a legacy (type 0) transaction: the same arguments always give the same bytes. */
  sign(call: ChainCall, nonce: number, gasPriceWei: bigint): SignedTransaction;
}

/** Encodes what the hub does with the contracts. */
export interface EscrowCalls {
  /** Opens a lease: locks its maximum. */
  open(lease: LeaseToOpen): ChainCall;
  /** Settles and closes many leases by their highest vouchers. */
  settleMany(leases: readonly LeaseToSettle[]): ChainCall;
  depositFor(player: Address, amountWei: bigint): ChainCall;
  flushBurn(): ChainCall;
}
/** All that opens a lease. */
export type LeaseToOpen = {
  readonly facts: SessionFacts;
  readonly openSignature: Signature;
};
/** All that settles one. */
export type LeaseToSettle = { readonly lease: Hash32; readonly signed: SignedVoucher };

/** A transaction in the outbox. One nonce of the lane may have several: each later one replaces the earlier by its price. */
export type OutboxRow = {
  /** Names the act for ever, such as `open/0x...`; an act is sent once. */
  readonly purpose: string;
  readonly nonce: number;
  /** 0 for the first, 1 for its first replacement, and so on. */
  readonly attempt: number;
  readonly raw: RawTransaction;
  readonly hash: Hash32;
  readonly gasPriceWei: bigint;
  readonly call: ChainCall;
  /** Unix time when it was written; the wall clock may have jumped since. */
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

/** Where a closed session stands on the chain. */
export type SettlementState = 'to-open' | 'to-settle' | 'settled' | 'missed';
/** A session that the chain has not finished with. */
export type Settlement = {
  readonly session: SessionId;
  readonly lease: Hash32;
  readonly player: PlayerId;
  readonly facts: SessionFacts;
  readonly openSignature?: Signature;
  /** The lease is known to be on the chain. */
  readonly opened: boolean;
  /** Present once the session is closed. */
  readonly receipt?: Receipt;
};

/** Changes that belong together: applied as one, or not at all. */
export type ChainStep = {
  readonly cursor: Block;
  readonly events: readonly EscrowEvent[];
};

/** What the hub remembers of the chain. Each call is one transaction; throws OutageError. */
export interface ChainStore {
  /** Newest blocks that were read, newest first, at most `count`. */
  cursors(count: number): Promise<readonly Block[]>;
  /** Takes in events with the transfers they mean, and moves the cursor. */
  advance(step: ChainStep, transfers: readonly Transfer[]): Promise<Result<void, LedgerRefusal>>;
  /** Forgets everything above a block; the events that go are answered with counter-transfers. */
  retreat(to: Block | undefined, transfers: readonly Transfer[]): Promise<Result<void, LedgerRefusal>>;
  /** Events above a block number that count now, newest first. */
  eventsAbove(number: number): Promise<readonly EscrowEvent[]>;
  /** Writes a transaction before anyone sends it. False when the purpose or the nonce is taken by another. */
  putOut(row: OutboxRow): Promise<boolean>;
  /** Everything that no block is known to have, by nonce and attempt. */
  waiting(): Promise<readonly OutboxRow[]>;
  /** Notes in which block an act is. */
  ended(end: OutboxEnd): Promise<void>;
  /** Ends above a block are not ends any more: they wait again. */
  reopenAbove(number: number): Promise<void>;
  /** How an act ended; undefined while it waits or was never put out. */
  endOf(purpose: string): Promise<OutboxEnd | undefined>;
  /** Lowest nonce that no act of the lane uses; 0 for a new lane. */
  nextNonce(): Promise<number>;
  /** Sessions that the chain is not done with: running ones that can be opened, closed ones to settle. Oldest first. */
  unsettled(limit: number): Promise<readonly Settlement[]>;
  /** Wei that open leases of a player lock, on the chain or on their way to it. */
  lockedWei(player: PlayerId): Promise<bigint>;
}
