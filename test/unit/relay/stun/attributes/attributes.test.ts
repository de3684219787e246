// test/unit/relay/stun/attributes/attributes.test.ts - the small attributes, a table for each: bytes, meaning, refusals.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeAdditionalFamily } from '../../../../../src/relay/stun/attributes/additional-address-family.ts';
import { encodeAddressErrorCode } from '../../../../../src/relay/stun/attributes/address-error-code.ts';
import { decodeChannelNumber } from '../../../../../src/relay/stun/attributes/channel-number.ts';
import { decodeErrorCode, encodeErrorCode } from '../../../../../src/relay/stun/attributes/error-code.ts';
import { decodeEvenPort } from '../../../../../src/relay/stun/attributes/even-port.ts';
import { encodeIcmp, icmpIsForwarded } from '../../../../../src/relay/stun/attributes/icmp.ts';
import { decodeLifetime, encodeLifetime } from '../../../../../src/relay/stun/attributes/lifetime.ts';
import { decodeNonce, encodeNonce } from '../../../../../src/relay/stun/attributes/nonce.ts';
import { decodePasswordAlgorithm } from '../../../../../src/relay/stun/attributes/password-algorithm.ts';
import { isOfferedList, OFFERED_ALGORITHMS } from '../../../../../src/relay/stun/attributes/password-algorithms.ts';
import { decodeRealm, encodeRealm } from '../../../../../src/relay/stun/attributes/realm.ts';
import { decodeAddressFamily } from '../../../../../src/relay/stun/attributes/requested-address-family.ts';
import { decodeRequestedTransport } from '../../../../../src/relay/stun/attributes/requested-transport.ts';
import { decodeReservationToken } from '../../../../../src/relay/stun/attributes/reservation-token.ts';
import { encodeUnknownAttributes } from '../../../../../src/relay/stun/attributes/unknown-attributes.ts';
import { decodeUserhash } from '../../../../../src/relay/stun/attributes/userhash.ts';
import { decodeUsername } from '../../../../../src/relay/stun/attributes/username.ts';
import { crc32 } from '../../../../../src/relay/stun/crc32.ts';
import { decodeXorAddress, encodeXorAddress } from '../../../../../src/relay/stun/xor-address.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);
const value = (result: { ok: boolean }) => ('value' in result ? result.value : undefined);

test.each([
  ['LIFETIME', decodeLifetime, bytes(0, 0, 2, 88), 600],
  ['LIFETIME, largest', decodeLifetime, bytes(255, 255, 255, 255), 4_294_967_295],
  ['LIFETIME, short', decodeLifetime, bytes(0, 0, 2), undefined],
  ['CHANNEL-NUMBER, reserved bytes set', decodeChannelNumber, bytes(0x40, 1, 9, 9), 0x4001],
  ['CHANNEL-NUMBER, long', decodeChannelNumber, bytes(0x40, 1, 0, 0, 0), undefined],
  ['REQUESTED-TRANSPORT, UDP', decodeRequestedTransport, bytes(17, 9, 9, 9), 17],
  ['REQUESTED-TRANSPORT, empty', decodeRequestedTransport, bytes(), undefined],
  ['REQUESTED-ADDRESS-FAMILY, IPv4', decodeAddressFamily, bytes(1, 9, 9, 9), 4],
  ['REQUESTED-ADDRESS-FAMILY, IPv6', decodeAddressFamily, bytes(2, 0, 0, 0), 6],
  ['REQUESTED-ADDRESS-FAMILY, 3', decodeAddressFamily, bytes(3, 0, 0, 0), 'unknown'],
  ['REQUESTED-ADDRESS-FAMILY, short', decodeAddressFamily, bytes(1), undefined],
  ['ADDITIONAL-ADDRESS-FAMILY, IPv6', decodeAdditionalFamily, bytes(2, 0, 0, 0), 6],
  ['ADDITIONAL-ADDRESS-FAMILY, IPv4', decodeAdditionalFamily, bytes(1, 0, 0, 0), undefined],
  ['EVEN-PORT, reserve', decodeEvenPort, bytes(0x80), true],
  ['EVEN-PORT, reserved bits set', decodeEvenPort, bytes(0x7f), false],
  ['EVEN-PORT, long', decodeEvenPort, bytes(0x80, 0), undefined],
  ['RESERVATION-TOKEN', decodeReservationToken, bytes(0, 1, 2, 3, 4, 5, 6, 255), '00010203040506ff'],
  ['RESERVATION-TOKEN, short', decodeReservationToken, bytes(1, 2, 3, 4, 5, 6, 7), undefined],
  ['PASSWORD-ALGORITHM, SHA-256', decodePasswordAlgorithm, bytes(0, 2, 0, 0), 'sha-256'],
  ['PASSWORD-ALGORITHM, MD5', decodePasswordAlgorithm, bytes(0, 1, 0, 0), 'md5'],
  ['PASSWORD-ALGORITHM, 3', decodePasswordAlgorithm, bytes(0, 3, 0, 0), undefined],
  ['PASSWORD-ALGORITHM with parameters', decodePasswordAlgorithm, bytes(0, 2, 0, 4, 0, 0, 0, 0), undefined],
  ['USERNAME with a line break', decodeUsername, bytes(97, 10), 'a\n'],
  ['USERNAME, no UTF-8', decodeUsername, bytes(0xff), undefined],
  ['USERNAME, 509 bytes', decodeUsername, new Uint8Array(509), undefined],
  ['USERHASH, 31 bytes', decodeUserhash, new Uint8Array(31), undefined],
  ['REALM, 764 bytes', decodeRealm, new Uint8Array(764), undefined],
  ['NONCE, 764 bytes', decodeNonce, new Uint8Array(764), undefined],
])('%s', (_, decode, input, meaning) => expect(value(decode(input))).toBe(meaning));

test('texts and numbers come back', () => {
  expect(decodeRealm(encodeRealm('nearcade'))).toEqual({ ok: true, value: 'nearcade' });
  expect(decodeNonce(encodeNonce('obMatJos2AAAA'))).toEqual({ ok: true, value: 'obMatJos2AAAA' });
  expect(decodeLifetime(encodeLifetime(3_600))).toEqual({ ok: true, value: 3_600 });
});

test('ERROR-CODE: hundreds and rest', () => {
  expect(encodeErrorCode(438, '')).toEqual(bytes(0, 0, 4, 38));
  expect(decodeErrorCode(encodeErrorCode(437, 'Allocation Mismatch'))).toEqual({
    ok: true,
    value: { code: 437, reason: 'Allocation Mismatch' },
  });
  expect(decodeErrorCode(bytes(0, 0, 2, 0)).ok).toBe(false);
  expect(decodeErrorCode(bytes(0, 0, 4)).ok).toBe(false);
});

test('UNKNOWN-ATTRIBUTES, ADDRESS-ERROR-CODE', () => {
  expect(encodeUnknownAttributes([0x0024, 0x7fff])).toEqual(bytes(0, 0x24, 0x7f, 0xff));
  expect(encodeAddressErrorCode(6, 440)).toEqual(bytes(2, 0, 4, 40));
  expect(encodeAddressErrorCode(4, 508)).toEqual(bytes(1, 0, 5, 8));
});

test('PASSWORD-ALGORITHMS: only the exact list passes', () => {
  expect(isOfferedList(bytes(0, 2, 0, 0, 0, 1, 0, 0))).toBe(true);
  expect(isOfferedList(bytes(0, 1, 0, 0, 0, 2, 0, 0))).toBe(false);
  expect(isOfferedList(OFFERED_ALGORITHMS.subarray(0, 4))).toBe(false);
});

test('ICMP: 7 bits type, 9 bits code, the MTU only for "too big"', () => {
  expect(encodeIcmp(4, { type: 3, code: 4, mtuBytes: 1_400 })).toEqual(bytes(0, 0, 6, 4, 0, 0, 5, 0x78));
  expect(encodeIcmp(4, { type: 3, code: 3, mtuBytes: 1_400 })).toEqual(bytes(0, 0, 6, 3, 0, 0, 0, 0));
  expect(encodeIcmp(6, { type: 2, code: 0, mtuBytes: 1_280 })).toEqual(bytes(0, 0, 4, 0, 0, 0, 5, 0));
  expect([icmpIsForwarded(4, 3), icmpIsForwarded(4, 11), icmpIsForwarded(4, 5)]).toEqual([true, true, false]);
  expect([icmpIsForwarded(6, 1), icmpIsForwarded(6, 3), icmpIsForwarded(6, 128)]).toEqual([true, true, false]);
});

test('CRC-32 of "123456789" (the check value of its catalogue)', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
});

test('a mixed address comes back, in 8 or 20 bytes', () => {
  const ip = fc.oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 16, maxLength: 16 }));
  const transaction = fc.uint8Array({ minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(ip, fc.nat(65_535), transaction, (address, port, transactionId) => {
      const coded = encodeXorAddress({ ip: address, port }, transactionId);
      expect(coded.length).toBe(address.length + 4);
      expect(decodeXorAddress(coded, transactionId)).toEqual({
        ok: true,
        value: { ip: Uint8Array.from(address), port },
      });
    }),
  );
});

test('an address of the wrong length or family is refused', () => {
  const transactionId = new Uint8Array(12);
  const four = encodeXorAddress({ ip: bytes(1, 2, 3, 4), port: 5 }, transactionId);
  expect(decodeXorAddress(four, transactionId).ok).toBe(true);
  expect(decodeXorAddress(four.subarray(0, 7), transactionId)).toEqual({ ok: false, error: 'bad-length' });
  four[1] = 2;
  expect(decodeXorAddress(four, transactionId)).toEqual({ ok: false, error: 'bad-family' });
});
