// src/agent/process-mark.ts - processes that cannot be mistaken for later ones: a pid with its start time, and a mark in
// the environment that children of children keep. With it an agent ends what a killed one left running, and nothing else.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Variable that every process of a slot carries; its value is the slot's folder. */
export const SLOT_VARIABLE = 'NEARCADE_SLOT';

/** Start time of a living process in clock ticks since boot (proc_pid_stat(5), field 22); undefined for none or a zombie. */
export function startTicks(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // From field 3 on: the name may hold anything.
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Writes down which process `pid` is. */
export function writeMark(file: string, pid: number): void {
  writeFileSync(file, `${pid} ${startTicks(pid) ?? ''}\n`, { mode: 0o600 });
}

/** The pid in a mark file when that very process still lives. */
export function markedProcess(file: string): number | undefined {
  try {
    const [pid, ticks] = readFileSync(file, 'utf8').trim().split(' ');
    return ticks !== undefined && startTicks(Number(pid)) === ticks ? Number(pid) : undefined;
  } catch {
    return undefined;
  }
}

/** Removes a mark file. */
export function removeMark(file: string): void {
  rmSync(file, { force: true });
}

/** Kills a process group at once. */
export function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}

function carries(pid: string, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark);
  } catch {
    return false; // Gone, or another user's.
  }
}

/** Kills every process of this user that was started under `slotFolder`. Returns how many there were. */
export function killMarked(slotFolder: string): number {
  const mark = `${SLOT_VARIABLE}=${slotFolder}`;
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = pids.filter((pid) => carries(pid, mark));
  for (const pid of found) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended by itself in between.
    }
  }
  return found.length;
}
