// test/unit/relay/stun/message.test.ts - the frame of every STUN message, and what a receiver must not see in it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeMessage,
  firstValue,
  HEADER_BYTES,
  MessageWriter,
  messageType,
  type StunClass,
} from '../../../../src/relay/stun/message.ts';
import { attributeTypes } from '../../../../src/relay/stun/registry.ts';

const transaction = Uint8Array.from({ length: 12 }, (_, i) => i + 1);
const { MESSAGE_INTEGRITY, MESSAGE_INTEGRITY_SHA256, FINGERPRINT, LIFETIME, SOFTWARE } = attributeTypes;

test('types of RFC 8489 section 5: the class bits lie between the bits of the method', () => {
  expect(messageType(0, 1)).toBe(0x0001);
  expect(messageType(1, 1)).toBe(0x0011);
  expect(messageType(2, 1)).toBe(0x0101);
  expect(messageType(3, 1)).toBe(0x0111);
  expect(messageType(3, 0x009)).toBe(0x0119);
});

test('what is written is read again: class, method, every attribute', () => {
  const attribute = fc.tuple(
    fc.integer({ min: 0, max: 0xffff }).filter((type) => ![0x0008, 0x001c, 0x8028].includes(type)),
    fc.uint8Array({ maxLength: 40 }),
  );
  fc.assert(
    fc.property(
      fc.constantFrom<StunClass>(0, 1, 2, 3),
      fc.integer({ min: 0, max: 0xfff }),
      fc.array(attribute, { maxLength: 20 }),
      (klass, method, attributes) => {
        const writer = new MessageWriter(klass, method, transaction);
        for (const [type, value] of attributes) writer.add(type, value);
        const read = decodeMessage(Uint8Array.from(writer.bytes()));
        expect(read).toMatchObject({ ok: true, value: { klass, method, transactionId: transaction } });
        if (!read.ok) return;
        expect(read.value.attributes.map(({ type, value }) => [type, Array.from(value)])).toEqual(
          attributes.map(([type, value]) => [type, Array.from(value)]),
        );
      },
    ),
  );
});

test('padding is zeros', () => {
  const bytes = new MessageWriter(0, 1, transaction).add(SOFTWARE, Uint8Array.of(9)).bytes();
  expect(Array.from(bytes.subarray(HEADER_BYTES))).toEqual([0x80, 0x22, 0, 1, 9, 0, 0, 0]);
});

test('of duplicates the first counts', () => {
  const bytes = new MessageWriter(0, 1, transaction)
    .add(LIFETIME, Uint8Array.of(0, 0, 0, 1))
    .add(LIFETIME, Uint8Array.of(0, 0, 0, 2))
    .bytes();
  const read = decodeMessage(bytes);
  expect(read.ok && firstValue(read.value, LIFETIME)).toEqual(Uint8Array.of(0, 0, 0, 1));
});

const types = (writer: MessageWriter) => {
  const read = decodeMessage(writer.bytes());
  return read.ok ? read.value.attributes.map(({ type }) => type) : read.error;
};
const empty = new Uint8Array(0);

test('after MESSAGE-INTEGRITY only the other integrity and the fingerprint are seen', () => {
  const writer = new MessageWriter(0, 1, transaction)
    .add(SOFTWARE, empty)
    .add(MESSAGE_INTEGRITY, empty)
    .add(LIFETIME, empty)
    .add(MESSAGE_INTEGRITY_SHA256, empty)
    .add(SOFTWARE, empty)
    .add(MESSAGE_INTEGRITY, empty)
    .add(FINGERPRINT, Uint8Array.of(0, 0, 0, 0));
  expect(types(writer)).toEqual([SOFTWARE, MESSAGE_INTEGRITY, MESSAGE_INTEGRITY_SHA256, FINGERPRINT]);
});

test('after MESSAGE-INTEGRITY-SHA256 only the fingerprint is seen', () => {
  const writer = new MessageWriter(0, 1, transaction)
    .add(MESSAGE_INTEGRITY_SHA256, empty)
    .add(MESSAGE_INTEGRITY, empty)
    .add(LIFETIME, empty)
    .add(FINGERPRINT, Uint8Array.of(0, 0, 0, 0));
  expect(types(writer)).toEqual([MESSAGE_INTEGRITY_SHA256, FINGERPRINT]);
});

test('nothing may follow the fingerprint', () => {
  const writer = new MessageWriter(0, 1, transaction).add(FINGERPRINT, Uint8Array.of(0, 0, 0, 0));
  expect(types(writer)).toEqual([FINGERPRINT]);
  expect(types(writer.add(SOFTWARE, empty))).toBe('bad-attributes');
});

const valid = () =>
  Uint8Array.from(new MessageWriter(0, 1, transaction).add(LIFETIME, Uint8Array.of(0, 0, 0, 1)).bytes());
const changed = (at: number, byte: number) => {
  const bytes = valid();
  bytes[at] = byte;
  return bytes;
};
test.each([
  ['19 bytes', valid().subarray(0, 19), 'not-stun'],
  ['first bits set', changed(0, 0x40), 'not-stun'],
  ['another cookie', changed(4, 0x20), 'not-stun'],
  ['a length that is no multiple of four', changed(3, 7), 'not-stun'],
  ['a length short of the datagram', changed(3, 4), 'not-stun'],
  ['a length beyond the datagram', changed(3, 12), 'not-stun'],
  ['an attribute beyond the end', changed(23, 5), 'bad-attributes'],
])('%s is refused', (_, bytes, error) => {
  expect(decodeMessage(bytes)).toEqual({ ok: false, error });
  expect(decodeMessage(valid()).ok).toBe(true);
});

test('65 attributes are refused, 64 are read', () => {
  const writer = new MessageWriter(0, 1, transaction);
  for (let i = 0; i < 64; i++) writer.add(SOFTWARE, empty);
  expect(types(writer)).toHaveLength(64);
  expect(types(writer.add(SOFTWARE, empty))).toBe('bad-attributes');
});
