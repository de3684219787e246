// src/main/audit.ts - `./nearcade audit SESSION`: replays a session from its log alone and names each line that is wrong.
// The log comes from the hub's database, or from a file that /api/sessions/SESSION/records answered.
import { existsSync, readFileSync } from 'node:fs';
import { sessionLog } from '../app/money/read-account.ts';
import type { SessionId } from '../base/ids.ts';
import { parseJsonOnce } from '../base/json-once.ts';
import type { AuditLine } from '../billing/record-checks.ts';
import { auditSession } from '../billing/session-audit.ts';
import type { Values } from '../config/load.ts';
import type { storeSettings } from '../config/settings.ts';
import type { Log } from '../observe/log.ts';
import { bodyDecoder } from '../protocol/body-decoder.ts';
import { type SessionLog, SessionLogShape } from '../protocol/money-api.ts';
import { pgBooks } from '../storage/pg-books.ts';
import { PgMoneyStore } from '../storage/pg-money-store.ts';
import { StartError, UsageError } from './role.ts';
import { withDatabase } from './store-access.ts';

function logFrom(file: string): SessionLog {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new StartError(`cannot read ${file}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const value = parseJsonOnce(text);
  if (!value.ok) {
    const why = value.error.field === '-' ? 'it is no JSON' : `it names ${value.error.field} twice`;
    throw new StartError(`${file} is no log of a session: ${why}`);
  }
  const log = bodyDecoder(SessionLogShape)(value.value);
  if (!log.ok) throw new StartError(`${file} is no log of a session: ${log.error.field || 'it has another shape'}`);
  return log.value;
}

/** Lines for a person: one a kind of check that holds, one a line that does not. */
export function auditReport(log: SessionLog, lines: readonly AuditLine[]): string[] {
  const wrong = lines.filter(({ ok }) => !ok);
  const { receipt, records, transfers } = log;
  const both = records.filter(({ playerSignature }) => playerSignature !== undefined).length;
  const minutes = Math.floor((receipt?.nodeGoodMs ?? 0) / 60_000);
  return [
    `${log.session}: ${lines.length} lines compared, ${wrong.length} wrong`,
    `  ${records.length} records for ${minutes} full minutes of good time, ${both} signed by both sides; ${transfers.length} transfers`,
    ...(receipt === undefined
      ? []
      : [`  paid: ${receipt.billedMs} ms, ${receipt.costWei} wei; ended: ${receipt.reason}`]),
    ...wrong.map(({ line, says, follows }) => `  WRONG ${line}: it says ${says}, it must be ${follows}`),
  ];
}

/** Prints the report. 0: all true. 1: something is wrong. Throws StartError. */
export async function runAudit(
  values: Values<typeof storeSettings>,
  [what, ...more]: readonly string[],
  log: Log,
): Promise<number> {
  if (what === undefined || more.length > 0) throw new UsageError('name one session, or a file of its log');
  let found: SessionLog;
  if (/^s_[0-9a-z]{26}$/.test(what)) {
    const wish = { data: values.data ?? '.nearcade', url: values.databaseUrl };
    const result = await withDatabase(wish, log, (database) => {
      // A session is found by its id, whatever it was paid in.
      const parts = { money: new PgMoneyStore(database, 'PLAY'), books: pgBooks(database) };
      return sessionLog(parts, what as SessionId, undefined);
    });
    if (!result.ok) throw new StartError(`there is no session ${what}`);
    found = result.value;
  } else if (existsSync(what)) found = logFrom(what);
  else throw new StartError(`'${what}' is neither a session nor a file`);
  const lines = auditSession(found);
  if (lines === undefined) throw new StartError('the session runs still: it has no receipt to be checked');
  process.stdout.write(`${auditReport(found, lines).join('\n')}\n`);
  return lines.every(({ ok }) => ok) ? 0 : 1;
}
