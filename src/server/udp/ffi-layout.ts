// src/server/udp/ffi-layout.ts - where the structures that the system calls read lie in the mapped memory, and how they are
// written. This file, with libc.ts, holds every raw pointer of the program; lengths are clamped where they are written.
//
//   struct mmsghdr, 64 bytes: name pointer, name length (32 bit), iovec pointer, iovec count (64), control pointer,
//   control length (64), flags (32), and behind the header the message's length (32). struct iovec: pointer, length.
import { PACKET_BYTES_MAX, PacketMemory, packetMemoryBytes, RECORD_BYTES } from '../../relay/packet-memory.ts';
import { BATCH_PACKETS } from './batch-udp.ts';
import { epollEvent, linux, type MappedMemory, mapMemory } from './libc.ts';

const MESSAGE_WORDS = 16;
const IOVEC_WORDS = 4;
const CONTROL_WORDS = 6; // struct cmsghdr (16 bytes) and a 16-bit size, padded to 24.
const NAME_BYTES = 28;
const EVENTS = 64;
const ERROR_CONTROL_BYTES = 256;
const word = { name: 0, nameLength: 2, iovec: 4, iovecCount: 6, control: 8, controlLength: 10, flags: 12, length: 14 };

const align = (bytes: number): number => (bytes + 63) & ~63;

/** One worker's mapped memory with all its structures. */
export class FfiLayout {
  readonly packets: PacketMemory;
  /** A record for addresses that only a system call reads. */
  readonly scratchRecord: number;
  readonly #mapped: MappedMemory;
  readonly #words: Uint32Array;
  readonly #bytes: Uint8Array;
  readonly #receiveAt: number;
  readonly #sendAt: number;
  readonly #sendIovecsAt: number;
  readonly #controlsAt: number;
  readonly #eventsAt: number;
  readonly #scratchAt: number;

  /** @param records address records, at least `BATCH_PACKETS` */
  constructor(records: number) {
    const size = { slots: BATCH_PACKETS, records: records + 1 };
    let end = align(packetMemoryBytes(size));
    const place = (bytes: number): number => {
      const at = end;
      end = align(end + bytes);
      return at;
    };
    this.#receiveAt = place(BATCH_PACKETS * MESSAGE_WORDS * 4);
    const receiveIovecsAt = place(BATCH_PACKETS * IOVEC_WORDS * 4);
    this.#sendAt = place(BATCH_PACKETS * MESSAGE_WORDS * 4);
    this.#sendIovecsAt = place(BATCH_PACKETS * IOVEC_WORDS * 4);
    this.#controlsAt = place(BATCH_PACKETS * CONTROL_WORDS * 4);
    this.#eventsAt = place(EVENTS * 16);
    this.#scratchAt = place(1_024);
    this.#mapped = mapMemory(end);
    this.packets = new PacketMemory(this.#mapped.buffer, 0, size);
    this.scratchRecord = this.packets.takeRecord();
    this.#words = new Uint32Array(this.#mapped.buffer);
    this.#bytes = new Uint8Array(this.#mapped.buffer);
    for (let slot = 0; slot < BATCH_PACKETS; slot++) {
      this.#prepareReceive(slot, receiveIovecsAt + slot * IOVEC_WORDS * 4);
      this.#prepareSend(slot);
    }
  }

  #prepareReceive(slot: number, iovecAt: number): void {
    const message = this.#receiveAt / 4 + slot * MESSAGE_WORDS;
    this.#pointer(message + word.name, slot * RECORD_BYTES);
    this.#words[message + word.nameLength] = NAME_BYTES;
    this.#pointer(message + word.iovec, iovecAt);
    this.#words[message + word.iovecCount] = 1;
    this.#pointer(iovecAt / 4, this.packets.packetAt(slot));
    this.#words[iovecAt / 4 + 2] = PACKET_BYTES_MAX;
  }

  #prepareSend(index: number): void {
    const message = this.#sendAt / 4 + index * MESSAGE_WORDS;
    this.#pointer(message + word.control, this.#controlsAt + index * CONTROL_WORDS * 4);
    this.#pointer(this.#sendIovecsAt / 4 + index * IOVEC_WORDS, 0);
    const control = this.#controlsAt / 4 + index * CONTROL_WORDS;
    this.#words[control] = 18; // CMSG_LEN of a 16-bit value
    this.#words[control + 2] = linux.SOL_UDP;
    this.#words[control + 3] = linux.UDP_SEGMENT;
  }

  #pointer(at: number, offset: number): void {
    this.#words[at] = (this.#mapped.address % 2 ** 32) + offset;
    this.#words[at + 1] = this.#mapped.high;
  }

  /** Address of the received messages from slot `first` on. */
  receiveMessages(first: number): number {
    return this.#mapped.address + this.#receiveAt + first * MESSAGE_WORDS * 4;
  }

  /**
   * Reads back one received message and makes it ready for the next call.
   * @returns bytes of the packet, or -1 when it did not fit
   */
  takeReceived(slot: number): number {
    const message = this.#receiveAt / 4 + slot * MESSAGE_WORDS;
    const cut = ((this.#words[message + word.flags] ?? 0) & linux.MSG_TRUNC) !== 0;
    // An IPv4 sender fills 16 of the 28 bytes; the rest of a record must not be another one's.
    this.#words[message + word.nameLength] = NAME_BYTES;
    return cut ? -1 : Math.min(this.#words[message + word.length] ?? 0, PACKET_BYTES_MAX);
  }

  /** Address of the messages to send from `first` on. */
  sendMessages(first: number): number {
    return this.#mapped.address + this.#sendAt + first * MESSAGE_WORDS * 4;
  }

  /** Points piece `index` of the queue at `length` bytes of packet memory. */
  writePiece(index: number, at: number, length: number): void {
    const iovec = this.#sendIovecsAt / 4 + index * IOVEC_WORDS;
    this.#words[iovec] = (this.#mapped.address % 2 ** 32) + at;
    this.#words[iovec + 2] = length;
  }

  /** Begins message `index` towards record `to`, with the piece `piece`. */
  beginMessage(index: number, to: number, piece: number): void {
    const message = this.#sendAt / 4 + index * MESSAGE_WORDS;
    this.#pointer(message + word.name, to * RECORD_BYTES);
    this.#words[message + word.nameLength] = this.#bytes[to * RECORD_BYTES] === linux.AF_INET ? 16 : NAME_BYTES;
    this.#pointer(message + word.iovec, this.#sendIovecsAt + piece * IOVEC_WORDS * 4);
    this.#words[message + word.iovecCount] = 1;
    this.#words[message + word.controlLength] = 0;
  }

  /** Lets message `index` take `pieces` pieces of `size` bytes (the last may be shorter) as one send (UDP_SEGMENT). */
  segmentMessage(index: number, pieces: number, size: number): void {
    this.#words[this.#sendAt / 4 + index * MESSAGE_WORDS + word.iovecCount] = pieces;
    this.#words[this.#sendAt / 4 + index * MESSAGE_WORDS + word.controlLength] = CONTROL_WORDS * 4;
    this.#words[this.#controlsAt / 4 + index * CONTROL_WORDS + 4] = size;
  }

  /** Lets message `index` take piece `piece` alone. */
  unsegmentMessage(index: number, piece: number): void {
    const message = this.#sendAt / 4 + index * MESSAGE_WORDS;
    this.#pointer(message + word.iovec, this.#sendIovecsAt + piece * IOVEC_WORDS * 4);
    this.#words[message + word.iovecCount] = 1;
    this.#words[message + word.controlLength] = 0;
  }

  /** Address of the events that `epoll_wait` fills, and how many there is room for. */
  get events(): { readonly address: number; readonly room: number } {
    return { address: this.#mapped.address + this.#eventsAt, room: EVENTS };
  }

  /** The descriptor of a ready event. */
  eventSocket(index: number): number {
    return this.#words[(this.#eventsAt + index * epollEvent.bytes + epollEvent.dataAt) / 4] ?? 0;
  }

  /** The flags of a ready event. */
  eventFlags(index: number): number {
    return this.#words[(this.#eventsAt + index * epollEvent.bytes) / 4] ?? 0;
  }

  /** Writes what `epoll_ctl` reads: wake for reading, and hand `fd` back. Returns its address. */
  writeEvent(fd: number): number {
    this.#words.fill(0, this.#scratchAt / 4, this.#scratchAt / 4 + 4);
    this.#words[this.#scratchAt / 4] = linux.EPOLLIN;
    this.#words[(this.#scratchAt + epollEvent.dataAt) / 4] = fd;
    return this.#mapped.address + this.#scratchAt;
  }

  /** Writes a 32-bit value for `setsockopt` and the like. Returns its address. */
  writeValue(value: number): number {
    this.#words[this.#scratchAt / 4] = value;
    return this.#mapped.address + this.#scratchAt;
  }

  /** The value that a call wrote there. */
  readValue(): number {
    return this.#words[this.#scratchAt / 4] ?? 0;
  }

  /** Address of a record. */
  recordAddress(record: number): number {
    return this.#mapped.address + record * RECORD_BYTES;
  }

  /** Gives slot 0 room for control data, for one read of an error queue; `false` takes it away again. */
  setErrorControl(on: boolean): void {
    const message = this.#receiveAt / 4;
    this.#pointer(message + word.control, this.#scratchAt + 256);
    this.#words[message + word.controlLength] = on ? ERROR_CONTROL_BYTES : 0;
  }

  /** The `sock_extended_err` that came with slot 0: origin, type, code and MTU; `undefined` when there is none. */
  readError():
    | { readonly origin: number; readonly type: number; readonly code: number; readonly mtuBytes: number }
    | undefined {
    const at = this.#scratchAt + 256;
    const [level, type] = [this.#words[at / 4 + 2], this.#words[at / 4 + 3]];
    const ours =
      (level === linux.SOL_IP && type === linux.IP_RECVERR) ||
      (level === linux.SOL_IPV6 && type === linux.IPV6_RECVERR);
    if (!ours || (this.#words[at / 4] ?? 0) < 16 + 16) return undefined;
    const [origin = 0, icmpType = 0, code = 0] = this.#bytes.subarray(at + 20, at + 23);
    return { origin, type: icmpType, code, mtuBytes: this.#words[at / 4 + 6] ?? 0 };
  }
}
