// src/server/udp/ffi-udp.ts - BatchUdp by system calls: one epoll_wait, one recvmmsg a socket, one sendmmsg a run. Packets
// of one size towards one address leave as a single segmented send (UDP_SEGMENT): a video frame crosses the kernel once.
import { OutageError } from '../../base/assert.ts';
import type { IpBytes } from '../../relay/address.ts';
import { readRecord, writeRecord } from '../../relay/endpoint.ts';
import type { PacketMemory } from '../../relay/packet-memory.ts';
import {
  BATCH_PACKETS,
  type BatchCounts,
  type BatchHandlers,
  type BatchUdp,
  type BatchUdpOptions,
} from './batch-udp.ts';
import { FfiLayout } from './ffi-layout.ts';
import * as libc from './libc.ts';

const { linux } = libc;
const LISTEN_BUFFER_BYTES = 4 * 1024 * 1024; // All clients of a worker send to one socket.
const RELAY_BUFFER_BYTES = 1024 * 1024; // A second of 8 Mbit/s, or a few key frames in one burst.
const SEGMENT_BYTES_MAX = 1_400; // Larger ones may not fit the path; they are sent one by one and may be fragmented.
const SEGMENTED_BYTES_MAX = 64_000; // Under the 65,507 bytes of a datagram.
const ROUNDS_PER_WAKE = 16; // Then TCP, TLS and timers have their turn.

/** Sockets moved by `recvmmsg` and `sendmmsg`; Linux with glibc only. */
export class FfiUdp implements BatchUdp {
  readonly kind = 'ffi';
  readonly memory: PacketMemory;
  readonly lengths = new Int32Array(BATCH_PACKETS);
  readonly counts: BatchCounts = { receiveCalls: 0, receivedPackets: 0, oversized: 0, sendCalls: 0, unsent: 0 };
  readonly canForbidFragments = true;
  readonly #layout: FfiLayout;
  readonly #epoll: number;
  readonly #sockets = new Set<number>();
  #handlers: BatchHandlers | undefined;
  #stopWaking: (() => void) | undefined;
  #segmenting = true;

  // The queue: messages, their sockets, and the pieces they are made of.
  readonly #messageSockets = new Int32Array(BATCH_PACKETS);
  readonly #messagePieces = new Int32Array(BATCH_PACKETS);
  readonly #pieceAt = new Int32Array(BATCH_PACKETS);
  readonly #pieceBytes = new Int32Array(BATCH_PACKETS);
  #messages = 0;
  #pieces = 0;
  // The last message, as long as another piece may join it.
  #openTo = -1;
  #openSize = 0;
  #openBytes = 0;

  /** @throws OutageError when memory or epoll cannot be had */
  constructor({ records }: BatchUdpOptions) {
    this.#layout = new FfiLayout(records);
    this.memory = this.#layout.packets;
    this.#epoll = libc.epollCreate(linux.EPOLL_CLOEXEC);
    if (this.#epoll < 0) throw new OutageError(`epoll_create1 failed, errno ${libc.errno()}`);
  }

  open(ip: IpBytes, port: number): number {
    return this.#bind(ip, port, RELAY_BUFFER_BYTES, true);
  }

  listen(ip: IpBytes, port: number): number {
    return this.#bind(ip, port, LISTEN_BUFFER_BYTES, false);
  }

  #bind(ip: IpBytes, port: number, bufferBytes: number, wantsErrors: boolean): number {
    const ipv4 = ip.length === 4;
    const family = ipv4 ? linux.AF_INET : linux.AF_INET6;
    const fd = libc.socket(family, linux.SOCK_DGRAM | linux.SOCK_NONBLOCK | linux.SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    this.#setBuffer(fd, linux.SO_RCVBUFFORCE, linux.SO_RCVBUF, bufferBytes);
    this.#setBuffer(fd, linux.SO_SNDBUFFORCE, linux.SO_SNDBUF, bufferBytes);
    // RFC 8656 section 14, alternate behaviour: the DF bit is 0 unless a Send indication asks for it.
    if (ipv4) this.#set(fd, linux.SOL_IP, linux.IP_MTU_DISCOVER, linux.IP_PMTUDISC_DONT);
    else this.#set(fd, linux.SOL_IPV6, linux.IPV6_V6ONLY, 1);
    if (wantsErrors && ipv4) this.#set(fd, linux.SOL_IP, linux.IP_RECVERR, 1);
    if (wantsErrors && !ipv4) this.#set(fd, linux.SOL_IPV6, linux.IPV6_RECVERR, 1);
    writeRecord(this.memory, this.#layout.scratchRecord, { ip, port });
    const bound = libc.bind(fd, this.#layout.recordAddress(this.#layout.scratchRecord), ipv4 ? 16 : 28) === 0;
    if (!bound || libc.epollControl(this.#epoll, linux.EPOLL_CTL_ADD, fd, this.#layout.writeEvent(fd)) !== 0) {
      libc.close(fd);
      return -1;
    }
    this.#sockets.add(fd);
    return fd;
  }

  #set(fd: number, level: number, name: number, value: number): boolean {
    return libc.setsockopt(fd, level, name, this.#layout.writeValue(value), 4) === 0;
  }

  #setBuffer(fd: number, forced: number, asked: number, bytes: number): void {
    if (!this.#set(fd, linux.SOL_SOCKET, forced, bytes)) this.#set(fd, linux.SOL_SOCKET, asked, bytes);
  }

  portOf(socket: number): number {
    const length = this.#layout.writeValue(28);
    const asked = libc.getsockname(socket, this.#layout.recordAddress(this.#layout.scratchRecord), length);
    return asked === 0 ? readRecord(this.memory, this.#layout.scratchRecord).port : 0;
  }

  close(socket: number): void {
    if (!this.#sockets.delete(socket)) return;
    this.flush();
    libc.close(socket); // Which takes it off the epoll set, too.
  }

  send(socket: number, at: number, length: number, to: number, dontFragment: boolean): void {
    if (dontFragment) {
      this.#sendUnfragmented(socket, at, length, to);
      return;
    }
    if (this.#pieces === BATCH_PACKETS) this.flush();
    const piece = this.#pieces++;
    this.#pieceAt[piece] = at;
    this.#pieceBytes[piece] = length;
    this.#layout.writePiece(piece, at, length);
    const last = this.#messages - 1;
    if (
      to === this.#openTo &&
      length <= this.#openSize &&
      length > 0 &&
      this.#messageSockets[last] === socket &&
      this.#openBytes + length <= SEGMENTED_BYTES_MAX
    ) {
      const pieces = (this.#messagePieces[last] ?? 0) + 1;
      this.#messagePieces[last] = pieces;
      this.#openBytes += length;
      this.#layout.segmentMessage(last, pieces, this.#openSize);
      if (length < this.#openSize) this.#openTo = -1; // Only the last piece may be shorter.
      return;
    }
    const message = this.#messages++;
    this.#messageSockets[message] = socket;
    this.#messagePieces[message] = 1;
    this.#layout.beginMessage(message, to, piece);
    const joinable = this.#segmenting && length > 0 && length <= SEGMENT_BYTES_MAX;
    this.#openTo = joinable ? to : -1;
    this.#openSize = length;
    this.#openBytes = length;
  }

  flush(): void {
    const total = this.#messages;
    if (total === 0) return;
    this.#messages = 0;
    this.#pieces = 0;
    this.#openTo = -1;
    let piece = 0;
    for (let first = 0; first < total; ) {
      const socket = this.#messageSockets[first] ?? -1;
      let end = first + 1;
      while (end < total && this.#messageSockets[end] === socket) end++;
      piece = this.#sendRun(socket, first, end, piece);
      first = end;
    }
  }

  /** Sends messages `first` to `end - 1`, all of one socket. `piece` is the first one's first piece; returns the next. */
  #sendRun(socket: number, first: number, end: number, piece: number): number {
    let [next, pieceNow, retried] = [first, piece, false];
    while (next < end) {
      this.counts.sendCalls++;
      const sent = libc.sendmmsg(socket, this.#layout.sendMessages(next), end - next, linux.MSG_DONTWAIT);
      if (sent > 0) {
        for (let i = 0; i < sent; i++) pieceNow += this.#messagePieces[next + i] ?? 0;
        next += sent;
        retried = false;
        continue;
      }
      const code = libc.errno();
      if (code === linux.EINTR) continue;
      const pieces = this.#messagePieces[next] ?? 0;
      if (pieces > 1 && (code === linux.EINVAL || code === linux.EMSGSIZE || code === linux.EIO)) {
        if (code === linux.EIO) this.#segmenting = false; // This machine's device cannot; do not ask again.
        this.#sendPieces(socket, next, pieceNow, pieces);
      } else if (code === linux.EAGAIN || code === linux.ENOBUFS || retried) {
        this.counts.unsent += pieces;
      } else {
        retried = true; // An ICMP error of an earlier packet is told by the next call, which then sent nothing.
        continue;
      }
      pieceNow += pieces;
      next++;
      retried = false;
    }
    return pieceNow;
  }

  /** Sends the pieces of a message that could not be segmented one by one. */
  #sendPieces(socket: number, message: number, piece: number, pieces: number): void {
    for (let i = piece; i < piece + pieces; i++) {
      this.#layout.unsegmentMessage(message, i);
      this.counts.sendCalls++;
      const sent = libc.sendmmsg(socket, this.#layout.sendMessages(message), 1, linux.MSG_DONTWAIT);
      if (sent < 1) this.counts.unsent++;
    }
  }

  #sendUnfragmented(socket: number, at: number, length: number, to: number): void {
    this.flush();
    const ipv4 = this.memory.bytes[to * 32] === linux.AF_INET; // IPv6 routers never fragment.
    if (ipv4) this.#set(socket, linux.SOL_IP, linux.IP_MTU_DISCOVER, linux.IP_PMTUDISC_DO);
    this.send(socket, at, length, to, false);
    this.flush();
    if (ipv4) this.#set(socket, linux.SOL_IP, linux.IP_MTU_DISCOVER, linux.IP_PMTUDISC_DONT);
  }

  /** Receives once, outside the event loop: for the self-test. */
  poll(handlers: BatchHandlers): void {
    this.#handlers = handlers;
    this.#wake();
    this.#handlers = undefined;
  }

  start(handlers: BatchHandlers): void {
    this.#handlers = handlers;
    this.#stopWaking = libc.whenReadable(this.#epoll, () => this.#wake());
  }

  #wake(): void {
    const { address, room } = this.#layout.events;
    for (let round = 0; round < ROUNDS_PER_WAKE; round++) {
      const ready = libc.epollWait(this.#epoll, address, room, 0);
      if (ready <= 0 || this.#handlers === undefined) return;
      this.#handlers.begin();
      let slot = 0;
      for (let i = 0; i < ready; i++) {
        if (slot === BATCH_PACKETS) {
          this.flush();
          slot = 0;
        }
        slot += this.#receive(this.#layout.eventSocket(i), this.#layout.eventFlags(i), slot);
      }
      this.flush();
      this.#handlers.end();
    }
  }

  /** Reads what one socket has, into the slots from `first` on; returns how many slots it took. */
  #receive(socket: number, flags: number, first: number): number {
    if (!this.#sockets.has(socket)) return 0; // Closed by a packet of this very batch.
    if ((flags & linux.EPOLLERR) !== 0) return this.#receiveErrors(socket);
    const got = libc.recvmmsg(
      socket,
      this.#layout.receiveMessages(first),
      BATCH_PACKETS - first,
      linux.MSG_DONTWAIT,
      0,
    );
    this.counts.receiveCalls++;
    if (got <= 0) return 0;
    this.counts.receivedPackets += got;
    for (let slot = first; slot < first + got; slot++) {
      const length = this.#layout.takeReceived(slot);
      this.lengths[slot] = length;
      if (length < 0) this.counts.oversized++;
    }
    this.#handlers?.packets(socket, first, got);
    return got;
  }

  /** Reads a socket's error queue. It uses slot 0, so all that was queued before is sent first. */
  #receiveErrors(socket: number): number {
    this.flush();
    for (let read = 0; read < BATCH_PACKETS; read++) {
      this.#layout.setErrorControl(true);
      const got = libc.recvmmsg(socket, this.#layout.receiveMessages(0), 1, linux.MSG_ERRQUEUE | linux.MSG_DONTWAIT, 0);
      this.#layout.setErrorControl(false);
      if (got < 1) break;
      this.#layout.takeReceived(0);
      const error = this.#layout.readError();
      const icmp = error?.origin === linux.SO_EE_ORIGIN_ICMP || error?.origin === linux.SO_EE_ORIGIN_ICMP6;
      if (error !== undefined && icmp) this.#handlers?.icmp(socket, readRecord(this.memory, 0), error);
    }
    return 0;
  }

  stop(): void {
    this.#stopWaking?.();
    this.#handlers = undefined;
    for (const socket of [...this.#sockets]) this.close(socket);
    libc.close(this.#epoll);
  }
}
