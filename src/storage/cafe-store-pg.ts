// src/storage/cafe-store-pg.ts - cafés in Postgres (migrations/500-cafe.sql).
import type { CafeStore } from '../app/cafe/ports.ts';
import {
  type CafeThings,
  type CafeWrite,
  type DatedEntry,
  emptyCafe,
  type ThingKind,
  thingKinds,
} from '../app/cafe/state.ts';
import type { CafeId } from '../base/ids.ts';
import type { Shift } from '../cafe/shift.ts';
import type { Tab } from '../cafe/tab.ts';
import type { Actor } from '../protocol/cafe-shapes.ts';
import type { CafeAuditLine, CafeReceipt } from '../protocol/cafe-things.ts';
import { thingFromJson, thingToJson } from './cafe-codec.ts';
import type { Database, Transaction } from './database.ts';

type CafeRow = { readonly rev: number; readonly next_receipt: number; readonly settings_version: number };
type ThingRow = { readonly kind: ThingKind; readonly id: string; readonly body: unknown };
type AuditRow = {
  readonly seq: number;
  readonly at_ms: number;
  readonly actor: Actor;
  readonly act: string;
  readonly outcome: string;
  readonly about: string | null;
  readonly reason: string | null;
  readonly before: Record<string, unknown>;
  readonly after: Record<string, unknown>;
};
type EntryRow = Omit<DatedEntry, 'receipt' | 'shift'> & {
  readonly receipt: number | null;
  readonly shift: string | null;
};

const auditLine = ({ at_ms, actor, about, reason, ...row }: AuditRow): CafeAuditLine => ({
  ...row,
  atMs: at_ms,
  by: actor,
  ...(about === null ? {} : { about }),
  ...(reason === null ? {} : { reason }),
});

const INSERT_AUDIT = `insert into cafe_audit (cafe, at_ms, actor, act, outcome, about, reason, before, after)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;

function auditValues(cafe: CafeId, line: Omit<CafeAuditLine, 'seq'>): readonly unknown[] {
  const { atMs, by, act, outcome, about, reason, before, after } = line;
  const json = [JSON.stringify(before), JSON.stringify(after)];
  return [cafe, atMs, JSON.stringify(by), act, outcome, about ?? null, reason ?? null, ...json];
}

/** Moves the café's own row on; false when somebody else did since. */
async function advance(transaction: Transaction, cafe: CafeId, write: CafeWrite): Promise<boolean> {
  const { onRev, nextReceipt, settingsVersion } = write;
  const { rowCount } =
    onRev === 0
      ? await transaction.query(
          `insert into cafe (id, rev, next_receipt, settings_version) values ($1, 1, $2, $3) on conflict do nothing`,
          [cafe, nextReceipt, settingsVersion],
        )
      : await transaction.query(
          `update cafe set rev = rev + 1, next_receipt = $3, settings_version = $4 where id = $1 and rev = $2`,
          [cafe, onRev, nextReceipt, settingsVersion],
        );
  return rowCount === 1;
}

async function writeIn(transaction: Transaction, cafe: CafeId, write: CafeWrite): Promise<'written' | 'stale'> {
  if (!(await advance(transaction, cafe, write))) return 'stale';
  const { key, request, answer, atMs, things, entries, receipts } = write;
  await transaction.query('insert into cafe_act (cafe, key, request, answer, at_ms) values ($1, $2, $3, $4, $5)', [
    ...[cafe, key, request, answer, atMs],
  ]);
  await transaction.query(
    `insert into cafe_thing (cafe, kind, id, body, live, at_ms)
     select $1, kind, id, body, live, $3 from jsonb_to_recordset($2) as t(kind text, id text, body jsonb, live boolean)
     on conflict (cafe, kind, id) do update set body = excluded.body, live = excluded.live, at_ms = excluded.at_ms`,
    [cafe, thingToJson(things.map(({ kind, id, value, live }) => ({ kind, id, body: value, live }))), atMs],
  );
  if (entries.length > 0) {
    const rows = entries.map((entry) => ({ ...entry, minor: entry.minor.toString() }));
    await transaction.query(
      `insert into cafe_entry (cafe, kind, debit, credit, minor, receipt, shift, date, at_ms)
       select $1, kind, debit, credit, minor, receipt, shift, date, $3 from jsonb_to_recordset($2)
       as t(kind text, debit text, credit text, minor numeric, receipt bigint, shift text, date text)`,
      [cafe, JSON.stringify(rows), atMs],
    );
  }
  for (const { date, receipt } of receipts) {
    await transaction.query('insert into cafe_receipt (cafe, number, date, body) values ($1, $2, $3, $4)', [
      ...[cafe, receipt.number, date, JSON.stringify(receipt)],
    ]);
  }
  await transaction.query(INSERT_AUDIT, [...auditValues(cafe, write.audit)]);
  return 'written';
}

/** Cafés that outlive the hub. */
export function pgCafes(database: Database): CafeStore {
  return {
    list: async () => (await database.query<{ id: CafeId }>('select id from cafe order by id')).map(({ id }) => id),
    load: async (cafe) => {
      const [row] = await database.query<CafeRow>(
        'select rev, next_receipt, settings_version from cafe where id = $1',
        [cafe],
      );
      if (row === undefined) return undefined;
      const rows = await database.query<ThingRow>('select kind, id, body from cafe_thing where cafe = $1 and live', [
        cafe,
      ]);
      const of = <K extends ThingKind>(kind: K): ReadonlyMap<string, CafeThings[K]> =>
        new Map(
          rows.flatMap((row) => (row.kind === kind ? [[row.id, thingFromJson<CafeThings[K]>(row.body)] as const] : [])),
        );
      const things = Object.fromEntries(thingKinds.map((kind) => [kind, of(kind)]));
      return {
        ...emptyCafe(cafe),
        rev: row.rev,
        nextReceipt: row.next_receipt,
        settingsVersion: row.settings_version,
        things: { ...emptyCafe(cafe).things, ...things },
      };
    },
    of: async (wallet) => {
      const rows = await database.query<{ cafe: CafeId }>(
        `select cafe from cafe_thing where kind = 'staff' and id = $1 and live order by cafe`,
        [wallet],
      );
      return rows.map(({ cafe }) => cafe);
    },
    done: async (cafe, key) => {
      const [row] = await database.query<{ request: string; answer: string }>(
        'select request, answer from cafe_act where cafe = $1 and key = $2',
        [cafe, key],
        'cafe-act-done',
      );
      return row;
    },
    write: (cafe, write) => database.transact((transaction) => writeIn(transaction, cafe, write)),
    note: async (cafe, line) => {
      await database.query(INSERT_AUDIT, auditValues(cafe, line));
    },
    audit: async (cafe, before, most) => {
      const rows = await database.query<AuditRow>(
        `select seq, at_ms, actor, act, outcome, about, reason, before, after from cafe_audit
         where cafe = $1 and seq < $2 order by seq desc limit $3`,
        [cafe, before, most],
      );
      return rows.map(auditLine);
    },
    receipts: async (cafe, before, most) => {
      const rows = await database.query<{ body: CafeReceipt }>(
        'select body from cafe_receipt where cafe = $1 and number < $2 order by number desc limit $3',
        [cafe, before, most],
      );
      return rows.map(({ body }) => body);
    },
    day: async (cafe, date) => {
      const entries = await database.query<EntryRow>(
        'select kind, debit, credit, minor, receipt, shift, date from cafe_entry where cafe = $1 and date = $2 order by seq',
        [cafe, date],
      );
      const receipts = await database.query<{ body: CafeReceipt }>(
        'select body from cafe_receipt where cafe = $1 and date = $2 order by number',
        [cafe, date],
      );
      return {
        entries: entries.map(({ receipt, shift, ...entry }) => ({
          ...entry,
          receipt: receipt ?? undefined,
          shift: shift ?? undefined,
        })),
        receipts: receipts.map(({ body }) => body),
      };
    },
    owedMinor: async (cafe, date) => {
      const [row] = await database.query<{ owed: bigint | null }>(
        `select sum(case when credit ~ '^(wallet|bonus|code|tab)/' then minor else 0 end
                  - case when debit ~ '^(wallet|bonus|code|tab)/' then minor else 0 end) as owed
         from cafe_entry where cafe = $1 and date <= $2`,
        [cafe, date],
      );
      return row?.owed ?? 0n;
    },
    tabs: async (cafe, fromMs, toMs) => {
      const rows = await database.query<{ body: unknown }>(
        `select body from cafe_thing where cafe = $1 and kind = 'tab' and (live or at_ms >= $2)
         and (body->>'openedAtMs')::bigint < $3`,
        [cafe, fromMs, toMs],
      );
      return rows.map(({ body }) => thingFromJson<Tab>(body));
    },
    count: async (cafe, act, fromMs, toMs) => {
      const [row] = await database.query<{ count: number }>(
        `select count(*) as count from cafe_audit
         where cafe = $1 and act = $2 and outcome = 'done' and at_ms >= $3 and at_ms < $4`,
        [cafe, act, fromMs, toMs],
      );
      return row?.count ?? 0;
    },
    shifts: async (cafe, most) => {
      const rows = await database.query<{ body: unknown }>(
        `select body from cafe_thing where cafe = $1 and kind = 'shift'
         order by (body->>'openedAtMs')::bigint desc limit $2`,
        [cafe, most],
      );
      return rows.map(({ body }) => thingFromJson<Shift>(body));
    },
  };
}
