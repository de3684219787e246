// src/app/cafe/ports.ts - what the café needs from outside: its store, its cloud spend, what is known of its seats.
import type { CafeId, PlayerId } from '../../base/ids.ts';
import type { Shift } from '../../cafe/shift.ts';
import type { Tab } from '../../cafe/tab.ts';
import type { CafeAuditLine, CafeReceipt, SeatPlay } from '../../protocol/cafe-things.ts';
import type { Cafe, CafeWrite, DatedEntry } from './state.ts';

/** Where cafés are kept. Entries, receipts, audit lines and done keys are written once and never changed. */
export interface CafeStore {
  /** Every café there is. */
  list(): Promise<readonly CafeId[]>;
  load(cafe: CafeId): Promise<Cafe | undefined>;
  /** Cafés in which a wallet works. */
  of(wallet: PlayerId): Promise<readonly CafeId[]>;
  /** What a key was used for, and what was answered. */
  done(cafe: CafeId, key: string): Promise<{ readonly request: string; readonly answer: string } | undefined>;
  /**
   * Writes a change as a whole. `stale`: somebody else has written since `onRev`; nothing happened.
   * Throws OutageError, after which the change may have been written all the same: load again.
   */
  write(cafe: CafeId, write: CafeWrite): Promise<'written' | 'stale'>;
  /** Writes the audit line of a refusal. */
  note(cafe: CafeId, line: Omit<CafeAuditLine, 'seq'>): Promise<void>;
  /** Newest first, older than `before`. */
  audit(cafe: CafeId, before: number, most: number): Promise<readonly CafeAuditLine[]>;
  receipts(cafe: CafeId, before: number, most: number): Promise<readonly CafeReceipt[]>;
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
  /** Shifts, newest first. */
  shifts(cafe: CafeId, most: number): Promise<readonly Shift[]>;
}

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
};

/** The cloud and the devices, as the café sees them. */
export interface CafeSurroundings {
  /** Spend of the café that `owner` pays for. Throws OutageError. */
  cloud(owner: PlayerId, wallMs: number): Promise<Cloud>;
  life(cafe: CafeId, seat: string): SeatLife;
}
