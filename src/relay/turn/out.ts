// src/relay/turn/out.ts - where the data path says what to send: one struct, made once, written for every packet. A packet is
// a header of ours, a payload that stays where it arrived, and zeros behind it; no byte of payload is ever moved.

/** One packet to send. Offsets are into the packet memory. */
export class Out {
  /** A UDP socket, or a client's stream (`STREAM_HANDLES` and above; then `to` means nothing). */
  socket = -1;
  /** Address record of the destination. */
  to = -1;
  /** Room for a header, given before the packet is looked at; `headLength` bytes of it are sent. */
  headAt = 0;
  headLength = 0;
  at = 0;
  length = 0;
  /** Zeros behind the payload, 0 to 3. */
  padLength = 0;
  /** A record that may be written for the destination, given before the packet is looked at. */
  scratchRecord = 0;
  /** Send with 'do not fragment' set (RFC 8656 section 14). */
  dontFragment = false;
}
