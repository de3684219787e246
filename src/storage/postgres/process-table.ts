// src/storage/postgres/process-table.ts - is that process ours? Numbers are used again, so a pid alone proves nothing:
// we compare start times, and for a database server also what it was started with.
import { readFileSync } from 'node:fs';

/** Start time of a process in clock ticks; undefined when there is none, or only its corpse. proc_pid_stat(5). */
export function startedTicks(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** What postmaster.pid says: process, data folder, socket folder, and whether it takes connections. */
export type PidFile = { readonly pid: number; readonly socketFolder: string; readonly ready: boolean };

/** Reads a cluster's postmaster.pid (miscadmin.h: pid, data folder, start, port, socket, address, memory, status). */
export function readPidFile(cluster: string): PidFile | undefined {
  try {
    const lines = readFileSync(`${cluster}/postmaster.pid`, 'utf8').split('\n');
    const pid = Number(lines[0]);
    return pid > 0 ? { pid, socketFolder: lines[4] ?? '', ready: lines[7]?.trim() === 'ready' } : undefined;
  } catch {
    return undefined;
  }
}

/** True when `pid` is a database server of exactly this cluster. */
export function servesCluster(pid: number, cluster: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return (words[0] ?? '').endsWith('/postgres') && words[words.indexOf('-D') + 1] === cluster;
  } catch {
    return false;
  }
}
