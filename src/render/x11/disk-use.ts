// src/render/x11/disk-use.ts - how much of the disk a session holds, of its blocks or of its files, whichever is more. Its folder
// lies on a disk of the machine, where no limit without a right stands between it and the others.
import { execFile } from 'node:child_process';
import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const DU = '/usr/bin/du';
/** No game has as many files as take longer to count; who makes them hides behind them. */
const COUNT_MS = 30_000;
const [BLOCK_BYTES, BYTES_PER_MB] = [512, 1_048_576];
/** What ext4 makes one file's place for (mke2fs.conf, inode_ratio): the 4 GB of a session are 262,144 files. */
const BYTES_PER_FILE = 16_384;

/** What `du` counts of a folder, a program beside us: an enemy may have made a million files. */
async function counted(folder: string, what: '-k' | '--inodes'): Promise<number> {
  const options = { timeout: COUNT_MS, killSignal: 'SIGKILL' } as const;
  try {
    return Number.parseInt((await promisify(execFile)(DU, ['-sx', what, folder], options)).stdout, 10) || 0;
  } catch (cause) {
    if (cause instanceof Error && 'killed' in cause && cause.killed) return Number.POSITIVE_INFINITY;
    // A file that went meanwhile is a complaint, not the end of the count.
    const said = cause instanceof Error && 'stdout' in cause ? String(cause.stdout) : '';
    return Number.parseInt(said, 10) || 0;
  }
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
  const [kb, files] = await Promise.all([counted(folder, '-k'), counted(folder, '--inodes')]);
  const byBytes = kb / 1_024 + namelessBytes(folder, pids, proc) / BYTES_PER_MB;
  return Math.ceil(Math.max(byBytes, (files * BYTES_PER_FILE) / BYTES_PER_MB));
}
