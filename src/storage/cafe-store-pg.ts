// src/storage/cafe-store-pg.ts - cafés in Postgres (migrations/500-cafe.sql).
import type { CafeStore, ReceiptFilter } from '../app/cafe/ports.ts';
import {
  type CafeThings,
  type CafeWrite,
  type DatedEntry,
  emptyCafe,
  type ThingKind,
  thingKinds,
} from '../app/cafe/state.ts';
import type { CafeId, GameId } from '../base/ids.ts';
import type { Shift } from '../cafe/shift.ts';
import type { Tab } from '../cafe/tab.ts';
import type { Actor } from '../protocol/cafe-shapes.ts';
import type { CafeAuditLine, CafeReceipt } from '../protocol/cafe-things.ts';
import { bounds } from '../protocol/limits.ts';
import { thingFromJson, thingToJson } from './cafe-codec.ts';
import type { Database } from './database.ts';

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

/** The café's own row moves on, or nothing is written at all: somebody else did since. A café without a past is made. */
const MOVE_ON = `update cafe set rev = rev + 1, next_receipt = $3, settings_version = $4 where id = $1 and rev = $2`;
const MAKE = `insert into cafe (id, rev, next_receipt, settings_version)
  select $1, $2::bigint + 1, $3, $4 on conflict do nothing`;

/**
 * All that an act writes, in one statement: one trip to the database and its one commit. With a statement for each table a busy
 * machine lost a turn of its processor at each of nine.
 */
const writeAfter = (first: string): string => `with moved as (${first} returning id),
  act as (insert into cafe_act (cafe, key, request, answer, at_ms) select id, $5, $6, $7, $8 from moved),
  thing as (
    insert into cafe_thing (cafe, kind, id, body, live, at_ms)
    select moved.id, t.kind, t.id, t.body, t.live, $8
    from moved, jsonb_to_recordset($9) as t(kind text, id text, body jsonb, live boolean)
    on conflict (cafe, kind, id) do update set body = excluded.body, live = excluded.live, at_ms = excluded.at_ms),
  entry as (
    insert into cafe_entry (cafe, kind, debit, credit, minor, receipt, shift, date, at_ms)
    select moved.id, e.kind, e.debit, e.credit, e.minor, e.receipt, e.shift, e.date, $8
    from moved, rows from (jsonb_to_recordset($10)
      as (kind text, debit text, credit text, minor numeric, receipt bigint, shift text, date text))
      with ordinality as e(kind, debit, credit, minor, receipt, shift, date, place)
    order by e.place),
  receipt as (
    insert into cafe_receipt (cafe, number, date, body)
    select moved.id, r.number, r.date, r.body
    from moved, jsonb_to_recordset($11) as r(number bigint, date text, body jsonb)),
  audit as (
    insert into cafe_audit (cafe, at_ms, actor, act, outcome, about, reason, before, after)
    select moved.id, $12, $13, $14, $15, $16, $17, $18, $19 from moved)
  select 1 from moved`;
const WRITE = { name: 'cafe-write', text: writeAfter(MOVE_ON) };
const WRITE_FIRST = { name: 'cafe-write-first', text: writeAfter(MAKE) };

async function write(database: Database, cafe: CafeId, change: CafeWrite): Promise<'written' | 'stale'> {
  const { onRev, nextReceipt, settingsVersion, key, request, answer, atMs, things, entries, receipts, audit } = change;
  const { name, text } = onRev === 0 ? WRITE_FIRST : WRITE;
  const [, ...auditRow] = auditValues(cafe, audit);
  const values = [
    ...[cafe, onRev, nextReceipt, settingsVersion, key, request, answer, atMs],
    thingToJson(things.map(({ kind, id, value, live }) => ({ kind, id, body: value, live }))),
    JSON.stringify(entries.map((entry) => ({ ...entry, minor: entry.minor.toString() }))),
    JSON.stringify(receipts.map(({ date, receipt }) => ({ number: receipt.number, date, body: receipt }))),
    ...auditRow,
  ];
  return (await database.query(text, values, name)).length === 1 ? 'written' : 'stale';
}

/** What a receipt must fit (app/cafe/find-receipts.ts says when it does), as SQL from $4 on. */
function receiptsWhere({ date, numbers, seat, members, minor, takers, of }: ReceiptFilter) {
  const conditions: readonly (readonly [unknown, (value: string) => string])[] = [
    [date, (value) => `date = ${value}`],
    [numbers, (value) => `number = any(${value}::bigint[])`],
    [
      seat && [seat.seat.toLowerCase(), seat.tab ?? null],
      (value) => `(lower(body->>'seat') = (${value}::text[])[1] or body->>'tab' = (${value}::text[])[2]
        or exists (
          select from cafe_thing tab, jsonb_array_elements(tab.body->'stints') stint
          where tab.cafe = cafe_receipt.cafe and tab.kind = 'tab' and tab.id = cafe_receipt.body->>'tab'
            and lower(stint->>'seat') = (${value}::text[])[1]
            and (stint->>'fromMs')::numeric >= (cafe_receipt.body->>'atMs')::numeric))`,
    ],
    [members, (value) => `body->>'member' = any(${value}::text[])`],
    [
      minor,
      (value) => `(ltrim(body->>'totalMinor', '-') = ${value}
        or exists (select from jsonb_array_elements(body->'paid') row where ltrim(row->>'minor', '-') = ${value}))`,
    ],
    [takers, (value) => `coalesce(body->'by'->>'wallet', body->'by'->>'id', '') = any(${value}::text[])`],
    [of, (value) => `(body->>'of')::bigint = any(${value}::bigint[])`],
  ];
  const asked = conditions.filter(([value]) => value !== undefined);
  return {
    where: asked.map(([, sql], index) => ` and ${sql(`$${index + 4}`)}`).join(''),
    values: asked.map(([value]) => value),
  };
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
    of: async (wallet, most) => {
      const rows = await database.query<{ cafe: CafeId }>(
        `select cafe from cafe_thing where kind = 'staff' and id = $1 and live
         order by body->'pays' = 'true'::jsonb desc nulls last, at_ms, cafe limit $2`,
        [wallet, most],
      );
      return rows.map(({ cafe }) => cafe);
    },
    paidBy: async (wallet) => {
      const [row] = await database.query<{ count: number }>(
        `select count(*) from cafe_thing where kind = 'staff' and id = $1 and live and body->'pays' = 'true'::jsonb`,
        [wallet],
      );
      return row?.count ?? 0;
    },
    done: async (cafe, key) => {
      const [row] = await database.query<{ request: string; answer: string }>(
        'select request, answer from cafe_act where cafe = $1 and key = $2',
        [cafe, key],
        'cafe-act-done',
      );
      return row;
    },
    write: (cafe, change) => write(database, cafe, change),
    note: async (cafe, line) => {
      await database.query(INSERT_AUDIT, auditValues(cafe, line));
    },
    audit: async (cafe, before, most, { act, refused, fromMs, toMs } = {}) => {
      const rows = await database.query<AuditRow>(
        `with line as (
           select seq, at_ms, actor, act, outcome, about, reason, before, after from cafe_audit
           where cafe = $1 and seq < $2 and ($4::text is null or act = $4) and ($5::boolean is not true or outcome <> 'done')
             and at_ms >= coalesce($6::bigint, 0) and ($7::bigint is null or at_ms < $7) order by seq desc limit $3),
         sized as (
           select *, sum(octet_length(before::text) + octet_length(after::text))
             over (order by seq desc rows between unbounded preceding and 1 preceding) as newer_bytes from line)
         select seq, at_ms, actor, act, outcome, about, reason, before, after from sized
         where coalesce(newer_bytes, 0) < $8 order by seq desc`,
        [cafe, before, most, act ?? null, refused ?? null, fromMs ?? null, toMs ?? null, bounds.auditBytes],
      );
      return rows.map(auditLine);
    },
    receipts: async (cafe, before, most, only = {}) => {
      const { where, values } = receiptsWhere(only);
      const rows = await database.query<{ body: CafeReceipt }>(
        `select body from cafe_receipt where cafe = $1 and number < $2${where} order by number desc limit $3`,
        [cafe, before, most, ...values],
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
    plays: async (cafe, fromMs, toMs) => {
      const rows = await database.query<{
        game: GameId;
        tab: string;
        sessions: number;
        played_ms: number;
        cost: bigint;
      }>(
        `select facts->>'game' as game, split_part(facts->>'place', '/', 2) as tab, count(*)::int as sessions,
           sum(billed_ms)::bigint as played_ms, sum(cost) as cost
         from session where receipt is not null and ended_at_ms >= $2 and ended_at_ms < $3
           and starts_with(facts->>'place', $1 || '/')
         group by 1, 2 order by cost desc, game, tab`,
        [cafe, fromMs, toMs],
      );
      return rows.map(({ played_ms: playedMs, cost: costWei, ...row }) => ({ ...row, playedMs, costWei }));
    },
    shifts: async (cafe, most) => {
      const rows = await database.query<{ body: unknown }>(
        `select body from cafe_thing where cafe = $1 and kind = 'shift'
         order by (body->>'openedAtMs')::bigint desc limit $2`,
        [cafe, most],
      );
      return rows.map(({ body }) => thingFromJson<Shift>(body));
    },
    lastShift: async (cafe, before) => {
      const [row] = await database.query<{ body: unknown }>(
        `select body from cafe_thing where cafe = $1 and kind = 'shift' and body->>'date' < $2
         order by (body->>'openedAtMs')::bigint desc limit 1`,
        [cafe, before],
      );
      return row === undefined ? undefined : thingFromJson<Shift>(row.body);
    },
    shiftsOf: async (cafe, date) => {
      const rows = await database.query<{ body: unknown }>(
        `select body from cafe_thing where cafe = $1 and kind = 'shift' and body->>'date' = $2
         order by (body->>'openedAtMs')::bigint desc`,
        [cafe, date],
      );
      return rows.map(({ body }) => thingFromJson<Shift>(body));
    },
  };
}
