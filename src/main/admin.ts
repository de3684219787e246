// src/main/admin.ts - `./nearcade admin`: what those who run a hub do from its machine, on the data folder. An act is
// written to the same audit as from the page; a hub that runs notices it within 2 s.
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { doAct } from '../app/admin/desk.ts';
import type { ChainFunds, DeskParts } from '../app/admin/ports.ts';
import { compareBooks, storedState } from '../app/admin/reconcile.ts';
import { revenueOf } from '../app/money/read-account.ts';
import { type IdempotencyKey, newId, type PlayerId, type SessionId } from '../base/ids.ts';
import { formatDbc, parseDbc } from '../base/units.ts';
import { chainReader, escrowFunds } from '../chain/chain-client.ts';
import { RpcPool } from '../chain/rpc.ts';
import type { Values } from '../config/load.ts';
import type { adminSettings } from '../config/settings.ts';
import { systemClock, systemRandom } from '../observe/clock.ts';
import type { Log } from '../observe/log.ts';
import { type AdminAct, suspendableKinds } from '../protocol/admin-api.ts';
import type { ErrorCode, Refusal } from '../protocol/error-codes.ts';
import { explains, REASON_MIN } from '../protocol/reason.ts';
import type { Database } from '../storage/database.ts';
import { pgNodes } from '../storage/hub-store-pg.ts';
import { saveFiles } from '../storage/hub-store-saves.ts';
import { pgAdmin } from '../storage/pg-admin.ts';
import { pgBooks } from '../storage/pg-books.ts';
import { PgMoneyStore } from '../storage/pg-money-store.ts';
import { ADMIN_ACTS } from './admin-acts.ts';
import { OWN_NOTE } from './close-other-books.ts';
import { folderSecrets } from './hub.ts';
import { domainNote, domainOf } from './noted-chain.ts';
import { UsageError } from './role.ts';
import { withDatabase } from './store-access.ts';

type AdminValues = Values<typeof adminSettings>;

const isAddress = (text: string | undefined): text is `0x${string}` => /^0x[0-9a-f]{40}$/.test(text ?? '');

/** Lines of the list that begin with this word, or all of it. */
function wrongUse(name: string): never {
  const own = ADMIN_ACTS.split('\n').filter((line) => line.trim().split(/[ ,]+/)[0] === name);
  if (own.length > 0) throw new UsageError(`its arguments are wrong; it is written\n${own.join('\n')}`);
  throw new UsageError(`there is no act '${name}'\n\n${ADMIN_ACTS}`);
}

/** Reads an act from the words of the command line. Throws StartError with the list. */
export function readAct(words: readonly string[], hours: number, wallMs: number): AdminAct {
  const [name, first = '', second = ''] = words;
  const id = second.toLowerCase();
  const kind = suspendableKinds.find((known) => known === first);
  if ((name === 'suspend' || name === 'lift') && kind !== undefined && isAddress(id)) return { t: name, kind, id };
  if (name === 'refund' && /^s_[0-9a-z]{26}$/.test(first)) {
    const wei = parseDbc(second);
    if (wei.ok) return { t: 'refund', session: first as SessionId, amountWei: wei.value.toString() };
  }
  if (name === 'announce' && words.length > 1) {
    return { t: 'announce', text: words.slice(1).join(' '), untilMs: Math.floor(wallMs + hours * 3_600_000) };
  }
  if (name === 'unannounce' && first !== '') return { t: 'unannounce', id: first };
  if (name === 'pause' || name === 'resume' || name === 'reconcile') return { t: name };
  if (name === 'rotate' && (first === 'relay' || first === 'hub-signer')) return { t: 'rotate', secret: first };
  const player = first.toLowerCase();
  if (name === 'erase' && isAddress(player)) return { t: 'erase', player: player as string as PlayerId };
  return wrongUse(name ?? '');
}

function partsOf(database: Database, data: string, currency: DeskParts['currency']): DeskParts {
  return {
    money: new PgMoneyStore(database, currency),
    nodes: pgNodes(database),
    books: pgBooks(database),
    admin: pgAdmin(database),
    secrets: folderSecrets(data),
    saves: saveFiles(join(data, 'saves')),
    currency,
  };
}

/** Whose books the last hub kept: with `up` those of the development chain. */
async function ownCurrency(database: Database): Promise<'PLAY' | 'DBC'> {
  return (await new PgMoneyStore(database, 'PLAY').note(OWN_NOTE)) === 'DBC' ? 'DBC' : 'PLAY';
}

/** Coins of the escrow that the last hub used, asked for at these addresses; undefined where the books know no chain. */
async function fundsOf(
  database: Database,
  currency: DeskParts['currency'],
  urls: readonly string[],
): Promise<ChainFunds | undefined> {
  const text = currency === 'DBC' ? await new PgMoneyStore(database, currency).note(domainNote(currency)) : undefined;
  if (text === undefined) return undefined;
  const { chainId, verifyingContract: escrow } = domainOf(text);
  const pool = new RpcPool({ urls, chainId, clock: systemClock });
  return escrowFunds(chainReader(pool, { escrow }), { escrow });
}

const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);

const READS: readonly string[] = ['state', 'log', 'revenue'];

async function read(parts: DeskParts, name: string, values: AdminValues): Promise<0> {
  const now = { nowMs: systemClock.monotonicMs(), wallMs: systemClock.wallMs() };
  if (name === 'state') say(await storedState(parts, now));
  else if (name === 'log') say(await parts.admin.lines(undefined, 100));
  else {
    const { days, platformWei, burnWei, refundedWei } = await revenueOf(parts, values.days ?? 30, now.wallMs);
    for (const day of days) {
      const cells = [day.costWei, day.burnWei, day.platformWei, day.operatorWei].map((wei) =>
        formatDbc(BigInt(wei), 4, 4),
      );
      const [cost, burn, platform, operator] = cells.map((text) => text.padStart(16));
      process.stdout.write(
        `${day.day}  ${String(day.sessions).padStart(6)} sessions ${cost} paid ${burn} burned ${platform} platform ${operator} operators\n`,
      );
    }
    const [have, burned, back] = [platformWei, burnWei, refundedWei].map((wei) => formatDbc(BigInt(wei), 4, 4));
    process.stdout.write(`platform has ${have}, burned ${burned}, refunded ${back} (${parts.currency})\n`);
  }
  return 0;
}

const REFUSALS: Partial<Record<ErrorCode, string>> = {
  NOT_FOUND: 'no such announcement stands; ./nearcade admin state lists them',
  SESSION_UNKNOWN: 'no session of this name has ended here; its name stands on the receipt',
  REFUND_TOO_HIGH:
    'that is more than the session cost, or than operator and platform still have; of a session that a chain settled nothing can be given back',
  IDEMPOTENCY_MISMATCH: 'this --key was used for another act; leave it out for a new one',
};

/** Why nothing was done, with the code and its facts for those who look it up (docs/ERRORS.md). */
export function refusalWords({ code, facts }: Refusal): string {
  const words = REFUSALS[code];
  const exact = facts === undefined ? code : `${code} ${JSON.stringify(facts)}`;
  return words === undefined ? exact : `${words} (${exact})`;
}

/** Does or shows what the words say. 0: done; 1: refused, or the books are short. Throws StartError. */
export async function runAdmin(values: AdminValues, words: readonly string[], log: Log): Promise<number> {
  const [name] = words;
  if (name === undefined) {
    process.stdout.write(ADMIN_ACTS);
    return 0;
  }
  const data = resolve(values.data ?? '.nearcade');
  const now = { nowMs: systemClock.monotonicMs(), wallMs: systemClock.wallMs() };
  const act = READS.includes(name) ? undefined : readAct(words, values.hours ?? 24, now.wallMs);
  if (act !== undefined && !explains(values.reason ?? ''))
    throw new UsageError(`say why, in ${REASON_MIN} characters at least: --reason TEXT`);
  return withDatabase({ data, url: values.databaseUrl }, log, async (database) => {
    const parts = partsOf(database, data, values.currency ?? (await ownCurrency(database)));
    if (act === undefined || values.reason === undefined) return read(parts, name, values);
    const key = (values.key ?? newId<PlayerId>('k', systemRandom)) as string as IdempotencyKey;
    const done = await doAct(parts, `local:${userInfo().username}`, { key, reason: values.reason, act }, now);
    if (!done.ok) {
      process.stderr.write(`nearcade: refused: ${refusalWords(done.error)}\n`);
      return 1;
    }
    say(done.value);
    if (act.t !== 'reconcile') return 0;
    const funds = await fundsOf(database, parts.currency, values.chainRpc ?? []);
    const found = await compareBooks({ ...parts, ...(funds && { funds }) }, now);
    say(found);
    return found.state === 'short' ? 1 : 0;
  });
}
