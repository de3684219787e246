// src/relay/stun/attributes/lifetime.ts - LIFETIME: seconds an allocation lives without a refresh. RFC 8656 section 18.2.
import { err, ok, type Result } from '../../../base/result.ts';

/** Reads whole seconds, 0..2^32-1; 0 in a Refresh asks for deletion (section 8.1). */
export function decodeLifetime(value: Uint8Array): Result<number, 'bad-length'> {
  return value.length === 4 ? ok(new DataView(value.buffer, value.byteOffset, 4).getUint32(0)) : err('bad-length');
}

/** Writes whole seconds. */
export function encodeLifetime(seconds: number): Uint8Array {
  const value = new Uint8Array(4);
  new DataView(value.buffer).setUint32(0, seconds);
  return value;
}
