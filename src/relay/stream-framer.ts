// src/relay/stream-framer.ts - cuts a client's byte stream (TCP, TLS) into STUN and ChannelData messages. RFC 8656 section
// 12.5 and RFC 8489 section 6.2.2. Bytes in, frames out; one frame's worth of memory, whatever the peer sends.
import { HEADER_BYTES } from './stun/message.ts';

/** Longest frame taken. WebRTC's packets have at most 1,500 bytes; a stranger's unfinished frame takes no more memory. */
export const FRAME_BYTES_MAX = 2_048;
const SNIFF_BYTES = 4;

/** Called with each whole message: `length` bytes of `bytes` from `at` on, valid during the call only. */
export type FrameHandler = (bytes: Uint8Array, at: number, length: number) => void;

/**
 * Bytes of the frame that begins at `at`, padding included; 0 when four bytes are not there yet, -1 when no message
 * begins so.
 */
function frameLength(bytes: Uint8Array, at: number, available: number): number {
  if (available < SNIFF_BYTES) return 0;
  const first = bytes[at] ?? 0;
  const size = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
  if (first <= 3) return size % 4 === 0 ? HEADER_BYTES + size : -1;
  return first >= 0x40 && first <= 0x7f ? SNIFF_BYTES + ((size + 3) & ~3) : -1;
}

/** The state of one stream between two reads. */
export class StreamFramer {
  #kept = new Uint8Array(0);

  /** Bytes of an unfinished frame. */
  get waiting(): number {
    return this.#kept.length;
  }

  /**
   * Takes the next bytes of the stream and calls `onFrame` for each message they complete.
   * @returns false when the stream is no TURN: the caller closes it
   */
  push(chunk: Uint8Array, onFrame: FrameHandler): boolean {
    const bytes = this.#kept.length === 0 ? chunk : joined(this.#kept, chunk);
    let at = 0;
    for (;;) {
      const length = frameLength(bytes, at, bytes.length - at);
      if (length < 0 || length > FRAME_BYTES_MAX) return false;
      if (length === 0 || at + length > bytes.length) break;
      onFrame(bytes, at, length);
      at += length;
    }
    this.#kept = bytes.slice(at);
    return true;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
