// src/chain/recover-pool.ts - reads signers in a thread of its own. What comes in within one turn of the loop goes over in
// one message. A thread that dies is started anew; what it had is answered by portable code.
import { Worker } from 'node:worker_threads';
import type { RecoverSigner } from '../app/money/ports.ts';
import { type Address, type Hash32, recoverSigner } from '../protocol/typed-data.ts';
import type { RecoverAnswer, RecoverQuestion } from './recover-worker.ts';

/** A thread that reads signers. */
export type RecoverPool = { readonly recover: RecoverSigner; close(): Promise<void> };

type Waiting = {
  readonly digest: Hash32;
  readonly signature: string;
  readonly answer: (signer: Address | undefined) => void;
};

const SCRIPT = new URL('./recover-worker.ts', import.meta.url);
const BATCH_MAX = 256; // Some 20 ms of work: an answer does not wait for thousands of others.

/** Opens the thread; it does not keep the process alive. */
export function openRecoverPool(script: URL = SCRIPT): RecoverPool {
  let worker: Worker | undefined;
  let closed = false;
  let id = 0;
  let next: Waiting[] = [];
  const asked = new Map<number, readonly Waiting[]>();

  const portable = (list: readonly Waiting[]): void => {
    for (const { digest, signature, answer } of list) answer(recoverSigner(digest, signature));
  };
  const lost = (own: Worker): void => {
    if (worker !== own) return;
    worker = undefined;
    const lists = [...asked.values()];
    asked.clear();
    for (const list of lists) portable(list);
  };
  const start = (): Worker => {
    const own = new Worker(script);
    own.unref();
    own.on('message', ({ id: answered, signers }: RecoverAnswer) => {
      const list = asked.get(answered);
      asked.delete(answered);
      for (const [at, { answer }] of (list ?? []).entries()) answer(signers[at]);
    });
    own.on('error', () => lost(own));
    own.on('exit', () => lost(own));
    return own;
  };
  const send = (): void => {
    const all = next;
    next = [];
    for (let from = 0; from < all.length; from += BATCH_MAX) {
      const list = all.slice(from, from + BATCH_MAX);
      if (closed) {
        portable(list);
        continue;
      }
      worker ??= start();
      id += 1;
      asked.set(id, list);
      const pairs = list.map(({ digest, signature }) => [digest, signature] as const);
      const question: RecoverQuestion = { id, pairs };
      worker.postMessage(question);
    }
  };
  return {
    recover: (digest, signature) =>
      new Promise((answer) => {
        if (next.length === 0) setImmediate(send);
        next.push({ digest, signature, answer });
      }),
    close: async () => {
      closed = true;
      const own = worker;
      if (own === undefined) return;
      await own.terminate();
      lost(own);
    },
  };
}
