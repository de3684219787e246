// test/e2e/support/delay-forwarder.ts - a network path in user space: UDP ports that forward to other ports with delay,
// jitter and loss, in a thread of its own. Packets leave in order, as on one wire. Needs no privileges and no netem.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** One forwarded range: `listen` is the first port taken, `target` the first port it stands for. */
export type ForwardedRange = { readonly listen: number; readonly target: number; readonly count: number };
/** A path through the forwarder. Delays are one way. */
export type Path = {
  readonly ranges: readonly ForwardedRange[];
  readonly delayMs: number;
  /** Mean of the exponential jitter added one way. */
  readonly jitterMs: number;
  readonly lossShare: number;
  /** Senders' ports that are let in; packets from others are dropped and counted as `barred`. Default: all. */
  readonly onlyFrom?: { readonly first: number; readonly last: number };
};
/** What a path did. Lateness is how much later than planned packets left: the harness's own error. */
export type PathReport = {
  readonly forwarded: number;
  readonly lost: number;
  readonly barred: number;
  readonly latenessP99Ms: number;
};

/** A running forwarder. */
export type DelayForwarder = {
  /** Changes delay, jitter and loss of path `index` from now on; a loss of 1 cuts it. */
  change(index: number, change: Partial<Pick<Path, 'delayMs' | 'jitterMs' | 'lossShare' | 'onlyFrom'>>): void;
  report(): Promise<readonly PathReport[]>;
  close(): Promise<void>;
};

/** Opens a forwarder on 127.0.0.1. `seed` makes jitter and loss repeat. */
export async function openDelayForwarder(paths: readonly Path[], seed: number): Promise<DelayForwarder> {
  const worker = new Worker(new URL('./delay-forwarder-worker.ts', import.meta.url), { workerData: { paths, seed } });
  const [first] = await once(worker, 'message');
  if (first !== 'ready') throw new Error(`the forwarder could not open: ${String(first)}`);
  return {
    change: (index, change) => worker.postMessage({ kind: 'change', index, change }),
    report: async () => {
      worker.postMessage({ kind: 'report' });
      const [reports] = await once(worker, 'message');
      return reports;
    },
    close: async () => {
      await worker.terminate();
    },
  };
}
