// src/relay/stun/attributes/message-integrity-sha256.ts - MESSAGE-INTEGRITY-SHA256: HMAC-SHA256 over everything before
// it. RFC 8489 section 14.6. A sender may cut it to 16 bytes or more, in steps of 4.
import { timingSafeEqual } from 'node:crypto';
import type { Attribute, MessageWriter, StunMessage } from '../message.ts';
import { attributeTypes } from '../registry.ts';
import { integrityMac } from './message-integrity.ts';

const MAC_BYTES = 32;
const MAC_BYTES_MIN = 16;

/** True when the attribute holds the right MAC, whole or cut, under `key`. */
export function messageIntegritySha256Holds(message: StunMessage, attribute: Attribute, key: Uint8Array): boolean {
  const { length } = attribute.value;
  if (length < MAC_BYTES_MIN || length > MAC_BYTES || length % 4 !== 0) return false;
  const mac = integrityMac('sha256', key, message.bytes, attribute.at, length);
  return timingSafeEqual(mac.subarray(0, length), attribute.value);
}

/** Signs what was written so far, with the whole 32 bytes. */
export function addMessageIntegritySha256(writer: MessageWriter, key: Uint8Array): MessageWriter {
  const mac = integrityMac('sha256', key, writer.bytes(), writer.length, MAC_BYTES);
  return writer.add(attributeTypes.MESSAGE_INTEGRITY_SHA256, mac);
}
