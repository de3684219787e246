// src/relay/stun/message.ts - a STUN message as bytes and as parts. RFC 8489 sections 5 and 14. Decoding may refuse, it
// never throws, keeps views of the given bytes, and hides what a receiver must not look at.
import { err, ok, type Result } from '../../base/result.ts';
import { attributeTypes } from './registry.ts';

/** Type, length, cookie and transaction id, before the first attribute. */
export const HEADER_BYTES = 20;
/** Fourth to seventh byte of every message. */
export const MAGIC_COOKIE = 0x2112a442;
/** Bytes of a transaction id. */
export const TRANSACTION_BYTES = 12;

/** The two class bits of a message type, as numbers (RFC 8489 section 5). */
export const classes = { REQUEST: 0, INDICATION: 1, SUCCESS: 2, ERROR: 3 } as const;
/** One of the four classes. */
export type StunClass = (typeof classes)[keyof typeof classes];

/** One attribute: its type, its value without padding (a view), and where its header stands in the message. */
export type Attribute = { readonly type: number; readonly value: Uint8Array; readonly at: number };

/** A message that is well formed. */
export type StunMessage = {
  readonly klass: StunClass;
  readonly method: number;
  /** 12 bytes, a view. */
  readonly transactionId: Uint8Array;
  /**
   * In order of appearance. What follows MESSAGE-INTEGRITY is left out but for MESSAGE-INTEGRITY-SHA256 and
   * FINGERPRINT, what follows MESSAGE-INTEGRITY-SHA256 but for FINGERPRINT (sections 14.5 and 14.6): nobody signed it.
   */
  readonly attributes: readonly Attribute[];
  /** The whole message. */
  readonly bytes: Uint8Array;
};

const ATTRIBUTES_MAX = 64; // Our longest exchange has 12; the rest is room for other people's options.

/** Joins method and class into the 14 bits of a message type: M11-M7 C1 M6-M4 C0 M3-M0. */
export function messageType(klass: StunClass, method: number): number {
  return (
    (method & 0x000f) | ((method & 0x0070) << 1) | ((method & 0x0f80) << 2) | ((klass & 1) << 4) | ((klass & 2) << 7)
  );
}

const classOf = (type: number): StunClass => (((type >> 4) & 1) | ((type >> 7) & 2)) as StunClass;
const methodOf = (type: number): number => (type & 0x000f) | ((type >> 1) & 0x0070) | ((type >> 2) & 0x0f80);

/** Which attributes may still be seen, falling: all, those after MESSAGE-INTEGRITY, those after ...-SHA256, none. */
type Sight = 0 | 1 | 2 | 3;

function sightAfter(sight: Sight, type: number): Sight {
  if (type === attributeTypes.FINGERPRINT) return 3;
  if (type === attributeTypes.MESSAGE_INTEGRITY_SHA256) return sight < 2 ? 2 : sight;
  return type === attributeTypes.MESSAGE_INTEGRITY && sight === 0 ? 1 : sight;
}

function visible(sight: Sight, type: number): boolean {
  if (sight === 0) return true;
  if (type === attributeTypes.FINGERPRINT) return sight < 3;
  return sight === 1 && type === attributeTypes.MESSAGE_INTEGRITY_SHA256;
}

/**
 * Reads one whole message.
 * @param bytes a datagram, or one message cut from a stream; not copied
 * @returns the message, or why it is none: `not-stun` (first bits, cookie or length), `bad-attributes`
 */
export function decodeMessage(bytes: Uint8Array): Result<StunMessage, 'not-stun' | 'bad-attributes'> {
  if (bytes.length < HEADER_BYTES) return err('not-stun');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const type = view.getUint16(0);
  const length = view.getUint16(2);
  if (type > 0x3fff || view.getUint32(4) !== MAGIC_COOKIE) return err('not-stun');
  if (length % 4 !== 0 || length + HEADER_BYTES !== bytes.length) return err('not-stun');
  const attributes: Attribute[] = [];
  let sight: Sight = 0;
  for (let at = HEADER_BYTES; at < bytes.length; ) {
    const attributeType = view.getUint16(at);
    const size = view.getUint16(at + 2);
    const end = at + 4 + size;
    if (end > bytes.length || sight === 3) return err('bad-attributes'); // FINGERPRINT is the last one (section 14.7).
    if (visible(sight, attributeType)) {
      if (attributes.length === ATTRIBUTES_MAX) return err('bad-attributes');
      attributes.push({ type: attributeType, value: bytes.subarray(at + 4, end), at });
    }
    sight = sightAfter(sight, attributeType);
    at = (end + 3) & ~3;
  }
  const transactionId = bytes.subarray(8, HEADER_BYTES);
  return ok({ klass: classOf(type), method: methodOf(type), transactionId, attributes, bytes });
}

/** The value of the first attribute of a type: of duplicates only the first counts (RFC 8489 section 14). */
export function firstValue(message: StunMessage, type: number): Uint8Array | undefined {
  return message.attributes.find((attribute) => attribute.type === type)?.value;
}

/** Builds one message. Padding is zeros: bytes of an earlier message never leave with a later one. */
export class MessageWriter {
  readonly transactionId: Uint8Array;
  #bytes = new Uint8Array(256);
  #length = HEADER_BYTES;

  constructor(klass: StunClass, method: number, transactionId: Uint8Array) {
    this.transactionId = transactionId;
    const view = new DataView(this.#bytes.buffer);
    view.setUint16(0, messageType(klass, method));
    view.setUint32(4, MAGIC_COOKIE);
    this.#bytes.set(transactionId, 8);
  }

  /** Bytes so far, without the length field being final. */
  get length(): number {
    return this.#length;
  }

  /** Adds an attribute with its padding. `value` has at most 65,535 bytes and is copied. */
  add(type: number, value: Uint8Array): this {
    const end = this.#length + 4 + ((value.length + 3) & ~3);
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    const view = new DataView(this.#bytes.buffer);
    view.setUint16(this.#length, type);
    view.setUint16(this.#length + 2, value.length);
    this.#bytes.set(value, this.#length + 4);
    this.#length = end;
    return this;
  }

  /**
   * The message with a length field that counts `ahead` bytes more than are there, as the integrity and fingerprint
   * attributes are computed over it (RFC 8489 sections 14.5 to 14.7). A view, valid until the next `add`.
   */
  bytes(ahead = 0): Uint8Array {
    new DataView(this.#bytes.buffer).setUint16(2, this.#length - HEADER_BYTES + ahead);
    return this.#bytes.subarray(0, this.#length);
  }
}
