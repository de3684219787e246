// src/storage/postgres/run-as.ts - as whom Postgres runs. It refuses root, and it refuses a user without a name. First
// choice then is a user namespace in which we have another number (files stay ours); where the machine forbids those,
// root steps down to another user, if that one can reach the data folder.
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
  | { readonly kind: 'other'; readonly uid: number; readonly gid: number };
/** Ways in the order of preference; tests leave some out. */
export const runWays = ['self', 'mapped', 'other'] as const;

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
  return { program, args: [...args], owner: runAs.kind === 'other' ? { uid: runAs.uid, gid: runAs.gid } : {} };
}

function runs(runAs: RunAs, env: PostgresBinaries['env'], program: string, ...args: string[]): boolean {
  const words = asUser(runAs, program, args);
  const done: SpawnSyncReturns<Buffer> = spawnSync(words.program, words.args, { env: { ...env }, ...words.owner });
  return done.status === 0;
}

/** True when the chosen user can write into the folder and start the programs. */
function works(runAs: RunAs, folder: string, { postgres, env }: PostgresBinaries): boolean {
  return (
    runs(runAs, env, '/bin/sh', '-c', 'cd "$1" && test -w .', 'sh', folder) && runs(runAs, env, postgres, '--version')
  );
}

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
    if (works(runAs, folder, binaries)) return { runAs, binaries };
  }
  if (root && user !== undefined && ways.includes('other')) {
    const runAs: RunAs = { kind: 'other', ...user };
    const own = works(runAs, '/', binaries) ? binaries : reachable();
    giveAway(folder, user);
    if (works(runAs, folder, own)) return { runAs, binaries: own };
    giveAway(folder, { uid: 0, gid: 0 });
  }
  throw new OutageError(
    root
      ? `the database cannot run as root, and no other user can enter ${folder}; choose a folder that others may pass through with --data, or name a server`
      : 'the database needs a user with a name in /etc/passwd, and this machine allows no user namespaces; start as such a user, or name a server',
  );
}
