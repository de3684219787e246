// src/storage/pg-money-store.ts - the store of money in Postgres. Each method of MoneyStore is one transaction; what moves
// money is written by hand, in pg-session-life.ts and pg-ledger.ts. Counters, and what is only read, have files of their own.
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
import { present } from '../base/assert.ts';
import type { IdempotencyKey, NodeId, OperatorId, PlayerId, SessionId } from '../base/ids.ts';
import type { Result } from '../base/result.ts';
import type { DayCap } from '../billing/day-cap.ts';
import { type Currency, chart, type LedgerRefusal, type Transfer } from '../billing/ledger.ts';
import type { SessionList } from '../protocol/http-api.ts';
import type { SignedRecord } from '../protocol/play-record.ts';
import type { Hash32, Signature } from '../protocol/typed-data.ts';
import { brokenConstraint, type Database } from './database.ts';
import { samplesOf, saveCounters } from './pg-counters.ts';
import { post, TooLittle } from './pg-ledger.ts';
import { earnedBy, historyOf, paidTimeSince, purseOf } from './pg-money-reads.ts';
import { closeIn, holdIn, openIn } from './pg-session-life.ts';
import { type StoredRow, sessionFromRow, storedColumns } from './session-codec.ts';

/** Tables that kysely reads and writes here. */
type Tables = {
  day_cap: {
    player: string;
    cap: string | bigint | null;
    later_from_day: number | null;
    later_cap: string | bigint | null;
  };
  note: { name: string; text: string };
};

const SELECT_SESSION = `
  select ${storedColumns}, held.balance as held
  from session s join session_count c on c.session = s.id left join account held on held.id = $1 || s.id`;

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
      return await this.#database.transact((transaction) => openIn(transaction, this.#currency, opening));
    } catch (cause) {
      if (cause instanceof TooLittle) return { kind: 'too-little', freeWei: await this.#freeWei(player) };
      switch (brokenConstraint(cause)) {
        case 'session_player_open_key_key':
          return { kind: 'known', row: present(await this.sessionByKey(player, key), 'a known key has its session') };
        case 'consent_covers_locks':
          return { kind: 'consent-exceeded', leftWei: consent.maxAmount - (await this.consentLockedWei(consentId)) };
        default:
          throw cause;
      }
    }
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
      return await this.#database.transact((transaction) => holdIn(transaction, session, fence, transfer));
    } catch (cause) {
      if (!(cause instanceof TooLittle)) throw cause;
      const [row] = await this.#database.query<{ balance: bigint }>('select balance from account where id = $1', [
        transfer.from,
      ]);
      return { kind: 'too-little', freeWei: row?.balance ?? 0n };
    }
  }

  saveCounters(rows: readonly CounterRow[]): Promise<ReadonlySet<SessionId>> {
    return saveCounters(this.#database, rows);
  }

  close(closing: Closing): Promise<CloseOutcome> {
    return this.#database.transact((transaction) => closeIn(transaction, this.#currency, closing));
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

  purse(player: PlayerId, fromDay: number): Promise<Purse> {
    return purseOf(this.#database, this.#currency, player, fromDay);
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

  history(player: PlayerId, limit: number, beforeMs?: number): Promise<SessionList['sessions']> {
    return historyOf(this.#database, player, limit, beforeMs);
  }

  samples(session: SessionId): Promise<readonly Sample[]> {
    return samplesOf(this.#database, session);
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

  earned(operator: OperatorId): Promise<ReadonlyMap<NodeId, bigint>> {
    return earnedBy(this.#database, this.#currency, operator);
  }

  paidTime(sinceMs: number): Promise<readonly PaidTime[]> {
    return paidTimeSince(this.#database, this.#currency, sinceMs);
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
