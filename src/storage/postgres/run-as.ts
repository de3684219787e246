// src/storage/postgres/run-as.ts - as whom Postgres runs. It refuses root, and it refuses a user without a name. First
// choice then is a user namespace in which we have another number (files stay ours); where the machine forbids those (a
// chroot, many containers), root steps down to another user: an ordinary one if it can reach the data folder, else one
// that keeps the right to pass through closed folders.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { chownSync, lchownSync, readdirSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { OutageError } from '../../base/assert.ts';
import type { PostgresBinaries } from './binaries.ts';

/** A way to start a program that Postgres accepts. */
export type RunAs =
  | { readonly kind: 'self' }
  | { readonly kind: 'mapped'; readonly uid: number }
  | { readonly kind: 'other' | 'passing'; readonly uid: number; readonly gid: number };
/** Ways in the order of preference; tests leave some out. */
export const runWays = ['self', 'mapped', 'other', 'passing'] as const;

/**
 * Of root's powers the one to look through folders that are closed to others (capabilities(7)), and no other. The
 * secure bit makes access(2), by which Postgres finds its own programs, count it too.
 */
const PASSING = [
  '--clear-groups',
  '--securebits=+no_setuid_fixup',
  ...['inh-caps', 'ambient-caps', 'bounding-set'].map((set) => `--${set}=-all,+dac_read_search`),
];

type User = { readonly uid: number; readonly gid: number };

/** Users of /etc/passwd that may stand in for root: Postgres's own account before the general one. */
function standIn(): User | undefined {
  const rows = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const row = ['postgres', 'nobody'].map((name) => rows.find(([user]) => user === name)).find((found) => found);
  return row?.[2] === undefined || row[3] === undefined ? undefined : { uid: Number(row[2]), gid: Number(row[3]) };
}

function hasName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false; // getpwuid knows no such user: a container with a bare number.
  }
}

/** The words that start `program` as `runAs`, and the options for spawn. */
export function asUser(runAs: RunAs, program: string, args: readonly string[]) {
  if (runAs.kind === 'mapped') {
    return {
      program: 'unshare',
      args: ['--user', `--map-user=${runAs.uid}`, '--', program, ...args],
      owner: {},
    };
  }
  if (runAs.kind === 'passing') {
    const ids = [`--reuid=${runAs.uid}`, `--regid=${runAs.gid}`];
    return { program: 'setpriv', args: [...ids, ...PASSING, '--', program, ...args], owner: {} };
  }
  return { program, args: [...args], owner: runAs.kind === 'other' ? { uid: runAs.uid, gid: runAs.gid } : {} };
}

function runs(runAs: RunAs, env: PostgresBinaries['env'], program: string, ...args: string[]): boolean {
  const words = asUser(runAs, program, args);
  const done: SpawnSyncReturns<Buffer> = spawnSync(words.program, words.args, { env: { ...env }, ...words.owner });
  return done.status === 0;
}

const canWrite = (runAs: RunAs, folder: string, { env }: PostgresBinaries): boolean =>
  runs(runAs, env, '/bin/sh', '-c', 'cd "$1" && test -w .', 'sh', folder);
const canStart = (runAs: RunAs, { postgres, env }: PostgresBinaries): boolean =>
  runs(runAs, env, postgres, '--version');

/** Gives a folder and all in it to a user. Links are changed themselves, not what they point at. */
export function giveAway(folder: string, { uid, gid }: User): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    lchownSync(join(entry.parentPath, entry.name), uid, gid);
  }
  chownSync(folder, uid, gid);
}

/**
 * Finds a way to run.
 * @param folder the database's own folder, which must exist
 * @param reachable gives programs that another user can enter, or the same ones
 * @throws OutageError with the sentence to show when there is none
 */
export function chooseRunAs(
  folder: string,
  binaries: PostgresBinaries,
  reachable: () => PostgresBinaries,
  ways: readonly string[] = runWays,
): { readonly runAs: RunAs; readonly binaries: PostgresBinaries } {
  const root = process.getuid?.() === 0;
  if (ways.includes('self') && !root && hasName()) return { runAs: { kind: 'self' }, binaries };
  const user = standIn();
  if (user !== undefined && ways.includes('mapped')) {
    const runAs: RunAs = { kind: 'mapped', uid: user.uid };
    if (canWrite(runAs, folder, binaries) && canStart(runAs, binaries)) return { runAs, binaries };
  }
  if (root && user !== undefined) {
    giveAway(folder, user);
    for (const kind of (['other', 'passing'] as const).filter((way) => ways.includes(way))) {
      const runAs: RunAs = { kind, ...user };
      if (!canWrite(runAs, folder, binaries)) continue;
      const own = canStart(runAs, binaries) ? binaries : reachable();
      if (canStart(runAs, own)) return { runAs, binaries: own };
    }
    giveAway(folder, { uid: 0, gid: 0 });
  }
  throw new OutageError(
    root
      ? `the database cannot run as root, and no other user can enter ${folder}; choose a folder that others may pass through with --data, or name a server`
      : 'the database needs a user with a name in /etc/passwd, and this machine allows no user namespaces; start as such a user, or name a server',
  );
}
