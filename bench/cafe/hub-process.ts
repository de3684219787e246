// bench/cafe/hub-process.ts - the servers that are measured, each a process of its own: the hub as people start it, on the
// embedded Postgres, and the bare broadcaster beside it.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlayerId } from '../../src/base/ids.ts';
import { nodeFlags } from '../../src/main/node-flags.ts';
import { systemRandom } from '../../src/observe/clock.ts';
import { silentLog } from '../../src/observe/log.ts';
import { openDatabase, PATIENT } from '../../src/storage/database.ts';
import { migrate } from '../../src/storage/migrate.ts';
import { PgMoneyStore } from '../../src/storage/pg-money-store.ts';
import { startPostgres } from '../../src/storage/postgres/launch.ts';
import type { DatabaseAddress } from '../../src/storage/postgres/places.ts';
import { bookOver } from '../../test/support/money.ts';

/** A server under measurement. */
export type Server = {
  readonly origin: string;
  readonly pid: number;
  /** The database's processes: the first one and its children. */
  readonly databasePid: number | undefined;
  stop(): Promise<void>;
};

const CLI = join(import.meta.dirname, '../../src/main/cli.ts');

async function readyUrl(child: ChildProcess): Promise<string> {
  const [message] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [
    { kind?: string; sentence?: string; facts?: { url: string } } | number,
  ];
  if (typeof message !== 'object' || message?.facts === undefined) {
    throw new Error(`the server did not start: ${JSON.stringify(message)}`);
  }
  return message.facts.url;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

/** What each owner has beforehand: days of play for a hundred seats. */
const PURSE_WEI = 10n ** 24n;

/** Play money on the owners' accounts, in the books before the hub opens them. */
async function fillPurses(address: DatabaseAddress, owners: readonly PlayerId[]): Promise<void> {
  const database = openDatabase(address, PATIENT);
  await migrate(database);
  const book = bookOver(new PgMoneyStore(database, 'PLAY'), { random: systemRandom });
  await book.recover(performance.now(), Date.now());
  for (const owner of owners) await book.welcomeGift(owner, PURSE_WEI, Date.now());
  await database.close();
}

/** The hub with its database. `owners` have money; `profile`: a folder for the profile of its processor. */
export async function startHubProcess(owners: readonly PlayerId[], profile?: string): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'nc-bench-cafe-'));
  const postgres = await startPostgres(folder, silentLog);
  await fillPurses(postgres.address, owners);
  const flags = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const child = fork(CLI, ['hub', '--http', '127.0.0.1:0', '--data', folder, '--log-level', 'error'], {
    execArgv: [...nodeFlags('hub'), ...flags],
    env: { ...process.env, NEARCADE_UP: '1' }, // The page need not be built, and the database runs already.
    stdio: ['ignore', 2, 'inherit', 'ipc'], // What it logs is an error.
  });
  const stop = async (): Promise<void> => {
    await end(child);
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { origin: await readyUrl(child), pid: child.pid ?? 0, databasePid: postgres.pid, stop };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

/** The broadcaster. */
export async function startBroadcaster(): Promise<Server> {
  const child = fork(join(import.meta.dirname, 'broadcaster.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return { origin: await readyUrl(child), pid: child.pid ?? 0, databasePid: undefined, stop: () => end(child) };
}
