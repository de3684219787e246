// src/observe/make-folder.ts - makes a folder and those above it. Node's own recursive mkdir never returns where the system
// says that a folder's parent is missing while it is there, as /proc does (seen with Node 24).
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Makes `path` with `mode`, and what is missing above it. Throws the system's error where it cannot. */
export function makeFolder(path: string, mode: number): void {
  const whole = resolve(path);
  if (existsSync(whole) && statSync(whole).isDirectory()) return;
  if (!existsSync(dirname(whole))) makeFolder(dirname(whole), mode);
  try {
    mkdirSync(whole, { mode });
  } catch (cause) {
    if (!existsSync(whole) || !statSync(whole).isDirectory()) throw cause; // Somebody else may have been first.
  }
}
