// src/relay/stun/attributes/unknown-attributes.ts - UNKNOWN-ATTRIBUTES: which types a 420 is about. RFC 8489 section 14.9.

/** Writes the types, two bytes each, in the order they were met. */
export function encodeUnknownAttributes(types: readonly number[]): Uint8Array {
  return Uint8Array.from(types.flatMap((type) => [type >> 8, type & 0xff]));
}
