// src/main/data-folder.ts - the folder that holds all that must survive: database, keys, saves, logs. Private to its
// owner; one supervisor at a time; what a killed one left running is ended by the next.
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { systemRandom } from '../observe/clock.ts';
import { makeFolder } from '../observe/make-folder.ts';
import { StartError } from './role.ts';

/** A process that cannot be mistaken for a later one with the same number: pid and start time in clock ticks. */
type ProcessMark = { readonly pid: number; readonly startedTicks: string };

/**
 * Reads the start time of a process from /proc; undefined when there is none or it is a zombie. A zombie whose other
 * threads are not yet gone counts as alive: they hold its ports and files.
 */
export function processMark(pid: number): ProcessMark | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // Field 3 (state) and on: proc_pid_stat(5).
    const [state, threads, startedTicks] = [fields[0], Number(fields[17]), fields[19]];
    return (state === 'Z' && threads <= 1) || startedTicks === undefined ? undefined : { pid, startedTicks };
  } catch {
    return undefined;
  }
}

function readMark(file: string): ProcessMark | undefined {
  try {
    const [pid, startedTicks] = readFileSync(file, 'utf8').trim().split(' ');
    return pid === undefined || startedTicks === undefined ? undefined : { pid: Number(pid), startedTicks };
  } catch {
    return undefined;
  }
}

function isAlive(mark: ProcessMark): boolean {
  return processMark(mark.pid)?.startedTicks === mark.startedTicks;
}

/** An opened data folder, held by this process. */
export type DataFolder = {
  readonly path: string;
  /** Writes down that a child runs, so that the next start can end it if this process is killed. */
  markChild(name: string, pid: number): void;
  unmarkChild(name: string): void;
  /** A secret made once and kept: base64url of 32 random bytes. */
  secret(name: string): string;
  /** Gives the folder back. */
  release(): void;
};

/**
 * Opens the folder, making it if need be (0700).
 * @throws StartError when it cannot be written or another supervisor holds it
 */
export async function openDataFolder(given: string): Promise<DataFolder> {
  const path = resolve(given);
  const run = join(path, 'run');
  try {
    makeFolder(run, 0o700);
    chmodSync(path, 0o711); // Postgres under another uid must be able to pass through; the folders inside are private.
    writeFileSync(join(run, '.probe'), 'An empty file needs no room.\n');
    rmSync(join(run, '.probe'));
  } catch (cause) {
    const code = String((cause as NodeJS.ErrnoException).code ?? cause);
    const why = code === 'ENOSPC' || code === 'EDQUOT' ? 'its disk is full; make room, or' : `${code};`;
    throw new StartError(`cannot write to the data folder ${path}: ${why} choose another with --data`);
  }
  const lock = join(run, 'up.pid');
  const holder = readMark(lock);
  if (holder !== undefined && holder.pid !== process.pid && isAlive(holder)) {
    throw new StartError(
      `Nearcade already runs on ${path} (process ${holder.pid}); stop it, or choose another folder with --data and other ports with --http and --relay`,
    );
  }
  await endLeftovers(run);
  const mark = processMark(process.pid);
  writeFileSync(lock, `${process.pid} ${mark?.startedTicks ?? ''}\n`);
  return {
    path,
    markChild: (name, pid) => {
      const child = processMark(pid);
      if (child !== undefined) writeFileSync(join(run, `${name}.child`), `${child.pid} ${child.startedTicks}\n`);
    },
    unmarkChild: (name) => rmSync(join(run, `${name}.child`), { force: true }),
    secret: (name) => keptSecret(path, name),
    release: () => rmSync(lock, { force: true }),
  };
}

/** The process of `up` that holds a data folder now, or undefined. */
export function folderHolder(given: string): number | undefined {
  const holder = readMark(join(resolve(given), 'run', 'up.pid'));
  return holder !== undefined && isAlive(holder) ? holder.pid : undefined;
}

/** How long a leftover has after each signal; the second wait is for the kernel, which frees its ports with it. */
const LEFTOVER_STEPS = [
  ['SIGTERM', 3_000],
  ['SIGKILL', 15_000],
] as const;
const LOOK_MS = 20;

async function endLeftover(mark: ProcessMark): Promise<void> {
  for (const [signal, limitMs] of LEFTOVER_STEPS) {
    if (!isAlive(mark)) return;
    process.kill(mark.pid, signal);
    const untilMs = performance.now() + limitMs;
    while (isAlive(mark) && performance.now() < untilMs) await new Promise((done) => setTimeout(done, LOOK_MS));
  }
}

async function endLeftovers(run: string): Promise<void> {
  const files = readdirSync(run).filter((name) => name.endsWith('.child'));
  await Promise.all(files.map((file) => endMarked(join(run, file))));
}

async function endMarked(file: string): Promise<void> {
  const mark = readMark(file);
  if (mark !== undefined) await endLeftover(mark);
  rmSync(file, { force: true });
}

/** Marks of a role's own children, in the folder where the next supervisor looks for what a killed one left. */
export function dataFolderMarks(path: string): {
  mark(name: string, pid: number): void;
  unmark(name: string): void;
  /** Ends what a killed role left under this name. */
  endLeftover(name: string): Promise<void>;
} {
  const run = join(path, 'run');
  mkdirSync(run, { recursive: true, mode: 0o700 });
  const file = (name: string) => join(run, `${name}.child`);
  return {
    mark: (name, pid) => {
      const child = processMark(pid);
      if (child !== undefined) writeFileSync(file(name), `${child.pid} ${child.startedTicks}\n`);
    },
    unmark: (name) => rmSync(file(name), { force: true }),
    endLeftover: (name) => endMarked(file(name)),
  };
}

/** A secret of a data folder, made once and kept: base64url of 32 random bytes. */
export function keptSecret(path: string, name: string): string {
  const folder = join(path, 'secrets');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, name);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    const fresh = Buffer.from(systemRandom.bytes(32)).toString('base64url');
    writeFileSync(file, `${fresh}\n`, { mode: 0o600 });
    return fresh;
  }
}

/** A secret that is there, or undefined: nothing is made. */
export function foundSecret(path: string, name: string): string | undefined {
  try {
    return readFileSync(join(path, 'secrets', name), 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Secrets that are live at once: the new one, and the one before it. */
const LIVE_SECRETS = 2;

/**
 * Puts a new secret before the old one, `NEW,OLD`, and answers how many are live. Processes read it at their start.
 * @param alone the new one takes the place of the old one
 */
export function rotateSecret(path: string, name: string, alone: boolean): number {
  const old = foundSecret(path, name)?.split(',') ?? [];
  const fresh = Buffer.from(systemRandom.bytes(32)).toString('base64url');
  const live = alone ? [fresh] : [fresh, ...old].slice(0, LIVE_SECRETS);
  const folder = join(path, 'secrets');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, `${name}.new`), `${live.join(',')}\n`, { mode: 0o600, flush: true });
  renameSync(join(folder, `${name}.new`), join(folder, name));
  return live.length;
}
