// src/render/x11/child.ts - waiting for a program: until it is ready, until it has ended; and the last words it wrote.
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

const WORDS_MAX = 2_000; // The end of what it wrote is where the reason stands.

/** True while it runs. */
export function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null && child.pid !== undefined;
}

/** Keeps the last of what a program writes to its standard error; call the answer to read it. */
export function lastWords(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString('utf8')).slice(-WORDS_MAX);
  });
  return () => text.trim();
}

/** Asks every 25 ms until it is so; false when the time is over or the program has ended. */
export async function waitUntil(
  child: ChildProcess,
  limitMs: number,
  isSo: () => boolean | Promise<boolean>,
): Promise<boolean> {
  const untilMs = performance.now() + limitMs;
  while (isRunning(child) && performance.now() < untilMs) {
    if (await isSo()) return true;
    await sleep(25);
  }
  return false;
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
