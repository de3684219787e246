// src/render/x11/disk-use.ts - how much of the disk a session holds, of its blocks or of its files, whichever is more. Its folder
// lies on a disk of the machine, where no limit without a right stands between it and the others.
import { spawn } from 'node:child_process';
import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';

const FIND = '/usr/bin/find';
/** No game has as many files as take longer to count; who makes them hides behind them. */
const COUNT_MS = 30_000;
const [BLOCK_BYTES, BYTES_PER_MB] = [512, 1_048_576];
/** What ext4 makes one file's place for (mke2fs.conf, inode_ratio): the 4 GB of a session are 262,144 files. */
const BYTES_PER_FILE = 16_384;

/** What one walk over a folder finds: bytes of its blocks, and places for files. */
type Counted = { readonly bytes: number; readonly files: number };
const TOO_MUCH: Counted = { bytes: Number.POSITIVE_INFINITY, files: Number.POSITIVE_INFINITY };

/**
 * Walks over a folder by `find`, a program beside us: an enemy may have made a million files. A file of several names counts
 * once, in as many parts; they are all in the folder, since no link leaves a session's mounts.
 */
function counted(folder: string): Promise<Counted> {
  let [blocks, files, rest] = [0, 0, ''];
  const walk = spawn(FIND, [folder, '-xdev', '-printf', '%y %b %n\n'], {
    stdio: ['ignore', 'pipe', 'ignore'], // A file that went meanwhile is a complaint, not the end of the count.
    timeout: COUNT_MS,
    killSignal: 'SIGKILL',
  });
  walk.stdout.setEncoding('latin1').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [kind, taken, names] = line.split(' ');
      const share = kind === 'd' ? 1 : 1 / Math.max(1, Number(names));
      blocks += Number(taken) * share;
      files += share;
    }
  });
  return new Promise((resolve) => {
    walk.once('error', () => resolve({ bytes: 0, files: 0 }));
    walk.once('close', (_code, signal) =>
      resolve(signal === null ? { bytes: blocks * BLOCK_BYTES, files: Math.round(files) } : TOO_MUCH),
    );
  });
}

function filesOf(pid: number, proc: string): Stats[] {
  const folder = join(proc, String(pid), 'fd');
  try {
    return readdirSync(folder).flatMap((fd) => statSync(join(folder, fd), { throwIfNoEntry: false }) ?? []);
  } catch {
    return []; // It has ended, or is not ours to look into.
  }
}

/** Bytes of files on the folder's disk that have no name any more and are held open: no folder shows them. */
function namelessBytes(folder: string, pids: readonly number[], proc: string): number {
  const disk = lstatSync(folder, { throwIfNoEntry: false })?.dev;
  const files = pids
    .flatMap((pid) => filesOf(pid, proc))
    .filter((stats) => stats.isFile() && stats.nlink === 0 && stats.dev === disk);
  return [...new Map(files.map(({ ino, blocks }) => [ino, blocks * BLOCK_BYTES])).values()].reduce(
    (sum, bytes) => sum + bytes,
    0,
  );
}

/**
 * Megabytes of the disk that a session holds, without bound where they cannot be counted in 30 s. Files without a byte use up
 * a disk too: each counts as what a disk is given for one. Never rejects: what cannot be read counts nothing.
 */
export async function diskUseMb(folder: string, pids: readonly number[], proc = '/proc'): Promise<number> {
  const { bytes, files } = await counted(folder);
  const byBytes = (bytes + namelessBytes(folder, pids, proc)) / BYTES_PER_MB;
  return Math.ceil(Math.max(byBytes, (files * BYTES_PER_FILE) / BYTES_PER_MB));
}
