// src/app/money/ports.ts - what the session book needs from outside: a store that keeps money, a way to read signatures,
// and, once coins settle on a chain, the chain. `src/storage` has two stores, in memory and in Postgres; both pass
// test/contract/ledger-*.test.ts.
import type { IdempotencyKey, LeaseId, NodeId, OperatorId, PlayerId, SessionId } from '../../base/ids.ts';
import type { Result } from '../../base/result.ts';
import type { DayCap, SpendDay } from '../../billing/day-cap.ts';
import type { LedgerRefusal, Transfer } from '../../billing/ledger.ts';
import type { SignedVoucher } from '../../billing/voucher-book.ts';
import type { SessionList, Timeline } from '../../protocol/http-api.ts';
import type { SignedRecord } from '../../protocol/play-record.ts';
import type { Receipt } from '../../protocol/receipt.ts';
import type { Address, Hash32, Signature } from '../../protocol/typed-data.ts';
import type { Open } from '../../protocol/voucher.ts';
import type { Meter } from '../../session/meter.ts';
import type { OpenSession, RelayWitness } from '../session-book.ts';

/** What is fixed when a session opens. */
export type SessionFacts = OpenSession & {
  readonly consentId: Hash32;
  readonly open: Open;
  readonly lease: LeaseId;
  /** What `key` stood for, as text: a repeat that asks for something else is refused. */
  readonly request: string;
};

/** What moves with play. Of two versions the higher `rev` counts. */
export type Counters = {
  readonly rev: number;
  readonly meter: Meter;
  readonly voucher?: SignedVoucher;
  readonly spend: SpendDay;
  /** Unix time of the first decoded frame. */
  readonly firstFrameAtMs?: number;
  readonly receivedBytes: number;
  readonly relay?: Omit<RelayWitness, 'session'>;
};

/** A session as a store keeps it. */
export type SessionRow = {
  readonly facts: SessionFacts;
  readonly counters: Counters;
  readonly openSignature?: Signature;
  readonly resumeTokenHash: string;
  /** Balance of the session's held account, and how many transfers filled it. */
  readonly heldWei: bigint;
  readonly holds: number;
  /** Which hub owns the session: raised by every take-over, so that an older hub's writes are refused. */
  readonly fence: number;
  /** Present once the session is closed. */
  readonly receipt?: Receipt;
};

/** One point of a session's timeline. */
export type Sample = Timeline['samples'][number];

/** A new session with its first hold. */
export type Opening = {
  readonly facts: SessionFacts;
  readonly resumeTokenHash: string;
  readonly counters: Counters;
  readonly hold: Transfer;
};
/** What became of an opening. */
export type OpenOutcome =
  | { readonly kind: 'opened'; readonly fence: number; readonly freeWei: bigint }
  | { readonly kind: 'known'; readonly row: SessionRow }
  | { readonly kind: 'too-little'; readonly freeWei: bigint }
  | { readonly kind: 'consent-exceeded'; readonly leftWei: bigint }
  | { readonly kind: 'consent-nonce-used' };
/** What became of a hold. `lost`: another hub owns the session now, or it is closed. */
export type HoldOutcome =
  | { readonly kind: 'held'; readonly heldWei: bigint; readonly freeWei: bigint }
  | { readonly kind: 'too-little'; readonly freeWei: bigint }
  | { readonly kind: 'lost' };
/** Counters to write, and the fence under which. */
export type CounterRow = {
  readonly session: SessionId;
  readonly fence: number;
  readonly counters: Counters;
  readonly samples: readonly Sample[];
};
/** The last act of a session: everything in one transaction. */
export type Closing = {
  readonly session: SessionId;
  readonly fence: number;
  readonly counters: Counters;
  /** Empty the session's held account exactly. */
  readonly transfers: readonly Transfer[];
  readonly receipt: Receipt;
};
/** What became of a close. `known`: it was closed before, with this receipt. */
export type CloseOutcome =
  | { readonly kind: 'closed' | 'known'; readonly receipt: Receipt; readonly freeWei: bigint }
  | { readonly kind: 'lost' };

/** A player's money as the store knows it. */
export type Purse = {
  readonly freeWei: bigint;
  /** On hold for running sessions. */
  readonly heldWei: bigint;
  readonly cap: DayCap;
  /** Cost of closed sessions that fell on `fromDay` or later. */
  readonly spentWei: bigint;
};

/** Paid time of one player on one node, for the count of active GPUs. */
export type PaidTime = { readonly node: NodeId; readonly payer: PlayerId; readonly paidMs: number };

/**
 * The store of money. Each call is one transaction: all or nothing, durable when it returns. Throws OutageError when
 * it cannot say whether it happened; the caller then repeats the very same call, which acts once.
 */
export interface MoneyStore {
  /** Writes session, consent lock and first hold. Locks of one consent never sum to more than its maximum. */
  open(opening: Opening): Promise<OpenOutcome>;
  /** A session by the key that opened it. */
  sessionByKey(player: PlayerId, key: IdempotencyKey): Promise<SessionRow | undefined>;
  session(session: SessionId): Promise<SessionRow | undefined>;
  setResumeToken(session: SessionId, hash: string): Promise<void>;
  setOpenSignature(session: SessionId, signature: Signature): Promise<void>;
  /** Moves money from the player to the session's held account. */
  hold(session: SessionId, fence: number, transfer: Transfer): Promise<HoldOutcome>;
  /** Writes many counters at once; rows of an older `rev` change nothing. Returns the sessions that are still ours. */
  saveCounters(rows: readonly CounterRow[]): Promise<ReadonlySet<SessionId>>;
  close(closing: Closing): Promise<CloseOutcome>;
  /** Every session that is not closed, each under a new fence. */
  takeOver(): Promise<readonly SessionRow[]>;
  /** Posts transfers that belong to no session: gifts, deposits, refunds. */
  post(transfers: readonly Transfer[]): Promise<Result<{ readonly moved: boolean }, LedgerRefusal>>;
  purse(player: PlayerId, fromDay: number): Promise<Purse>;
  /** Sum of what a consent's sessions lock: open ones their maximum, closed ones their cost. */
  consentLockedWei(consentId: Hash32): Promise<bigint>;
  setCap(player: PlayerId, cap: DayCap): Promise<void>;
  /** Newest first; `beforeMs`: those that started earlier. */
  history(player: PlayerId, limit: number, beforeMs?: number): Promise<SessionList['sessions']>;
  /** Oldest first. */
  samples(session: SessionId): Promise<readonly Sample[]>;
  /** Keeps a minute's record, or finds that it is kept; `other`: another one has its number. */
  saveRecord(session: SessionId, seq: number, signed: SignedRecord): Promise<'kept' | 'other'>;
  /** By number. */
  records(session: SessionId): Promise<readonly SignedRecord[]>;
  /** What closed sessions brought an operator, by node. */
  earned(operator: OperatorId): Promise<ReadonlyMap<NodeId, bigint>>;
  paidTime(sinceMs: number): Promise<readonly PaidTime[]>;
  /** A small value that outlives the process, such as the day's count of GPUs; `undefined` when never written. */
  note(name: string): Promise<string | undefined>;
  setNote(name: string, text: string): Promise<void>;
}

/** Who signed a digest, or undefined. The portable form is `recoverSigner`; a native one may take its place. */
export type RecoverSigner = (digest: Hash32, signature: Signature) => Promise<Address | undefined>;

/**
 * Where coins on a chain join in (ADR-0053, ADR-0090). Without it the ledger is the truth and a burn is a debt or play
 * money. Deposits come in from the account `chain/escrow`.
 */
export interface ChainPort {
  /** A session closed. Called after the ledger has it; what must survive a crash is found in the store all the same. */
  sessionClosed(receipt: Receipt): Promise<void>;
  /** Most that a new Open of this player may lock: a lock beyond the deposit would be refused by the contract. */
  lockableWei(player: PlayerId): Promise<bigint>;
  /**
   * What the contract counts against a consent beyond what the books do: locks of sessions that it is not done with, and what a
   * voucher paid above the charge. An Open over it would be refused.
   */
  lockedBeyondWei(consent: Hash32): Promise<bigint>;
  /** Whether the contract has refused an Open under this consent by this session key; other keys of the consent go on. */
  refusedOpen(player: PlayerId, consent: Hash32, key: Address): Promise<boolean>;
}
