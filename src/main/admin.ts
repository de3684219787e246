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
import type { Database } from '../storage/database.ts';
import { pgNodes } from '../storage/hub-store-pg.ts';
import { saveFiles } from '../storage/hub-store-saves.ts';
import { pgAdmin } from '../storage/pg-admin.ts';
import { pgBooks } from '../storage/pg-books.ts';
import { PgMoneyStore } from '../storage/pg-money-store.ts';
import { domainNote, domainOf, OWN_NOTE } from './close-other-books.ts';
import { folderSecrets } from './hub.ts';
import { StartError } from './role.ts';
import { withDatabase } from './store-access.ts';

type AdminValues = Values<typeof adminSettings>;

const LIST = `acts, each with --reason TEXT:
  suspend player|node|operator ADDRESS     no new sessions; running ones end with what they earned
  lift player|node|operator ADDRESS
  refund SESSION AMOUNT                    in coins, such as 1.5: a counter-entry, at most what the session cost
  announce TEXT [--hours N]                to everybody who has the page open, and who opens it
  unannounce ID
  pause, resume                            new sessions are refused; running ones go on
  rotate relay|hub-signer                  counts from the next start of hub and relay
  erase PLAYER                             logins, saves, timelines, limits; the ledger keeps its entries
  reconcile                                compares the books now, with the chain at --chain-rpc where coins settle
to read:
  state                                    what is in force
  log                                      the last 100 acts
  revenue [--days N]
`;

const isAddress = (text: string | undefined): text is `0x${string}` => /^0x[0-9a-f]{40}$/.test(text ?? '');

function wrongUse(): never {
  throw new StartError(`that is no act, or its arguments are wrong\n\n${LIST}`);
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
  return wrongUse();
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

async function read(parts: DeskParts, name: string, values: AdminValues): Promise<boolean> {
  const now = { nowMs: systemClock.monotonicMs(), wallMs: systemClock.wallMs() };
  if (name === 'state') say(await storedState(parts, now));
  else if (name === 'log') say(await parts.admin.lines(undefined, 100));
  else if (name === 'revenue') {
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
  } else return false;
  return true;
}

/** Does or shows what the words say. 0: done; 1: refused, or the books are short. Throws StartError. */
export async function runAdmin(values: AdminValues, words: readonly string[], log: Log): Promise<number> {
  const [name] = words;
  if (name === undefined) {
    process.stdout.write(LIST);
    return 0;
  }
  const data = resolve(values.data ?? '.nearcade');
  return withDatabase({ data, url: values.databaseUrl }, log, async (database) => {
    const parts = partsOf(database, data, values.currency ?? (await ownCurrency(database)));
    if (await read(parts, name, values)) return 0;
    const now = { nowMs: systemClock.monotonicMs(), wallMs: systemClock.wallMs() };
    const act = readAct(words, values.hours ?? 24, now.wallMs);
    if (values.reason === undefined) throw new StartError('say why: --reason TEXT');
    const key = (values.key ?? newId<PlayerId>('k', systemRandom)) as string as IdempotencyKey;
    const done = await doAct(parts, `local:${userInfo().username}`, { key, reason: values.reason, act }, now);
    if (!done.ok) {
      process.stderr.write(`nearcade: refused: ${done.error.code} ${JSON.stringify(done.error.facts ?? {})}\n`);
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
