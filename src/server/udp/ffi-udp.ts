// src/server/udp/ffi-udp.ts - BatchUdp by system calls: one epoll_wait, one recvmmsg a socket, one sendmmsg a run. Packets
// of one size towards one address leave as a single segmented send (UDP_SEGMENT), and what the kernel merged on arrival
// (UDP_GRO) is taken as it is: a video frame crosses the kernel once, not forty times.
import { OutageError } from '../../base/assert.ts';
import type { IpBytes, TransportAddress } from '../../relay/address.ts';
import { readRecord, writeRecord } from '../../relay/endpoint.ts';
import { BUFFERS, type PacketMemory, PIECES_MAX, RECORD_BYTES } from '../../relay/packet-memory.ts';
import type { Out } from '../../relay/turn/out.ts';
import type { BatchCounts, BatchHandlers, BatchUdp, BatchUdpOptions } from './batch-udp.ts';
import { EVENTS, FfiLayout } from './ffi-layout.ts';
import * as libc from './libc.ts';
import { SendQueue } from './send-queue.ts';
import { startWaiting } from './wait.ts';

const { linux } = libc;
const LISTEN_BUFFER_BYTES = 4 * 1024 * 1024; // All clients of a worker send to one socket.
const RELAY_BUFFER_BYTES = 1024 * 1024; // A second of 8 Mbit/s, or a few key frames in one burst.
const ERRORS_PER_WAKE = 64;

/** Sockets moved by `recvmmsg` and `sendmmsg`; Linux with glibc only. */
export class FfiUdp implements BatchUdp {
  readonly kind = 'ffi';
  readonly memory: PacketMemory;
  readonly lengths = new Int32Array(BUFFERS);
  readonly segments = new Int32Array(BUFFERS);
  readonly counts: BatchCounts = { receiveCalls: 0, receivedPackets: 0, sendCalls: 0, unsent: 0 };
  readonly canForbidFragments = true;
  readonly #layout: FfiLayout;
  readonly #queue: SendQueue;
  readonly #epoll: number;
  readonly #merge: boolean;
  readonly #sockets = new Set<number>();
  /** How many datagrams to ask of each socket: what it had last time, doubled when that was not all. */
  readonly #asked: number[] = [];
  /** By socket: 1 where it is connected to a peer. */
  readonly #connected: number[] = [];
  #handlers: BatchHandlers | undefined;
  #waiting: (() => void) | undefined;
  #stopped = false;

  /** @throws OutageError when memory or epoll cannot be had */
  constructor({ records, merge = true }: BatchUdpOptions) {
    this.#layout = new FfiLayout(records);
    this.#queue = new SendQueue(this.#layout, this.counts, this.#connected);
    this.#merge = merge;
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

  /**
   * Two UDP sockets may share a port while both allow reuse. Ours allow it for these few calls only, and the first was bound
   * without it: who binds the port afterwards is refused as ever, another relay too.
   */
  connect(socket: number, record: number): number {
    const own = this.#nameOf(socket);
    if (own === undefined) return -1;
    const fd = this.#make(own.ip, RELAY_BUFFER_BYTES, true);
    for (const end of [socket, fd]) this.#set(end, linux.SOL_SOCKET, linux.SO_REUSEADDR, 1);
    const [to, bytes] = [this.#layout.recordAddress(record), this.#layout.recordBytes(record)];
    const connected = this.#name(fd, own) && libc.connect(fd, to, bytes) === 0;
    for (const end of [socket, fd]) this.#set(end, linux.SOL_SOCKET, linux.SO_REUSEADDR, 0);
    if (!this.#enlist(fd, connected)) return -1;
    this.#connected[fd] = 1;
    return fd;
  }

  #bind(ip: IpBytes, port: number, bufferBytes: number, wantsErrors: boolean): number {
    const fd = this.#make(ip, bufferBytes, wantsErrors);
    return this.#enlist(fd, this.#name(fd, { ip, port })) ? fd : -1;
  }

  /** A socket with our options, without a name; -1 when no descriptor is left. */
  #make(ip: IpBytes, bufferBytes: number, wantsErrors: boolean): number {
    const ipv4 = ip.length === 4;
    const family = ipv4 ? linux.AF_INET : linux.AF_INET6;
    const fd = libc.socket(family, linux.SOCK_DGRAM | linux.SOCK_NONBLOCK | linux.SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    this.#setBuffer(fd, linux.SO_RCVBUFFORCE, linux.SO_RCVBUF, bufferBytes);
    this.#setBuffer(fd, linux.SO_SNDBUFFORCE, linux.SO_SNDBUF, bufferBytes);
    // RFC 8656 section 14, alternate behaviour: the DF bit is 0 unless a Send indication asks for it.
    if (ipv4) this.#set(fd, linux.SOL_IP, linux.IP_MTU_DISCOVER, linux.IP_PMTUDISC_DONT);
    else this.#set(fd, linux.SOL_IPV6, linux.IPV6_V6ONLY, 1);
    if (this.#merge) this.#set(fd, linux.SOL_UDP, linux.UDP_GRO, 1);
    if (wantsErrors && ipv4) this.#set(fd, linux.SOL_IP, linux.IP_RECVERR, 1);
    if (wantsErrors && !ipv4) this.#set(fd, linux.SOL_IPV6, linux.IPV6_RECVERR, 1);
    return fd;
  }

  #name(fd: number, name: TransportAddress): boolean {
    const { scratchRecord } = this.#layout;
    writeRecord(this.memory, scratchRecord, name);
    return libc.bind(fd, this.#layout.recordAddress(scratchRecord), this.#layout.recordBytes(scratchRecord)) === 0;
  }

  #nameOf(fd: number): TransportAddress | undefined {
    const { scratchRecord } = this.#layout;
    const length = this.#layout.writeValue(28);
    const asked = libc.getsockname(fd, this.#layout.recordAddress(scratchRecord), length);
    return asked === 0 ? readRecord(this.memory, scratchRecord) : undefined;
  }

  /** Waits for a socket from now on, or closes one that is not `ready`. */
  #enlist(fd: number, ready: boolean): boolean {
    const added = ready && libc.epollControl(this.#epoll, linux.EPOLL_CTL_ADD, fd, this.#layout.writeEvent(fd)) === 0;
    if (!added) {
      if (fd >= 0) libc.close(fd);
      return false;
    }
    this.#sockets.add(fd);
    this.#asked[fd] = 1;
    this.#connected[fd] = 0;
    return true;
  }

  #set(fd: number, level: number, name: number, value: number): boolean {
    return libc.setsockopt(fd, level, name, this.#layout.writeValue(value), 4) === 0;
  }

  #setBuffer(fd: number, forced: number, asked: number, bytes: number): void {
    if (!this.#set(fd, linux.SOL_SOCKET, forced, bytes)) this.#set(fd, linux.SOL_SOCKET, asked, bytes);
  }

  portOf(socket: number): number {
    return this.#nameOf(socket)?.port ?? 0;
  }

  close(socket: number): void {
    if (!this.#sockets.delete(socket)) return;
    this.flush();
    libc.close(socket); // Which takes it off the epoll set, too.
  }

  prepare(out: Out): void {
    if (this.#queue.pieces === PIECES_MAX) this.#queue.flush();
    out.headAt = this.memory.headAt(this.#queue.pieces);
    out.scratchRecord = this.memory.pieceRecord(this.#queue.pieces);
  }

  send(out: Out): void {
    if (out.dontFragment && this.memory.bytes[out.to * RECORD_BYTES] === linux.AF_INET) this.#sendUnfragmented(out);
    else this.#queue.add(out);
  }

  flush(): void {
    this.#queue.flush();
  }

  /** IPv4 only: IPv6 routers never fragment. The option is the socket's, so this packet goes alone. */
  #sendUnfragmented(out: Out): void {
    this.flush();
    this.#set(out.socket, linux.SOL_IP, linux.IP_MTU_DISCOVER, linux.IP_PMTUDISC_DO);
    this.#queue.add(out);
    this.flush();
    this.#set(out.socket, linux.SOL_IP, linux.IP_MTU_DISCOVER, linux.IP_PMTUDISC_DONT);
  }

  /** Receives what there is, outside the event loop: for the self-test and the bench. */
  poll(handlers: BatchHandlers): void {
    this.#handlers = handlers;
    while (this.#round(0) > 0);
    this.#handlers = undefined;
  }

  start(handlers: BatchHandlers): void {
    this.#handlers = handlers;
    this.#waiting = startWaiting(this.#epoll, this.#layout, (timeoutMs) => this.#round(timeoutMs));
  }

  /**
   * Waits for sockets, at most so long, and handles what they have.
   * @returns how many were ready, or -1 when Node's event loop has something to do now
   */
  #round(timeoutMs: number): number {
    const ready = libc.epollWait(this.#epoll, this.#layout.eventsAddress, EVENTS, timeoutMs);
    if (ready <= 0 || this.#handlers === undefined) return 0;
    this.#handlers.begin();
    let buffer = 0;
    let others = false;
    for (let i = 0; i < ready; i++) {
      if (buffer === BUFFERS) {
        this.flush();
        buffer = 0;
      }
      const socket = this.#layout.eventSocket(i);
      if (this.#sockets.has(socket)) buffer += this.#receive(socket, this.#layout.eventFlags(i), buffer);
      else others = true; // The event loop, or a socket that a packet of this very batch closed.
    }
    this.flush();
    return this.#handlers.end() || others ? -1 : ready;
  }

  /** Reads what one socket has, into the buffers from `first` on; returns how many it took. */
  #receive(socket: number, flags: number, first: number): number {
    if ((flags & linux.EPOLLERR) !== 0) return this.#receiveErrors(socket);
    // Asking an empty socket once more costs as much as a packet; one that has more is ready again at once.
    const ask = Math.min(this.#asked[socket] ?? 1, BUFFERS - first);
    const got = libc.recvmmsg(socket, this.#layout.receiveMessages(first), ask, linux.MSG_DONTWAIT, 0);
    this.counts.receiveCalls++;
    if (got <= 0) return 0;
    this.#asked[socket] = got < ask ? got : Math.min(2 * ask, BUFFERS);
    for (let buffer = first; buffer < first + got; buffer++) {
      const length = this.#layout.receivedBytes(buffer);
      const merged = this.#merge ? this.#layout.mergedBytes(buffer) : 0;
      this.lengths[buffer] = length;
      this.segments[buffer] = merged === 0 ? length : merged;
      this.counts.receivedPackets += merged === 0 ? 1 : Math.ceil(length / merged);
      this.#layout.resetReceived(buffer);
    }
    this.#handlers?.packets(socket, first, got);
    return got;
  }

  /** Reads a socket's error queue. It uses buffer 0, so all that was queued before is sent first. */
  #receiveErrors(socket: number): number {
    this.flush();
    for (let read = 0; read < ERRORS_PER_WAKE; read++) {
      this.#layout.setErrorControl(true);
      const flags = linux.MSG_ERRQUEUE | linux.MSG_DONTWAIT;
      const got = libc.recvmmsg(socket, this.#layout.receiveMessages(0), 1, flags, 0);
      const error = got < 1 ? undefined : this.#layout.readError();
      this.#layout.setErrorControl(false);
      this.#layout.resetReceived(0);
      if (got < 1) break;
      const icmp = error?.origin === linux.SO_EE_ORIGIN_ICMP || error?.origin === linux.SO_EE_ORIGIN_ICMP6;
      if (error !== undefined && icmp) this.#handlers?.icmp(socket, readRecord(this.memory, 0), error);
    }
    return 0;
  }

  stop(): void {
    if (this.#stopped) return; // A second close could hit a descriptor that is somebody else's by now.
    this.#stopped = true;
    this.#waiting?.();
    this.#handlers = undefined;
    for (const socket of [...this.#sockets]) this.close(socket);
    libc.close(this.#epoll);
  }
}
