// src/storage/pg-admin.ts - acts of those who run the hub, in Postgres: the line of the audit and what it changes are one
// transaction (migrations/320-admin.sql).
import type { ActOutcome, AdminEffect, AdminStore, NewAct } from '../app/admin/ports.ts';
import type { AdminState, AuditLine } from '../protocol/admin-api.ts';
import type { Database, Transaction } from './database.ts';
import { postIn, TooLittle } from './pg-ledger.ts';

type ActRow = Omit<AuditLine, 'atMs'> & { readonly at_ms: number };
const COLUMNS = 'seq, key, at_ms, who, act, reason, before, after';
const PAUSED_NOTE = 'paused';
const LOCK = 7_102_027; // Any number but that of migrate.ts.

function lineOf({ at_ms: atMs, seq, key, who, act, reason, before, after }: ActRow): AuditLine {
  return { seq, key, atMs, who, act, reason, before, after };
}

/** Carries an outcome out of a transaction that must be rolled back. */
class NotDone extends Error {
  readonly outcome: ActOutcome;
  constructor(outcome: ActOutcome) {
    super('not done');
    this.outcome = outcome;
  }
}

async function refundIn(transaction: Transaction, refund: NonNullable<AdminEffect['refund']>): Promise<void> {
  const { session, transfers, mostWei } = refund;
  await transaction.query('select from session where id = $1 for update', [session]); // One refund at a time.
  const { rows } = await transaction.query<{ sum: bigint | null }>(
    `select sum(amount) as sum from transfer where session = $1 and starts_with(key, $2)`,
    [session, `refund/${session}/`],
  );
  const leftWei = mostWei - (rows[0]?.sum ?? 0n);
  const wantWei = transfers.reduce((sum, { amountWei }) => sum + amountWei, 0n);
  if (wantWei > leftWei) throw new NotDone({ kind: 'too-high', leftWei });
  const posted = await postIn(transaction, transfers);
  if (!posted.ok || !posted.value.moved) throw new NotDone({ kind: 'other' });
}

async function apply(transaction: Transaction, entry: NewAct, effect: AdminEffect): Promise<void> {
  const { suspend, lift, announce, unannounce, paused, erase, refund } = effect;
  if (refund !== undefined) await refundIn(transaction, refund);
  if (suspend !== undefined) {
    await transaction.query(
      `insert into suspension (kind, id, since_ms, who, reason) values ($1, $2, $3, $4, $5)
       on conflict (kind, id) do nothing`,
      [suspend.kind, suspend.id, entry.atMs, entry.who, entry.reason],
    );
  }
  if (lift !== undefined)
    await transaction.query('delete from suspension where kind = $1 and id = $2', [lift.kind, lift.id]);
  if (announce !== undefined) {
    await transaction.query('insert into announcement (id, text, until_ms) values ($1, $2, $3)', [
      announce.id,
      announce.text,
      announce.untilMs,
    ]);
  }
  if (unannounce !== undefined) await transaction.query('delete from announcement where id = $1', [unannounce]);
  if (paused !== undefined) {
    await transaction.query(
      'insert into note (name, text) values ($1, $2) on conflict (name) do update set text = excluded.text',
      [PAUSED_NOTE, paused ? 'yes' : 'no'],
    );
  }
  if (erase !== undefined) {
    await transaction.query('delete from login where player = $1', [erase]);
    await transaction.query('delete from day_cap where player = $1', [erase]);
    await transaction.query(
      `delete from session_sample using session s
       where session_sample.session = s.id and s.player = $1 and s.receipt is not null`,
      [erase],
    );
  }
}

/** Acts and what is in force, in a database that `migrate` has prepared. */
export function pgAdmin(database: Database): AdminStore {
  const line = async (key: string): Promise<AuditLine | undefined> => {
    const [row] = await database.query<ActRow>(`select ${COLUMNS} from admin_act where key = $1`, [key]);
    return row && lineOf(row);
  };
  const actIn = async (transaction: Transaction, entry: NewAct, effect: AdminEffect): Promise<ActOutcome> => {
    const { key, atMs, who, act, reason, before, after } = entry;
    // One act at a time: a hub that reads what came after line 7 must not miss a line 6 that was written later.
    await transaction.query('select pg_advisory_xact_lock($1)', [LOCK]);
    const { rows } = await transaction.query<ActRow>(
      `insert into admin_act (key, at_ms, who, act, reason, before, after)
       values ($1, $2, $3, $4::jsonb, $5, $6::jsonb, $7::jsonb) on conflict (key) do nothing returning ${COLUMNS}`,
      [key, Math.floor(atMs), who, JSON.stringify(act), reason, JSON.stringify(before), JSON.stringify(after)],
    );
    const [row] = rows;
    if (row !== undefined) {
      await apply(transaction, entry, effect);
      return { kind: 'done', line: lineOf(row) };
    }
    const known = await transaction.query<ActRow & { same: boolean }>(
      `select ${COLUMNS}, act = $2::jsonb as same from admin_act where key = $1`,
      [key, JSON.stringify(act)],
    );
    const [there] = known.rows;
    return there?.same === true ? { kind: 'known', line: lineOf(there) } : { kind: 'other' };
  };
  return {
    act: async (entry, effect) => {
      try {
        return await database.transact((transaction) => actIn(transaction, entry, effect));
      } catch (cause) {
        if (cause instanceof NotDone) return cause.outcome;
        if (cause instanceof TooLittle) return { kind: 'too-high', leftWei: 0n };
        throw cause;
      }
    },
    refused: (entry) =>
      database.transact(async (transaction) => {
        await transaction.query('select pg_advisory_xact_lock($1)', [LOCK]);
        await transaction.query(
          `insert into admin_act (key, at_ms, who, act, reason, before, after)
           values ('refused/' || gen_random_uuid(), $1, $2, $3::jsonb, $4, '{}', '{}')`,
          [Math.floor(entry.atMs), entry.who, JSON.stringify(entry.act), entry.reason],
        );
      }),
    line,
    lines: async (before, limit) => {
      const text = `select ${COLUMNS} from admin_act where seq < coalesce($1, 9e18)::bigint order by seq desc limit $2`;
      return (await database.query<ActRow>(text, [before ?? null, limit])).map(lineOf);
    },
    after: async (seq) => {
      const text = `select ${COLUMNS} from admin_act where seq > $1 order by seq limit 1000`;
      return (await database.query<ActRow>(text, [seq], 'acts-after')).map(lineOf);
    },
    suspended: async () => {
      type Row = Omit<AdminState['suspended'][number], 'sinceMs'> & { since_ms: number };
      const rows = await database.query<Row>(
        'select kind, id, since_ms, who, reason from suspension order by since_ms',
      );
      return rows.map(({ since_ms: sinceMs, kind, id, who, reason }) => ({ kind, id, sinceMs, who, reason }));
    },
    announcements: async (wallMs) => {
      const rows = await database.query<{ id: string; text: string; until_ms: number }>(
        'select id, text, until_ms from announcement where until_ms > $1 order by until_ms',
        [Math.floor(wallMs)],
      );
      return rows.map(({ id, text, until_ms: untilMs }) => ({ id, text, untilMs }));
    },
    paused: async () => {
      const [row] = await database.query<{ text: string }>('select text from note where name = $1', [PAUSED_NOTE]);
      return row?.text === 'yes';
    },
  };
}
