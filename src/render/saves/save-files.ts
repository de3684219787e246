// src/render/saves/save-files.ts - saves on the disk of a session. The game may write there while we read, and it may be
// an enemy: every step goes through an open folder and follows no link, so that nothing of ours is ever packed.
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { bounds } from '../../protocol/limits.ts';
import { isSafePath, SAVE_FILES_MAX, type SaveFile } from './save-pack.ts';

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
/** The budget of one reading: files and bytes left. */
type Budget = { files: number; bytes: number };

/** A child of an open folder: the folder cannot be swapped for another between look and open (openat(2) by /proc). */
const inside = (folder: number, name: string): string => `/proc/self/fd/${folder}/${name}`;

function readOpen(file: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  while (at < size) {
    const count = readSync(file, bytes, at, size - at, at);
    if (count === 0) break; // It shrank meanwhile.
    at += count;
  }
  return bytes.subarray(0, at);
}

function walk(place: string, path: string, budget: Budget, out: SaveFile[]): void {
  let opened: number;
  try {
    opened = openSync(place, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch {
    return; // Not there, a link, or not to be read.
  }
  try {
    const stat = fstatSync(opened);
    if (stat.isDirectory()) {
      for (const name of readdirSync(inside(opened, '')).sort()) {
        if (isSafePath(`${path}/${name}`)) walk(inside(opened, name), `${path}/${name}`, budget, out);
      }
    } else if (stat.isFile() && stat.nlink === 1 && stat.size <= budget.bytes && budget.files > 0) {
      // A second name for a file may be a name for somebody else's file.
      budget.files--;
      budget.bytes -= stat.size;
      out.push({ path, bytes: readOpen(opened, stat.size) });
    }
  } finally {
    closeSync(opened);
  }
}

/**
 * Reads the save paths of a home; what is no plain file of one name is left out, and so is what exceeds the bounds.
 * @param saves safe relative paths of files and folders
 */
export function readSaveFiles(home: string, saves: readonly string[]): SaveFile[] {
  const out: SaveFile[] = [];
  const budget = { files: SAVE_FILES_MAX, bytes: bounds.saveBytes };
  for (const save of saves) {
    const parts = save.split('/');
    const folders: number[] = [];
    try {
      folders.push(openSync(home, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
      for (const part of parts.slice(0, -1)) {
        folders.push(openSync(inside(folders.at(-1) ?? -1, part), O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
      }
      walk(inside(folders.at(-1) ?? -1, parts.at(-1) ?? ''), save, budget, out);
    } catch {
      // The game has made no such folder yet.
    } finally {
      for (const folder of folders) closeSync(folder);
    }
  }
  return out;
}

/**
 * Writes files into a fresh home in which nothing else runs yet.
 * @param give called with each file and folder made, so that its owner can be set
 */
export function writeHomeFiles(home: string, files: readonly SaveFile[], give: (path: string) => void): void {
  for (const { path, bytes } of files) {
    let folder = home;
    for (const part of dirname(path).split('/')) {
      if (part === '.') continue;
      folder = join(folder, part);
      try {
        mkdirSync(folder, { mode: 0o700 });
        give(folder);
      } catch {
        // Made for the file before.
      }
    }
    writeFileSync(join(home, path), bytes, { mode: 0o600 });
    give(join(home, path));
  }
}

/** A text that changes when the save on the disk does: sizes and times of every file. Cheap: nothing is read. */
export function saveFingerprint(home: string, saves: readonly string[]): string {
  const lines: string[] = [];
  const look = (path: string, depth: number): void => {
    let stat: ReturnType<typeof lstatSync>;
    try {
      stat = lstatSync(path);
    } catch {
      return;
    }
    if (stat.isFile()) lines.push(`${path} ${stat.size} ${stat.mtimeMs}`);
    else if (stat.isDirectory() && depth > 0 && lines.length < SAVE_FILES_MAX) {
      for (const name of readdirSync(path).sort()) look(join(path, name), depth - 1);
    }
  };
  for (const save of saves) look(join(home, save), 12);
  return lines.join('\n');
}
