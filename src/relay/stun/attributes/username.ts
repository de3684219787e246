// src/relay/stun/attributes/username.ts - USERNAME: who asks, in UTF-8 and fewer than 509 bytes. RFC 8489 section 14.3.
import { err, ok, type Result } from '../../../base/result.ts';
import { fromUtf8 } from '../../../base/utf8.ts';
import { USERNAME_BYTES_MAX } from '../../credentials.ts';

/** Reads a user name; it may hold any character, also control ones, so it never goes anywhere unescaped. */
export function decodeUsername(value: Uint8Array): Result<string, 'bad-value'> {
  const text = value.length <= USERNAME_BYTES_MAX ? fromUtf8(value) : undefined;
  return text === undefined ? err('bad-value') : ok(text);
}
