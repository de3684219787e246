// src/relay/packet-memory.ts - one region of memory for everything a packet touches: address records and packet slots.
// Made once, never freed, so that the kernel may read and write it in place (ADR-0011). Nothing here is allocated per
// packet: code passes offsets and record numbers around.
//
//   record 0 .. slots-1     where the packet in that slot came from, written by the receiver
//   record slots ..         addresses of clients and peers that allocations hold
//   slot                    HEADROOM_BYTES to write a header into, then the packet
import { assert } from '../base/assert.ts';

/** Room before each packet: a Data indication towards an IPv6 peer needs 48 bytes of header. */
export const HEADROOM_BYTES = 64;
/** Bytes of an address record: Linux's `sockaddr_in6`, 28 bytes, or `sockaddr_in`, 16, on a 32-byte grid. */
export const RECORD_BYTES = 32;
/** Largest datagram taken. WebRTC sends at most 1,500; larger ones would be fragments anyway, and are dropped. */
export const PACKET_BYTES_MAX = 2_048 - HEADROOM_BYTES - 16;
const SLOT_BYTES = 2_048;

/** How many packets and addresses a region holds. */
export type PacketMemorySize = { readonly slots: number; readonly records: number };

/** Bytes that a region of this size needs. */
export function packetMemoryBytes({ slots, records }: PacketMemorySize): number {
  return records * RECORD_BYTES + slots * SLOT_BYTES;
}

/** Views over one region. */
export class PacketMemory {
  readonly slots: number;
  readonly bytes: Uint8Array;
  /** The same memory as 32-bit words of the machine's order; for comparing and hashing records. */
  readonly words: Uint32Array;
  readonly #slotsAt: number;
  readonly #freeRecords: Int32Array;
  #freeCount: number;

  /** @param buffer at least `packetMemoryBytes` from `offset` (a multiple of 4) on */
  constructor(buffer: ArrayBuffer, offset: number, size: PacketMemorySize) {
    const bytes = packetMemoryBytes(size);
    assert(offset % 4 === 0 && buffer.byteLength >= offset + bytes, 'the region is large enough and aligned');
    this.slots = size.slots;
    this.bytes = new Uint8Array(buffer, offset, bytes);
    this.words = new Uint32Array(buffer, offset, bytes / 4);
    this.#slotsAt = size.records * RECORD_BYTES;
    this.#freeCount = size.records - size.slots;
    this.#freeRecords = Int32Array.from({ length: this.#freeCount }, (_, i) => size.records - 1 - i);
  }

  /** Offset in `bytes` at which the packet of a slot begins. */
  packetAt(slot: number): number {
    return this.#slotsAt + slot * SLOT_BYTES + HEADROOM_BYTES;
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
    assert(record >= this.slots, 'records of slots are not given back');
    this.#freeRecords[this.#freeCount++] = record;
  }
}
