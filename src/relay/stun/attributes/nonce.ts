// src/relay/stun/attributes/nonce.ts - NONCE: what a client must echo, at most 763 bytes. RFC 8489 section 14.11. How ours
// is made and checked without remembering it: turn/nonce.ts.
import { err, ok, type Result } from '../../../base/result.ts';
import { fromUtf8, toUtf8 } from '../../../base/utf8.ts';

const NONCE_BYTES_MAX = 763;

/** Writes a nonce. */
export function encodeNonce(nonce: string): Uint8Array {
  return toUtf8(nonce);
}

/** Reads a nonce, whoever made it. */
export function decodeNonce(value: Uint8Array): Result<string, 'bad-value'> {
  const text = value.length <= NONCE_BYTES_MAX ? fromUtf8(value) : undefined;
  return text === undefined ? err('bad-value') : ok(text);
}
