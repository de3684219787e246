// src/relay/stun/attributes/userhash.ts - USERHASH: SHA-256 of `username:realm` instead of the name, for anonymity on the
// wire. RFC 8489 section 14.4.
import { createHash } from 'node:crypto';
import { err, ok, type Result } from '../../../base/result.ts';

const HASH_BYTES = 32;

/** The hash that stands for a name in a realm, as lower-case hex: a key for look-ups. */
export function userhashKey(username: string, realm: string): string {
  return createHash('sha256').update(`${username}:${realm}`).digest('hex');
}

/** Reads the attribute as the same kind of key. */
export function decodeUserhash(value: Uint8Array): Result<string, 'bad-length'> {
  if (value.length !== HASH_BYTES) return err('bad-length');
  return ok(Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join(''));
}
