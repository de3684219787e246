// src/render/x11/child.ts - waiting for a program: until it is ready, until it has ended; and the last words it wrote.
import type { ChildProcess } from 'node:child_process';
import { closeSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const WORDS_MAX = 2_000; // The end of what it wrote is where the reason stands.

/** A pause after so many reads: reading a game that never stops would take one of our processors, and all of it. */
const [READS, READ_BYTES, PAUSE_MS] = [16, 4_096, 50];
const O_CLOEXEC = 0o2000000;

/**
 * Closes what this process was handed by whoever started it: a descriptor that stays open over exec(2) would be every
 * game's. Node opens none like that, and of those that it is handed it shuts the lowest ones only. Call it first of all.
 */
export function closeInherited(): void {
  for (const fd of readdirSync('/proc/self/fd').map(Number)) {
    try {
      const [, flags = ''] = /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? [];
      if (fd > 2 && (Number.parseInt(flags, 8) & O_CLOEXEC) === 0) closeSync(fd);
    } catch {
      // The listing's own, gone by now.
    }
  }
}
/** True while it runs. */
export function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null && child.pid !== undefined;
}

/** Keeps the last of what a program writes to its standard error; call the answer to read it. Who writes without end waits. */
export function lastWords(child: ChildProcess): () => string {
  const { stderr } = child;
  let text = '';
  let credit = READS;
  stderr?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString('utf8')).slice(-WORDS_MAX);
    credit -= 1 + chunk.length / READ_BYTES;
    if (credit > 0) return;
    credit = READS;
    stderr.pause();
    setTimeout(() => stderr.resume(), PAUSE_MS).unref();
  });
  return () => text.trim();
}

/**
 * Asks every 25 ms until it is so; false when the time is over or the program has ended. An answer that does not come,
 * such as that of a display which a game keeps to itself (XGrabServer), is not waited for any longer.
 */
export async function waitUntil(
  child: ChildProcess,
  limitMs: number,
  isSo: () => boolean | Promise<boolean>,
): Promise<boolean> {
  const over = new AbortController();
  const late = sleep(limitMs, 'late' as const, { signal: over.signal }).catch(() => 'late' as const);
  child.once('exit', () => over.abort());
  try {
    while (isRunning(child)) {
      const so = await Promise.race([isSo(), late]);
      if (so !== false) return so === true;
      if ((await Promise.race([sleep(25), late])) === 'late') return false;
    }
    return false;
  } finally {
    over.abort();
  }
}

/** Asks a program and its group to end; kills them when they have not within `patienceMs`. */
export async function endChild(child: ChildProcess, patienceMs: number): Promise<void> {
  if (!isRunning(child) || child.pid === undefined) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  signalGroup(child.pid, 'SIGTERM');
  const gentle = await Promise.race([ended.then(() => true), sleep(patienceMs, false)]);
  if (gentle) return;
  signalGroup(child.pid, 'SIGKILL');
  await Promise.race([ended, sleep(1_000)]);
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The whole group has ended already.
  }
}
