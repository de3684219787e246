// src/agent/process-mark.ts - processes that cannot be mistaken for later ones: a pid with its start time. With it an agent
// ends what a killed one left running, and nothing else.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

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
