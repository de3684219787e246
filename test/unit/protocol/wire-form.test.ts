// test/unit/protocol/wire-form.test.ts - what the cheap look at message bytes lets through, and what it stops.
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { expect, test } from 'vitest';
import { messageCodec } from '../../../src/protocol/codec.ts';
import { type PlayerToHub, playerToHub } from '../../../src/protocol/player-messages.ts';
import { countValues } from '../../../src/protocol/wire-form.ts';

const packr = new Packr({ useRecords: false });
const codec = messageCodec<PlayerToHub, never>(playerToHub);

// Goal: nothing our own encoder writes is stopped. Method: random trees within the bounds, as the encoder packs them.
test('every tree of ours passes, and its values are counted', () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.string({ minLength: 200, maxLength: 400 }),
    fc.boolean(),
    fc.constant(null),
    fc.double({ noNaN: true }),
    fc.integer(),
  );
  const tree = fc.letrec((tie) => ({
    node: fc.oneof({ depthSize: 'small', maxDepth: 6 }, leaf, fc.array(tie('node'), { maxLength: 20 }), tie('map')),
    map: fc.dictionary(fc.string({ maxLength: 12 }), tie('node'), { maxKeys: 20 }),
  })).node;
  const count = (value: unknown): number =>
    Array.isArray(value)
      ? value.reduce((sum: number, item) => sum + count(item), 1)
      : typeof value === 'object' && value !== null
        ? Object.values(value).reduce((sum: number, item) => sum + 1 + count(item), 1)
        : 1;
  fc.assert(fc.property(tree, (value) => void expect(countValues(packr.pack(value))).toBe(count(value))));
});

// Goal: a walk over any bytes ends, stays in bounds and throws nothing.
test('any bytes get an answer', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const values = countValues(bytes);
      expect(values === -1 || values >= 1).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test.each<[string, Uint8Array]>([
  ['nothing', new Uint8Array(0)],
  ['an extension', packr.pack(new Map([['t', new Date(0)]]))],
  ['a binary', packr.pack({ t: new Uint8Array(4) })],
  ['a record definition', new Uint8Array([0x81, 0xa1, 0x74, 0xd4, 0x72, 0x40, 0x91, 0xa1, 0x61, 1])],
  ['a nest of 65,000 arrays', new Uint8Array(65_000).fill(0x91)],
  ['an array that claims 2^32 - 1 items', new Uint8Array([0xdd, 0xff, 0xff, 0xff, 0xff, 1])],
  ['a text longer than the bytes', new Uint8Array([0xd9, 200, 65])],
  ['a map with a number as key', new Uint8Array([0x81, 1, 1])],
  ['a map of 65 keys', packr.pack(Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, i])))],
  ['20,001 values', packr.pack(new Array(20_001).fill(0))],
  ['two messages in one', new Uint8Array([...packr.pack({ t: 'a' }), ...packr.pack({ t: 'b' })])],
  ['half a message', packr.pack({ t: 'candidate', peer: 'x'.repeat(30) }).subarray(0, 20)],
])('%s is no message', (_, bytes) => expect(countValues(bytes)).toBe(-1));

test('the control of the row above: 64 keys and 19,999 items pass', () => {
  expect(countValues(packr.pack(Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`k${i}`, i]))))).toBe(129);
  expect(countValues(packr.pack(new Array(19_999).fill(0)))).toBe(20_000);
});

test('the codec still names the wrong field of a small message and refuses a huge one quickly', () => {
  const small = codec.decode(packr.pack({ t: 'end', session: 'nobody' }));
  expect(small).toEqual({ ok: false, error: { code: 'MESSAGE_MALFORMED', facts: { t: 'end', field: '/session' } } });
  const huge = codec.decode(packr.pack({ t: 'play', measurements: new Array(15_000).fill(7) }));
  expect(huge).toEqual({ ok: false, error: { code: 'MESSAGE_MALFORMED', facts: { t: 'play', field: '' } } });
});
