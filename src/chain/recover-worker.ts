// src/chain/recover-worker.ts - a thread that reads signers, so that the hub's own thread is free for players. Takes lists,
// answers with lists in the same order.
import { parentPort } from 'node:worker_threads';
import type { Hash32 } from '../protocol/typed-data.ts';
import { fastestRecover } from './recover-native.ts';

/** What the thread is asked: digests and signatures in turn. */
export type RecoverQuestion = { readonly id: number; readonly pairs: readonly (readonly [Hash32, string])[] };
/** What it answers: signers, `undefined` where there is none. */
export type RecoverAnswer = { readonly id: number; readonly signers: readonly (`0x${string}` | undefined)[] };

const { recover } = fastestRecover();
parentPort?.on('message', ({ id, pairs }: RecoverQuestion) => {
  const answer: RecoverAnswer = { id, signers: pairs.map(([digest, signature]) => recover(digest, signature)) };
  parentPort?.postMessage(answer);
});
