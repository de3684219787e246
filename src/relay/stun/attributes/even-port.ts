// src/relay/stun/attributes/even-port.ts - EVEN-PORT: an even relayed port, and perhaps the next one kept. RFC 8656 section 18.7.
import { err, ok, type Result } from '../../../base/result.ts';

/** Reads the R bit: true asks to reserve the next higher port. */
export function decodeEvenPort(value: Uint8Array): Result<boolean, 'bad-length'> {
  return value.length === 1 ? ok(((value[0] ?? 0) & 0x80) !== 0) : err('bad-length');
}
