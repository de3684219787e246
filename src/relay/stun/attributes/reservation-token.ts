// src/relay/stun/attributes/reservation-token.ts - RESERVATION-TOKEN: 8 bytes that stand for a port kept by EVEN-PORT.
// RFC 8656 section 18.10.
import { err, ok, type Result } from '../../../base/result.ts';

/** Bytes of a token; random, since whoever knows it gets the port. */
export const TOKEN_BYTES = 8;

/** Reads a token as lower-case hex: a key for look-ups. */
export function decodeReservationToken(value: Uint8Array): Result<string, 'bad-length'> {
  if (value.length !== TOKEN_BYTES) return err('bad-length');
  return ok(Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join(''));
}
