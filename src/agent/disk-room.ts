// src/agent/disk-room.ts - whether the disks that sessions write to have room left. A node whose disk is short takes no new
// session: it could keep neither the save nor the voucher of one. Those that run go on, and it serves again by itself.
import { type StatsFs, statfsSync } from 'node:fs';
import type { Log } from '../observe/log.ts';

/** What a disk is asked for, and who is told. */
export type DiskRoomOptions = {
  /** Folders that sessions write to; several may lie on one disk. */
  readonly folders: readonly string[];
  readonly log: Log;
  /** Takes a sentence for the operator. */
  readonly tell: (sentence: string) => void;
  /** Bytes that are free where a folder lies; for tests. */
  readonly freeBytes?: (folder: string) => number;
};

const BYTES_PER_MB = 1024 * 1024;
/** A save of the largest kind beside the one that it replaces, 64 MB each. */
const SHORT_BYTES = 128 * BYTES_PER_MB;
/** So much more must be there until it counts as room again, or one save would change it back and forth. */
const ENOUGH_BYTES = 2 * SHORT_BYTES;

/** What a disk of ext4 is given for each file it can hold. */
const BYTES_PER_FILE = 16_384;

/**
 * Bytes that a user without rights may still write, or fewer where the disk can hold few files more; without a bound where
 * nobody can tell.
 */
export function bytesLeft(folder: string, stat: (path: string) => StatsFs = statfsSync): number {
  try {
    const { bavail, bsize, files, ffree } = stat(folder);
    const byFiles = files === 0 ? Number.POSITIVE_INFINITY : ffree * BYTES_PER_FILE; // Some make places as they need them.
    return Math.min(bavail * bsize, byFiles);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** What is known of the disks since the last look. */
export class DiskRoom {
  readonly #options: DiskRoomOptions;
  #short: string | undefined;

  constructor(options: DiskRoomOptions) {
    this.#options = options;
    this.look();
  }

  /** True while no new session may begin. */
  get isShort(): boolean {
    return this.#short !== undefined;
  }

  /** Looks again; says so once when a disk has become short, and once when it has room again. Call about once a second. */
  look(): void {
    const { folders, log, tell, freeBytes = (folder) => bytesLeft(folder) } = this.#options;
    const leastBytes = this.isShort ? ENOUGH_BYTES : SHORT_BYTES;
    const before = this.#short;
    this.#short = folders.find((folder) => freeBytes(folder) < leastBytes);
    if (this.#short !== undefined && before === undefined) {
      const leftMb = Math.floor(freeBytes(this.#short) / BYTES_PER_MB);
      log.warn({ folder: this.#short, leftMb, leastMb: SHORT_BYTES / BYTES_PER_MB }, 'disk.short');
      tell(
        `the disk of ${this.#short} has ${leftMb} MB left, or as little room for files (df -i): no new games until it has ${ENOUGH_BYTES / BYTES_PER_MB} MB`,
      );
    }
    if (this.#short === undefined && before !== undefined) {
      log.info({ folder: before }, 'disk.enough');
      tell(`the disk of ${before} has room again: new games are taken`);
    }
  }
}
