// src/relay/turn/out.ts - where the data path says what to send: one struct, made once, written for every packet.

/** One packet to send: `length` bytes of the packet memory from `at` on, out of `socket`, to the address in record `to`. */
export class Out {
  /** A UDP socket, or a client's stream (`STREAM_HANDLES` and above; then `to` means nothing). */
  socket = -1;
  at = 0;
  length = 0;
  to = -1;
  /** Send with 'do not fragment' set (RFC 8656 section 14). */
  dontFragment = false;
}
