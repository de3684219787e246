import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BoundedQueue } from '../../../src/base/bounded-queue.ts';
import { ByteReader, ByteWriter } from '../../../src/base/byte-cursor.ts';
import { fromHex, sameBytes, sameSecret, toHex } from '../../../src/base/bytes.ts';
import { DeadlineHeap } from '../../../src/base/deadline-heap.ts';
import { newId } from '../../../src/base/ids.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { fromUtf8, toUtf8 } from '../../../src/base/utf8.ts';

// Goal: the heap is a sorted map by time. Method: random sets, moves and clears beside a plain Map.
test('the deadline heap agrees with a plain map', () => {
  const act = fc.record({ key: fc.nat(12), at: fc.option(fc.nat(50), { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const heap = new DeadlineHeap<number>();
      const plain = new Map<number, number>();
      for (const { key, at } of acts) {
        if (at === undefined) {
          heap.clear(key);
          plain.delete(key);
        } else {
          heap.set(key, at);
          plain.set(key, at);
        }
        expect(heap.size).toBe(plain.size);
        expect(heap.earliestMs).toBe(plain.size === 0 ? undefined : Math.min(...plain.values()));
      }
      const due: number[] = [];
      for (let key = heap.popDue(25); key !== undefined; key = heap.popDue(25)) due.push(plain.get(key) ?? -1);
      expect(due).toEqual([...plain.values()].filter((at) => at <= 25).toSorted((a, b) => a - b));
    }),
  );
});

test('a bounded queue keeps order and refuses when it is full', () => {
  const queue = new BoundedQueue<number>(3);
  expect([1, 2, 3, 4].map((item) => queue.push(item))).toEqual([true, true, true, false]);
  expect(queue.shift()).toBe(1);
  expect(queue.push(5)).toBe(true);
  expect([queue.shift(), queue.shift(), queue.shift(), queue.shift()]).toEqual([2, 3, 5, undefined]);
});

test('a reader that runs past its end fails and answers zeros from then on', () => {
  const reader = new ByteReader(new Uint8Array([1, 2, 3]));
  expect([reader.u16(), reader.failed]).toEqual([0x0102, false]);
  expect([reader.u16(), reader.failed, reader.u8()]).toEqual([0, true, 0]);
});

test('a writer that is full fails and keeps what it has', () => {
  const writer = new ByteWriter(3).u16(0x0102).u16(0x0304);
  expect([writer.failed, [...writer.written()]]).toEqual([true, [1, 2]]);
});

test('hex and UTF-8 go there and back', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(fromHex(toHex(bytes))).toEqual(bytes);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(fromUtf8(toUtf8(text))).toBe(text);
    }),
  );
});
test.each(['0x1', '0xzz', '12', ''])('%j is no hex', (text) => expect(fromHex(text)).toBeUndefined());
test('bytes that are not UTF-8 are refused', () => expect(fromUtf8(new Uint8Array([0xc3, 0x28]))).toBeUndefined());

test('both comparisons tell equal from different', () =>
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), (bytes, at) => {
      const other = bytes.slice();
      other[at % other.length] = (other[at % other.length] ?? 0) ^ 1;
      expect([sameBytes(bytes, bytes.slice()), sameSecret(bytes, bytes.slice())]).toEqual([true, true]);
      expect([sameBytes(bytes, other), sameSecret(bytes, other)]).toEqual([false, false]);
      expect([sameBytes(bytes, bytes.subarray(1)), sameSecret(bytes, bytes.subarray(1))]).toEqual([false, false]);
    }),
  ));

test('a seeded generator repeats itself, and another seed differs', () => {
  const draw = (seed: number) => toHex(seededRandom(seed).bytes(32));
  expect(draw(7)).toBe(draw(7));
  expect(draw(7)).not.toBe(draw(8));
});
test('seeded draws are even', () => {
  const random = seededRandom(1);
  const seen = Array.from({ length: 60_000 }, () => random.below(6));
  for (let face = 0; face < 6; face++)
    expect(Math.abs(seen.filter((value) => value === face).length - 10_000)).toBeLessThan(500);
});
test('ids have their prefix and 26 characters', () => expect(newId('s', seededRandom(1))).toMatch(/^s_[0-9a-z]{26}$/));
