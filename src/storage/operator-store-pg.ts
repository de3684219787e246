// src/storage/operator-store-pg.ts - what the operator's console keeps, in Postgres (migrations 620 to 640).
import type { AlertSettings, Away, KeptAlert, KeptWindow, OperatorStore } from '../app/operator/ports.ts';
import type { NodeId } from '../base/ids.ts';
import type { Database } from './database.ts';

const SETTINGS = 'operator, webhook_url, webhook_salt, mail, language, offline_minutes, payout_wei';
type SettingsRow = Pick<AlertSettings, 'operator' | 'language'> & {
  readonly webhook_url: string | null;
  readonly webhook_salt: string | null;
  readonly mail: string | null;
  readonly offline_minutes: number;
  readonly payout_wei: bigint | null;
};
function settingsOf(row: SettingsRow): AlertSettings {
  const { operator, language, webhook_url: url, webhook_salt: salt, mail, offline_minutes: offlineMinutes } = row;
  return {
    ...{ operator, language, offlineMinutes },
    webhook: url === null || salt === null ? undefined : { url, salt },
    mail: mail ?? undefined,
    payoutWei: row.payout_wei ?? undefined,
  };
}

const ALERT = 'id, operator, kind, subject, name, facts, began_at_ms, ended_at_ms, told';
type AlertRow = Omit<KeptAlert, 'beganAtMs' | 'endedAtMs'> & {
  readonly began_at_ms: number;
  readonly ended_at_ms: number | null;
};

/** Facts that outlive the hub, in a database that `migrate` has prepared. */
export function pgOperators(database: Database): OperatorStore {
  return {
    wentAway: (node, operator, wallMs, planned) =>
      database.transact(async (transaction) => {
        await transaction.query('delete from node_watch where node = $1', [node]);
        await transaction.query(
          'insert into node_away (node, operator, from_ms, planned) values ($1, $2, $3, $4) on conflict do nothing',
          [node, operator, Math.floor(wallMs), planned],
        );
      }),
    cameBack: (node, operator, wallMs) =>
      database.transact(async (transaction) => {
        await transaction.query(
          `insert into node_watch (node, operator) values ($1, $2)
           on conflict (node) do update set operator = excluded.operator`,
          [node, operator],
        );
        await transaction.query('update node_away set until_ms = $2 where node = $1 and until_ms is null', [
          node,
          Math.floor(wallMs),
        ]);
      }),
    wentInPeace: async (node) => {
      await database.query('delete from node_watch where node = $1', [node]);
    },
    watched: async () =>
      (await database.query<{ node: NodeId }>('select node from node_watch')).map(({ node }) => node),
    away: async (operator, sinceMs, limit) => {
      type Row = Omit<Away, 'fromMs' | 'untilMs'> & { from_ms: number; until_ms: number | null };
      const rows = await database.query<Row>(
        `select node, from_ms, until_ms, planned from node_away where operator = $1 and from_ms >= $2
         order by from_ms desc limit $3`,
        [operator, Math.floor(sinceMs), limit],
      );
      return rows.map(({ from_ms: fromMs, until_ms: untilMs, ...row }) => {
        return { ...row, fromMs, untilMs: untilMs ?? undefined };
      });
    },
    windows: async (wallMs) => {
      const rows = await database.query<Omit<KeptWindow, 'fromMs' | 'untilMs'> & { from_ms: number; until_ms: number }>(
        'select id, node, operator, from_ms, until_ms from node_window where until_ms > $1',
        [Math.floor(wallMs)],
      );
      return rows.map(({ from_ms: fromMs, until_ms: untilMs, ...row }) => ({ ...row, fromMs, untilMs }));
    },
    addWindows: (added) =>
      database.transact(async (transaction) => {
        for (const { id, node, operator, fromMs, untilMs } of added) {
          await transaction.query(
            `insert into node_window (id, node, operator, from_ms, until_ms) values ($1, $2, $3, $4, $5)
             on conflict do nothing`,
            [id, node, operator, fromMs, untilMs],
          );
        }
      }),
    removeWindow: async (id) => {
      await database.query('delete from node_window where id = $1', [id]);
    },
    tags: async (operator) => {
      const rows = await database.query<{ node: NodeId; tags: string[] }>(
        'select node, tags from node_tags where operator = $1',
        [operator],
      );
      return new Map(rows.map(({ node, tags }) => [node, tags]));
    },
    setTags: async (node, operator, tags) => {
      const text =
        tags.length === 0
          ? 'delete from node_tags where node = $1 and operator = $2'
          : `insert into node_tags (node, operator, tags) values ($1, $2, $3)
             on conflict (node, operator) do update set tags = excluded.tags`;
      await database.query(text, tags.length === 0 ? [node, operator] : [node, operator, [...tags]]);
    },
    alertSettings: async (operator) => {
      const text = `select ${SETTINGS} from alert_settings where operator = $1`;
      const [row] = await database.query<SettingsRow>(text, [operator]);
      return row && settingsOf(row);
    },
    setAlertSettings: async ({ operator, webhook, mail, language, offlineMinutes, payoutWei }) => {
      await database.query(
        `insert into alert_settings (${SETTINGS}) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (operator) do update set webhook_url = excluded.webhook_url, webhook_salt = excluded.webhook_salt,
           mail = excluded.mail, language = excluded.language, offline_minutes = excluded.offline_minutes,
           payout_wei = excluded.payout_wei`,
        [
          operator,
          webhook?.url ?? null,
          webhook?.salt ?? null,
          mail ?? null,
          language,
          offlineMinutes,
          payoutWei ?? null,
        ],
      );
    },
    whoIsTold: async () => {
      const text = `select ${SETTINGS} from alert_settings where webhook_url is not null or mail is not null`;
      return (await database.query<SettingsRow>(text)).map(settingsOf);
    },
    alerts: async (operator) => {
      const text = `select ${ALERT} from alert where operator = $1 order by began_at_ms, id`;
      const rows = await database.query<AlertRow>(text, [operator]);
      return rows.map(({ began_at_ms: beganAtMs, ended_at_ms: endedAtMs, ...row }): KeptAlert => {
        return { ...row, beganAtMs, endedAtMs: endedAtMs ?? undefined };
      });
    },
    putAlert: async ({ id, operator, kind, subject, name, facts, beganAtMs, endedAtMs, told }) => {
      await database.query(
        `insert into alert (${ALERT}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (id) do update set ended_at_ms = excluded.ended_at_ms,
           told = array(select distinct told from unnest(alert.told || excluded.told) told order by told)`,
        [id, operator, kind, subject, name, JSON.stringify(facts), beganAtMs, endedAtMs ?? null, [...told]],
      );
    },
    wasTold: async (id, message) => {
      await database.query(
        `update alert set told = array(select distinct told from unnest(told || $2::text) told order by told) where id = $1`,
        [id, message],
      );
    },
    removeAlert: async (id) => {
      await database.query('delete from alert where id = $1', [id]);
    },
  };
}
