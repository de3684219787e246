// src/relay/stun/attributes/requested-address-family.ts - REQUESTED-ADDRESS-FAMILY: IPv4 or IPv6 towards the peers. RFC 8656
// section 18.6.
import { err, ok, type Result } from '../../../base/result.ts';
import { addressFamilies } from '../xor-address.ts';

/** The two kinds of address, as bytes of an address tell them. */
export type Family = 4 | 6;

/** Reads a family; `unknown` for a number that no RFC gave a meaning. The three bytes behind it are ignored. */
export function decodeAddressFamily(value: Uint8Array): Result<Family | 'unknown', 'bad-length'> {
  if (value.length !== 4) return err('bad-length');
  if (value[0] === addressFamilies.ipv4) return ok(4);
  return ok(value[0] === addressFamilies.ipv6 ? 6 : 'unknown');
}
