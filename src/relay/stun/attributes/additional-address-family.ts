// src/relay/stun/attributes/additional-address-family.ts - ADDITIONAL-ADDRESS-FAMILY: 'an IPv6 address as well'. RFC 8656
// section 18.11. Coded as REQUESTED-ADDRESS-FAMILY; the only value that makes sense is IPv6 (section 7.2, step 9).
import { err, ok, type Result } from '../../../base/result.ts';
import { firstValue, type StunMessage } from '../message.ts';
import { attributeTypes } from '../registry.ts';
import { decodeAddressFamily } from './requested-address-family.ts';

// The number of the drafts before RFC 8656, which IANA has given to nobody; Debian's turnutils_uclient uses it (ADR-0013).
const DRAFT_NUMBER = 0x8032;

/** The wish in a message, under its own number or that of the drafts. */
export function additionalFamilyValue(message: StunMessage): Uint8Array | undefined {
  return firstValue(message, attributeTypes.ADDITIONAL_ADDRESS_FAMILY) ?? firstValue(message, DRAFT_NUMBER);
}

/** Reads the wish; refuses anything but IPv6. */
export function decodeAdditionalFamily(value: Uint8Array): Result<6, 'bad-value'> {
  const family = decodeAddressFamily(value);
  return family.ok && family.value === 6 ? ok(6) : err('bad-value');
}
