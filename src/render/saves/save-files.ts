// src/render/saves/save-files.ts - saves on the disk of a session. The game may write there while we read, and it may be
// an enemy: every step goes through an open folder and follows no link, so that nothing of ours is ever packed.
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  opendirSync,
  openSync,
  readSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { bounds } from '../../protocol/limits.ts';
import { isSafePath, SAVE_FILES_MAX, type SaveFile } from './save-pack.ts';

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
/** Files and folders that one reading looks at. */
const LOOKS_MAX = 4 * SAVE_FILES_MAX;

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

/** The first names of a folder: a game may make millions, and we would do nothing else. */
function namesIn(place: string, most: number): string[] {
  const names: string[] = [];
  const folder = opendirSync(place);
  try {
    for (let entry = folder.readSync(); entry !== null && names.length < most; entry = folder.readSync()) {
      names.push(entry.name);
    }
  } finally {
    folder.closeSync();
  }
  return names.sort();
}

type Visit = (opened: number, path: string, stat: Stats) => void;

function walk(place: string, path: string, looks: { left: number }, visit: Visit): void {
  let opened: number;
  try {
    opened = openSync(place, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch {
    return; // Not there, a link, or not to be read.
  }
  try {
    const stat = fstatSync(opened);
    if (stat.isDirectory()) {
      const names = namesIn(inside(opened, ''), looks.left);
      looks.left -= names.length;
      for (const name of names) {
        if (isSafePath(`${path}/${name}`)) walk(inside(opened, name), `${path}/${name}`, looks, visit);
      }
      // A second name for a file may be a name for somebody else's file.
    } else if (stat.isFile() && stat.nlink === 1) visit(opened, path, stat);
  } finally {
    closeSync(opened);
  }
}

/** Visits every plain file of the save paths. */
function walkSaves(home: string, saves: readonly string[], visit: Visit): void {
  const looks = { left: LOOKS_MAX };
  for (const save of saves) {
    const parts = save.split('/');
    const folders: number[] = [];
    try {
      folders.push(openSync(home, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
      for (const part of parts.slice(0, -1)) {
        folders.push(openSync(inside(folders.at(-1) ?? -1, part), O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
      }
      walk(inside(folders.at(-1) ?? -1, parts.at(-1) ?? ''), save, looks, visit);
    } catch {
      // The game has made no such folder yet.
    } finally {
      for (const folder of folders) closeSync(folder);
    }
  }
}

/**
 * Reads the save paths of a home; what is no plain file of one name is left out, and so is what exceeds the bounds.
 * @param saves safe relative paths of files and folders
 */
export function readSaveFiles(home: string, saves: readonly string[]): SaveFile[] {
  const out: SaveFile[] = [];
  let bytesLeft: number = bounds.saveBytes;
  walkSaves(home, saves, (opened, path, { size }) => {
    if (size > bytesLeft || out.length === SAVE_FILES_MAX) return;
    bytesLeft -= size;
    out.push({ path, bytes: readOpen(opened, size) });
  });
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

/** A text that changes when the save on the disk does: sizes and times of its files. Cheap: nothing is read. */
export function saveFingerprint(home: string, saves: readonly string[]): string {
  const lines: string[] = [];
  walkSaves(home, saves, (_, path, { size, mtimeMs }) => lines.push(`${path} ${size} ${mtimeMs}`));
  return lines.join('\n');
}
