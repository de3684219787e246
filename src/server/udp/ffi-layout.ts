// src/server/udp/ffi-layout.ts - where the structures that the system calls read lie in the mapped memory, and how they are
// written. This file, with libc.ts, holds every raw pointer of the program; lengths are clamped where they are written.
//
//   struct mmsghdr, 64 bytes: name pointer, name length (32 bit), iovec pointer, iovec count (64), control pointer,
//   control length (64), flags (32), and behind the header the message's length (32). struct iovec: pointer, length.
import {
  BUFFER_BYTES,
  BUFFERS,
  PacketMemory,
  PIECES_MAX,
  packetMemoryBytes,
  RECORD_BYTES,
} from '../../relay/packet-memory.ts';
import { epollEvent, linux, type MappedMemory, mapMemory } from './libc.ts';

/** Parts of a packet that are sent together: header, payload, zeros. */
export const PARTS_PER_PIECE = 3;

const MESSAGE_WORDS = 16;
const IOVEC_WORDS = 4;
const CONTROL_WORDS = 6; // struct cmsghdr (16 bytes) and a value, padded to 24.
const NAME_BYTES = 28;
/** Ready sockets that one `epoll_wait` may tell. */
export const EVENTS = 64;
const ERROR_CONTROL_BYTES = 256;
const SCRATCH_BYTES = 1_024;
const ERROR_AT = 256; // in the scratch room
const word = { name: 0, nameLength: 2, iovec: 4, iovecCount: 6, control: 8, controlLength: 10, flags: 12, length: 14 };

const align = (bytes: number): number => (bytes + 63) & ~63;

/** One worker's mapped memory with all its structures. */
export class FfiLayout {
  readonly packets: PacketMemory;
  /** A record for addresses that only a system call reads. */
  readonly scratchRecord: number;
  readonly #mapped: MappedMemory;
  readonly #low: number;
  readonly #words: Uint32Array;
  readonly #bytes: Uint8Array;
  readonly #receiveAt: number;
  readonly #receiveControlsAt: number;
  readonly #sendAt: number;
  readonly #iovecsAt: number;
  readonly #controlsAt: number;
  readonly #eventsAt: number;
  readonly #scratchAt: number;
  readonly #zerosAt: number;

  /** @param records addresses that allocations may hold */
  constructor(records: number) {
    let end = align(packetMemoryBytes(records + 1));
    const place = (bytes: number): number => {
      const at = end;
      end = align(end + bytes);
      return at;
    };
    this.#receiveAt = place(BUFFERS * MESSAGE_WORDS * 4);
    const receiveIovecsAt = place(BUFFERS * IOVEC_WORDS * 4);
    this.#receiveControlsAt = place(BUFFERS * CONTROL_WORDS * 4);
    this.#sendAt = place(PIECES_MAX * MESSAGE_WORDS * 4);
    this.#iovecsAt = place(PIECES_MAX * PARTS_PER_PIECE * IOVEC_WORDS * 4);
    this.#controlsAt = place(PIECES_MAX * CONTROL_WORDS * 4);
    this.#eventsAt = place(EVENTS * 16);
    this.#scratchAt = place(SCRATCH_BYTES);
    this.#zerosAt = place(64);
    this.#mapped = mapMemory(end);
    this.#low = this.#mapped.address % 2 ** 32;
    this.packets = new PacketMemory(this.#mapped.buffer, records + 1);
    this.scratchRecord = this.packets.takeRecord();
    this.#words = new Uint32Array(this.#mapped.buffer);
    this.#bytes = new Uint8Array(this.#mapped.buffer);
    for (let buffer = 0; buffer < BUFFERS; buffer++)
      this.#prepareReceive(buffer, receiveIovecsAt + buffer * IOVEC_WORDS * 4);
    for (let index = 0; index < PIECES_MAX; index++) this.#prepareSend(index);
    for (let part = 0; part < PIECES_MAX * PARTS_PER_PIECE; part++)
      this.#pointer(this.#iovecsAt / 4 + part * IOVEC_WORDS, 0);
  }

  #prepareReceive(buffer: number, iovecAt: number): void {
    const message = this.#receiveAt / 4 + buffer * MESSAGE_WORDS;
    this.#pointer(message + word.name, buffer * RECORD_BYTES);
    this.#words[message + word.nameLength] = NAME_BYTES;
    this.#pointer(message + word.iovec, iovecAt);
    this.#words[message + word.iovecCount] = 1;
    this.#pointer(message + word.control, this.#receiveControlsAt + buffer * CONTROL_WORDS * 4);
    this.#words[message + word.controlLength] = CONTROL_WORDS * 4;
    this.#pointer(iovecAt / 4, this.packets.bufferAt(buffer));
    this.#words[iovecAt / 4 + 2] = BUFFER_BYTES;
  }

  #prepareSend(index: number): void {
    const message = this.#sendAt / 4 + index * MESSAGE_WORDS;
    this.#pointer(message + word.control, this.#controlsAt + index * CONTROL_WORDS * 4);
    const control = this.#controlsAt / 4 + index * CONTROL_WORDS;
    this.#words[control] = 18; // CMSG_LEN of a 16-bit value
    this.#words[control + 2] = linux.SOL_UDP;
    this.#words[control + 3] = linux.UDP_SEGMENT;
  }

  #pointer(at: number, offset: number): void {
    this.#words[at] = this.#low + offset;
    this.#words[at + 1] = this.#mapped.high;
  }

  /** Address of the received messages from buffer `first` on. */
  receiveMessages(first: number): number {
    return this.#mapped.address + this.#receiveAt + first * MESSAGE_WORDS * 4;
  }

  /** Bytes of a received message. */
  receivedBytes(buffer: number): number {
    const message = this.#receiveAt / 4 + buffer * MESSAGE_WORDS;
    return Math.min(this.#words[message + word.length] ?? 0, BUFFER_BYTES);
  }

  /** Bytes of each datagram that the kernel merged into this message, or 0 when it is one datagram (UDP_GRO). */
  mergedBytes(buffer: number): number {
    const message = this.#receiveAt / 4 + buffer * MESSAGE_WORDS;
    if ((this.#words[message + word.controlLength] ?? 0) < CONTROL_WORDS * 4 - 4) return 0;
    const control = this.#receiveControlsAt / 4 + buffer * CONTROL_WORDS;
    const ours = this.#words[control + 2] === linux.SOL_UDP && this.#words[control + 3] === linux.UDP_GRO;
    return ours ? Math.min(this.#words[control + 4] ?? 0, BUFFER_BYTES) : 0;
  }

  /** Makes a received message ready for the next call: the kernel has written lengths into it. */
  resetReceived(buffer: number): void {
    const message = this.#receiveAt / 4 + buffer * MESSAGE_WORDS;
    this.#words[message + word.nameLength] = NAME_BYTES;
    this.#words[message + word.controlLength] = CONTROL_WORDS * 4;
  }

  /** Address of the messages to send from `first` on. */
  sendMessages(first: number): number {
    return this.#mapped.address + this.#sendAt + first * MESSAGE_WORDS * 4;
  }

  /** Points part `part` of the queue at `length` bytes of packet memory. */
  writePart(part: number, at: number, length: number): void {
    const iovec = this.#iovecsAt / 4 + part * IOVEC_WORDS;
    this.#words[iovec] = this.#low + at;
    this.#words[iovec + 2] = length;
  }

  /** Points a part at `length` zeros, at most 3. */
  writeZeros(part: number, length: number): void {
    this.writePart(part, this.#zerosAt, length);
  }

  /** Begins message `index` towards record `to`, or -1 for the peer of a connected socket; its parts begin at `part`. */
  beginMessage(index: number, to: number, part: number): void {
    const message = this.#sendAt / 4 + index * MESSAGE_WORDS;
    this.#words[message + word.name] = to < 0 ? 0 : this.#low + to * RECORD_BYTES;
    this.#words[message + word.name + 1] = to < 0 ? 0 : this.#mapped.high;
    this.#words[message + word.nameLength] = to < 0 ? 0 : this.recordBytes(to);
    this.#pointer(message + word.iovec, this.#iovecsAt + part * IOVEC_WORDS * 4);
  }

  /** Ends message `index`: `parts` parts, sent as segments of `size` bytes (UDP_SEGMENT), or whole where `size` is 0. */
  endMessage(index: number, parts: number, size: number): void {
    const message = this.#sendAt / 4 + index * MESSAGE_WORDS;
    this.#words[message + word.iovecCount] = parts;
    this.#words[message + word.controlLength] = size === 0 ? 0 : CONTROL_WORDS * 4;
    this.#words[this.#controlsAt / 4 + index * CONTROL_WORDS + 4] = size;
  }

  /** Address of the events that `epoll_wait` fills. */
  get eventsAddress(): number {
    return this.#mapped.address + this.#eventsAt;
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

  /** Address of a record. */
  recordAddress(record: number): number {
    return this.#mapped.address + record * RECORD_BYTES;
  }

  /** Bytes of the address in a record. */
  recordBytes(record: number): number {
    return this.#bytes[record * RECORD_BYTES] === linux.AF_INET ? 16 : NAME_BYTES;
  }

  /** Address of a byte of packet memory. */
  addressOf(at: number): number {
    return this.#mapped.address + at;
  }

  /** Gives buffer 0 the large control room of an error queue (`true`), or its own again. */
  setErrorControl(on: boolean): void {
    const message = this.#receiveAt / 4;
    this.#pointer(message + word.control, on ? this.#scratchAt + ERROR_AT : this.#receiveControlsAt);
    this.#words[message + word.controlLength] = on ? ERROR_CONTROL_BYTES : CONTROL_WORDS * 4;
  }

  /** The `sock_extended_err` that came with buffer 0: origin, type, code and MTU; `undefined` when there is none. */
  readError():
    | { readonly origin: number; readonly type: number; readonly code: number; readonly mtuBytes: number }
    | undefined {
    const at = this.#scratchAt + ERROR_AT;
    const [level, type] = [this.#words[at / 4 + 2], this.#words[at / 4 + 3]];
    const ours =
      (level === linux.SOL_IP && type === linux.IP_RECVERR) ||
      (level === linux.SOL_IPV6 && type === linux.IPV6_RECVERR);
    if (!ours || (this.#words[at / 4] ?? 0) < 16 + 16) return undefined;
    const [origin = 0, icmpType = 0, code = 0] = this.#bytes.subarray(at + 20, at + 23);
    return { origin, type: icmpType, code, mtuBytes: this.#words[at / 4 + 6] ?? 0 };
  }
}
