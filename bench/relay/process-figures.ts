// bench/relay/process-figures.ts - what the kernel says of another process: its processor time and its memory.
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Processor seconds that the threads of a process have had; the kernel counts what it does for a thread's own calls, its
 * part of the network stack, too. 0 without a process.
 */
export function processorS(pid: string | undefined): number {
  if (pid === undefined) return 0;
  const times = readdirSync(`/proc/${pid}/task`).map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return times.reduce((sum, ns) => sum + ns, 0) / 1e9;
}

/** Bytes of its own that a process has in memory; what it shares with files and what the kernel holds for it is left out. */
export function ownMemoryBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return 1_024 * Number(/RssAnon:\s+(\d+)/.exec(status)?.[1]);
}
