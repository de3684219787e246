// src/server/udp/libc.ts - the system calls that move datagrams in batches, called by koffi without a compiler (ADR-0061).
// Pointers are plain numbers (user space ends below 2^47) into memory that is mapped once and never freed: nothing the
// kernel sees ever belongs to the garbage collector.
import koffi from 'koffi';
import { OutageError } from '../../base/assert.ts';

const libc = koffi.load('libc.so.6');

/** `socket(2)`. */
export const socket: (family: number, type: number, protocol: number) => number = libc.func('socket', 'int', [
  'int',
  'int',
  'int',
]);
/** `close(2)`. */
export const close: (fd: number) => number = libc.func('close', 'int', ['int']);
/** `bind(2)`; `address` points to a record. */
export const bind: (fd: number, address: number, length: number) => number = libc.func('bind', 'int', [
  'int',
  'intptr_t',
  'uint32_t',
]);
/** `connect(2)`; `address` points to a record. */
export const connect: (fd: number, address: number, length: number) => number = libc.func('connect', 'int', [
  'int',
  'intptr_t',
  'uint32_t',
]);
/** `getsockname(2)`. */
export const getsockname: (fd: number, address: number, length: number) => number = libc.func('getsockname', 'int', [
  'int',
  'intptr_t',
  'intptr_t',
]);
/** `setsockopt(2)`. */
export const setsockopt: (fd: number, level: number, name: number, value: number, length: number) => number = libc.func(
  'setsockopt',
  'int',
  ['int', 'int', 'int', 'intptr_t', 'uint32_t'],
);
/** `recvmmsg(2)`, without a time-out. */
export const recvmmsg: (fd: number, messages: number, count: number, flags: number, timeout: number) => number =
  libc.func('recvmmsg', 'int', ['int', 'intptr_t', 'uint32_t', 'int', 'intptr_t']);
/** `sendmmsg(2)`. */
export const sendmmsg: (fd: number, messages: number, count: number, flags: number) => number = libc.func(
  'sendmmsg',
  'int',
  ['int', 'intptr_t', 'uint32_t', 'int'],
);
/** `sendto(2)`: half the work of `sendmmsg` for one packet in one part. */
export const sendto: (
  fd: number,
  bytes: number,
  length: number,
  flags: number,
  address: number,
  addressLength: number,
) => number = libc.func('sendto', 'int64_t', ['int', 'intptr_t', 'size_t', 'int', 'intptr_t', 'uint32_t']);
/** `epoll_create1(2)`. */
export const epollCreate: (flags: number) => number = libc.func('epoll_create1', 'int', ['int']);
/** `epoll_ctl(2)`. */
export const epollControl: (epoll: number, operation: number, fd: number, event: number) => number = libc.func(
  'epoll_ctl',
  'int',
  ['int', 'int', 'int', 'intptr_t'],
);
/** `epoll_wait(2)`. */
export const epollWait: (epoll: number, events: number, count: number, timeoutMs: number) => number = libc.func(
  'epoll_wait',
  'int',
  ['int', 'intptr_t', 'int', 'int'],
);
const mmap: (address: number, length: number, protection: number, flags: number, fd: number, offset: number) => number =
  libc.func('mmap', 'intptr_t', ['intptr_t', 'size_t', 'int', 'int', 'int', 'int64_t']);

/** Error number of the last call of this thread. */
export const errno = (): number => koffi.errno();

/** Linux's numbers, the same on x64 and arm64. */
export const linux = {
  AF_INET: 2,
  AF_INET6: 10,
  SOCK_DGRAM: 2,
  SOCK_NONBLOCK: 0o4000,
  SOCK_CLOEXEC: 0o2000000,
  SOL_SOCKET: 1,
  SO_REUSEADDR: 2,
  SO_SNDBUF: 7,
  SO_RCVBUF: 8,
  SO_SNDBUFFORCE: 32,
  SO_RCVBUFFORCE: 33,
  SOL_IP: 0,
  IP_MTU_DISCOVER: 10,
  IP_RECVERR: 11,
  IP_PMTUDISC_DONT: 0,
  IP_PMTUDISC_DO: 2,
  SOL_IPV6: 41,
  IPV6_RECVERR: 25,
  IPV6_V6ONLY: 26,
  SOL_UDP: 17,
  UDP_SEGMENT: 103,
  UDP_GRO: 104,
  MSG_DONTWAIT: 0x40,
  MSG_ERRQUEUE: 0x2000,
  EPOLL_CLOEXEC: 0o2000000,
  EPOLL_CTL_ADD: 1,
  EPOLLIN: 1,
  EPOLLERR: 8,
  EINTR: 4,
  EIO: 5,
  EAGAIN: 11,
  EINVAL: 22,
  EMSGSIZE: 90,
  ENOBUFS: 105,
  SO_EE_ORIGIN_ICMP: 2,
  SO_EE_ORIGIN_ICMP6: 3,
} as const;

/** `struct epoll_event` is packed on x64 only. */
export const epollEvent = process.arch === 'x64' ? { bytes: 12, dataAt: 4 } : { bytes: 16, dataAt: 8 };

const PROT_READ_WRITE = 3;
const MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000;
const MAP_FIXED_NOREPLACE = 0x100000;
const HALF_SPACE = 2 ** 32;
const LOW_END = 2 ** 31 - 2 ** 24;
const LOW_START = 2 ** 29;
const STEP = 2 ** 24;
const TRIES = 8;

/** Memory that the kernel may write to. */
export type MappedMemory = {
  readonly buffer: ArrayBuffer;
  /** Address of the first byte. The whole region lies within one block of 4 GiB, so `high` is right for all of it. */
  readonly address: number;
  /** Upper half of every address in it. */
  readonly high: number;
};

/**
 * A free place below 2^31, where every address is a small integer to V8: passing one to a call allocates nothing. -1 when
 * there is none. Searched downwards, away from the program and its heap.
 */
function mapLow(bytes: number): number {
  const flags = MAP_PRIVATE_ANONYMOUS_NORESERVE | MAP_FIXED_NOREPLACE;
  for (let wish = LOW_END - Math.ceil(bytes / STEP) * STEP; wish >= LOW_START; wish -= STEP) {
    if (mmap(wish, bytes, PROT_READ_WRITE, flags, -1, 0) === wish) return wish;
  }
  return -1;
}

/**
 * Maps zeroed memory that is never unmapped. Pages cost nothing until they are touched.
 * @throws OutageError when the system gives none
 */
export function mapMemory(bytes: number): MappedMemory {
  let address = mapLow(bytes);
  for (let tried = 0; tried < TRIES && address < 0; tried++) {
    const anywhere = mmap(0, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0);
    if (anywhere <= 0) break;
    if (Math.floor(anywhere / HALF_SPACE) === Math.floor((anywhere + bytes) / HALF_SPACE)) address = anywhere;
  }
  if (address < 0) throw new OutageError('the system gives no memory for packets');
  return { buffer: koffi.view(BigInt(address), bytes), address, high: Math.floor(address / HALF_SPACE) };
}

/**
 * The descriptor that is readable whenever Node's own event loop of this thread has something to do (`uv_backend_fd` of
 * libuv), or -1 when it cannot be had. Waiting for it together with our sockets is one wait for both.
 */
export function eventLoopDescriptor(): number {
  try {
    const self = koffi.load(null);
    const loopOf = self.func('int napi_get_uv_event_loop(void *env, _Out_ void **loop)');
    const descriptorOf = self.func('int uv_backend_fd(void *loop)');
    const loop: unknown[] = [null];
    return loopOf(koffi.node.env, loop) === 0 ? Number(descriptorOf(loop[0])) : -1;
  } catch {
    return -1; // A Node that does not export them: `whenReadable` does.
  }
}

/** Calls `listener` from Node's event loop whenever `fd` is readable. Returns what stops it. */
export function whenReadable(fd: number, listener: () => void): () => void {
  const handle = koffi.node.poll(fd, { readable: true }, listener);
  return () => handle.close();
}
