// clients/web/src/player/ids.ts - fresh keys from the browser's own randomness.

import { toHex } from '../../../../src/base/bytes.ts';
import type { IdempotencyKey } from '../../../../src/base/ids.ts';

/** Random bytes for keys and nonces. */
export function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}

/** A key for one act: repeats of a message with it act once. */
export function newKey(): IdempotencyKey {
  return toHex(randomBytes(16)).slice(2) as IdempotencyKey;
}
