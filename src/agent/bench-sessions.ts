// src/agent/bench-sessions.ts - how many sessions this machine carries, by trying: one more pretended session at a time, until
// one of them falls short of its promise. Processors, encoders and their limits show themselves; none of them is guessed.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { freemem } from 'node:os';
import { goodSecond } from '../protocol/limits.ts';
import type { NodeBench } from '../protocol/node-bench.ts';

/** What a pretended session made in a window. */
export type Made = { readonly made: number; readonly ms: number };
/** How to try. */
export type SessionsWish = {
  /** Path of the module that a pretended session runs (src/main/bench-session.ts). */
  readonly module: string;
  readonly most: number;
};

const WINDOW_MS = 2_000;
/** To load modules and find an encoder, on a busy small machine. */
const READY_MS = 30_000;
/** A pretended session takes some 250 MB. */
const MEMORY_LEAST_BYTES = 600 * 2 ** 20;

/** True when a session made the pictures that it promises: the same share that a good second asks of a node. */
export function keepsPromise({ made, ms }: Made, fps: number): boolean {
  return made >= (goodSecond.sentShare * fps * ms) / 1_000;
}

class Pretended {
  readonly #child: ChildProcess;
  #fps = 0;

  constructor(module: string) {
    this.#child = fork(module, [], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
  }

  async #hear(limitMs: number): Promise<Record<string, number>> {
    const gone = new AbortController();
    const heard = once(this.#child, 'message', {
      signal: AbortSignal.any([gone.signal, AbortSignal.timeout(limitMs)]),
    });
    const end = () => gone.abort();
    this.#child.once('exit', end);
    try {
      const [message] = await heard;
      return message;
    } finally {
      this.#child.off('exit', end);
    }
  }

  /** False when it cannot make a single picture. */
  async ready(): Promise<boolean> {
    this.#fps = (await this.#hear(READY_MS).catch(() => undefined))?.ready ?? 0;
    return this.#fps > 0;
  }

  async keeps(): Promise<boolean> {
    if (this.#child.exitCode !== null || !this.#child.connected) return false;
    this.#child.send({ windowMs: WINDOW_MS });
    const { made = 0, ms = WINDOW_MS } = (await this.#hear(WINDOW_MS + READY_MS).catch(() => undefined)) ?? {};
    return keepsPromise({ made, ms }, this.#fps);
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}

/** Tries until one falls short, memory runs low, or `most` run side by side. Never throws; nothing is left of it. */
export async function benchSessions({ module, most }: SessionsWish): Promise<NodeBench['sessions']> {
  const all: Pretended[] = [];
  try {
    for (let count = 0; count < most; count++) {
      if (freemem() < MEMORY_LEAST_BYTES) return { count, most };
      const next = new Pretended(module);
      all.push(next);
      if (!(await next.ready())) return { count, most };
      const kept = await Promise.all(all.map((each) => each.keeps()));
      if (kept.includes(false)) return { count, most };
    }
    return { count: most, most };
  } finally {
    for (const each of all) each.end();
  }
}
