// src/relay/stun/attributes/password-algorithms.ts - PASSWORD-ALGORITHMS: how a password may become a key, best first.
// RFC 8489 section 14.11. The client sends the list back, so that a man in the middle cannot shorten it.
import { sameBytes } from '../../../base/bytes.ts';
import { passwordAlgorithmNumbers } from '../registry.ts';

/** What we offer: SHA-256, then MD5; two bytes number and two bytes length of parameters (none) each. */
export const OFFERED_ALGORITHMS: Uint8Array = Uint8Array.of(
  0,
  passwordAlgorithmNumbers['sha-256'],
  0,
  0,
  0,
  passwordAlgorithmNumbers.md5,
  0,
  0,
);

/** True when a client echoes exactly what we offered. */
export function isOfferedList(value: Uint8Array): boolean {
  return sameBytes(value, OFFERED_ALGORITHMS);
}
