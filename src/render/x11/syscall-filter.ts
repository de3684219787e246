// src/render/x11/syscall-filter.ts - what a session's programs may not ask the kernel for, as a filter that bubblewrap
// installs (seccomp(2)): what namespaces do not divide, and what only an attack on the kernel needs. Pure.
//
// Keys: a keyring is inherited by all that the node starts, so that one player's game could leave something there for the
// next. Sockets: some families know no namespaces (AF_VSOCK leads to the machine's host). Namespaces of users, io_uring,
// bpf and their like are where most holes of kernels were found.

/** Processors that we know the numbers of. */
export type FilterArch = 'x64' | 'arm64';

const ARCH_AUDIT = { x64: 0xc000_003e, arm64: 0xc000_00b7 } as const; // linux/audit.h; programs of another kind do not run.
/** Numbers of system calls, on x64 and arm64. */
const REFUSED = [
  ...[
    [248, 217] /* add_key */,
    [249, 218] /* request_key */,
    [250, 219] /* keyctl */,
  ],
  ...[
    [321, 280] /* bpf */,
    [298, 241] /* perf_event_open */,
    [323, 282] /* userfaultfd */,
  ],
] as const;
/** Taken for a kernel that has not got them, so that libraries fall back to what can be looked at. */
const ABSENT = [
  [435, 435] /* clone3 */,
  [425, 425] /* io_uring_setup */,
] as const;
const SOCKET = [41, 198] as const;
const WITH_FLAGS = [
  [56, 220] /* clone */,
  [272, 97] /* unshare */,
] as const;
const FAMILIES = [1, 2, 10, 16]; // AF_UNIX, AF_INET, AF_INET6, AF_NETLINK.
const CLONE_NEWUSER = 0x1000_0000;
const X32 = 0x4000_0000; // The second set of numbers that x64 has.
const [EPERM, ENOSYS, EAFNOSUPPORT] = [1, 38, 97];

const [LOAD, EQUAL, AT_LEAST, ANY_BIT, ANSWER] = [0x20, 0x15, 0x35, 0x45, 0x06];
const [NUMBER_AT, ARCH_AT, FIRST_ARGUMENT_AT] = [0, 4, 16];
const ALLOW = 0x7fff_0000;
const fail = (code: number): number => 0x0005_0000 | code;

/** One instruction: what it does, how many to skip when it holds and when not, its number. */
type Instruction = readonly [code: number, yes: number, no: number, k: number];

const answer = (k: number): Instruction => [ANSWER, 0, 0, k];
/** These instructions, which end in an answer, for one system call alone. */
const forCall = (number: number, then: readonly Instruction[]): Instruction[] => [
  [EQUAL, 0, then.length, number],
  ...then,
];

/** The filter for a processor, in the kernel's form (struct sock_filter). */
export function syscallFilter(arch: FilterArch): Uint8Array {
  const own = ([x64, arm64]: readonly [number, number]): number => (arch === 'x64' ? x64 : arm64);
  const family: Instruction[] = [
    [LOAD, 0, 0, FIRST_ARGUMENT_AT],
    ...FAMILIES.map((known, index): Instruction => [EQUAL, FAMILIES.length - index, 0, known]),
    ...[answer(fail(EAFNOSUPPORT)), answer(ALLOW)],
  ];
  const noUsers: Instruction[] = [
    [LOAD, 0, 0, FIRST_ARGUMENT_AT],
    [ANY_BIT, 0, 1, CLONE_NEWUSER],
    ...[answer(fail(EPERM)), answer(ALLOW)],
  ];
  return encode([
    [LOAD, 0, 0, ARCH_AT],
    [EQUAL, 1, 0, ARCH_AUDIT[arch]],
    answer(fail(ENOSYS)),
    [LOAD, 0, 0, NUMBER_AT],
    [AT_LEAST, 0, 1, X32],
    answer(fail(ENOSYS)),
    ...REFUSED.flatMap((call) => forCall(own(call), [answer(fail(EPERM))])),
    ...ABSENT.flatMap((call) => forCall(own(call), [answer(fail(ENOSYS))])),
    ...forCall(own(SOCKET), family),
    ...WITH_FLAGS.flatMap((call) => forCall(own(call), noUsers)),
    answer(ALLOW),
  ]);
}

function encode(program: readonly Instruction[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 * program.length));
  for (const [index, [code, yes, no, k]] of program.entries()) {
    view.setUint16(8 * index, code, true);
    view.setUint8(8 * index + 2, yes);
    view.setUint8(8 * index + 3, no);
    view.setUint32(8 * index + 4, k, true);
  }
  return new Uint8Array(view.buffer);
}
