// src/relay/packet-memory.ts - one region of memory for everything a packet touches: address records, buffers that packets
// arrive in, room for the headers that are sent before them. Made once, never freed, so that the kernel may read and write
// it in place (ADR-0061). Nothing here is allocated per packet: code passes offsets and record numbers around.
//
//   records  0 .. 63        where the packets in that buffer came from, written by the receiver
//            64 .. 319      one for each piece that waits to be sent, for a destination that is not kept (Send indications)
//            320 ..         addresses of clients and peers that allocations hold
//   heads                   64 bytes for each piece that waits to be sent
//   reply                   room for one message of the ordinary code
//   buffers                 64 of them; one holds a datagram, or several of one sender that the kernel merged (UDP_GRO)
import { assert } from '../base/assert.ts';

/** Buffers, hence datagrams or merged runs of them received at once. */
export const BUFFERS = 64;
/** Packets that may wait to be sent; then they are sent, which bounds how long the first one waits. */
export const PIECES_MAX = 256;
/** Room for one header: a Data indication from an IPv6 peer has 48 bytes before its data. */
export const HEAD_BYTES = 64;
/** Bytes of an address record: Linux's `sockaddr_in6`, 28 bytes, or `sockaddr_in`, 16, on a 32-byte grid. */
export const RECORD_BYTES = 32;
/** Room for a message of the ordinary code; our longest reply has some 300 bytes. */
export const REPLY_BYTES_MAX = 2_048;
/** Bytes of a buffer: no datagram, and no merged run, is longer. */
export const BUFFER_BYTES = 65_536;

const FIXED_RECORDS = BUFFERS + PIECES_MAX;
// Not a power of two, or the first lines of all buffers would fight for the same few places of the processor's cache.
const BUFFER_STRIDE = BUFFER_BYTES + 34 * 64;

/** Bytes that a region needs whose allocations may hold this many records. */
export function packetMemoryBytes(records: number): number {
  return (FIXED_RECORDS + records) * RECORD_BYTES + PIECES_MAX * HEAD_BYTES + REPLY_BYTES_MAX + BUFFERS * BUFFER_STRIDE;
}

/** Views over one region. */
export class PacketMemory {
  readonly bytes: Uint8Array;
  /** The same memory as 32-bit words of the machine's order; for comparing and hashing records. */
  readonly words: Uint32Array;
  /** Offset of the room for a reply. */
  readonly replyAt: number;
  readonly #headsAt: number;
  readonly #buffersAt: number;
  readonly #freeRecords: Int32Array;
  #freeCount: number;

  /**
   * @param buffer at least `packetMemoryBytes(records)`, zeroed
   * @param records how many addresses allocations may hold
   */
  constructor(buffer: ArrayBuffer, records: number) {
    const bytes = packetMemoryBytes(records);
    assert(buffer.byteLength >= bytes, 'the region is large enough');
    this.bytes = new Uint8Array(buffer, 0, bytes);
    this.words = new Uint32Array(buffer, 0, bytes / 4);
    this.#headsAt = (FIXED_RECORDS + records) * RECORD_BYTES;
    this.replyAt = this.#headsAt + PIECES_MAX * HEAD_BYTES;
    this.#buffersAt = this.replyAt + REPLY_BYTES_MAX;
    this.#freeCount = records;
    this.#freeRecords = Int32Array.from({ length: records }, (_, i) => FIXED_RECORDS + records - 1 - i);
  }

  /** Offset in `bytes` at which a buffer begins. */
  bufferAt(buffer: number): number {
    return this.#buffersAt + buffer * BUFFER_STRIDE;
  }

  /** Offset of the room for the header of a piece. */
  headAt(piece: number): number {
    return this.#headsAt + piece * HEAD_BYTES;
  }

  /** The record for the destination of a piece. */
  pieceRecord(piece: number): number {
    return BUFFERS + piece;
  }

  /** Records that allocations may still take. */
  get freeRecords(): number {
    return this.#freeCount;
  }

  /** Takes a record for an address that stays, or -1 when there is none. */
  takeRecord(): number {
    return this.#freeCount === 0 ? -1 : (this.#freeRecords[--this.#freeCount] ?? -1);
  }

  /** Gives a record back. No packet towards it may be waiting to be sent. */
  freeRecord(record: number): void {
    assert(record >= FIXED_RECORDS, 'only records that were taken are given back');
    this.#freeRecords[this.#freeCount++] = record;
  }
}
