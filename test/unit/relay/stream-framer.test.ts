// test/unit/relay/stream-framer.test.ts - a stream gives the same frames however it is cut.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FRAME_BYTES_MAX, StreamFramer } from '../../../src/relay/stream-framer.ts';
import { MessageWriter } from '../../../src/relay/stun/message.ts';

const channelData = (size: number) => {
  const frame = new Uint8Array(4 + ((size + 3) & ~3));
  frame.set([0x40, 1, size >> 8, size & 0xff]);
  return frame.fill(size & 0xff, 4, 4 + size);
};
const stun = (size: number) =>
  Uint8Array.from(new MessageWriter(0, 1, new Uint8Array(12)).add(0x8022, new Uint8Array(size)).bytes());
const frame = fc.oneof(fc.nat(1_400).map(channelData), fc.nat(300).map(stun));

function framesOf(chunks: readonly Uint8Array[]): Uint8Array[] | 'no TURN' {
  const framer = new StreamFramer();
  const frames: Uint8Array[] = [];
  for (const chunk of chunks) {
    const fits = framer.push(chunk, (bytes, at, length) => frames.push(bytes.slice(at, at + length)));
    if (!fits) return 'no TURN';
    expect(framer.waiting).toBeLessThan(FRAME_BYTES_MAX);
  }
  return frames;
}
const whole = (frames: readonly Uint8Array[]) => Uint8Array.from(frames.flatMap((bytes) => [...bytes]));

test('in one piece, byte by byte, and cut anywhere', () => {
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1 }),
      (frames, cuts) => {
        const bytes = whole(frames);
        expect(framesOf([bytes])).toEqual(frames);
        expect(framesOf(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(frames);
        const pieces: Uint8Array[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = cuts[i % cuts.length] ?? 1;
          pieces.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(framesOf(pieces)).toEqual(frames);
      },
    ),
    { numRuns: 60 },
  );
});

test.each([
  ['HTTP', new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n')],
  ['TLS, not unwrapped', Uint8Array.of(0x16, 3, 1, 0, 5)],
  ['a STUN length that is no multiple of four', Uint8Array.of(0, 1, 0, 5)],
  ['a number that never was a channel', Uint8Array.of(0x80, 0, 0, 4)],
  ['a frame longer than we take', Uint8Array.of(0x40, 0, 0x10, 0)],
])('%s ends the stream', (_, bytes) => expect(framesOf([bytes])).toBe('no TURN'));

test('after good frames, junk still ends it', () => {
  expect(framesOf([channelData(5), Uint8Array.of(0xff, 0, 0, 0)])).toBe('no TURN');
  expect(framesOf([channelData(5), channelData(6)])).toHaveLength(2);
});
