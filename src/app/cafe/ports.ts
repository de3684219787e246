// src/app/cafe/ports.ts - what the café needs from outside: its store, its cloud spend, what is known of its seats.
import type { CafeId, GameId, MemberId, PlayerId } from '../../base/ids.ts';
import type { Shift } from '../../cafe/shift.ts';
import type { Tab } from '../../cafe/tab.ts';
import type { GoesOn } from '../../protocol/cafe-api.ts';
import type { CafeAuditLine, CafeReceipt, SeatPlay } from '../../protocol/cafe-things.ts';
import type { Cafe, CafeWrite, DatedEntry } from './state.ts';

/** Where cafés are kept. Entries, receipts, audit lines and done keys are written once and never changed. */
export interface CafeStore {
  /** Every café there is. */
  list(): Promise<readonly CafeId[]>;
  load(cafe: CafeId): Promise<Cafe | undefined>;
  /** Cafés in which a wallet works, at most `most`: first those that it pays for, then where it has been longest. */
  of(wallet: PlayerId, most: number): Promise<readonly CafeId[]>;
  /** How many cafés a wallet pays for: those it made, unless another signed consents since, and those it signed for. */
  paidBy(wallet: PlayerId): Promise<number>;
  /** What a key was used for, and what was answered. */
  done(cafe: CafeId, key: string): Promise<{ readonly request: string; readonly answer: string } | undefined>;
  /**
   * Writes a change as a whole. `stale`: somebody else has written since `onRev`; nothing happened.
   * Throws OutageError, after which the change may have been written all the same: load again.
   */
  write(cafe: CafeId, write: CafeWrite): Promise<'written' | 'stale'>;
  /** Writes the audit line of a refusal. */
  note(cafe: CafeId, line: Omit<CafeAuditLine, 'seq'>): Promise<void>;
  /**
   * Newest first, older than `before`; fewer than `most` also where what changed fills `bounds.auditBytes`: the next ones are
   * asked for by the last `seq`.
   */
  audit(cafe: CafeId, before: number, most: number, only?: AuditFilter): Promise<readonly CafeAuditLine[]>;
  /** Newest first, older than `before`. */
  receipts(cafe: CafeId, before: number, most: number, only?: ReceiptFilter): Promise<readonly CafeReceipt[]>;
  /** Everything of a business day. */
  day(
    cafe: CafeId,
    date: string,
  ): Promise<{ readonly entries: readonly DatedEntry[]; readonly receipts: readonly CafeReceipt[] }>;
  /** What customers have with the café at the end of a business day: wallets, bonus, codes, tabs. */
  owedMinor(cafe: CafeId, date: string): Promise<bigint>;
  /** Tabs that were written at or after an instant and opened before another; closed ones too. */
  tabs(cafe: CafeId, fromMs: number, toMs: number): Promise<readonly Tab[]>;
  /** How often an act was done between two instants. */
  count(cafe: CafeId, act: string, fromMs: number, toMs: number): Promise<number>;
  /** Sessions on seats that ended between two instants, by game and tab, the dearest first. */
  plays(cafe: CafeId, fromMs: number, toMs: number): Promise<readonly PlayedGame[]>;
  /** Shifts, newest first. */
  shifts(cafe: CafeId, most: number): Promise<readonly Shift[]>;
  /** The newest shift of a business day before a date. */
  lastShift(cafe: CafeId, before: string): Promise<Shift | undefined>;
  /** All shifts of a business day, newest first. */
  shiftsOf(cafe: CafeId, date: string): Promise<readonly Shift[]>;
}

/** What was played of a game under a tab: sessions, charged milliseconds, cost in wei. */
export type PlayedGame = {
  readonly game: GameId;
  readonly tab: string;
  readonly sessions: number;
  readonly playedMs: number;
  readonly costWei: bigint;
};

/** Which lines of an audit are asked for; without a field: all. */
export type AuditFilter = {
  readonly act?: string | undefined;
  /** Those that changed nothing. */
  readonly refused?: boolean | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
};

/** A seat, in letters of either size. A sitting that came there with its clock stopped left no play there: who sits there is `tab`. */
export type SeatFilter = { readonly seat: string; readonly tab: string | undefined };

/** Which receipts are asked for; without a field: all. */
export type ReceiptFilter = {
  /** Of this business day. */
  readonly date?: string | undefined;
  /** One of these. */
  readonly numbers?: readonly number[] | undefined;
  /** Made there, or carried there: of a sitting that came there later. */
  readonly seat?: SeatFilter | undefined;
  /** Of one of these. */
  readonly members?: readonly MemberId[] | undefined;
  /** Total or a way of paying, without its sign. */
  readonly minor?: string | undefined;
  /** Made by one of these wallets or keys. */
  readonly takers?: readonly string[] | undefined;
  /** Taking back one of these. */
  readonly of?: readonly number[] | undefined;
};

/** What a café pays the cloud, now. */
export type Cloud = {
  readonly balanceWei: bigint;
  readonly spentTodayWei: bigint;
  readonly burnWeiPerHour: bigint;
  readonly nodes: number;
  /** What one more seat costs an hour, by the dearest quote of a node that is there and by what runs; 0 without either. */
  readonly nextWeiPerHour: bigint;
};

/** What is known of a seat beside its café: its device and its session. */
export type SeatLife = {
  readonly online: boolean;
  readonly seenAtMs: number | undefined;
  readonly play: SeatPlay | undefined;
  /** Two devices show its identity. */
  readonly doubled?: boolean;
  /** The game that came here with its customer and was not begun here yet. */
  readonly goesOn?: GoesOn | undefined;
};

/** The cloud and the devices, as the café sees them. */
export interface CafeSurroundings {
  /** Spend of the café that `owner` pays for. Throws OutageError. */
  cloud(owner: PlayerId, wallMs: number): Promise<Cloud>;
  life(cafe: CafeId, seat: string): SeatLife;
  /** Whether a webhook may go to an address, as far as its text tells: a name is looked up when it is called. */
  mayCall(url: string): boolean;
}
