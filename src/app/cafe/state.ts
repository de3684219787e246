// src/app/cafe/state.ts - a café as it is now: its things by kind and id. It changes only by a written change (draft.ts), so
// what lies here is what lies in the store.

import { assert, present } from '../../base/assert.ts';
import type { CafeId, MemberId, NodeId, PlayerId } from '../../base/ids.ts';
import type { EntryKind } from '../../cafe/ledger.ts';
import type { Shift } from '../../cafe/shift.ts';
import { type Payment, type Prices, pricesOf, type Tab } from '../../cafe/tab.ts';
import type { KioskTicket } from '../../protocol/cafe-acts.ts';
import type { CafeSettings } from '../../protocol/cafe-settings.ts';
import type { Actor, CafeRole, SeatState } from '../../protocol/cafe-shapes.ts';
import type { CafeAuditLine, CafeReceipt } from '../../protocol/cafe-things.ts';

/** A machine that was lost in play, by id and name. */
export type LostNode = { readonly node: NodeId; readonly name: string };

/** A seat. Its device, its session and whether both are there are not part of it. */
export type Seat = {
  readonly seat: string;
  readonly name: string;
  readonly zone: string;
  readonly place: { readonly x: number; readonly y: number } | undefined;
  readonly version: number;
  readonly state: SeatState;
  readonly sinceMs: number;
  /**
   * `sinceMs` before the hub stopped or started the clock by itself, which leaves the version: a desk without a line knows
   * nothing of it, and what it typed meanwhile counts from there on. Absent: the hub did neither.
   */
  readonly deskSinceMs?: number | undefined;
  /** The machine that was lost, while it is; the audit's line of it is where reports find it. */
  readonly lostNode?: LostNode | undefined;
  readonly reason: string | undefined;
  /** When a reservation lapses, or play ends. */
  readonly untilMs: number | undefined;
  readonly tab: string | undefined;
  readonly message: { readonly text: string; readonly atMs: number } | undefined;
};
/** A member; balances follow from the ledger and are kept beside it in the same write. */
export type Member = {
  readonly member: MemberId;
  /** As people say it: counted from 1. */
  readonly number: number;
  readonly version: number;
  readonly name: string;
  readonly group: string;
  readonly ageBand: string | undefined;
  /** Keyed hash of the PIN. */
  readonly pinHash: string | undefined;
  readonly realMinor: bigint;
  readonly bonusMinor: bigint;
  readonly note: string | undefined;
};
/** A printed code. One in stock was sold for nothing yet and holds nothing. */
export type GuestCode = {
  readonly code: string;
  readonly leftMinor: bigint;
  readonly soldMinor: bigint;
  readonly untilMs: number;
  readonly batch?: string | undefined;
  /** What it buys as long as nothing was taken from it. */
  readonly package?: string | undefined;
};
/** Codes that were made together; which of them are sold, they say themselves. */
export type CodeBatch = {
  readonly batch: string;
  readonly name: string;
  readonly madeAtMs: number;
  readonly by: Actor;
  readonly made: number;
  readonly priceMinor: bigint;
  readonly package: string | undefined;
  readonly days: number;
};
/** What came in on one receipt, and how much of it may still be given back. */
export type Paid = {
  readonly receipt: number;
  readonly kind: CafeReceipt['kind'];
  readonly atMs: number;
  readonly tab: string | undefined;
  readonly member: MemberId | undefined;
  readonly code: string | undefined;
  readonly rows: readonly (Payment & { readonly leftMinor: bigint })[];
  readonly bonusGivenMinor: bigint;
};
/** The device of a seat. */
export type Device = {
  readonly seat: string;
  readonly tokenHash: string;
  readonly deviceKey: `0x${string}`;
  readonly pairedAtMs: number;
};

/** A PC without a disk: `host` is its name or MAC address in the enrolment file. */
export type Enrolment = { readonly seat: string; readonly host: string; readonly salt: string };

/** What ended sessions cost the café: those of a shift (id `shift`, `of` its id), of a business day (id `day`, `of` its date), of a seat that day (id `seat/12`). */
export type CloudCost = { readonly id: string; readonly of: string; readonly wei: bigint };

/** Kinds of things, each with its type. The key of `settings` is its version. */
export type CafeThings = {
  settings: CafeSettings;
  /** `pays`: this owner's account pays for the seats, by its own act: the maker of the café, or who signed consents last. */
  staff: { readonly wallet: PlayerId; readonly role: CafeRole; readonly name?: string; readonly pays?: true };
  seat: Seat;
  tab: Tab;
  member: Member;
  code: GuestCode;
  batch: CodeBatch;
  shift: Shift;
  paid: Paid;
  device: Device;
  /** By seat. */
  enrolment: Enrolment;
  /** By the address of the device's key. */
  consent: Pick<KioskTicket, 'consent' | 'keyProof'> & { readonly signature: `0x${string}` };
  'cloud-cost': CloudCost;
  'api-key': { readonly id: string; readonly role: CafeRole; readonly tokenHash: string };
  webhook: { readonly id: string; readonly url: string; readonly acts: readonly string[]; readonly salt: string };
};
/** One of the kinds. */
export type ThingKind = keyof CafeThings;
/** Things by id, of each kind. */
export type ThingMaps = { readonly [K in ThingKind]: ReadonlyMap<string, CafeThings[K]> };

/** All kinds, in the order in which they are listed. */
export const thingKinds: readonly ThingKind[] = [
  'settings',
  'staff',
  'seat',
  'tab',
  'member',
  'code',
  'batch',
  'shift',
  'paid',
  'device',
  'enrolment',
  'consent',
  'cloud-cost',
  'api-key',
  'webhook',
];

/** How many of a kind a café may have; beyond it LIMIT_REACHED. A hall of 2,000 seats is the largest we know of. */
export const thingsMax: Partial<Record<ThingKind, number>> = {
  staff: 200,
  seat: 2_000,
  member: 100_000,
  code: 20_000,
  batch: 1_000,
  consent: 4_000,
  'api-key': 20,
  webhook: 20,
};

/** A café. */
export type Cafe = {
  readonly id: CafeId;
  /** Grows by one with each written change. */
  readonly rev: number;
  readonly nextReceipt: number;
  readonly settingsVersion: number;
  readonly things: ThingMaps;
};

/** One thing as it will be; `undefined` puts it away: it stays in the store and leaves the café. */
export type ThingWrite = { [K in ThingKind]: { kind: K; id: string; value: CafeThings[K]; live: boolean } }[ThingKind];

/** An entry as it is written: with its business day. */
export type DatedEntry = {
  readonly kind: EntryKind;
  readonly debit: string;
  readonly credit: string;
  readonly minor: bigint;
  readonly receipt: number | undefined;
  readonly shift: string | undefined;
  readonly date: string;
};
/** A receipt with its business day. */
export type DatedReceipt = { readonly date: string; readonly receipt: CafeReceipt };

/** All that one act writes, in one transaction. */
export type CafeWrite = {
  readonly key: string;
  /** What the key stands for: the act and its body. */
  readonly request: string;
  readonly act: string;
  readonly atMs: number;
  readonly actor: Actor;
  /** `rev` that it builds on. */
  readonly onRev: number;
  readonly nextReceipt: number;
  readonly settingsVersion: number;
  readonly things: readonly ThingWrite[];
  readonly entries: readonly DatedEntry[];
  readonly receipts: readonly DatedReceipt[];
  readonly audit: Omit<CafeAuditLine, 'seq'>;
  /** What is answered, and answered again to the same key. */
  readonly answer: string;
};

/** An empty café, before its first settings. */
export function emptyCafe(id: CafeId): Cafe {
  const things = {
    settings: new Map(),
    staff: new Map(),
    seat: new Map(),
    tab: new Map(),
    member: new Map(),
    code: new Map(),
    batch: new Map(),
    shift: new Map(),
    paid: new Map(),
    device: new Map(),
    enrolment: new Map(),
    consent: new Map(),
    'cloud-cost': new Map(),
    'api-key': new Map(),
    webhook: new Map(),
  };
  return { id, rev: 0, nextReceipt: 1, settingsVersion: 0, things };
}

/** The settings that count now. */
export function settingsOf(cafe: Pick<Cafe, 'things' | 'settingsVersion'>): CafeSettings {
  return present(cafe.things.settings.get(String(cafe.settingsVersion)), 'a café has its settings');
}

const read = new WeakMap<CafeSettings, Prices>();

/** Prices of a version of the settings. */
export function pricesAt(cafe: Pick<Cafe, 'things'>, version: number): Prices {
  const settings = cafe.things.settings.get(String(version));
  assert(settings !== undefined, 'settings of running tabs are kept');
  return pricesIn(settings);
}

/** Prices of settings, read once. */
export function pricesIn(settings: CafeSettings): Prices {
  const known = read.get(settings) ?? pricesOf(settings);
  read.set(settings, known);
  return known;
}

/** The cafe after a write. */
export function applyWrite(cafe: Cafe, write: CafeWrite): Cafe {
  const touched: { [K in ThingKind]?: Map<string, CafeThings[K]> } = {};
  const put = <K extends ThingKind>(kind: K, id: string, value: CafeThings[K] | undefined): void => {
    const map: Map<string, CafeThings[K]> = touched[kind] ?? new Map(cafe.things[kind]);
    if (value === undefined) map.delete(id);
    else map.set(id, value);
    Object.assign(touched, { [kind]: map });
  };
  for (const { kind, id, value, live } of write.things) put(kind, id, live ? value : undefined);
  return {
    ...cafe,
    rev: write.onRev + 1,
    nextReceipt: write.nextReceipt,
    settingsVersion: write.settingsVersion,
    things: { ...cafe.things, ...touched },
  };
}
