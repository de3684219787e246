// src/relay/stun/attributes/requested-transport.ts - REQUESTED-TRANSPORT: the protocol towards the peers. RFC 8656 section
// 18.8. Only UDP is relayed.
import { err, ok, type Result } from '../../../base/result.ts';

/** Protocol number of UDP, the only one served. */
export const PROTOCOL_UDP = 17;

/** Reads the protocol number; the three bytes behind it are ignored. */
export function decodeRequestedTransport(value: Uint8Array): Result<number, 'bad-length'> {
  return value.length === 4 ? ok(value[0] ?? 0) : err('bad-length');
}
