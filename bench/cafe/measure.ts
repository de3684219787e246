// bench/cafe/measure.ts - presses at their times, and how long until the desk's page and the seats saw what was done; beside it
// what the server's process took meanwhile.
import { readdirSync, readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { processorS } from '../relay/process-figures.ts';
import type { SiteLines } from './town.ts';

/** What one press led to. Milliseconds from the press. */
export type Timing = {
  readonly phase: string;
  readonly deed: string;
  readonly answeredMs: number;
  readonly floorMs: number;
  /** The last of the seats that it was about. */
  readonly seatMs: number;
};
/** A press: does it and says which numbers its change has; `undefined` when it was refused. */
export type Pressed = {
  readonly rev: number;
  readonly seats: readonly { readonly seat: string; readonly version: number }[];
};

/** Does it and waits until everybody saw it. */
export async function pressOnce(
  { phase, deed, lines }: { readonly phase: string; readonly deed: string; readonly lines: SiteLines },
  press: () => Promise<Pressed | undefined>,
): Promise<Timing | undefined> {
  const fromMs = performance.now();
  const done = await press();
  const answeredMs = performance.now() - fromMs;
  if (done === undefined) return undefined;
  const seen = done.seats.map(({ seat, version }) => lines.seats.get(seat)?.seen(version) ?? Number.NaN);
  const [floorAtMs, ...seatAtMs] = await Promise.all([lines.floor.seen(done.rev), ...seen]);
  return { phase, deed, answeredMs, floorMs: floorAtMs - fromMs, seatMs: Math.max(...seatAtMs) - fromMs };
}

/** Calls `go` for each at its time, whether or not the ones before have ended. */
export async function atTheirTimes<T extends { readonly atMs: number }>(
  list: readonly T[],
  go: (one: T) => Promise<void>,
): Promise<void> {
  const fromMs = performance.now();
  const going: Promise<void>[] = [];
  for (const one of list) {
    const leftMs = fromMs + one.atMs - performance.now();
    if (leftMs > 0) await sleep(leftMs);
    going.push(go(one));
  }
  await Promise.all(going);
}

/** What a process took in a span. */
export type Usage = {
  /** Of one core. */
  readonly share: number;
  /** The busiest second. */
  readonly shareMax: number;
  readonly residentMaxBytes: number;
  /** The database's processes together; `undefined` without one. */
  readonly databaseShare: number | undefined;
};

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((one) => {
      try {
        return readFileSync(`/proc/${one}/stat`, 'latin1').split(') ')[1]?.split(' ')[1] === String(pid);
      } catch {
        return false; // It has ended meanwhile.
      }
    });
}

function databaseS(pid: number | undefined): number {
  if (pid === undefined) return 0;
  return [pid, ...childrenOf(pid)].reduce((sum, one) => sum + safeS(one), 0);
}

function safeS(pid: number): number {
  try {
    return processorS(String(pid));
  } catch {
    return 0; // It has ended meanwhile.
  }
}

/** Resident bytes of a process. */
export function residentBytes(pid: number): number {
  return 1_024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** Watches a server's process, once a second, until the answer is called. */
export function watchProcess(pid: number, databasePid: number | undefined): () => Usage {
  const from = { ms: performance.now(), s: safeS(pid), databaseS: databaseS(databasePid) };
  let last: { ms: number; s: number } = from;
  let [shareMax, residentMaxBytes] = [0, 0];
  const look = (): void => {
    const now = { ms: performance.now(), s: safeS(pid) };
    if (now.ms - last.ms > 500) shareMax = Math.max(shareMax, (1_000 * (now.s - last.s)) / (now.ms - last.ms));
    residentMaxBytes = Math.max(residentMaxBytes, residentBytes(pid));
    last = now;
  };
  const timer = setInterval(look, 1_000);
  return () => {
    clearInterval(timer);
    look();
    const seconds = (last.ms - from.ms) / 1_000;
    return {
      share: (last.s - from.s) / seconds,
      shareMax,
      residentMaxBytes,
      databaseShare: databasePid === undefined ? undefined : (databaseS(databasePid) - from.databaseS) / seconds,
    };
  };
}

/** The delay of this process's own loop: what lies below it cannot be measured. */
export function watchOwnDelay(): () => number {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  return () => {
    delay.disable();
    return delay.percentile(99) / 1e6;
  };
}
