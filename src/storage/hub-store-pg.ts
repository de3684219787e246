// src/storage/hub-store-pg.ts - logins and node bindings in Postgres (migrations/200-hub.sql, 640-former-nodes.sql).
import { FORMER_MOST, type KeptNode, type LoginStore, type NodeStore } from '../app/ports.ts';
import type { NodeId, OperatorId, PlayerId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { type Refusal, refusal } from '../protocol/error-codes.ts';
import { timings } from '../protocol/limits.ts';
import type { Database, Transaction } from './database.ts';

/** Logins that are over are cleared out with every so many new ones. */
const CLEAR_EVERY = 100;

/** Logins that outlive the hub. */
export function pgLogins(database: Database): LoginStore {
  let added = 0;
  return {
    add: async (hash, player, untilMs) => {
      await database.query('insert into login (token_hash, player, until_ms) values ($1, $2, $3)', [
        hash,
        player,
        untilMs,
      ]);
      added += 1;
      if (added % CLEAR_EVERY !== 0) return;
      await database.query('delete from login where until_ms < $1', [untilMs - timings.loginMs]);
    },
    find: async (hash, wallMs) => {
      const [login] = await database.query<{ player: PlayerId; until_ms: number }>(
        'select player, until_ms from login where token_hash = $1 and until_ms > $2',
        [hash, wallMs],
        'find-login',
      );
      return login && { player: login.player, untilMs: login.until_ms };
    },
    extend: async (hash, untilMs) => {
      await database.query('update login set until_ms = $2 where token_hash = $1', [hash, untilMs]);
    },
    remove: async (hash) => {
      await database.query('delete from login where token_hash = $1', [hash]);
    },
  };
}

type NodeRow = {
  readonly id: NodeId;
  readonly operator: OperatorId;
  readonly premium_bps: number;
  readonly suspended: boolean;
  readonly name: string;
  readonly region: string;
  readonly slots: number;
  readonly seen_at_ms: number;
};
type TokenRow = { readonly operator: OperatorId; readonly until_ms: number; readonly used_by: NodeId | null };

const COLUMNS = 'id, operator, premium_bps, suspended, name, region, slots, seen_at_ms';

function keptNode({ id, premium_bps, seen_at_ms, ...row }: NodeRow): KeptNode {
  return { ...row, node: id, premiumBps: premium_bps, seenAtMs: seen_at_ms };
}

async function bindIn(
  transaction: Transaction,
  hash: string,
  node: NodeId,
  wallMs: number,
): Promise<Result<KeptNode, Refusal>> {
  const [token] = (
    await transaction.query<TokenRow>(
      'select operator, until_ms, used_by from node_token where token_hash = $1 for update',
      [hash],
    )
  ).rows;
  if (token === undefined) return err(refusal('TOKEN_UNKNOWN'));
  if (token.used_by !== null && token.used_by !== node) return err(refusal('NODE_TOKEN_USED'));
  const bound = async (): Promise<Result<KeptNode, Refusal> | undefined> => {
    const known = await transaction.query<NodeRow>(`select ${COLUMNS} from node where id = $1 for update`, [node]);
    const [row] = known.rows;
    return row && (row.operator === token.operator ? ok(keptNode(row)) : err(refusal('NODE_NOT_BOUND')));
  };
  const before = await bound();
  if (before !== undefined) return before;
  if (wallMs >= token.until_ms) return err(refusal('TOKEN_UNKNOWN'));
  const made = await transaction.query<NodeRow>(
    `insert into node (id, operator, seen_at_ms) values ($1, $2, $3) on conflict do nothing returning ${COLUMNS}`,
    [node, token.operator, wallMs],
  );
  const [first] = made.rows;
  // One machine may say hello twice at once, with two tokens: the first to be written has it.
  if (first === undefined) return (await bound()) ?? err(refusal('NODE_NOT_BOUND'));
  await transaction.query('update node_token set used_by = $2 where token_hash = $1', [hash, node]);
  return ok(keptNode(first));
}

/** Bindings that outlive the hub. */
export function pgNodes(database: Database): NodeStore {
  return {
    find: async (node) => {
      const [row] = await database.query<NodeRow>(`select ${COLUMNS} from node where id = $1`, [node], 'find-node');
      return row && keptNode(row);
    },
    addToken: async (hash, operator, untilMs) => {
      await database.query(
        'insert into node_token (token_hash, operator, until_ms) values ($1, $2, $3) on conflict do nothing',
        [hash, operator, untilMs],
      );
    },
    bind: (hash, node, wallMs) => database.transact((transaction) => bindIn(transaction, hash, node, wallMs)),
    unbind: (node, operator, wallMs) =>
      database.transact(async (transaction) => {
        const found = await transaction.query('select from node where id = $1 and operator = $2 for update', [
          node,
          operator,
        ]);
        if (found.rowCount !== 1) return false;
        await transaction.query(
          `insert into former_node (node, operator, name, gone_at_ms) select id, operator, name, $2 from node where id = $1
           on conflict (operator, node) do update set name = excluded.name, gone_at_ms = excluded.gone_at_ms`,
          [node, wallMs],
        );
        await transaction.query('delete from node_token where used_by = $1', [node]);
        await transaction.query('delete from node where id = $1', [node]);
        return true;
      }),
    formerOf: (operator) =>
      database.query<Pick<KeptNode, 'node' | 'name'>>(
        `select node, name from former_node f
         where operator = $1 and not exists (select from node where id = f.node and operator = $1)
         order by gone_at_ms desc, node limit ${FORMER_MOST}`,
        [operator],
      ),
    setPremium: async (node, operator, premiumBps) => {
      const changed = await database.query(
        'update node set premium_bps = $3 where id = $1 and operator = $2 returning id',
        [node, operator, premiumBps],
      );
      return changed.length === 1;
    },
    seen: async (node, { name, region }, slots, wallMs) => {
      await database.query('update node set name = $2, region = $3, slots = $4, seen_at_ms = $5 where id = $1', [
        node,
        name,
        region,
        slots,
        wallMs,
      ]);
    },
    ofOperator: async (operator) => {
      const rows = await database.query<NodeRow>(`select ${COLUMNS} from node where operator = $1 order by name, id`, [
        operator,
      ]);
      return rows.map(keptNode);
    },
  };
}
