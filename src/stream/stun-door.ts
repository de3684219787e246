// src/stream/stun-door.ts - decides which STUN request may come in. werift answers and remembers every binding request,
// whoever sent it; we let in only those signed with our ICE password (RFC 8445 section 7.3, RFC 8489 section 9.1.4).
import { createHmac, timingSafeEqual } from 'node:crypto';

const HEADER_BYTES = 20;
const MAGIC_COOKIE = 0x2112_a442;
const USERNAME = 0x0006;
const MESSAGE_INTEGRITY = 0x0008;
const INTEGRITY_BYTES = 20;

/** True when the datagram is STUN by its first bits and magic cookie (RFC 8489 section 5). */
export function isStun(data: Uint8Array): boolean {
  if (data.length < HEADER_BYTES || (data[0] ?? 255) > 3) return false;
  return new DataView(data.buffer, data.byteOffset).getUint32(4) === MAGIC_COOKIE;
}

/** True for a request, as against a response or an indication. */
export function isStunRequest(data: Uint8Array): boolean {
  return ((data[0] ?? 0) & 0x01) === 0 && ((data[1] ?? 0) & 0x10) === 0;
}

type Attributes = { username: string | undefined; integrityAt: number };

function readAttributes(data: Uint8Array, view: DataView): Attributes | undefined {
  let username: string | undefined;
  for (let at = HEADER_BYTES; at + 4 <= data.length; ) {
    const [type, length] = [view.getUint16(at), view.getUint16(at + 2)];
    if (at + 4 + length > data.length) return undefined;
    if (type === MESSAGE_INTEGRITY) {
      return length === INTEGRITY_BYTES ? { username, integrityAt: at } : undefined;
    }
    if (type === USERNAME) username = new TextDecoder().decode(data.subarray(at + 4, at + 4 + length));
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return undefined;
}

/**
 * Checks a STUN request's signature.
 * @param passwordOf our ICE password for one of our own user name fragments, undefined for a fragment not ours
 */
export function isSignedForUs(data: Uint8Array, passwordOf: (ufrag: string) => string | undefined): boolean {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const found = readAttributes(data, view);
  const password = passwordOf(found?.username?.split(':')[0] ?? '');
  if (found === undefined || password === undefined) return false;
  // The signed length counts up to and including MESSAGE-INTEGRITY, whatever follows (RFC 8489 section 14.5).
  const signed = Buffer.from(data.subarray(0, found.integrityAt));
  signed.writeUInt16BE(found.integrityAt + 4 + INTEGRITY_BYTES - HEADER_BYTES, 2);
  const expected = createHmac('sha1', password).update(signed).digest();
  const from = found.integrityAt + 4;
  return timingSafeEqual(expected, data.subarray(from, from + INTEGRITY_BYTES));
}
