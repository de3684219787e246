// src/relay/stun/attributes/additional-address-family.ts - ADDITIONAL-ADDRESS-FAMILY: 'an IPv6 address as well'. RFC 8656
// section 18.11. Coded as REQUESTED-ADDRESS-FAMILY; the only value that makes sense is IPv6 (section 7.2, step 9).
import { err, ok, type Result } from '../../../base/result.ts';
import { decodeAddressFamily } from './requested-address-family.ts';

/** Reads the wish; refuses anything but IPv6. */
export function decodeAdditionalFamily(value: Uint8Array): Result<6, 'bad-value'> {
  const family = decodeAddressFamily(value);
  return family.ok && family.value === 6 ? ok(6) : err('bad-value');
}
