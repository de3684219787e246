// src/render/x11/processes.ts - finds and ends processes by what cannot be shaken off: the user they run as, or, where all
// are of one user, their control group. Where the kernel lends none there is the mark in the environment they were started
// with, which a process can hide.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Variable that marks every process of a session; its value is the session folder's name. */
export const MARK = 'NEARCADE_SESSION';

/** Whose processes are meant: all of a user, or all that carry a mark, and those that files of control groups list. */
export type Whose = ({ readonly uid: number } | { readonly mark: string }) & { readonly lists?: readonly string[] };

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // Gone meanwhile, or not ours to read.
  }
}

/** The fields of /proc/PID/stat after the name, which may hold spaces and brackets (proc(5)). */
function statOf(pid: number): readonly string[] {
  const text = read(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** When a process began, in ticks since the boot: with the number it names a process for ever; '' when there is none. */
export function startOf(pid: number): string {
  const fields = statOf(pid);
  return fields[0] === 'Z' ? '' : (fields[19] ?? '');
}

function belongs(pid: number, whose: Whose): boolean {
  try {
    if ('uid' in whose) return statSync(`/proc/${pid}`).uid === whose.uid;
  } catch {
    return false;
  }
  return read(`/proc/${pid}/environ`).split('\0').includes(`${MARK}=${whose.mark}`);
}

/** Numbers of the living processes meant; one that ended and was not waited for is not living. */
export function pidsOf(whose: Whose): number[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  const listed = (whose.lists ?? []).flatMap((path) => read(path).split('\n').filter(Boolean).map(Number));
  const found = new Set([...pids.filter((pid) => belongs(pid, whose)), ...listed]);
  return [...found].filter((pid) => pid !== process.pid && startOf(pid) !== '');
}

/** Kills until none is left; answers those that were still there after `limitMs`. */
export async function killAll(whose: Whose, limitMs = 3_000): Promise<number[]> {
  const untilMs = performance.now() + limitMs;
  let pids = pidsOf(whose);
  while (pids.length > 0 && performance.now() < untilMs) {
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself in between.
      }
    }
    await sleep(20);
    pids = pidsOf(whose);
  }
  return pids;
}
