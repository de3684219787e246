// test/unit/media/vp8-packetizer.test.ts - goal: descriptors as RFC 7741 section 4.2 lays them out, and the picture whole.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isKeyVp8, packetizeVp8 } from '../../../src/media/vp8-packetizer.ts';

test('the pieces make the picture, only the first begins the partition', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 6_000, size: 'max' }),
      fc.integer({ min: 101, max: 1_200 }),
      fc.nat(0x1_0000),
      (picture, max, id) => {
        const payloads = packetizeVp8(picture, id, max);
        expect(payloads.every((payload) => payload.length <= max)).toBe(true);
        expect(Uint8Array.from(payloads.flatMap((payload) => [...payload.subarray(4)]))).toEqual(picture);
        payloads.forEach((payload, i) => {
          expect([...payload.subarray(0, 4)]).toEqual([
            i === 0 ? 0x90 : 0x80,
            0x80,
            0x80 | ((id >> 8) & 0x7f),
            id & 0xff,
          ]);
        });
      },
    ),
  );
});

test('the first bit of a frame says whether it is a key frame (RFC 6386 section 9.1)', () => {
  expect(isKeyVp8(Uint8Array.of(0x10, 0, 0))).toBe(true);
  expect(isKeyVp8(Uint8Array.of(0x11, 0, 0))).toBe(false);
  expect(isKeyVp8(new Uint8Array(0))).toBe(false);
});
