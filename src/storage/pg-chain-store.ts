// src/storage/pg-chain-store.ts - what the hub remembers of its chain, in Postgres (300-chain.sql). What a chain event means
// for the books is written in the same transaction as the event itself.
import { endName, eventName } from '../app/chain/event-transfers.ts';
import type {
  Block,
  BooksThen,
  ChainCall,
  ChainSession,
  ChainStore,
  EscrowEvent,
  OutboxEnd,
  OutboxRow,
  OutboxState,
  TransfersBack,
  TransfersOf,
} from '../app/chain/ports.ts';
import { assert, present } from '../base/assert.ts';
import type { OperatorId, PlayerId, SessionId } from '../base/ids.ts';
import type { PaidLease } from '../billing/gpu-tier.ts';
import { type AccountId, CHAIN_GIFT, type Currency, chart, type Transfer } from '../billing/ledger.ts';
import type { Receipt } from '../protocol/receipt.ts';
import type { Address, Hash32, Signature } from '../protocol/typed-data.ts';
import { type EventRow, eventToRow } from './chain-codec.ts';
import type { Database, Transaction } from './database.ts';
import { afresh, balanceIn, postIn } from './pg-ledger.ts';
import { factsFromJson } from './session-codec.ts';

const BLOCKS_KEPT = 4_096; // Seven hours of 6 s blocks: no chain that deserves the name drops more.

type TxRow = {
  readonly purpose: string;
  readonly attempt: number;
  readonly nonce: number;
  readonly raw: OutboxRow['raw'];
  readonly hash: Hash32;
  readonly gas_price: bigint;
  readonly call: { to: ChainCall['to']; data: ChainCall['data']; gas: string; valueWei: string };
  readonly at_ms: number;
};

function rowOf({ gas_price, call, at_ms, ...row }: TxRow): OutboxRow {
  const whole: ChainCall = { ...call, gas: BigInt(call.gas), valueWei: BigInt(call.valueWei) };
  return { ...row, gasPriceWei: gas_price, call: whole, atMs: at_ms };
}

type SessionRow = {
  readonly id: SessionId;
  readonly facts: unknown;
  readonly open_signature: Signature | null;
  readonly receipt: Receipt | null;
  readonly opened: boolean;
  readonly closed: boolean;
  readonly leaving: boolean;
  readonly burn: bigint | null;
  readonly platform: bigint | null;
  readonly operator: bigint | null;
  readonly paid_operator: OperatorId | null;
  readonly close_seq: bigint | null;
  readonly close_amount: bigint | null;
  readonly close_signature: Signature | null;
};

const OPENED = `coalesce(bool_or(e.kind = 'opened'), false)`;
const CLOSED = `coalesce(bool_or(e.kind = 'closed'), false)`;
const LEAVING = `coalesce(bool_or(e.kind = 'close-requested'), false)`;
/** Sessions of coins that the chain is not done with. What was settled so far is added up from the events that count. */
const selectSessions = (where: string, rest: string) => `
  select s.id, s.facts, s.open_signature, s.receipt, ${OPENED} as opened, ${LEAVING} as leaving,
    ${CLOSED} as closed,
    sum((e.facts->>'burnWei')::numeric) as burn, sum((e.facts->>'platformWei')::numeric) as platform,
    sum((e.facts->>'operatorWei')::numeric) as operator,
    max(e.facts->>'operator') filter (where e.kind = 'settled') as paid_operator, -- The lease freezes it: all say the same.
    c.seq as close_seq, c.amount as close_amount, c.signature as close_signature
  from session s
    left join chain_event e on e.lease = s.facts->>'lease' and e.counts
    left join chain_close c on c.lease = s.facts->>'lease'
  where s.currency = 'DBC' and ${where} and not exists (select from chain_done d where d.session = s.id and d.counts)
  group by s.id, c.lease ${rest}`;

/** Joins what settlements that count paid of a lease: `paid.wei`, null where there was none. */
const PAID_OF = (lease: string) => `left join lateral (
  select sum((e.facts->>'burnWei')::numeric + (e.facts->>'platformWei')::numeric + (e.facts->>'operatorWei')::numeric) as wei
  from chain_event e where e.lease = ${lease} and e.kind = 'settled' and e.counts) paid on true`;

const TREASURIES = `select distinct facts->>'account' as account from chain_event where counts and kind = 'treasury-set'`;

const SELECT_PRESSING = selectSessions(
  '(s.open_signature is not null or s.receipt is not null)',
  `having not ${OPENED} or (s.receipt is null and (${LEAVING} or ${CLOSED}))
   order by ${OPENED} desc, exists (select from chain_tx t where t.purpose = 'open/' || (s.facts->>'lease')),
     s.started_at_ms, s.id limit $1`,
);
const SELECT_CLOSED = selectSessions('s.receipt is not null and s.id > $2', `having ${OPENED} order by s.id limit $1`);

function sessionOf(row: SessionRow): ChainSession {
  const facts = factsFromJson(row.facts);
  const { close_seq: seq, close_amount: amountWei, close_signature: signature } = row;
  const closed = seq !== null && amountWei !== null && signature !== null ? { seq, amountWei, signature } : undefined;
  return {
    session: row.id,
    lease: facts.lease as string as Hash32,
    facts,
    opened: row.opened,
    closed: row.closed,
    leaving: row.leaving,
    paid: {
      ...{ burnWei: row.burn ?? 0n, platformWei: row.platform ?? 0n, operatorWei: row.operator ?? 0n },
      operator: row.paid_operator ?? undefined,
    },
    ...(row.open_signature !== null && { openSignature: row.open_signature }),
    ...(closed && { close: closed }),
    ...(row.receipt !== null && { receipt: row.receipt }),
  };
}

async function postAll(transaction: Transaction, transfers: readonly Transfer[]): Promise<void> {
  const posted = await postIn(transaction, transfers);
  assert(posted.ok, 'entries of a chain event have keys of their own');
}

/** The chain's books beside the ledger of coins. */
export function pgChainStore(database: Database, currency: Currency): ChainStore {
  const accounts = chart(currency);
  const balanceOf = (transaction: Transaction) => (account: AccountId) => balanceIn(transaction, account);
  /** One writer at a time: two hubs on one database must not both take an event in. */
  const alone = <T>(act: (transaction: Transaction) => Promise<T>): Promise<T> =>
    afresh(database, async (transaction) => {
      await transaction.query('lock table chain_block in exclusive mode');
      return act(transaction);
    });

  /** Whether a session here has a lease. Others come from other hubs, from people without one, or from before a restored backup. */
  const isOurs = async (transaction: Transaction, lease: Hash32): Promise<boolean> =>
    (await transaction.query("select from session where currency = 'DBC' and facts->>'lease' = $1", [lease]))
      .rowCount !== 0;

  const takeIn = async (transaction: Transaction, event: EscrowEvent, transfersOf: TransfersOf): Promise<void> => {
    const row = eventToRow(event);
    const { rows } = await transaction.query<{ round: number }>(
      `insert into chain_event (block_hash, log_index, block_number, tx_hash, kind, lease, facts, counts, round)
       values ($1, $2, $3, $4, $5, $6, $7, true, 0)
       on conflict (block_hash, log_index) do update set counts = true, round = chain_event.round + 1
         where not chain_event.counts
       returning round`,
      [row.block_hash, row.log_index, row.block_number, row.tx_hash, row.kind, row.lease, JSON.stringify(row.facts)],
    );
    const [taken] = rows;
    if (taken === undefined) return; // It counts already.
    if (event.kind === 'settled' && (await isOurs(transaction, event.lease))) return;
    const then: BooksThen = {
      treasuries: async () =>
        (await transaction.query<{ account: Address }>(TREASURIES)).rows.map(({ account }) => account),
      hasTransfer: async (key) =>
        (await transaction.query('select from transfer where key = $1', [key])).rowCount !== 0,
    };
    await postAll(transaction, await transfersOf(event, taken.round, balanceOf(transaction), then));
  };

  /** Moves back what was posted under a name. */
  const takeBack = async (
    transaction: Transaction,
    name: readonly string[],
    back: TransfersBack,
    session?: SessionId,
  ): Promise<void> => {
    const { rows } = await transaction.query<Transfer>(
      `select key, from_account as "from", to_account as "to", amount as "amountWei", at_ms as "atMs" from transfer
       where starts_with(key, $1) and key not like '%/back%' order by length(key), key`,
      [`${name.join('/')}/`],
    );
    const transfers = await back(rows, balanceOf(transaction));
    await postAll(transaction, session === undefined ? transfers : transfers.map((each) => ({ ...each, session })));
  };

  /** The chain is not done with the session of a lease after all: what its end had moved goes back. */
  const undo = async (
    transaction: Transaction,
    how: 'settled' | 'missed',
    lease: string,
    back: TransfersBack,
  ): Promise<void> => {
    const { rows } = await transaction.query<{ session: SessionId; round: number }>(
      `update chain_done d set counts = false from session s
       where s.id = d.session and s.currency = 'DBC' and s.facts->>'lease' = $1 and d.how = $2 and d.counts
       returning d.session, d.round`,
      [lease, how],
    );
    for (const { session, round } of rows) await takeBack(transaction, endName(session, round), back, session);
  };

  return {
    cursors: async (count) => {
      const rows = await database.query<{ number: number; hash: Hash32; parent: Hash32; at_s: number }>(
        'select number, hash, parent, at_s from chain_block order by number desc limit $1',
        [count],
      );
      return rows.map(({ at_s, ...block }): Block => ({ ...block, atS: at_s }));
    },
    advance: (cursor, events, transfersOf, back) =>
      alone(async (transaction) => {
        for (const event of events) {
          await takeIn(transaction, event, transfersOf);
          if (event.kind === 'opened') await undo(transaction, 'missed', event.lease, back);
        }
        await transaction.query(
          'insert into chain_block (number, hash, parent, at_s) values ($1, $2, $3, $4) on conflict (number) do nothing',
          [cursor.number, cursor.hash, cursor.parent, cursor.atS],
        );
        await transaction.query('delete from chain_block where number < $1', [cursor.number - BLOCKS_KEPT]);
      }),
    retreat: (above, back) =>
      alone(async (transaction) => {
        const { rows } = await transaction.query<EventRow>(
          `update chain_event set counts = false where counts and block_number > $1
           returning block_hash, log_index, block_number, tx_hash, kind, lease, facts, round`,
          [above],
        );
        const newestFirst = rows.toSorted((a, b) => b.block_number - a.block_number || b.log_index - a.log_index);
        // An end came after all events that it rests on.
        for (const { kind, lease } of rows) {
          if (kind === 'closed' && lease !== null) await undo(transaction, 'settled', lease, back);
        }
        for (const { block_hash: blockHash, log_index: logIndex, round } of newestFirst) {
          await takeBack(transaction, eventName({ blockHash, logIndex }, round), back);
        }
        await transaction.query('delete from chain_end where block_number > $1', [above]);
        await transaction.query('delete from chain_block where number > $1', [above]);
        return { events: rows.length };
      }),
    putOut: async ({ call, ...row }) => {
      const json = { ...call, gas: call.gas.toString(), valueWei: call.valueWei.toString() };
      const rows = await database.query(
        `insert into chain_tx (purpose, attempt, nonce, raw, hash, gas_price, call, at_ms)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning purpose`,
        [
          row.purpose,
          row.attempt,
          row.nonce,
          row.raw,
          row.hash,
          row.gasPriceWei.toString(),
          JSON.stringify(json),
          Math.floor(row.atMs),
        ],
      );
      if (rows.length === 1) return 'written';
      const known = await database.query('select from chain_tx where purpose = $1 and attempt = $2', [
        row.purpose,
        row.attempt,
      ]);
      return known.length === 1 ? 'known' : 'nonce-taken';
    },
    waiting: async () => {
      const rows = await database.query<TxRow>(
        `select purpose, attempt, nonce, raw, hash, gas_price, call, at_ms from chain_tx t
         where not exists (select from chain_end e where e.purpose = t.purpose)
         order by t.nonce, t.attempt`,
      );
      return rows.map(rowOf);
    },
    ended: async ({ purpose, hash, blockNumber, blockHash, ok }: OutboxEnd) => {
      await database.query(
        `insert into chain_end (purpose, hash, block_number, block_hash, ok) values ($1, $2, $3, $4, $5)
         on conflict (purpose) do nothing`,
        [purpose, hash, blockNumber, blockHash, ok],
      );
    },
    again: async (purpose) => {
      const [row] = await database.query<{ next: number }>(
        `with gone as (delete from chain_end where purpose = $1 and not ok returning hash, block_number)
         update chain_tx t set reverted_in = gone.block_number from gone where t.hash = gone.hash
         returning (select max(attempt) + 1 from chain_tx where purpose = $1) as next`,
        [purpose],
      );
      return row?.next;
    },
    stateOf: async (purposes) => {
      const rows = await database.query<{ purpose: string; ok: boolean | null }>(
        `select distinct t.purpose, e.ok from chain_tx t left join chain_end e on e.purpose = t.purpose
         where t.purpose = any($1)`,
        [[...purposes]],
      );
      const states = new Map<string, OutboxState>(purposes.map((purpose) => [purpose, 'none']));
      for (const { purpose, ok } of rows) states.set(purpose, ok === null ? 'waiting' : ok ? 'done' : 'failed');
      return states;
    },
    nextNonce: async () => {
      const [row] = await database.query<{ next: number }>('select coalesce(max(nonce) + 1, 0) as next from chain_tx');
      return present(row, 'an aggregate has a row').next;
    },
    pressing: async (most) => (await database.query<SessionRow>(SELECT_PRESSING, [most])).map(sessionOf),
    closed: async (after, most) =>
      (await database.query<SessionRow>(SELECT_CLOSED, [most, after ?? ''])).map(sessionOf),
    keepClose: async ({ session, node, lease }, { seq, amountWei, signature }) => {
      // Leases are public: a stranger's word must not stand in the way of the true one.
      const rows = await database.query(
        `insert into chain_close (lease, seq, amount, signature)
         select $1::text, $2::numeric, $3::numeric, $4::text from session
           where id = $5 and facts->>'lease' = $1 and facts->>'node' = $6
         on conflict (lease) do update set seq = excluded.seq, amount = excluded.amount, signature = excluded.signature
         returning lease`,
        [lease, seq.toString(), amountWei.toString(), signature, session, node],
      );
      return rows.length === 1;
    },
    finish: (session, how, transfersOf) =>
      afresh(database, async (transaction) => {
        const { rows } = await transaction.query<{ round: number }>(
          `insert into chain_done (session, how) values ($1, $2)
           on conflict (session) do update set how = excluded.how, counts = true, round = chain_done.round + 1
             where not chain_done.counts
           returning round`,
          [session, how],
        );
        const [done] = rows;
        if (done !== undefined) await postAll(transaction, await transfersOf(done.round, balanceOf(transaction)));
      }),
    lockableWei: async (player: PlayerId) => {
      // What is free, plus, for each lease that still locks, what of it the books have not given back yet, less its lock; less
      // what leases lock that are no session here.
      const [row] = await database.query<{ wei: bigint | null }>(
        `select coalesce((select balance from account where id = $2), 0) + coalesce((
           select sum(coalesce(held.balance, 0) + coalesce(s.cost, 0) - s.locked) from session s
             left join account held on held.id = $3 || s.id
           where s.player = $1 and s.currency = 'DBC'
             and not exists (select from chain_done d where d.session = s.id and d.counts)), 0) - coalesce((
           select sum((o.facts->>'maxWei')::numeric - coalesce(paid.wei, 0)) from chain_event o ${PAID_OF('o.lease')}
           where o.kind = 'opened' and o.counts and o.facts->>'payer' = $1
             and not exists (select from session s where s.currency = 'DBC' and s.facts->>'lease' = o.lease)
             and not exists (select from chain_event c where c.lease = o.lease and c.kind = 'closed' and c.counts)), 0) as wei`,
        [player, accounts.player(player), accounts.held('' as SessionId)],
      );
      return row?.wei ?? 0n;
    },
    lockedBeyondWei: async (consent) => {
      const [row] = await database.query<{ wei: bigint | null }>(
        `select sum(case when exists (select from chain_done d where d.session = s.id and d.counts)
             then greatest(coalesce(paid.wei, 0) - s.cost, 0) else s.locked - s.cost end) as wei
         from session s ${PAID_OF("s.facts->>'lease'")}
         where s.consent_id = $1 and s.currency = 'DBC' and s.receipt is not null`,
        [consent],
      );
      return row?.wei ?? 0n;
    },
    refusedOpen: async (player, consent, key) => {
      const rows = await database.query(
        `select from session s join chain_tx t on t.purpose = 'open/' || (s.facts->>'lease')
           left join chain_end e on e.purpose = t.purpose
         where s.player = $1 and s.consent_id = $2 and s.facts->'open'->>'key' = $3 and not coalesce(e.ok, t.reverted_in is null)
           -- Anybody may send an Open; ours fails where another was first, and that refuses nothing.
           and not exists (select from chain_event o where o.lease = s.facts->>'lease' and o.kind = 'opened' and o.counts)
         limit 1`,
        [player, consent, key],
      );
      return rows.length > 0;
    },
    openGifts: async () => {
      const rows = await database.query<{ player: PlayerId }>(
        `select substr(key, length($2::text) + 1) as player from transfer where from_account = $1 and starts_with(key, $2)
           and not exists (select from chain_end where purpose = key and ok)`,
        [accounts.chain, CHAIN_GIFT],
      );
      return rows.map(({ player }) => player);
    },
    paidLeases: async (sinceMs, mostEach) => {
      const rows = await database.query<PaidLease & { node: Address }>(
        `select node, lease, payer, "paidMs", "endedAtMs" from (
           select s.node, s.facts->>'lease' as lease, s.player as payer, s.billed_ms as "paidMs",
             s.ended_at_ms as "endedAtMs", row_number() over (partition by s.node order by s.ended_at_ms desc, s.id) as place
           from session s join chain_done d on d.session = s.id and d.counts and d.how = 'settled'
           where s.currency = 'DBC' and s.ended_at_ms >= $1 and s.cost > 0) each
         where place <= $2 order by node, place`,
        [Math.floor(sinceMs), mostEach],
      );
      return Map.groupBy(rows, ({ node }) => node);
    },
    activeCounts: async () => {
      const rows = await database.query<{ node: Address; gpus: number; until_day: number }>(
        `select distinct on (facts->>'node') facts->>'node' as node, (facts->>'gpus')::int as gpus,
           (facts->>'untilDay')::int as until_day
         from chain_event where counts and kind = 'active' order by facts->>'node', block_number desc, log_index desc`,
      );
      return new Map(rows.map(({ node, gpus, until_day: untilDay }) => [node, { gpus, untilDay }]));
    },
    ledgerEscrowWei: async () => {
      const [row] = await database.query<{ balance: bigint }>('select balance from account where id = $1', [
        accounts.chain,
      ]);
      return -(row?.balance ?? 0n);
    },
  };
}
