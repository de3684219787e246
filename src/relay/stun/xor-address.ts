// src/relay/stun/xor-address.ts - the value of the three XOR-...-ADDRESS attributes: family, port and address, mixed with
// the magic cookie and the transaction id so that no NAT on the way 'corrects' them. RFC 8489 section 14.2.
import { err, ok, type Result } from '../../base/result.ts';
import type { TransportAddress } from '../address.ts';
import { MAGIC_COOKIE } from './message.ts';

/** First byte after the zero one: which kind of address follows (RFC 8489 section 14.1). */
export const addressFamilies = { ipv4: 0x01, ipv6: 0x02 } as const;

const PORT_MASK = MAGIC_COOKIE >>> 16;
const COOKIE_BYTES = Uint8Array.of(0x21, 0x12, 0xa4, 0x42);

function mixed(ip: Uint8Array, transactionId: Uint8Array): Uint8Array {
  return ip.map((byte, i) => byte ^ (i < 4 ? (COOKIE_BYTES[i] ?? 0) : (transactionId[i - 4] ?? 0)));
}

/** Writes an address: 8 bytes for IPv4, 20 for IPv6. `transactionId` is that of the message it stands in. */
export function encodeXorAddress({ ip, port }: TransportAddress, transactionId: Uint8Array): Uint8Array {
  const value = new Uint8Array(4 + ip.length);
  value[1] = ip.length === 4 ? addressFamilies.ipv4 : addressFamilies.ipv6;
  new DataView(value.buffer).setUint16(2, port ^ PORT_MASK);
  value.set(mixed(ip, transactionId), 4);
  return value;
}

/** Reads an address. Refuses an unknown family and a length that is not the family's. */
export function decodeXorAddress(
  value: Uint8Array,
  transactionId: Uint8Array,
): Result<TransportAddress, 'bad-length' | 'bad-family'> {
  if (value.length !== 8 && value.length !== 20) return err('bad-length');
  const family = value.length === 8 ? addressFamilies.ipv4 : addressFamilies.ipv6;
  if (value[1] !== family) return err('bad-family');
  const port = (((value[2] ?? 0) << 8) | (value[3] ?? 0)) ^ PORT_MASK;
  return ok({ ip: mixed(value.subarray(4), transactionId), port });
}
