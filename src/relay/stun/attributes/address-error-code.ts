// src/relay/stun/attributes/address-error-code.ts - ADDRESS-ERROR-CODE: why one half of a dual allocation is missing.
// RFC 8656 section 18.12.
import type { ErrorNumber } from '../registry.ts';
import { addressFamilies } from '../xor-address.ts';
import type { Family } from './requested-address-family.ts';

/** Writes the family that could not be had, and why (440 or 508), without words. */
export function encodeAddressErrorCode(family: Family, code: ErrorNumber): Uint8Array {
  return Uint8Array.of(
    family === 4 ? addressFamilies.ipv4 : addressFamilies.ipv6,
    0,
    Math.floor(code / 100),
    code % 100,
  );
}
