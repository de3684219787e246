// bench/signaling/names.ts - names that the bench and the server it measures agree on.
import { createHash } from 'node:crypto';

/** Binds the one node of the bench. */
export const NODE_TOKEN = 'node-token-of-the-signaling-bench';

/** Address of player `i`. */
export function playerOf(i: number): `0x${string}` {
  return `0x${createHash('sha256').update(`bench player ${i}`).digest('hex').slice(0, 40)}`;
}

/** Login of player `i`, as its cookie has it. */
export function loginTokenOf(i: number): string {
  return `login-of-bench-player-${i}`;
}
