// src/storage/cafe-store-memory.ts - cafés that end with the process, for tests and for a look without a database. The same
// suite runs against the one in Postgres (test/contract/cafe-store.ts).
import { fits } from '../app/cafe/find-receipts.ts';
import type { CafeStore } from '../app/cafe/ports.ts';
import {
  applyWrite,
  type Cafe,
  type CafeThings,
  type CafeWrite,
  type DatedEntry,
  emptyCafe,
} from '../app/cafe/state.ts';
import type { CafeId } from '../base/ids.ts';
import type { CafeAuditLine, CafeReceipt } from '../protocol/cafe-things.ts';
import { bounds } from '../protocol/limits.ts';

type Kept = {
  cafe: Cafe;
  readonly done: Map<string, { request: string; answer: string }>;
  readonly entries: DatedEntry[];
  readonly receipts: { date: string; receipt: CafeReceipt }[];
  readonly tabs: Map<string, { value: CafeThings['tab']; live: boolean; atMs: number }>;
  readonly shifts: Map<string, CafeThings['shift']>;
};

const OWED = /^(wallet|bonus|code|tab)\//;

/** Cafés in memory. */
export function memoryCafes(): CafeStore {
  const cafes = new Map<CafeId, Kept>();
  const lines: (CafeAuditLine & { readonly cafe: CafeId })[] = [];
  const note = (cafe: CafeId, line: Omit<CafeAuditLine, 'seq'>): void =>
    void lines.push({ ...line, seq: lines.length + 1, cafe });

  function keep(kept: Kept, write: CafeWrite): void {
    kept.cafe = applyWrite(kept.cafe, write);
    kept.done.set(write.key, { request: write.request, answer: write.answer });
    kept.entries.push(...write.entries);
    kept.receipts.push(...write.receipts);
    for (const { kind, id, value, live } of write.things) {
      if (kind === 'tab') kept.tabs.set(id, { value, live, atMs: write.atMs });
      if (kind === 'shift') kept.shifts.set(id, value);
    }
    note(kept.cafe.id, write.audit);
  }

  const shifts = (cafe: CafeId) =>
    [...(cafes.get(cafe)?.shifts.values() ?? [])].toSorted((a, b) => b.openedAtMs - a.openedAtMs);

  return {
    list: async () => [...cafes.keys()].toSorted(),
    load: async (cafe) => cafes.get(cafe)?.cafe,
    of: async (wallet, most) =>
      [...cafes]
        .flatMap(([id, { cafe }]) => {
          const staff = cafe.things.staff.get(wallet);
          return staff === undefined ? [] : [{ id, pays: staff.pays === true }];
        })
        .toSorted((a, b) => Number(b.pays) - Number(a.pays)) // Otherwise in the order in which they were made.
        .slice(0, most)
        .map(({ id }) => id),
    paidBy: async (wallet) =>
      [...cafes.values()].filter(({ cafe }) => cafe.things.staff.get(wallet)?.pays === true).length,
    done: async (cafe, key) => cafes.get(cafe)?.done.get(key),
    write: async (cafe, write) => {
      const known = cafes.get(cafe);
      if ((known?.cafe.rev ?? 0) !== write.onRev) return 'stale';
      const kept = known ?? {
        cafe: emptyCafe(cafe),
        done: new Map(),
        entries: [],
        receipts: [],
        tabs: new Map(),
        shifts: new Map(),
      };
      cafes.set(cafe, kept);
      keep(kept, write);
      return 'written';
    },
    note: async (cafe, line) => note(cafe, line),
    audit: async (cafe, before, most, { act, refused, fromMs = 0, toMs = Number.POSITIVE_INFINITY } = {}) => {
      let newerBytes = 0;
      return lines
        .filter((line) => line.cafe === cafe && line.seq < before && line.atMs >= fromMs && line.atMs < toMs)
        .filter((line) => (act === undefined || line.act === act) && (refused !== true || line.outcome !== 'done'))
        .toReversed()
        .slice(0, most)
        .filter((line) => {
          const fits = newerBytes < bounds.auditBytes;
          newerBytes += Buffer.byteLength(JSON.stringify(line.before) + JSON.stringify(line.after));
          return fits;
        })
        .map(({ cafe: _cafe, ...line }) => line);
    },
    receipts: async (cafe, before, most, only = {}) =>
      (cafes.get(cafe)?.receipts ?? [])
        .filter(({ date }) => only.date === undefined || date === only.date)
        .map(({ receipt }) => receipt)
        .filter((receipt) => {
          const stints = cafes.get(cafe)?.tabs.get(receipt.tab ?? '')?.value.stints;
          return receipt.number < before && fits(receipt, only, stints);
        })
        .toReversed()
        .slice(0, most),
    day: async (cafe, date) => {
      const kept = cafes.get(cafe);
      return {
        entries: kept?.entries.filter((entry) => entry.date === date) ?? [],
        receipts: kept?.receipts.filter((one) => one.date === date).map(({ receipt }) => receipt) ?? [],
      };
    },
    owedMinor: async (cafe, date) =>
      (cafes.get(cafe)?.entries ?? [])
        .filter((entry) => entry.date <= date)
        .reduce(
          (sum, { debit, credit, minor }) => sum + (OWED.test(credit) ? minor : 0n) - (OWED.test(debit) ? minor : 0n),
          0n,
        ),
    tabs: async (cafe, fromMs, toMs) =>
      [...(cafes.get(cafe)?.tabs.values() ?? [])]
        .filter(({ value, live, atMs }) => (live || atMs >= fromMs) && value.openedAtMs < toMs)
        .map(({ value }) => value),
    count: async (cafe, act, fromMs, toMs) =>
      lines.filter(
        (line) =>
          line.cafe === cafe && line.act === act && line.outcome === 'done' && line.atMs >= fromMs && line.atMs < toMs,
      ).length,
    plays: async () => [], // The books of sessions are another store's.
    shifts: async (cafe, most) => shifts(cafe).slice(0, most),
    lastShift: async (cafe, before) => shifts(cafe).find(({ date }) => date < before),
    shiftsOf: async (cafe, date) => shifts(cafe).filter((shift) => shift.date === date),
  };
}
