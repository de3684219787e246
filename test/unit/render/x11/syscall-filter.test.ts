// test/unit/render/x11/syscall-filter.test.ts - the filter, run as the kernel runs it, for processors that are not here too.
import { expect, test } from 'vitest';
import { type FilterArch, syscallFilter } from '../../../../src/render/x11/syscall-filter.ts';

const AUDIT = { x64: 0xc000_003e, arm64: 0xc000_00b7, i386: 0x4000_0003 };

/** What the kernel would answer: 'allow', or the number of an error. */
function ask(filter: Uint8Array, audit: number, number: number, argument = 0): 'allow' | number {
  const view = new DataView(filter.buffer);
  const data: Record<number, number> = { 0: number, 4: audit, 16: argument };
  let held = 0;
  for (let at = 0; at < filter.length; at += 8) {
    const [code, k] = [view.getUint16(at, true), view.getUint32(at + 4, true)];
    if (code === 0x06) return k === 0x7fff_0000 ? 'allow' : k & 0xffff;
    if (code === 0x20) held = data[k] ?? Number.NaN;
    const holds = code === 0x15 ? held === k : code === 0x35 ? held >= k : (held & k) !== 0;
    if (code !== 0x20) at += 8 * view.getUint8(at + (holds ? 2 : 3));
  }
  throw new Error('the program ends without an answer');
}

test.each<[FilterArch, Record<string, number>]>([
  ['x64', { read: 0, socket: 41, clone: 56, fork: 57, addKey: 248, keyctl: 250, unshare: 272, clone3: 435, ring: 425 }],
  ['arm64', { read: 63, socket: 198, clone: 220, addKey: 217, keyctl: 219, unshare: 97, clone3: 435, ring: 425 }],
])('%s: keys, namespaces of users and sockets that know no namespace are refused, the rest is not', (arch, calls) => {
  const filter = syscallFilter(arch);
  const of = (name: string, argument?: number) => ask(filter, AUDIT[arch], calls[name] ?? 0, argument);
  expect(['read', 'clone', 'unshare'].map((name) => of(name))).toEqual(['allow', 'allow', 'allow']);
  expect(['addKey', 'keyctl'].map((name) => of(name))).toEqual([1, 1]);
  expect(['clone3', 'ring'].map((name) => of(name))).toEqual([38, 38]);
  expect([1, 2, 10, 16].map((family) => of('socket', family))).toEqual(Array(4).fill('allow'));
  expect([0, 17, 38, 40].map((family) => of('socket', family))).toEqual(Array(4).fill(97));
  expect(['clone', 'unshare'].map((name) => of(name, 0x1000_0000))).toEqual([1, 1]);
  expect(['clone', 'unshare'].map((name) => of(name, 0x0002_0000))).toEqual(['allow', 'allow']);
});

test('programs of another kind of processor do not run, nor does the second set of numbers', () => {
  expect(ask(syscallFilter('x64'), AUDIT.i386, 4)).toBe(38);
  expect(ask(syscallFilter('x64'), AUDIT.x64, 0x4000_0000 + 250)).toBe(38);
});
