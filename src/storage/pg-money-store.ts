// src/storage/pg-money-store.ts - the store of money in Postgres. Each method of MoneyStore is one transaction; what moves
// money is written by hand here and in pg-ledger.ts, plain reads go through kysely.
import type { Kysely } from 'kysely';
import type {
  CloseOutcome,
  Closing,
  CounterRow,
  HoldOutcome,
  MoneyStore,
  Opening,
  OpenOutcome,
  PaidTime,
  Purse,
  Sample,
  SessionRow,
} from '../app/money/ports.ts';
import { assert, present } from '../base/assert.ts';
import type { IdempotencyKey, NodeId, OperatorId, PlayerId, SessionId } from '../base/ids.ts';
import type { Result } from '../base/result.ts';
import { type DayCap, spentOn } from '../billing/day-cap.ts';
import { type Currency, chart, type LedgerRefusal, type Transfer } from '../billing/ledger.ts';
import type { SessionList } from '../protocol/http-api.ts';
import type { SignedRecord } from '../protocol/play-record.ts';
import type { Receipt } from '../protocol/receipt.ts';
import type { EndReason } from '../protocol/shapes.ts';
import type { Hash32, Signature } from '../protocol/typed-data.ts';
import { brokenConstraint, type Database, type Transaction } from './database.ts';
import { balanceIn, post, postIn, TooLittle } from './pg-ledger.ts';
import {
  counterColumns,
  counterValues,
  factsToJson,
  type SampleRow,
  type StoredRow,
  sampleFromRow,
  sampleValues,
  sessionFromRow,
  storedColumns,
} from './session-codec.ts';

/** Tables that kysely reads and writes here. */
type Tables = {
  session: { id: string; player: string; node: string; operator: string; operator_wei: bigint | null };
  session_sample: SampleRow & { session: string };
  day_cap: {
    player: string;
    cap: string | bigint | null;
    later_from_day: number | null;
    later_cap: string | bigint | null;
  };
  note: { name: string; text: string };
};

const setCounters = counterColumns
  .map(([name]) => (name === 'bad_ms' ? "bad_ms = string_to_array(u.bad_ms, ',')::bigint[]" : `${name} = u.${name}`))
  .join(', ');
const counterUnnest = counterColumns.map(([, type], at) => `$${at + 3}::${type}[]`).join(', ');
/** Writes the newer counters and names every session that is still under its fence, newer or not. */
const SAVE_COUNTERS = `
  with u as (
    select * from unnest($1::text[], $2::integer[], ${counterUnnest})
      as u(session, fence, ${counterColumns.map(([name]) => name).join(', ')})
  ), written as (
    update session_count c set ${setCounters} from u
    where c.session = u.session and c.fence = u.fence and c.rev < u.rev
  )
  select c.session from session_count c join u on c.session = u.session and c.fence = u.fence`;
const SAVE_SAMPLES = `
  insert into session_sample
  select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::numeric[], $5::real[], $6::real[], $7::real[],
    $8::real[], $9::real[])
  on conflict do nothing`;
const SELECT_SESSION = `
  select ${storedColumns}, held.balance as held
  from session s join session_count c on c.session = s.id left join account held on held.id = $1 || s.id`;

/** Turns rows into one array a column, as unnest wants them. */
function columnsOf(
  rows: readonly (readonly (number | string | null)[])[],
  width: number,
): (number | string | null)[][] {
  return Array.from({ length: width }, (_, at) => rows.map((row) => row[at] ?? null));
}

/** Sessions and books in a Postgres database that `migrate` has prepared. */
export class PgMoneyStore implements MoneyStore {
  readonly #database: Database;
  readonly #tables: Kysely<Tables>;
  readonly #accounts: ReturnType<typeof chart>;
  readonly #heldPrefix: string;
  readonly #currency: Currency;

  constructor(database: Database, currency: Currency) {
    this.#database = database;
    this.#currency = currency;
    this.#tables = database.kysely<Tables>();
    this.#accounts = chart(currency);
    this.#heldPrefix = this.#accounts.held('' as SessionId);
  }

  async open(opening: Opening): Promise<OpenOutcome> {
    const { player, key, consentId, consent } = opening.facts;
    try {
      return await this.#database.transact((transaction) => this.#openIn(transaction, opening));
    } catch (cause) {
      if (cause instanceof TooLittle) return { kind: 'too-little', freeWei: await this.#freeWei(player) };
      switch (brokenConstraint(cause)) {
        case 'session_player_open_key_key':
          return { kind: 'known', row: present(await this.sessionByKey(player, key), 'a known key has its session') };
        case 'consent_payer_nonce_key':
          return { kind: 'consent-nonce-used' };
        case 'consent_covers_locks':
          return { kind: 'consent-exceeded', leftWei: consent.maxAmount - (await this.consentLockedWei(consentId)) };
        default:
          throw cause;
      }
    }
  }

  async #openIn(transaction: Transaction, { facts, resumeTokenHash, counters, hold }: Opening): Promise<OpenOutcome> {
    const { session, player, node, operator, key, consent, consentId, open } = facts;
    await transaction.query(
      'insert into consent (id, payer, nonce, max_amount) values ($1, $2, $3, $4) on conflict (id) do nothing',
      [consentId, consent.payer, consent.nonce.toString(), consent.maxAmount.toString()],
    );
    await transaction.query(
      `insert into session (id, player, node, operator, open_key, consent_id, open_nonce, locked, started_at_ms, facts,
         resume_token_hash, currency) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        session,
        player,
        node,
        operator,
        key,
        consentId,
        open.nonce.toString(),
        open.maxAmount.toString(),
        open.startedAtMs.toString(),
        factsToJson(facts),
        resumeTokenHash,
        this.#currency,
      ],
    );
    // After the session: a key that is known must be found before its lock is counted a second time.
    await transaction.query('update consent set locked = locked + $2 where id = $1', [
      consentId,
      open.maxAmount.toString(),
    ]);
    const names = counterColumns.map(([name]) => name).join(', ');
    const places = counterColumns
      .map(([name], at) => (name === 'bad_ms' ? `string_to_array($${at + 2}, ',')::bigint[]` : `$${at + 2}`))
      .join(', ');
    await transaction.query(
      `insert into session_count (session, fence, holds, ${names}) values ($1, 1, 1, ${places})`,
      [session, ...counterValues(counters)],
    );
    const posted = await postIn(transaction, [hold]);
    assert(posted.ok && posted.value.moved, 'a first hold has a key of its own');
    return { kind: 'opened', fence: 1, freeWei: await balanceIn(transaction, this.#accounts.player(player)) };
  }

  sessionByKey(player: PlayerId, key: IdempotencyKey): Promise<SessionRow | undefined> {
    return this.#one('where s.player = $2 and s.open_key = $3', player, key);
  }

  session(session: SessionId): Promise<SessionRow | undefined> {
    return this.#one('where s.id = $2', session);
  }

  async setResumeToken(session: SessionId, hash: string): Promise<void> {
    await this.#database.query('update session set resume_token_hash = $2 where id = $1', [session, hash]);
  }

  async setOpenSignature(session: SessionId, signature: Signature): Promise<void> {
    await this.#database.query('update session set open_signature = $2 where id = $1', [session, signature]);
  }

  async hold(session: SessionId, fence: number, transfer: Transfer): Promise<HoldOutcome> {
    try {
      return await this.#database.transact(async (transaction) => {
        const { rowCount } = await transaction.query(
          'select from session_count where session = $1 and fence = $2 for no key update',
          [session, fence],
        );
        if (rowCount === 0) return { kind: 'lost' };
        const posted = await postIn(transaction, [transfer]);
        assert(posted.ok, 'a hold has a key of its own');
        if (posted.value.moved) {
          await transaction.query('update session_count set holds = holds + 1 where session = $1', [session]);
        }
        const heldWei = await balanceIn(transaction, transfer.to);
        return { kind: 'held', heldWei, freeWei: await balanceIn(transaction, transfer.from) };
      });
    } catch (cause) {
      if (!(cause instanceof TooLittle)) throw cause;
      const [row] = await this.#database.query<{ balance: bigint }>('select balance from account where id = $1', [
        transfer.from,
      ]);
      return { kind: 'too-little', freeWei: row?.balance ?? 0n };
    }
  }

  async saveCounters(rows: readonly CounterRow[]): Promise<ReadonlySet<SessionId>> {
    const values = rows.map(({ session, fence, counters }) => [session, fence, ...counterValues(counters)]);
    const columns = columnsOf(values, counterColumns.length + 2);
    const ours = await this.#database.query<{ session: SessionId }>(SAVE_COUNTERS, columns, 'save-counters');
    const kept = new Set(ours.map(({ session }) => session));
    const samples = rows
      .filter(({ session }) => kept.has(session))
      .flatMap(({ session, samples: points }) => points.map((point) => sampleValues(session, point)));
    if (samples.length > 0) await this.#database.query(SAVE_SAMPLES, columnsOf(samples, 9), 'save-samples');
    return kept;
  }

  close(closing: Closing): Promise<CloseOutcome> {
    return this.#database.transact((transaction) => this.#closeIn(transaction, closing));
  }

  async #closeIn(transaction: Transaction, closing: Closing): Promise<CloseOutcome> {
    const { session, fence, counters, transfers, receipt } = closing;
    const found = await transaction.query<{
      player: PlayerId;
      receipt: Receipt | null;
      locked: bigint;
      consent_id: string;
    }>('select player, receipt, locked, consent_id from session where id = $1 for no key update', [session]);
    const row = found.rows[0];
    if (row === undefined) return { kind: 'lost' };
    const free = () => balanceIn(transaction, this.#accounts.player(row.player));
    if (row.receipt !== null) return { kind: 'known', receipt: row.receipt, freeWei: await free() };
    const fenced = await transaction.query(
      'update session_count set fence = 0 where session = $1 and fence = $2 returning session',
      [session, fence],
    );
    if (fenced.rowCount === 0) return { kind: 'lost' };
    await this.#writeCounters(transaction, session, counters);
    const posted = await postIn(transaction, transfers);
    assert(posted.ok, 'a close is posted once');
    assert((await balanceIn(transaction, this.#accounts.held(session))) === 0n, 'a close empties the hold');
    const costWei = BigInt(receipt.costWei);
    await transaction.query('update consent set locked = locked - $2 where id = $1', [
      row.consent_id,
      (row.locked - costWei).toString(),
    ]);
    await transaction.query(
      `update session set receipt = $2, ended_at_ms = $3, cost = $4, operator_wei = $5, billed_ms = $6, spend_day = $7,
         spent_on_day = $8 where id = $1`,
      [
        session,
        JSON.stringify(receipt),
        receipt.endedAtMs,
        receipt.costWei,
        receipt.operatorWei,
        receipt.billedMs,
        counters.spend.day,
        spentOn(counters.spend, counters.spend.day, costWei).toString(),
      ],
    );
    return { kind: 'closed', receipt, freeWei: await free() };
  }

  async #writeCounters(transaction: Transaction, session: SessionId, counters: Closing['counters']): Promise<void> {
    const columns = columnsOf([[session, 0, ...counterValues(counters)]], counterColumns.length + 2);
    await transaction.query(SAVE_COUNTERS, columns);
  }

  async takeOver(): Promise<readonly SessionRow[]> {
    await this.#database.query(
      `update session_count set fence = fence + 1 where fence > 0
         and session in (select id from session where receipt is null and currency = $1)`,
      [this.#currency],
    );
    const rows = await this.#database.query<StoredRow>(`${SELECT_SESSION} where c.fence > 0 and s.currency = $2`, [
      this.#heldPrefix,
      this.#currency,
    ]);
    return rows.map(sessionFromRow);
  }

  post(transfers: readonly Transfer[]): Promise<Result<{ readonly moved: boolean }, LedgerRefusal>> {
    return post(this.#database, transfers);
  }

  async purse(player: PlayerId, fromDay: number): Promise<Purse> {
    const [row] = await this.#database.query<{
      free: bigint | null;
      held: bigint | null;
      spent: bigint | null;
      cap: bigint | null;
      later_from_day: number | null;
      later_cap: bigint | null;
    }>(
      `select
         (select balance from account where id = $2) as free,
         (select sum(balance) from account where id in (
           select $3 || s.id from session s where s.player = $1 and s.receipt is null)) as held,
         (select sum(spent_on_day) from session where player = $1 and receipt is not null and spend_day >= $4) as spent,
         cap.cap, cap.later_from_day, cap.later_cap
       from (select 1) one left join day_cap cap on cap.player = $1`,
      [player, this.#accounts.player(player), this.#heldPrefix, fromDay],
      'purse',
    );
    const cap: DayCap = { capWei: row?.cap ?? null };
    const later = row?.later_from_day ?? null;
    return {
      freeWei: row?.free ?? 0n,
      heldWei: row?.held ?? 0n,
      spentWei: row?.spent ?? 0n,
      cap: later === null ? cap : { ...cap, later: { capWei: row?.later_cap ?? null, fromDay: later } },
    };
  }

  async consentLockedWei(consentId: Hash32): Promise<bigint> {
    const [row] = await this.#database.query<{ locked: bigint }>('select locked from consent where id = $1', [
      consentId,
    ]);
    return row?.locked ?? 0n;
  }

  async setCap(player: PlayerId, cap: DayCap): Promise<void> {
    const row = {
      cap: cap.capWei?.toString() ?? null,
      later_from_day: cap.later?.fromDay ?? null,
      later_cap: cap.later?.capWei?.toString() ?? null,
    };
    const write = this.#tables.insertInto('day_cap').values({ player, ...row });
    await this.#database.guard(() => write.onConflict((key) => key.column('player').doUpdateSet(row)).execute());
  }

  async history(player: PlayerId, limit: number, beforeMs?: number): Promise<SessionList['sessions']> {
    type Row = {
      id: SessionId;
      game: SessionList['sessions'][number]['game'];
      node_name: string;
      started_at_ms: number;
      ended_at_ms: number | null;
      reason: EndReason | null;
      billed_ms: number | null;
      cost: bigint | null;
    };
    const rows = await this.#database.query<Row>(
      `select id, facts->>'game' as game, facts->>'nodeName' as node_name, started_at_ms, ended_at_ms,
         receipt->>'reason' as reason, billed_ms, cost
       from session where player = $1 and ($3::bigint is null or started_at_ms < $3)
       order by started_at_ms desc, id limit $2`,
      [player, limit, beforeMs ?? null],
    );
    return rows.map((row) => ({
      session: row.id,
      game: row.game,
      nodeName: row.node_name,
      startedAtMs: row.started_at_ms,
      billedMs: row.billed_ms ?? 0,
      costWei: (row.cost ?? 0n).toString(),
      ...(row.ended_at_ms !== null && { endedAtMs: row.ended_at_ms }),
      ...(row.reason !== null && { reason: row.reason }),
    }));
  }

  async samples(session: SessionId): Promise<readonly Sample[]> {
    const read = this.#tables.selectFrom('session_sample').selectAll().where('session', '=', session).orderBy('at_ms');
    return (await this.#database.guard(() => read.execute())).map(sampleFromRow);
  }

  async saveRecord(session: SessionId, seq: number, signed: SignedRecord): Promise<'kept' | 'other'> {
    const { record, nodeSignature, playerSignature } = signed;
    const rows = await this.#database.query(
      `insert into play_record as kept (session, seq, record, node_signature, player_signature)
       values ($1, $2, $3::jsonb, $4, $5)
       on conflict (session, seq) do update
         set player_signature = coalesce(kept.player_signature, excluded.player_signature)
         where kept.record = excluded.record
       returning session`,
      [session, seq, JSON.stringify(record), nodeSignature, playerSignature ?? null],
      'save-record',
    );
    return rows.length === 1 ? 'kept' : 'other';
  }

  async records(session: SessionId): Promise<readonly SignedRecord[]> {
    const rows = await this.#database.query<{
      record: SignedRecord['record'];
      node_signature: Signature;
      player_signature: Signature | null;
    }>('select record, node_signature, player_signature from play_record where session = $1 order by seq', [session]);
    return rows.map(({ record, node_signature: nodeSignature, player_signature }) => ({
      record,
      nodeSignature,
      ...(player_signature !== null && { playerSignature: player_signature }),
    }));
  }

  async earned(operator: OperatorId): Promise<ReadonlyMap<NodeId, bigint>> {
    const rows = await this.#database.query<{ node: NodeId; sum: bigint }>(
      `select node, sum(operator_wei) from session where operator = $1 and receipt is not null and currency = $2
       group by node`,
      [operator, this.#currency],
    );
    return new Map(rows.map(({ node, sum }) => [node, sum]));
  }

  async paidTime(sinceMs: number): Promise<readonly PaidTime[]> {
    const rows = await this.#database.query<{ node: NodeId; player: PlayerId; paid: bigint }>(
      `select node, player, sum(billed_ms) as paid from session
       where receipt is not null and ended_at_ms >= $1 and cost > 0 and currency = $2 group by node, player`,
      [Math.floor(sinceMs), this.#currency],
    );
    return rows.map(({ node, player, paid }) => ({ node, payer: player, paidMs: Number(paid) }));
  }

  async note(name: string): Promise<string | undefined> {
    const read = this.#tables.selectFrom('note').select('text').where('name', '=', name);
    return (await this.#database.guard(() => read.executeTakeFirst()))?.text;
  }

  async setNote(name: string, text: string): Promise<void> {
    const write = this.#tables.insertInto('note').values({ name, text });
    await this.#database.guard(() => write.onConflict((key) => key.column('name').doUpdateSet({ text })).execute());
  }

  async #one(where: string, ...values: string[]): Promise<SessionRow | undefined> {
    const [row] = await this.#database.query<StoredRow>(`${SELECT_SESSION} ${where}`, [this.#heldPrefix, ...values]);
    return row && sessionFromRow(row);
  }

  async #freeWei(player: PlayerId): Promise<bigint> {
    const account = this.#accounts.player(player);
    const [row] = await this.#database.query<{ balance: bigint }>('select balance from account where id = $1', [
      account,
    ]);
    return row?.balance ?? 0n;
  }
}
