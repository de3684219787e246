// src/server/udp/send-queue.ts - packets that wait for the end of a batch, grouped into as few sends as the kernel takes:
// equal ones towards one address become one segmented message, messages of one socket one call.
import { PIECES_MAX } from '../../relay/packet-memory.ts';
import type { Out } from '../../relay/turn/out.ts';
import type { BatchCounts } from './batch-udp.ts';
import type { FfiLayout } from './ffi-layout.ts';
import * as libc from './libc.ts';

const { linux } = libc;
const PEER = -1; // Destination of a message that leaves by a connected socket.
const SEGMENT_BYTES_MAX = 1_400; // Larger ones may not fit the path; they are sent one by one and may be fragmented.
const SEGMENTED_BYTES_MAX = 64_000; // Under the 65,507 bytes of a datagram.
const SEGMENTS_MAX = 64; // UDP_MAX_SEGMENTS of kernels before 6.9.

/** The queue of one worker. */
export class SendQueue {
  /** Packets that wait. */
  pieces = 0;
  readonly #layout: FfiLayout;
  readonly #counts: BatchCounts;
  /** By socket: 1 where it is connected. Naming the destination again would make the kernel look the route up again. */
  readonly #connected: readonly number[];
  #segmenting = true;
  // By message: its socket, its packets, the first of its parts, and the size of its segments.
  readonly #sockets = new Int32Array(PIECES_MAX);
  readonly #packets = new Int32Array(PIECES_MAX);
  readonly #firstParts = new Int32Array(PIECES_MAX + 1);
  readonly #sizes = new Int32Array(PIECES_MAX);
  // By packet: how many parts it has.
  readonly #partsOf = new Int32Array(PIECES_MAX);
  readonly #tos = new Int32Array(PIECES_MAX);
  // By message of one packet in one part: where it lies.
  readonly #ats = new Int32Array(PIECES_MAX);
  #messages = 0;
  #parts = 0;
  // The last message, as long as another packet may join it.
  #openTo = -1;
  #openSize = 0;
  #openBytes = 0;

  constructor(layout: FfiLayout, counts: BatchCounts, connected: readonly number[]) {
    this.#connected = connected;
    this.#layout = layout;
    this.#counts = counts;
  }

  /** Adds one packet; there are fewer than `PIECES_MAX`. */
  add(out: Out): void {
    const before = this.#parts;
    if (out.headLength > 0) this.#layout.writePart(this.#parts++, out.headAt, out.headLength);
    this.#layout.writePart(this.#parts++, out.at, out.length);
    if (out.padLength > 0) this.#layout.writeZeros(this.#parts++, out.padLength);
    this.#partsOf[this.pieces++] = this.#parts - before;
    const size = out.headLength + out.length + out.padLength;
    const last = this.#messages - 1;
    if (
      out.to === this.#openTo &&
      size <= this.#openSize &&
      size > 0 &&
      this.#sockets[last] === out.socket &&
      this.#openBytes + size <= SEGMENTED_BYTES_MAX &&
      (this.#packets[last] ?? 0) < SEGMENTS_MAX
    ) {
      this.#packets[last] = (this.#packets[last] ?? 0) + 1;
      this.#openBytes += size;
      if (size < this.#openSize) this.#openTo = -1; // Only the last segment may be shorter.
      return;
    }
    const message = this.#messages++;
    this.#sockets[message] = out.socket;
    this.#packets[message] = 1;
    this.#firstParts[message] = before;
    this.#sizes[message] = size;
    this.#tos[message] = this.#connected[out.socket] === 1 ? PEER : out.to;
    this.#ats[message] = out.at;
    const joinable = this.#segmenting && size > 0 && size <= SEGMENT_BYTES_MAX;
    this.#openTo = joinable ? out.to : -1;
    this.#openSize = size;
    this.#openBytes = size;
  }

  /** Sends all of them. What the kernel does not take at once is dropped and counted. */
  flush(): void {
    const total = this.#messages;
    if (total === 0) return;
    this.#firstParts[total] = this.#parts;
    this.pieces = 0;
    this.#messages = 0;
    this.#parts = 0;
    this.#openTo = -1;
    let packet = 0;
    for (let first = 0; first < total; ) {
      const socket = this.#sockets[first] ?? -1;
      let end = first + 1;
      while (end < total && this.#sockets[end] === socket) end++;
      const alone = end - first === 1 && this.#partsIn(first) === 1;
      packet = alone ? this.#sendOne(socket, first, packet) : this.#sendRun(socket, first, end, packet);
      first = end;
    }
  }

  #partsIn(message: number): number {
    return (this.#firstParts[message + 1] ?? 0) - (this.#firstParts[message] ?? 0);
  }

  /** Sends a message of one packet in one part. Returns the next packet. */
  #sendOne(socket: number, message: number, packet: number): number {
    const to = this.#tos[message] ?? 0;
    const [bytes, length] = [this.#layout.addressOf(this.#ats[message] ?? 0), this.#sizes[message] ?? 0];
    const address = to === PEER ? 0 : this.#layout.recordAddress(to);
    const addressLength = to === PEER ? 0 : this.#layout.recordBytes(to);
    this.#counts.sendCalls++;
    let sent = libc.sendto(socket, bytes, length, linux.MSG_DONTWAIT, address, addressLength);
    // An ICMP error of an earlier packet is told by the next call, which then sent nothing.
    if (sent < 0 && libc.errno() !== linux.EAGAIN) {
      sent = libc.sendto(socket, bytes, length, linux.MSG_DONTWAIT, address, addressLength);
    }
    if (sent < 0) this.#counts.unsent++;
    return packet + 1;
  }

  /** Sends messages `first` to `end - 1`, all of one socket. `packet` is the first one's first; returns the next. */
  #sendRun(socket: number, first: number, end: number, packet: number): number {
    for (let message = first; message < end; message++) {
      this.#layout.beginMessage(message, this.#tos[message] ?? 0, this.#firstParts[message] ?? 0);
      const packets = this.#packets[message] ?? 1;
      this.#layout.endMessage(message, this.#partsIn(message), packets > 1 ? (this.#sizes[message] ?? 0) : 0);
    }
    let next = first;
    let at = packet;
    let retried = false;
    while (next < end) {
      this.#counts.sendCalls++;
      const sent = libc.sendmmsg(socket, this.#layout.sendMessages(next), end - next, linux.MSG_DONTWAIT);
      if (sent > 0) {
        for (let i = 0; i < sent; i++) at += this.#packets[next + i] ?? 0;
        next += sent;
        retried = false;
        continue;
      }
      const code = libc.errno();
      if (code === linux.EINTR) continue;
      const packets = this.#packets[next] ?? 0;
      if (packets > 1 && (code === linux.EINVAL || code === linux.EMSGSIZE || code === linux.EIO)) {
        if (code === linux.EIO) this.#segmenting = false; // This machine's device cannot; do not ask again.
        this.#sendSingly(socket, next, at, packets);
      } else if (code === linux.EAGAIN || code === linux.ENOBUFS || retried) {
        this.#counts.unsent += packets;
      } else {
        retried = true; // An ICMP error of an earlier packet is told by the next call, which then sent nothing.
        continue;
      }
      at += packets;
      next++;
      retried = false;
    }
    return at;
  }

  /** Sends the packets of a message that could not be segmented one by one. */
  #sendSingly(socket: number, message: number, packet: number, packets: number): void {
    let part = this.#firstParts[message] ?? 0;
    for (let i = packet; i < packet + packets; i++) {
      const parts = this.#partsOf[i] ?? 1;
      this.#layout.beginMessage(message, this.#tos[message] ?? 0, part);
      this.#layout.endMessage(message, parts, 0);
      part += parts;
      this.#counts.sendCalls++;
      if (libc.sendmmsg(socket, this.#layout.sendMessages(message), 1, linux.MSG_DONTWAIT) < 1) this.#counts.unsent++;
    }
  }
}
