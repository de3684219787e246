// src/relay/demux.ts - what a datagram or frame is, by its first bytes. RFC 8656 section 12, table 3: 0..3 STUN, 64..79
// ChannelData, and up to 127 for clients of RFC 5766; everything else is none of ours. Numbers that nobody bound are
// dropped behind this.
import { HEADER_BYTES } from './stun/message.ts';

/** Kinds of message, as numbers: this runs on every packet. */
export const kinds = { NONE: 0, CHANNEL_DATA: 1, SEND: 2, STUN: 3 } as const;
/** One of the four kinds. */
export type Kind = (typeof kinds)[keyof typeof kinds];

const SEND_INDICATION_LOW = 0x16; // 0x0016: method Send (6) and the class bits of an indication.

/** Tells the kind of the message at `at`. A Send indication is told apart because the data path takes it. */
export function kindOf(bytes: Uint8Array, at: number, length: number): Kind {
  const first = bytes[at] ?? 0xff;
  if (first >= 0x40 && first <= 0x7f) return length >= 4 ? kinds.CHANNEL_DATA : kinds.NONE;
  if (first > 3 || length < HEADER_BYTES) return kinds.NONE;
  return first === 0 && bytes[at + 1] === SEND_INDICATION_LOW ? kinds.SEND : kinds.STUN;
}
