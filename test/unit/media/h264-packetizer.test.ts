// test/unit/media/h264-packetizer.test.ts - goal: what RFC 6184 says a receiver puts together is the picture we cut.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isKeyH264, packetizeH264, splitNalUnits } from '../../../src/media/h264-packetizer.ts';

/** A receiver by the letter of RFC 6184 sections 5.6-5.8, independent of the sender's code. */
function depacketize(payloads: readonly Uint8Array[]): Uint8Array[] {
  const units: Uint8Array[] = [];
  let open: number[] | undefined;
  for (const payload of payloads) {
    const type = (payload[0] ?? 0) & 31;
    if (type >= 1 && type <= 23) units.push(payload);
    else if (type === 24) {
      for (let at = 1; at < payload.length; ) {
        const length = ((payload[at] ?? 0) << 8) | (payload[at + 1] ?? 0);
        units.push(payload.subarray(at + 2, at + 2 + length));
        at += 2 + length;
      }
    } else if (type === 28) {
      const [indicator = 0, header = 0] = payload;
      if (header & 0x80) open = [(indicator & 0xe0) | (header & 31)];
      if (open === undefined) throw new Error('a fragment without its start');
      open.push(...payload.subarray(2));
      if (header & 0x40) {
        units.push(Uint8Array.from(open));
        open = undefined;
      }
    } else throw new Error(`payload type ${type}`);
  }
  if (open !== undefined) throw new Error('a unit was never ended');
  return units;
}

const stream = (units: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(units.flatMap((unit, i) => [...(i % 2 === 0 ? [0, 0, 0, 1] : [0, 0, 1]), ...unit]));

/** NAL units as encoders make them: no start code inside (emulation prevention), no zero at the end (stop bit). */
const unit = fc
  .tuple(fc.constantFrom(0x61, 0x65, 0x41), fc.uint8Array({ minLength: 1, maxLength: 3_000, size: 'max' }))
  .map(([header, body]) => Uint8Array.from([header, ...body.map((byte) => byte | 1)]));

test('every unit arrives as it was, in order, whatever its size', () => {
  fc.assert(
    fc.property(fc.array(unit, { minLength: 1, maxLength: 6 }), fc.integer({ min: 101, max: 1_200 }), (units, max) => {
      const payloads = packetizeH264(stream(units), max);
      expect(payloads.every((payload) => payload.length > 0 && payload.length <= max)).toBe(true);
      expect(depacketize(payloads)).toEqual(units.map((each) => Uint8Array.from(each)));
    }),
  );
});

test('parameter sets travel together before the picture, delimiters and SEI not at all', () => {
  const [sps, pps] = [Uint8Array.of(0x67, 0x42, 0xe0, 0x1f), Uint8Array.of(0x68, 0xce)];
  const idr = new Uint8Array(10).fill(7);
  idr[0] = 0x65;
  const picture = stream([Uint8Array.of(0x09, 0xf0), sps, pps, Uint8Array.of(0x06, 5, 1), idr]);
  // 0x78: type 24 with the highest priority of its parts; then 16-bit lengths (RFC 6184 section 5.7.1).
  expect(packetizeH264(picture, 1_000)).toEqual([
    Uint8Array.of(0x78, 0, 4, 0x67, 0x42, 0xe0, 0x1f, 0, 2, 0x68, 0xce),
    Uint8Array.from(idr),
  ]);
});

test('a fragment says start, end, type and priority', () => {
  const slice = Uint8Array.from([0x65, ...new Array(250).fill(9)]);
  const [first, second, third] = packetizeH264(stream([slice]), 102);
  expect([first?.[0], first?.[1]]).toEqual([0x7c, 0x85]); // FU-A, priority 3; start, type 5.
  expect([second?.[0], second?.[1]]).toEqual([0x7c, 0x05]);
  expect([third?.[0], third?.[1]]).toEqual([0x7c, 0x45]); // End.
});

test('only a picture with an IDR slice is a key picture', () => {
  expect(isKeyH264(stream([Uint8Array.of(0x67, 1), Uint8Array.of(0x65, 1)]))).toBe(true);
  expect(isKeyH264(stream([Uint8Array.of(0x67, 1), Uint8Array.of(0x41, 1)]))).toBe(false);
});

test('zeros before a start code do not belong to the unit before it', () => {
  expect(splitNalUnits(Uint8Array.of(0, 0, 0, 1, 0x41, 9, 0, 0, 0, 1, 0x41, 8))).toEqual([
    Uint8Array.of(0x41, 9),
    Uint8Array.of(0x41, 8),
  ]);
  expect(splitNalUnits(new Uint8Array(0))).toEqual([]);
});
