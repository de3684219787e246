// src/app/admin/ports.ts - what those who run the hub, and those who read an account, need from outside: the books by line
// and by sum, a store for acts with their audit, and the chain's figure. src/storage has each in memory and in Postgres.
import type { NodeId, OperatorId, PlayerId, SessionId } from '../../base/ids.ts';
import type { AccountId, Currency, Transfer } from '../../billing/ledger.ts';
import type { AdminAct, AdminState, AuditLine, SuspendableKind } from '../../protocol/admin-api.ts';
import type { Receipt } from '../../protocol/receipt.ts';
import type { Hash32 } from '../../protocol/typed-data.ts';
import type { MoneyStore } from '../money/ports.ts';
import type { NodeStore } from '../ports.ts';

/** A transfer as a line of one account, with the account's balance after it. `seq` grows with each transfer. */
export type BookLine = { readonly seq: number; readonly transfer: Transfer; readonly balanceWei: bigint };

/** Sums over ended sessions that share node, policy and day. `day`: days since 1970 in UTC, of the end. */
export type EndedSum = {
  readonly day: number;
  readonly node: NodeId;
  readonly nodeName: string;
  readonly policy: string;
  readonly burnBps: number;
  readonly sessions: number;
  readonly billedMs: number;
  readonly costWei: bigint;
  readonly burnWei: bigint;
  readonly platformWei: bigint;
  readonly operatorWei: bigint;
};
/** The same by day alone, with how many paid. */
export type DaySum = Omit<EndedSum, 'node' | 'nodeName' | 'policy' | 'burnBps'> & { readonly payers: number };

/** An ended session as its operator's reports need it: all that is theirs, nothing of the player. Newest first in lists. */
export type OperatorSession = Pick<
  Receipt,
  | 'session'
  | 'node'
  | 'nodeName'
  | 'game'
  | 'path'
  | 'startedAtMs'
  | 'endedAtMs'
  | 'reason'
  | 'billedMs'
  | 'freeMs'
  | 'quote'
  | 'costWei'
  | 'burnWei'
  | 'platformWei'
  | 'operatorWei'
>;
/** Which of them: those that ended at `sinceMs` or later, behind `after` in the list, at most `limit`. */
export type OperatorSessionsAsk = {
  readonly sinceMs: number;
  readonly after: Pick<OperatorSession, 'endedAtMs' | 'session'> | undefined;
  readonly limit: number;
};

/** A block that the books have read. */
export type BookedBlock = { readonly number: number; readonly hash: Hash32 };

/** What the books come to, all of it as of one moment. */
export type BooksTotal = {
  /** All that accounts inside have: what is owed to somebody. */
  readonly owedWei: bigint;
  readonly platformWei: bigint;
  readonly burnWei: bigint;
  readonly refundedWei: bigint;
  /** Accounts whose balance is not the sum of their transfers, at most 20; `sum` when all together are not zero. */
  readonly wrong: readonly string[];
  /** Newest block of the chain that is in these sums; absent where none was read. */
  readonly asOf?: BookedBlock;
  /**
   * What the books have and the chain has not, for a known reason: welcome money that the hub's key has still to deposit, and
   * what was paid out before the books knew for what (`chain/short`), as far as locks of sessions that the chain is not done
   * with can explain it. An operator who claims early must not look like coins that are missing.
   */
  readonly underWayWei: bigint;
};

/** The books, read only. Every call throws OutageError. */
export interface BooksReader {
  /** Lines of an account, newest first, before number `before`. */
  lines(account: AccountId, before: number | undefined, limit: number): Promise<readonly BookLine[]>;
  balance(account: AccountId): Promise<bigint>;
  /** Transfers of a session in their order. */
  ofSession(session: SessionId): Promise<readonly Transfer[]>;
  /** Ended sessions of an operator. */
  endedOf(operator: OperatorId): Promise<readonly EndedSum[]>;
  /** Ended sessions of an operator one by one, newest first. */
  sessionsOf(operator: OperatorId, currency: Currency, ask: OperatorSessionsAsk): Promise<readonly OperatorSession[]>;
  /** Ended sessions of everybody by day, newest first, from a day on. */
  days(fromDay: number): Promise<readonly DaySum[]>;
  /** Reads every transfer: some seconds for millions of them. */
  total(currency: Currency): Promise<BooksTotal>;
}

/** What an act changes in the store, beside its line. */
export type AdminEffect = {
  /** Counter-entries, and how much may have gone back to the player of this session when they are posted. */
  readonly refund?: { readonly session: SessionId; readonly transfers: readonly Transfer[]; readonly mostWei: bigint };
  readonly suspend?: { readonly kind: SuspendableKind; readonly id: string };
  readonly lift?: { readonly kind: SuspendableKind; readonly id: string };
  readonly announce?: AdminState['announcements'][number];
  readonly unannounce?: string;
  readonly paused?: boolean;
  /** Removes logins, timelines and limits of a player. Saves lie elsewhere (`SaveEraser`). */
  readonly erase?: PlayerId;
};
/** A line to be written. */
export type NewAct = Pick<AuditLine, 'key' | 'atMs' | 'who' | 'reason' | 'before' | 'after'> & {
  readonly act: AdminAct;
};
/** A line of an act that was refused. */
export type RefusedAct = Pick<AuditLine, 'atMs' | 'who' | 'reason'> & {
  readonly act: Extract<AuditLine['act'], { t: 'refused' }>;
};
/** What became of an act. `known`: the key did this before; `other`: it did something else. */
export type ActOutcome =
  | { readonly kind: 'done' | 'known'; readonly line: AuditLine }
  | { readonly kind: 'other' }
  | { readonly kind: 'too-high'; readonly leftWei: bigint };

/** Acts of admins and what is in force. Each call is one transaction; throws OutageError. */
export interface AdminStore {
  /** Writes the line and does the effect, or neither. */
  act(entry: NewAct, effect: AdminEffect): Promise<ActOutcome>;
  /** Writes the line of an act that was refused. Its key is its own: the one that was sent may still act. */
  refused(entry: RefusedAct): Promise<void>;
  line(key: string): Promise<AuditLine | undefined>;
  /** Newest first, before number `before`. */
  lines(before: number | undefined, limit: number): Promise<readonly AuditLine[]>;
  /** Oldest first, after number `seq`: what another process has done meanwhile. */
  after(seq: number): Promise<readonly AuditLine[]>;
  suspended(): Promise<AdminState['suspended']>;
  announcements(wallMs: number): Promise<AdminState['announcements']>;
  paused(): Promise<boolean>;
}

/** The figure that the books are compared with. */
export interface ChainFunds {
  /** Coins of the escrow as of a block. Throws OutageError when no node answers, or the chain has another block there. */
  escrowWei(asOf: BookedBlock | undefined): Promise<bigint>;
}

/** Secrets that can be rotated; the data folder keeps them. */
export interface SecretKeeper {
  /** Makes a new secret beside the old one; answers how many are live now. */
  rotate(secret: 'relay' | 'hub-signer'): Promise<number>;
}

/** Saves of a player, outside the database. */
export interface SaveEraser {
  /** Removes all saves of a player; answers how many there were. */
  erase(player: PlayerId): Promise<number>;
}

/** What an act needs, with or without a hub that runs. */
export type DeskParts = {
  readonly money: Pick<MoneyStore, 'session' | 'records' | 'note' | 'setNote'>;
  readonly nodes: Pick<NodeStore, 'find' | 'ofOperator'>;
  readonly books: BooksReader;
  readonly admin: AdminStore;
  readonly secrets: SecretKeeper;
  readonly saves: SaveEraser;
  readonly currency: Currency;
  /** Absent where no chain settles. */
  readonly funds?: ChainFunds;
};
