// src/storage/postgres/launch.ts - starts the embedded Postgres of a data folder and looks after it. It listens on a unix
// socket in a private folder only, writes through to the disk before it acknowledges, and is found again after a kill
// of whoever started it.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { OutageError } from '../../base/assert.ts';
import type { Log } from '../../observe/log.ts';
import { copyNative, linkBinaries, type PostgresBinaries, packagedNative } from './binaries.ts';
import {
  APP_NAME,
  type DatabaseAddress,
  makeSocketFolder,
  type PostgresPlaces,
  postgresAddress,
  postgresPlaces,
} from './places.ts';
import { type PidFile, readPidFile, servesCluster, startedTicks } from './process-table.ts';
import { asUser, chooseRunAs, giveAway, type RunAs, runWays } from './run-as.ts';

/** A database server that runs. */
export type RunningPostgres = {
  readonly pid: number;
  readonly address: DatabaseAddress;
  /** It was already running: left over by a keeper that was killed. */
  readonly adopted: boolean;
  /** As whom it runs (run-as.ts). */
  readonly as: RunAs['kind'];
  /** Resolves with a word on how it ended, when that was not by `stop`. */
  readonly ended: Promise<string>;
  /** Finishes transactions' writes, ends the server, and waits until it is gone. */
  stop(): Promise<void>;
};

const READY_LIMIT_MS = 60_000; // Recovery after a power cut may have a lot to read.
const POLL_MS = 10;
const LEFTOVER_LIMIT_MS = 10_000; // Children of a killed server end when they notice; until then its memory is taken.
const STOP_STEPS = [
  ['SIGINT', 10_000], // Fast: open transactions are rolled back, everything is written.
  ['SIGQUIT', 3_000],
  ['SIGKILL', 3_000],
] as const;

/** Settings on the command line, where no file can weaken them. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  timezone: 'UTC',
  max_connections: '60',
  max_wal_size: '512MB',
  dynamic_shared_memory_type: 'mmap', // A bare container may have no /dev/shm.
  io_method: 'sync', // Three processes fewer; a database of this size is in memory anyway.
  log_checkpoints: 'off',
};

type Options = {
  /** Ways to run that may be tried; tests leave some out. */
  readonly ways?: readonly string[];
};

/**
 * Starts the database of a data folder, making it the first time.
 * @param dataDir the product's data folder
 * @throws OutageError with a plain sentence when it cannot run here, or another process keeps it already
 */
export async function startPostgres(dataDir: string, log: Log, options: Options = {}): Promise<RunningPostgres> {
  const places = postgresPlaces(dataDir);
  mkdirSync(places.folder, { recursive: true, mode: 0o700 });
  keep(places);
  try {
    const native = packagedNative();
    const chosen = chooseRunAs(
      places.folder,
      linkBinaries(native, places.lib),
      () => linkBinaries(copyNative(native, places.copy), places.lib),
      options.ways ?? runWays,
    );
    if (!existsSync(places.cluster)) await makeCluster(places, chosen);
    const stranger = 'gid' in chosen.runAs ? chosen.runAs : undefined;
    if (stranger !== undefined) giveAway(places.folder, stranger);
    makeSocketFolder(places.socket, stranger?.uid ?? process.getuid?.() ?? 0);
    if (stranger !== undefined) giveAway(places.socket, stranger);
    const server = (await adopt(places, log)) ?? (await launch(places, chosen, log));
    await makeDatabase(places);
    const as = chosen.runAs.kind;
    log.info({ pid: server.pid, adopted: server.adopted, as }, 'postgres.ready');
    return {
      ...server,
      as,
      address: postgresAddress(dataDir),
      stop: () => server.stop().finally(() => release(places)),
    };
  } catch (cause) {
    release(places);
    throw cause;
  }
}

type Chosen = { readonly runAs: RunAs; readonly binaries: PostgresBinaries };
type Server = Omit<RunningPostgres, 'address' | 'as'>;

/** One keeper a cluster: a second one would stop the first one's server under it. */
function keep(places: PostgresPlaces): void {
  const [pid, ticks] = existsSync(places.keeper) ? readFileSync(places.keeper, 'utf8').trim().split(' ') : [];
  if (pid !== undefined && ticks !== undefined && startedTicks(Number(pid)) === ticks) {
    throw new OutageError(
      `process ${pid} already keeps the database in ${places.folder}; stop it, or choose another folder with --data`,
    );
  }
  rmSync(places.keeper, { force: true });
  writeFileSync(places.keeper, `${process.pid} ${startedTicks(process.pid) ?? ''}\n`, { mode: 0o600, flag: 'wx' });
}

function release(places: PostgresPlaces): void {
  rmSync(places.keeper, { force: true });
}

/** Runs a program to its end. Throws OutageError with its last words when it fails. */
async function finish({ runAs, binaries }: Chosen, program: string, args: readonly string[]): Promise<void> {
  const words = asUser(runAs, program, args);
  const child = spawn(words.program, words.args, { env: { ...binaries.env }, ...words.owner, cwd: '/' });
  let said = '';
  const listen = (chunk: Buffer): void => {
    said = (said + chunk.toString()).slice(-2_000);
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  if (code !== 0) throw new OutageError(`${program.split('/').at(-1)} failed: ${said.trim().slice(-600)}`);
}

/** Makes a cluster beside its place and moves it there whole, so that a kill leaves none or all of it. */
async function makeCluster(places: PostgresPlaces, chosen: Chosen): Promise<void> {
  removeUnfinished(places);
  const unfinished = `${places.unfinished}-${process.pid}`;
  const flags = ['--auth=trust', '--encoding=UTF8', '--locale=C', '--username=postgres', '--no-instructions'];
  await finish(chosen, chosen.binaries.initdb, ['-D', unfinished, ...flags]);
  renameSync(unfinished, places.cluster);
}

/** What earlier tries left. An initdb whose keeper was killed may still write there: then it stays for another time. */
function removeUnfinished(places: PostgresPlaces): void {
  for (const name of readdirSync(places.folder).filter((entry) => entry.startsWith(basename(places.unfinished)))) {
    try {
      rmSync(join(places.folder, name), { recursive: true, force: true });
    } catch {
      // It is in nobody's way.
    }
  }
}

/** Takes over a server that its keeper left behind, or ends it when it is not in order. */
async function adopt(places: PostgresPlaces, log: Log): Promise<Server | undefined> {
  const file = readPidFile(places.cluster);
  if (file === undefined) return undefined;
  if (startedTicks(file.pid) === undefined || !servesCluster(file.pid, places.cluster)) {
    // The number belongs to somebody else now, or to a corpse that nobody has buried: Postgres would take either for a
    // running server. Children of the old one that still live are found by their shared memory.
    rmSync(`${places.cluster}/postmaster.pid`, { force: true });
    return undefined;
  }
  if (!file.ready || file.socketFolder !== places.socket) {
    log.warn({ pid: file.pid }, 'postgres.leftover-ended');
    await end(file.pid);
    return undefined;
  }
  return watch(file.pid, true);
}

async function launch(places: PostgresPlaces, chosen: Chosen, log: Log): Promise<Server> {
  const untilMs = performance.now() + LEFTOVER_LIMIT_MS;
  for (;;) {
    const child = start(places, chosen);
    const said = listen(child, log);
    const ready = await waitReady(places, child);
    if (ready !== undefined) return watch(ready.pid, false, child);
    const words = said();
    const again = /shared memory block|lock file|still in use/i.test(words) && performance.now() < untilMs;
    if (!again) throw new OutageError(`the database did not start: ${words.trim().slice(-600)}`);
    await sleep(5 * POLL_MS);
  }
}

function start(places: PostgresPlaces, { runAs, binaries }: Chosen): ChildProcess {
  const settings = { ...SETTINGS, unix_socket_directories: places.socket };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const words = asUser(runAs, binaries.postgres, ['-D', places.cluster, ...flags]);
  return spawn(words.program, words.args, {
    env: { ...binaries.env },
    ...words.owner,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true, // A Ctrl-C in the terminal is for us; we end the server when its users are gone.
  });
}

/** Passes what the server says to the log; returns its last words. */
function listen(child: ChildProcess, log: Log): () => string {
  let last = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    last = (last + chunk.toString()).slice(-4_000);
    for (const line of chunk
      .toString()
      .split('\n')
      .filter((text) => text !== '')) {
      if (/ (PANIC|FATAL|ERROR): /.test(line)) log.warn({ line }, 'postgres.says');
      else log.debug({ line }, 'postgres.says');
    }
  });
  return () => last;
}

async function waitReady(places: PostgresPlaces, child: ChildProcess): Promise<PidFile | undefined> {
  const untilMs = performance.now() + READY_LIMIT_MS;
  while (child.exitCode === null && child.signalCode === null && performance.now() < untilMs) {
    const file = readPidFile(places.cluster);
    if (file?.pid === child.pid && file?.ready === true) return file;
    await sleep(POLL_MS);
  }
  child.kill('SIGKILL');
  return undefined;
}

/** A handle on a running server. A child of ours tells its end; one that we adopted must be looked at. */
function watch(pid: number, adopted: boolean, child?: ChildProcess): Server {
  let stopping = false;
  const ended = new Promise<string>((done) => {
    if (child !== undefined) {
      child.once('exit', (code, signal) => stopping || done(signal ?? `code ${code}`));
      return;
    }
    const ticks = startedTicks(pid);
    const timer = setInterval(() => {
      if (startedTicks(pid) === ticks) return;
      clearInterval(timer);
      if (!stopping) done('gone');
    }, 20 * POLL_MS);
    timer.unref();
  });
  const stop = async (): Promise<void> => {
    stopping = true;
    await end(pid);
  };
  return { pid, adopted, ended, stop };
}

async function end(pid: number): Promise<void> {
  const ticks = startedTicks(pid);
  for (const [signal, limitMs] of STOP_STEPS) {
    if (ticks === undefined || startedTicks(pid) !== ticks) return;
    process.kill(pid, signal);
    const untilMs = performance.now() + limitMs;
    while (startedTicks(pid) === ticks && performance.now() < untilMs) await sleep(POLL_MS);
  }
  if (startedTicks(pid) === ticks) throw new OutageError(`the database process ${pid} does not end`);
}

/** Makes the product's role and database the first time. The role is no superuser: it cannot switch off its limits. */
async function makeDatabase({ socket }: PostgresPlaces): Promise<void> {
  const client = new pg.Client({ host: socket, user: 'postgres', database: 'postgres' });
  try {
    await client.connect();
    const have = async (text: string) => (await client.query(text, [APP_NAME])).rowCount === 1;
    if (!(await have('select from pg_roles where rolname = $1'))) {
      await client.query(`create role ${APP_NAME} login`);
    }
    if (!(await have('select from pg_database where datname = $1'))) {
      await client.query(`create database ${APP_NAME} owner ${APP_NAME}`);
    }
  } catch (cause) {
    throw new OutageError(`the database does not answer: ${String(cause)}`);
  } finally {
    await client.end();
  }
}
