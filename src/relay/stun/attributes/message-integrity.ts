// src/relay/stun/attributes/message-integrity.ts - MESSAGE-INTEGRITY: HMAC-SHA1 over everything before it. RFC 8489
// section 14.5. The length field is read as if the message ended with this attribute.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Attribute, HEADER_BYTES, type MessageWriter, type StunMessage } from '../message.ts';
import { attributeTypes } from '../registry.ts';

const MAC_BYTES = 20;

/**
 * HMAC of the message up to an attribute at `at`, with a length field that ends after `macBytes` of it.
 * @param hash 'sha1' or 'sha256', for the two integrity attributes
 */
export function integrityMac(
  hash: 'sha1' | 'sha256',
  key: Uint8Array,
  bytes: Uint8Array,
  at: number,
  macBytes: number,
): Uint8Array {
  const length = at - HEADER_BYTES + 4 + macBytes;
  return createHmac(hash, key)
    .update(bytes.subarray(0, 2))
    .update(Uint8Array.of(length >> 8, length & 0xff))
    .update(bytes.subarray(4, at))
    .digest();
}

/** True when the attribute holds the right MAC under `key`. Takes the same time wherever they differ. */
export function messageIntegrityHolds(message: StunMessage, attribute: Attribute, key: Uint8Array): boolean {
  if (attribute.value.length !== MAC_BYTES) return false;
  return timingSafeEqual(integrityMac('sha1', key, message.bytes, attribute.at, MAC_BYTES), attribute.value);
}

/** Signs what was written so far. */
export function addMessageIntegrity(writer: MessageWriter, key: Uint8Array): MessageWriter {
  const mac = integrityMac('sha1', key, writer.bytes(), writer.length, MAC_BYTES);
  return writer.add(attributeTypes.MESSAGE_INTEGRITY, mac);
}
