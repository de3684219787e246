// src/media/vp8-packetizer.ts - a VP8 picture as RTP payloads (RFC 7741): one descriptor with a 15-bit picture number
// before each piece.

const DESCRIPTOR_BYTES = 4;

/**
 * Cuts one encoded picture into payloads, in the order to send.
 * @param pictureId number of the picture; its low 15 bits are sent
 * @param bytesMax largest payload, > 100
 */
export function packetizeVp8(picture: Uint8Array, pictureId: number, bytesMax: number): Uint8Array[] {
  const count = Math.max(1, Math.ceil(picture.length / (bytesMax - DESCRIPTOR_BYTES)));
  const size = Math.ceil(picture.length / count); // Even pieces: the last one is not a crumb.
  return Array.from({ length: count }, (_, i) => {
    const piece = picture.subarray(i * size, (i + 1) * size);
    const payload = new Uint8Array(DESCRIPTOR_BYTES + piece.length);
    payload[0] = 0x80 | (i === 0 ? 0x10 : 0); // X: extended; S: start of partition 0. One partition as far as RTP knows.
    payload[1] = 0x80; // I: picture number present.
    payload[2] = 0x80 | ((pictureId >> 8) & 0x7f); // M: 15 bits.
    payload[3] = pictureId & 0xff;
    payload.set(piece, DESCRIPTOR_BYTES);
    return payload;
  });
}

/** True when the picture can be decoded without earlier ones (RFC 6386 section 9.1). */
export function isKeyVp8(picture: Uint8Array): boolean {
  return picture.length > 0 && ((picture[0] ?? 1) & 1) === 0;
}
