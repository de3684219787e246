// src/relay/stun/attributes/fingerprint.ts - FINGERPRINT: tells STUN from other traffic on the port. RFC 8489 section 14.7.
// Always the last attribute; the length field counts it.
import { crc32 } from '../crc32.ts';
import type { MessageWriter, StunMessage } from '../message.ts';
import { attributeTypes } from '../registry.ts';

const XOR = 0x5354554e;
const WHOLE_BYTES = 8; // header and value

/** Whether a message has a fingerprint, and a right one. A message with a wrong one is dropped (section 7.3). */
export function fingerprintState(message: StunMessage): 'absent' | 'right' | 'wrong' {
  const last = message.attributes.at(-1);
  if (last?.type !== attributeTypes.FINGERPRINT) return 'absent';
  if (last.value.length !== 4) return 'wrong';
  const value = new DataView(last.value.buffer, last.value.byteOffset, 4).getUint32(0);
  return value === (crc32(message.bytes.subarray(0, last.at)) ^ XOR) >>> 0 ? 'right' : 'wrong';
}

/** Ends a message with its fingerprint. */
export function addFingerprint(writer: MessageWriter): MessageWriter {
  const value = new Uint8Array(4);
  new DataView(value.buffer).setUint32(0, (crc32(writer.bytes(WHOLE_BYTES)) ^ XOR) >>> 0);
  return writer.add(attributeTypes.FINGERPRINT, value);
}
