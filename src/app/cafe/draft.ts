// src/app/cafe/draft.ts - a change in the making: an act reads the café through it and puts what it changes beside. Nothing
// happens until the draft is written as a whole; a refused act throws it away.
import { present } from '../../base/assert.ts';
import { newId, type ShiftId } from '../../base/ids.ts';
import type { Random } from '../../base/random.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { difference } from '../../cafe/difference.ts';
import { type CafeAccount, type CafeEntry, entryOf } from '../../cafe/ledger.ts';
import { dateOf } from '../../cafe/local-time.ts';
import type { Shift } from '../../cafe/shift.ts';
import type { Prices, Tab } from '../../cafe/tab.ts';
import type { CafeActName, HubAct } from '../../protocol/cafe-acts.ts';
import type { CafeSettings } from '../../protocol/cafe-settings.ts';
import { type Actor, isGuestCode, veiledCode } from '../../protocol/cafe-shapes.ts';
import type { CafeAuditLine, CafeReceipt } from '../../protocol/cafe-things.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import type { Seals } from '../ports.ts';
import {
  type Cafe,
  type CafeThings,
  type CafeWrite,
  type DatedEntry,
  type DatedReceipt,
  pricesAt,
  pricesIn,
  type Seat,
  type ThingKind,
  type ThingWrite,
  thingsMax,
} from './state.ts';

/** Acts of people and programs, and what the hub does by itself. */
export type ActName = CafeActName | HubAct;

/** Who acts, when, and with what means. */
export type ActContext = {
  readonly actor: Actor;
  readonly nowMs: number;
  readonly random: Random;
  readonly seals: Seals;
  /** Whether a webhook may go to an address. */
  readonly mayCall: (url: string) => boolean;
  /** The device that shows a six-digit code now. */
  readonly waitingDevice: (
    code: string,
  ) => { readonly tokenHash: string; readonly deviceKey: `0x${string}` } | undefined;
};

type Touched = { readonly before: unknown; readonly write: ThingWrite };

/** Fields that no audit line shows. */
const SECRET = new Set(['pinHash', 'tokenHash', 'salt']);

/** A thing as JSON: amounts as text, secrets as a word, codes by their ends, nothing for `undefined`. */
function shown(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object' || value === null) return value ?? null;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  const code = 'code' in value && isGuestCode(value.code) ? value.code : undefined; // A currency has a code too.
  return Object.fromEntries(
    fields.map(([name, field]) => [
      name,
      SECRET.has(name) ? 'set' : code !== undefined && field === code ? veiledCode(code) : shown(field),
    ]),
  );
}

/** A change in the making. */
export class Draft {
  readonly cafe: Cafe;
  readonly context: ActContext;
  settingsVersion: number;
  /** A secret for the answer, shown this once. */
  secret: string | undefined;
  /** What the audit line says beside. */
  about: string | undefined;
  reason: string | undefined;
  readonly #touched = new Map<string, Touched>();
  readonly #entries: DatedEntry[] = [];
  readonly #receipts: DatedReceipt[] = [];
  #nextReceipt: number;

  constructor(cafe: Cafe, context: ActContext) {
    this.cafe = cafe;
    this.context = context;
    this.settingsVersion = cafe.settingsVersion;
    this.#nextReceipt = cafe.nextReceipt;
  }

  get nowMs(): number {
    return this.context.nowMs;
  }

  /** The settings that count now. */
  get settings(): CafeSettings {
    return present(this.get('settings', String(this.settingsVersion)), 'a café has its settings');
  }

  /** The prices that count for new tabs. */
  get prices(): Prices {
    return pricesIn(this.settings);
  }

  /** The prices with which a tab began. */
  pricesOf(tab: Tab): Prices {
    return pricesAt(this.cafe, tab.prices);
  }

  /** A thing as the draft has it. */
  get<K extends ThingKind>(kind: K, id: string): CafeThings[K] | undefined {
    const touched = this.#touched.get(`${kind}/${id}`);
    if (touched === undefined) return this.cafe.things[kind].get(id);
    return touched.write.live ? (touched.write.value as CafeThings[K]) : undefined;
  }

  /** All things of a kind as the draft has them. */
  all<K extends ThingKind>(kind: K): readonly CafeThings[K][] {
    const ids = new Set(this.cafe.things[kind].keys());
    for (const { write } of this.#touched.values()) if (write.kind === kind) ids.add(write.id);
    return [...ids].flatMap((id) => this.get(kind, id) ?? []);
  }

  /** Puts a thing; `live: false` puts it away: it stays in the store only. */
  put<K extends ThingKind>(kind: K, id: string, value: CafeThings[K], live = true): void {
    const name = `${kind}/${id}`;
    const before = this.#touched.get(name)?.before ?? this.cafe.things[kind].get(id);
    this.#touched.set(name, { before, write: { kind, id, value, live } as ThingWrite });
  }

  /** Refuses LIMIT_REACHED when a kind is full. */
  room(kind: ThingKind, more = 1): Result<void, Refusal> {
    const limit = thingsMax[kind] ?? Number.POSITIVE_INFINITY;
    return this.all(kind).length + more > limit ? err(refusal('LIMIT_REACHED', { limit })) : ok(undefined);
  }

  /** A seat at the version that the caller saw, or SEAT_UNKNOWN, STALE_VERSION. `undefined`: any version. */
  seat(id: string, version: number | undefined): Result<Seat, Refusal> {
    const seat = this.get('seat', id);
    if (seat === undefined) return err(refusal('SEAT_UNKNOWN', { seat: id }));
    if (version !== undefined && seat.version !== version) {
      return err(refusal('STALE_VERSION', { haveVersion: seat.version }));
    }
    return ok(seat);
  }

  /** Changes a seat; its version grows. */
  putSeat(seat: Seat, change: Partial<Seat>): void {
    const own = { ...seat, ...change, deskSinceMs: undefined, lostNode: undefined };
    this.put('seat', seat.seat, { ...own, version: seat.version + 1 });
  }

  /** Stops or starts the clock of a seat for the hub: a stop that was typed before anybody could know is no stale one. */
  putSeatByHub(seat: Seat, change: Partial<Seat>): void {
    this.put('seat', seat.seat, { ...seat, ...change, deskSinceMs: seat.deskSinceMs ?? seat.sinceMs });
  }

  /** Changes a shift; its version grows. */
  putShift(shift: Shift, change: Partial<Shift>, live = true): void {
    this.put('shift', shift.shift, { ...shift, ...change, version: (shift.version ?? 1) + 1 }, live);
  }

  /** The tab of an occupied seat. */
  tabOf({ tab }: Seat): Tab {
    return present(tab === undefined ? undefined : this.get('tab', tab), 'an occupied seat has its tab');
  }

  /** The open shift, or SHIFT_REQUIRED. */
  openShift(): Result<Shift, Refusal> {
    const shift = this.all('shift').find(({ closed }) => closed === undefined);
    return shift === undefined ? err(refusal('SHIFT_REQUIRED')) : ok(shift);
  }

  /** The day of the cloud's cost: that of the open shift, else the date on the wall. */
  get costDate(): string {
    const shift = this.openShift();
    return shift.ok ? shift.value.date : dateOf(this.#today);
  }

  /**
   * The business day of what is booked: that of the open shift, else the date on the wall. A day whose till was closed stays as it
   * was signed: what comes after without a till belongs to the next.
   */
  get date(): string {
    const isClosed = this.all('shift').some(({ date }) => date === dateOf(this.#today));
    const shift = this.openShift();
    return shift.ok ? shift.value.date : dateOf(isClosed ? this.#today + 1 : this.#today);
  }

  get #today(): number {
    return this.prices.calendar.time.wallAt(this.nowMs).day;
  }

  /** Takes the next receipt number. Numbers have no gaps: a refused act takes none. */
  takeReceipt(): number {
    return this.#nextReceipt++;
  }

  /** Books a movement; an amount below zero goes the other way, zero is none. */
  book(kind: CafeEntry['kind'], debit: CafeAccount, credit: CafeAccount, minor: bigint, receipt?: number): void {
    const shift = this.openShift();
    const at = { receipt, shift: shift.ok ? shift.value.shift : undefined };
    for (const entry of entryOf({ kind, debit, credit, minor, ...at }))
      this.#entries.push({ ...entry, date: this.date });
  }

  /** Writes a receipt; what is the same on all is filled in, and for a tab the terms by which it is reckoned. */
  print(receipt: Omit<CafeReceipt, 'atMs' | 'shift' | 'by' | 'rounding' | 'minimumMinor'>): void {
    const shift = this.openShift();
    const tab = receipt.tab === undefined ? undefined : this.get('tab', receipt.tab);
    const { rounding, minimumMinor } = tab === undefined ? this.settings : this.pricesOf(tab).settings;
    this.#receipts.push({
      date: this.date,
      receipt: {
        ...receipt,
        atMs: this.nowMs,
        ...(shift.ok ? { shift: shift.value.shift } : {}),
        by: this.context.actor,
        rounding,
        minimumMinor,
      },
    });
  }

  /** A fresh id. */
  newId<Id extends string>(prefix: string): Id {
    return newId<Id>(prefix, this.context.random);
  }

  /** Opens a shift id. */
  newShift(): ShiftId {
    return this.newId<ShiftId>('h');
  }

  /** A shift that the draft touched, closed or not. */
  shiftAfter(id: string): Shift | undefined {
    const touched = this.#touched.get(`shift/${id}`);
    return touched?.write.kind === 'shift' ? touched.write.value : undefined;
  }

  /** Receipts written so far. */
  get receipts(): readonly CafeReceipt[] {
    return this.#receipts.map(({ receipt }) => receipt);
  }

  /** Ids of the things of a kind that the draft touched. */
  touched(kind: ThingKind): readonly string[] {
    return [...this.#touched.values()].flatMap(({ write }) => (write.kind === kind ? [write.id] : []));
  }

  /** New settings as the audit has them: what differs from the version before, under the name of the new one. */
  #settingsChange(): readonly [Record<string, unknown>, Record<string, unknown>] {
    const before = this.cafe.things.settings.get(String(this.cafe.settingsVersion));
    if (before === undefined || this.settingsVersion === this.cafe.settingsVersion) return [{}, {}];
    const [was, is] = difference(shown(before), shown(this.settings));
    const name = `settings/${this.settingsVersion}`;
    return [{ [name]: was }, { [name]: is }];
  }

  /** The audit line of what was done. Versions of settings that no tab counts by any more leave without a word. */
  audit(act: ActName): Omit<CafeAuditLine, 'seq'> {
    const isFirst = this.cafe.settingsVersion === 0;
    const [settingsBefore, settingsAfter] = this.#settingsChange();
    const of = (pick: (touched: Touched) => unknown) =>
      Object.fromEntries(
        [...this.#touched].flatMap(([name, touched]) => {
          const value = pick(touched);
          const { kind, id } = touched.write;
          if (kind === 'settings' && !isFirst) return [];
          return value === undefined ? [] : [[kind === 'code' ? `code/${veiledCode(id)}` : name, shown(value)]];
        }),
      );
    return {
      atMs: this.nowMs,
      by: this.context.actor,
      act,
      outcome: 'done',
      ...(this.about === undefined ? {} : { about: this.about.slice(0, 120) }),
      ...(this.reason === undefined ? {} : { reason: this.reason }),
      before: { ...settingsBefore, ...of(({ before }) => before) },
      after: { ...settingsAfter, ...of(({ write }) => (write.live ? write.value : undefined)) },
    };
  }

  /** The whole change, ready to be written. */
  toWrite(act: ActName, key: string, request: string, answer: string): CafeWrite {
    return {
      key,
      request,
      act,
      atMs: this.nowMs,
      actor: this.context.actor,
      onRev: this.cafe.rev,
      nextReceipt: this.#nextReceipt,
      settingsVersion: this.settingsVersion,
      things: [...this.#touched.values()].map(({ write }) => write),
      entries: this.#entries,
      receipts: this.#receipts,
      audit: this.audit(act),
      answer,
    };
  }
}
