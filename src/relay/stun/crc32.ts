// src/relay/stun/crc32.ts - the CRC-32 of ITU V.42, as RFC 8489 section 14.7 wants it for FINGERPRINT. Here and not from
// `node:zlib`, because the relay's inner ring touches no package but `node:crypto`.

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  return rest;
});

/** CRC-32 of all bytes, 0..2^32-1. */
export function crc32(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = (rest >>> 8) ^ (TABLE[(rest ^ byte) & 0xff] ?? 0);
  return ~rest >>> 0;
}
