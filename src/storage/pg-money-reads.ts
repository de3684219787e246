// src/storage/pg-money-reads.ts - what is asked of the books without changing them: a player's purse and history, what machines
// earned, who paid for how much time.
import type { PaidTime, Purse } from '../app/money/ports.ts';
import type { NodeId, OperatorId, PlayerId, SessionId } from '../base/ids.ts';
import type { DayCap } from '../billing/day-cap.ts';
import { type Currency, chart } from '../billing/ledger.ts';
import type { SessionList } from '../protocol/http-api.ts';
import type { EndReason } from '../protocol/shapes.ts';
import type { Database } from './database.ts';

/** What a player has, and what sessions that have closed cost since a day. */
export async function purseOf(
  database: Database,
  currency: Currency,
  player: PlayerId,
  fromDay: number,
): Promise<Purse> {
  const accounts = chart(currency);
  const [row] = await database.query<{
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
    [player, accounts.player(player), accounts.held('' as SessionId), fromDay],
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

/** A player's sessions, newest first. */
export async function historyOf(
  database: Database,
  player: PlayerId,
  limit: number,
  beforeMs?: number,
): Promise<SessionList['sessions']> {
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
  const rows = await database.query<Row>(
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

/** What each machine of an operator has earned. */
export async function earnedBy(
  database: Database,
  currency: Currency,
  operator: OperatorId,
): Promise<ReadonlyMap<NodeId, bigint>> {
  const rows = await database.query<{ node: NodeId; sum: bigint }>(
    `select node, sum(operator_wei) from session where operator = $1 and receipt is not null and currency = $2
     group by node`,
    [operator, currency],
  );
  return new Map(rows.map(({ node, sum }) => [node, sum]));
}

/** Time that was paid for since a moment, by machine and player. */
export async function paidTimeSince(
  database: Database,
  currency: Currency,
  sinceMs: number,
): Promise<readonly PaidTime[]> {
  const rows = await database.query<{ node: NodeId; player: PlayerId; paid: bigint }>(
    `select node, player, sum(billed_ms) as paid from session
     where receipt is not null and ended_at_ms >= $1 and cost > 0 and currency = $2 group by node, player`,
    [Math.floor(sinceMs), currency],
  );
  return rows.map(({ node, player, paid }) => ({ node, payer: player, paidMs: Number(paid) }));
}
