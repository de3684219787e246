// src/app/ports.ts - what the use cases need from the outside: sockets, stores, signatures, the money. `main` hands in the
// real ones, tests hand in others.
import type { IdempotencyKey, NodeId, OperatorId, PlayerId, SessionId } from '../base/ids.ts';
import type { Result } from '../base/result.ts';
import type { NodeTerms } from '../pool/node-record.ts';
import type { RelayCredential } from '../pool/relays.ts';
import type { ErrorCode, Refusal } from '../protocol/error-codes.ts';
import type { SessionList, Timeline } from '../protocol/http-api.ts';
import type { HubToNode, Machine, MediaAddress } from '../protocol/node-messages.ts';
import type { HubToPlayer } from '../protocol/player-messages.ts';
import type { HubToRelay } from '../protocol/relay-messages.ts';
import type { EndReason, PlayPromise, Quote } from '../protocol/shapes.ts';

/** Both clocks, read once per event at the edge: `nowMs` is monotonic, `wallMs` Unix time. */
export type Now = { readonly nowMs: number; readonly wallMs: number };

/** A socket, seen from inside: it takes messages and is never waited for. */
export interface Link<Out> {
  /** Address of the peer, for counting and for what its network remembers. */
  readonly address: string;
  send(message: Out): void;
  /** Tells a refusal: at once when it answers a request (`re`), else at most once a second. */
  refuse(refusal: Refusal, about?: { readonly re?: IdempotencyKey; readonly session?: SessionId }): void;
  /** Closes the socket; `reason` is for the log of the other side. */
  close(reason: string): void;
}

/** A page of a player who is logged in. */
export interface PlayerLink extends Link<HubToPlayer> {
  readonly player: PlayerId;
  /** The customer's tab, when the page stands on a café's seat (place.ts). */
  readonly place?: string | undefined;
  /** Hash of the token of the seat's device. */
  readonly device?: string | undefined;
}
/** The agent of a machine that proved its key. */
export type NodeLink = Link<HubToNode>;
/** A relay that proved the shared secret. */
export type RelayLink = Link<HubToRelay>;

/** Keyed hashes by the hub's own key, and hashes of tokens. */
export interface Seals {
  /** HMAC-SHA256 of `text` as base64url: the same text always gives the same seal. */
  seal(text: string): string;
  /** SHA-256 of a token as hex: stores keep this, never the token. */
  digest(token: string): string;
  /** True when both are equal; takes the same time wherever they differ. */
  same(a: string, b: string): boolean;
}

/** Makes relay credentials (src/relay/credentials.ts). `session` names the rental: a session's or a probe's id. */
export type MintCredential = (grant: {
  readonly expiresAtS: number;
  readonly session: string;
  readonly scope: readonly MediaAddress[];
}) => RelayCredential;

/** What the money side says about prices (src/app/money/quote.ts). */
export interface QuotePort {
  /**
   * What an hour costs on a machine of `gpuClass` whose operator asks `premiumBps` on top of the base price, for this
   * promise, by the burn policy, tier and DBC price that hold at `wallMs`.
   */
  quote(
    terms: { readonly gpuClass: string; readonly premiumBps: number; readonly promise: PlayPromise },
    wallMs: number,
  ): Quote;
  /** Whether a session that starts at `wallMs` may carry this quote: where coins settle, the contract refuses terms that are over. */
  stands(quote: Quote, wallMs: number): boolean;
  /** The price of a DBC now: millionths of a US dollar, when it was taken and from where. */
  price(wallMs: number): { readonly microUsdPerDbc: number; readonly atMs: number; readonly source: string };
}

/** Logins: an opaque token in a cookie; the store knows its hash only. */
export interface LoginStore {
  add(tokenHash: string, player: PlayerId, untilMs: number): Promise<void>;
  /** Who is logged in, and until when; `undefined` for unknown or over. */
  find(tokenHash: string, wallMs: number): Promise<{ readonly player: PlayerId; readonly untilMs: number } | undefined>;
  /** Moves the end of a login that is used. */
  extend(tokenHash: string, untilMs: number): Promise<void>;
  remove(tokenHash: string): Promise<void>;
}

/** A node in the store. */
export type KeptNode = NodeTerms & {
  readonly node: NodeId;
  readonly name: string;
  readonly region: string;
  readonly slots: number;
  readonly seenAtMs: number;
};

/** Former machines that are told: each costs the page a question to the chain. */
export const FORMER_MOST = 50;

/** Machine keys bound to operators. */
export interface NodeStore {
  find(node: NodeId): Promise<KeptNode | undefined>;
  /** A token that binds one machine; adding the same one again changes nothing. */
  addToken(tokenHash: string, operator: OperatorId, untilMs: number): Promise<void>;
  /**
   * Uses up a token for a machine key, atomically. The same token with the same key again is fine.
   * Refuses TOKEN_UNKNOWN (also when it is over), NODE_TOKEN_USED, and NODE_NOT_BOUND when the key has another operator.
   */
  bind(tokenHash: string, node: NodeId, wallMs: number): Promise<Result<KeptNode, Refusal>>;
  /** Ends the binding of a machine of this operator, and forgets the token that made it. False when there is none. */
  unbind(node: NodeId, operator: OperatorId, wallMs: number): Promise<boolean>;
  /** Machines that were of this operator and are of nobody now, or of another; the last first, at most `FORMER_MOST`. */
  formerOf(operator: OperatorId): Promise<readonly Pick<KeptNode, 'node' | 'name'>[]>;
  /** Sets what the operator asks on top of the base price, 0..10,000 basis points. False when it has no such machine. */
  setPremium(node: NodeId, operator: OperatorId, premiumBps: number): Promise<boolean>;
  /** What the machine said of itself when it joined. */
  seen(node: NodeId, machine: Machine, slots: number, wallMs: number): Promise<void>;
  ofOperator(operator: OperatorId): Promise<readonly KeptNode[]>;
}

/** What was played, for people to look at: lists and curves that the money side keeps with its sessions. */
export interface SessionHistory {
  /** Newest first. */
  history(player: PlayerId, most: number): Promise<SessionList['sessions']>;
  /** Oldest first. */
  samples(session: SessionId): Promise<readonly Timeline['samples'][number][]>;
  /** Wei that ended sessions brought an operator, by node. */
  earned(operator: OperatorId): Promise<ReadonlyMap<NodeId, bigint>>;
}

/** Saves by player and game, one each. */
export interface SaveIndex {
  /** True when there is a save to put back. */
  has(player: PlayerId, game: string): Promise<boolean>;
}

/** What the hub counts for its metrics; labels are from fixed lists. */
export interface Counters {
  refused(code: ErrorCode): void;
  started(): void;
  ended(reason: EndReason): void;
  nodeLost(): void;
}
