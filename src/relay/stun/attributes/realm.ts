// src/relay/stun/attributes/realm.ts - REALM: the namespace of user names. RFC 8489 section 14.10 allows 763 bytes; ours
// has at most 32, because it stands in every reply to a stranger and such replies must stay small.
import { err, ok, type Result } from '../../../base/result.ts';
import { fromUtf8, toUtf8 } from '../../../base/utf8.ts';

/** Longest realm a relay may be given. */
export const REALM_BYTES_MAX = 32;
const READ_BYTES_MAX = 763;

/** Writes a realm. */
export function encodeRealm(realm: string): Uint8Array {
  return toUtf8(realm);
}

/** Reads a realm of any length the RFC allows. */
export function decodeRealm(value: Uint8Array): Result<string, 'bad-value'> {
  const text = value.length <= READ_BYTES_MAX ? fromUtf8(value) : undefined;
  return text === undefined ? err('bad-value') : ok(text);
}
