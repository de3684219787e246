// src/agent/self-bench.ts - when a node measures itself: once, after it has been idle for a while, in a process of its own that
// is ended the moment a player comes. A bench beside a game would harm the game and measure nonsense.
import { type ChildProcess, fork } from 'node:child_process';
import type { Log } from '../observe/log.ts';
import { bodyDecoder } from '../protocol/body-decoder.ts';
import { type NodeBench, NodeBenchShape } from '../protocol/node-bench.ts';
import { keepBench, keptBench, keptBenchAtMs } from './kept-bench.ts';

/** What decides whether the kept bench still stands. */
export type BenchSubject = { readonly version: string; readonly encoders: readonly string[] };
/** How a node measures itself. */
export type SelfBenchOptions = BenchSubject & {
  /** Data folder: where the bench is kept. */
  readonly folder: string;
  readonly hub: string;
  /** Path of the module that measures (src/main/bench-process.ts). */
  readonly module: string;
  /** Idle time before it begins. */
  readonly idleMs: number;
  /** Load of the machine, 0..1, above which it waits: others' work would be measured with ours. */
  readonly loadMost: number;
  readonly log: Log;
};
/** How busy the machine is: `quiet` without player, probe or drain; `load` of all its processors, 0..1. */
export type Calm = { readonly quiet: boolean; readonly load: number };

/** A bench that found trouble three times is left to `./nearcade node bench`. */
const TRIES_MAX = 3;
const read = bodyDecoder(NodeBenchShape);

/** True when there is no bench, or what was measured is not what runs now. */
export function isStale(bench: NodeBench | undefined, { version, encoders }: BenchSubject): boolean {
  if (bench === undefined || bench.version !== version) return true;
  const measured = new Set(bench.encodes.map(({ encoder }) => encoder));
  return measured.size !== encoders.length || encoders.some((name) => !measured.has(name));
}

/** One node's bench: what it has, and the making of it. */
export class SelfBench {
  readonly #options: SelfBenchOptions;
  #bench: NodeBench | undefined;
  #keptAtMs: number;
  #wanted: boolean;
  #child: ChildProcess | undefined;
  #idleSinceMs: number | undefined;
  #failures = 0;
  /** Called with each new bench. */
  onBench: () => void = () => {};

  constructor(options: SelfBenchOptions) {
    this.#options = options;
    this.#bench = keptBench(options.folder);
    this.#keptAtMs = keptBenchAtMs(options.folder);
    this.#wanted = isStale(this.#bench, options);
  }

  /** The bench to tell: the last one, also while a newer one is wanted. */
  get bench(): NodeBench | undefined {
    return this.#bench;
  }

  /** Called about once a second, and at once when a player comes. */
  beat({ quiet, load }: Calm, nowMs: number): void {
    if (!quiet) {
      this.stop();
      return;
    }
    this.#lookUp();
    if (!this.#wanted || this.#child !== undefined) return;
    if (load > this.#options.loadMost) this.#idleSinceMs = undefined;
    else this.#idleSinceMs ??= nowMs;
    if (this.#idleSinceMs !== undefined && nowMs - this.#idleSinceMs >= this.#options.idleMs) this.#start();
  }

  /** Ends a bench that runs; the next idle time begins it anew. */
  stop(): void {
    this.#idleSinceMs = undefined;
    const child = this.#child;
    this.#child = undefined;
    child?.kill('SIGKILL'); // What it forked ends with its end of the pipe.
  }

  /** Takes a bench that `./nearcade node bench` has written meanwhile. */
  #lookUp(): void {
    const { folder } = this.#options;
    const keptAtMs = keptBenchAtMs(folder);
    if (keptAtMs === this.#keptAtMs) return;
    this.#keptAtMs = keptAtMs;
    const bench = keptBench(folder);
    if (bench === undefined || bench.atMs === this.#bench?.atMs) return;
    this.stop();
    this.#bench = bench;
    this.#wanted = isStale(bench, this.#options);
    this.onBench();
  }

  #start(): void {
    const { module, hub, version, log } = this.#options;
    log.info({}, 'bench.started');
    const child = fork(module, [hub, version], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.#child = child;
    child.once('message', (said) => child === this.#child && this.#take(said));
    child.once('error', (cause) => log.warn({ cause: String(cause) }, 'bench.failed'));
    child.once('exit', (code) => {
      if (child !== this.#child) return;
      this.stop();
      if (!this.#wanted) return;
      this.#wanted = ++this.#failures < TRIES_MAX;
      log.warn({ code, again: this.#wanted }, 'bench.failed');
    });
  }

  #take(said: unknown): void {
    const bench = read(said);
    if (!bench.ok) return;
    this.#bench = bench.value;
    this.#wanted = false;
    try {
      keepBench(this.#options.folder, bench.value);
    } catch (cause) {
      this.#options.log.warn({ cause: String(cause) }, 'bench.not-kept');
    }
    this.#options.log.info({ sessions: bench.value.sessions.count }, 'bench.done');
    this.onBench();
  }
}
