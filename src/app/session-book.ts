// src/app/session-book.ts - the seam between who talks (server, signaling, pool) and what a session owes (session,
// billing, storage). The hub calls these for every session; nothing else moves time or money. Every call is idempotent
// by its ids, answers refusals as values, and has written what it acknowledges before it returns.
import type { IdempotencyKey, LeaseId, NodeId, OperatorId, PlayerId, SessionId } from '../base/ids.ts';
import type { Result } from '../base/result.ts';
import type { Refusal } from '../protocol/error-codes.ts';
import type { SessionList, Timeline } from '../protocol/http-api.ts';
import type { NodeToHub, Running } from '../protocol/node-messages.ts';
import type { SignedRecord } from '../protocol/play-record.ts';
import type { Choice, PlayerToHub, SessionState } from '../protocol/player-messages.ts';
import type { Receipt } from '../protocol/receipt.ts';
import type { EndReason, Path, Quote } from '../protocol/shapes.ts';
import type { Address, Hash32 } from '../protocol/typed-data.ts';
import type { Consent, Open, Voucher } from '../protocol/voucher.ts';

/** What `start-play` has settled before any money moves. */
export type OpenSession = {
  readonly key: IdempotencyKey;
  readonly session: SessionId;
  readonly player: PlayerId;
  readonly node: NodeId;
  readonly nodeName: string;
  readonly operator: OperatorId;
  readonly region: string;
  readonly game: string;
  readonly path: Path;
  readonly choice: Choice;
  readonly quote: Quote;
  readonly consent: Consent;
  readonly consentSignature: `0x${string}`;
  /** Signs the Open and its vouchers. */
  readonly sessionKey: Address;
  /** How it belongs to the keys of the consent; absent where the consent names it. */
  readonly keyProof?: readonly Hash32[];
  readonly continues?: SessionId;
  /** The customer's tab in a café whose account pays (place.ts); absent where a person plays. */
  readonly place?: string;
};

/** A session that may start: what the player must sign, and its counters. */
export type OpenedSession = {
  readonly session: SessionId;
  readonly lease: LeaseId;
  readonly open: Open;
  readonly epoch: number;
  readonly heldWei: bigint;
};

/** What the hub must do after a call: tell the player, end the session, save less money than before. */
export type BookEffect =
  | { readonly kind: 'state'; readonly session: SessionId; readonly state: SessionState }
  | {
      readonly kind: 'money-warning';
      readonly session: SessionId;
      readonly leftMs: number;
      readonly limit: SessionState['limit'];
    }
  | { readonly kind: 'end'; readonly session: SessionId; readonly reason: EndReason };

/** A session as the hub finds it after a restart or a reconnect. */
export type BookedSession = {
  readonly session: SessionId;
  readonly player: PlayerId;
  readonly node: NodeId;
  readonly nodeName: string;
  readonly region: string;
  readonly game: string;
  readonly path: Path;
  readonly quote: Quote;
  readonly choice: Choice;
  readonly open: Open;
  readonly openSignature?: `0x${string}`;
  readonly consent: Consent;
  readonly consentSignature: `0x${string}`;
  readonly lease: LeaseId;
  readonly epoch: number;
  readonly goodMs: number;
  readonly badMs: SessionState['badMs'];
  readonly voucherSeq: number;
  readonly continues?: SessionId;
  readonly place?: string;
  /** Hash of the token with which the player resumes; the token itself is never stored. */
  readonly resumeTokenHash: string;
};

/** What the relay says it carried; kept beside the session as a witness. */
export type RelayWitness = {
  readonly session: SessionId;
  readonly toPlayerBytes: number;
  readonly toNodeBytes: number;
};

/** Balance of an account as its owner sees it. */
export type AccountView = {
  readonly balanceWei: bigint;
  readonly heldWei: bigint;
  readonly capWei?: bigint;
  readonly spentTodayWei: bigint;
};

/** Time and money of sessions. `nowMs` is monotonic, `wallMs` Unix time; both are read once per event at the edge. */
export interface SessionBook {
  /** Loads open sessions after a start; they go on in a new epoch of the hub with what was durable. */
  recover(nowMs: number, wallMs: number): Promise<readonly BookedSession[]>;
  /** Checks consent, own cap and balance, places the first hold, writes the session. */
  open(
    command: OpenSession,
    resumeTokenHash: string,
    nowMs: number,
    wallMs: number,
  ): Promise<Result<OpenedSession, Refusal>>;
  /** The session key's signature over the Open. */
  acceptOpen(session: SessionId, signature: `0x${string}`): Promise<Result<void, Refusal>>;
  playerTick(
    tick: Extract<PlayerToHub, { t: 'tick' }>,
    nowMs: number,
    wallMs: number,
  ): Promise<Result<readonly BookEffect[], Refusal>>;
  nodeTick(
    node: NodeId,
    tick: Extract<NodeToHub, { t: 'tick' }>,
    nowMs: number,
    wallMs: number,
  ): Promise<Result<readonly BookEffect[], Refusal>>;
  /** From the player or, after a break, from the node; the highest is kept. */
  acceptVoucher(
    session: SessionId,
    voucher: Voucher,
    signature: `0x${string}`,
    nowMs: number,
  ): Promise<Result<void, Refusal>>;
  relayWitness(witness: RelayWitness): Promise<void>;
  /** A minute's record of the node; answers its number. A repeat is fine. Refuses RECORD_BAD. */
  acceptRecord(node: NodeId, session: SessionId, signed: SignedRecord): Promise<Result<number, Refusal>>;
  /** The node came back and says how far it served: the session goes on, or must end. */
  nodeBack(node: NodeId, running: Running, nowMs: number): Promise<Result<void, Refusal>>;
  /** The node's last word on a session, with its final count and voucher. Call before `close`. */
  nodeEnded(
    node: NodeId,
    ended: Extract<NodeToHub, { t: 'ended' }>,
    nowMs: number,
    wallMs: number,
  ): Promise<Result<void, Refusal>>;
  /** The clock stops; nothing is charged until ticks of both sides come again. */
  nodeLost(session: SessionId, nowMs: number): Promise<void>;
  playerGone(session: SessionId, nowMs: number): Promise<void>;
  playerBack(session: SessionId, nowMs: number): Promise<Result<BookedSession, Refusal>>;
  /** The earliest moment at which `due` has something to do; monotonic. */
  nextDueMs(): number | undefined;
  /** Time-outs, hold extensions and warnings that are due. */
  due(nowMs: number, wallMs: number): Promise<readonly BookEffect[]>;
  /** Posts the charge, releases the hold, writes the receipt. A second call returns the same receipt. */
  close(session: SessionId, reason: EndReason, nowMs: number, wallMs: number): Promise<Result<Receipt, Refusal>>;
  find(session: SessionId): BookedSession | undefined;
  /** Running sessions of a player. */
  running(player: PlayerId): readonly BookedSession[];
  state(session: SessionId, nowMs: number): SessionState | undefined;
  receipt(session: SessionId, reader: PlayerId | OperatorId): Promise<Result<Receipt, Refusal>>;
  /** A player's closed and running sessions, newest first, at most `limit`; `beforeMs`: those that started earlier. */
  history(player: PlayerId, limit: number, beforeMs?: number): Promise<SessionList['sessions']>;
  /** The samples that a page sent, oldest first; for the session's player or operator. */
  timeline(session: SessionId, reader: PlayerId | OperatorId): Promise<Result<Timeline, Refusal>>;
  /** What closed sessions brought an operator, by node. */
  earned(operator: OperatorId): Promise<ReadonlyMap<NodeId, bigint>>;
  /** Throws OutageError, like all that follow. */
  account(player: PlayerId, wallMs: number): Promise<AccountView>;
  /** A lower cap counts at once, a higher one or none from the next day of the site. */
  setCap(player: PlayerId, capWei: bigint | null, wallMs: number): Promise<void>;
  /** Play money for a new account; acts once per player. `wallMs` dates the entry in the ledger. */
  welcomeGift(player: PlayerId, amountWei: bigint, wallMs?: number): Promise<void>;
}
