// test/vectors/rfc5769.test.ts - the published messages, read and written again to the last byte.
import { expect, test } from 'vitest';
import { fromUtf8, toUtf8 } from '../../src/base/utf8.ts';
import { formatIp } from '../../src/relay/address.ts';
import { longTermKey } from '../../src/relay/credentials.ts';
import { addFingerprint, fingerprintState } from '../../src/relay/stun/attributes/fingerprint.ts';
import { addMessageIntegrity, messageIntegrityHolds } from '../../src/relay/stun/attributes/message-integrity.ts';
import {
  addMessageIntegritySha256,
  messageIntegritySha256Holds,
} from '../../src/relay/stun/attributes/message-integrity-sha256.ts';
import { decodeUserhash, userhashKey } from '../../src/relay/stun/attributes/userhash.ts';
import { addXorMappedAddress } from '../../src/relay/stun/attributes/xor-mapped-address.ts';
import { decodeMessage, firstValue, MessageWriter, type StunMessage } from '../../src/relay/stun/message.ts';
import { attributeTypes } from '../../src/relay/stun/registry.ts';
import { decodeXorAddress } from '../../src/relay/stun/xor-address.ts';
import {
  longTermUser,
  SHORT_TERM_PASSWORD,
  sampleIpv4Response,
  sampleIpv6Response,
  sampleLongTermRequest,
  sampleRequest,
  sampleSha256Request,
} from './rfc5769.ts';

function read(bytes: Uint8Array): StunMessage {
  const message = decodeMessage(bytes);
  if (!message.ok) throw new Error(message.error);
  return message.value;
}
const shortTermKey = toUtf8(SHORT_TERM_PASSWORD);
const sha1Of = (message: StunMessage, key: Uint8Array) =>
  message.attributes.some(
    (attribute) =>
      attribute.type === attributeTypes.MESSAGE_INTEGRITY && messageIntegrityHolds(message, attribute, key),
  );
const sha256Of = (message: StunMessage, key: Uint8Array) =>
  message.attributes.some(
    (attribute) =>
      attribute.type === attributeTypes.MESSAGE_INTEGRITY_SHA256 &&
      messageIntegritySha256Holds(message, attribute, key),
  );

test.each([
  ['2.1 request', sampleRequest],
  ['2.2 IPv4 response', sampleIpv4Response],
  ['2.3 IPv6 response', sampleIpv6Response],
])('%s: integrity and fingerprint are right, and wrong after any change', (_, bytes) => {
  const message = read(bytes);
  expect(sha1Of(message, shortTermKey)).toBe(true);
  expect(fingerprintState(message)).toBe('right');
  for (let at = 20; at < bytes.length - 32; at++) {
    const changed = Uint8Array.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    const again = decodeMessage(changed);
    if (!again.ok) continue;
    expect(sha1Of(again.value, shortTermKey)).toBe(false);
    expect(fingerprintState(again.value)).toBe('wrong');
  }
});

test('2.1 holds the user name and ICE attributes', () => {
  const message = read(sampleRequest);
  expect(message).toMatchObject({ klass: 0, method: 1 });
  expect(fromUtf8(firstValue(message, attributeTypes.USERNAME) ?? new Uint8Array(0))).toBe('evtj:h6vY');
  expect(firstValue(message, 0x0024)).toEqual(Uint8Array.of(0x6e, 0, 1, 0xff));
});

test.each([
  ['2.2', sampleIpv4Response, '192.0.2.1'],
  ['2.3', sampleIpv6Response, '2001:db8:1234:5678:11:2233:4455:6677'],
])('%s holds the mapped address', (_, bytes, address) => {
  const message = read(bytes);
  const value = firstValue(message, attributeTypes.XOR_MAPPED_ADDRESS) ?? new Uint8Array(0);
  const mapped = decodeXorAddress(value, message.transactionId);
  expect(mapped.ok && formatIp(mapped.value.ip)).toBe(address);
  expect(mapped.ok && mapped.value.port).toBe(32_853);
});

// The samples pad SOFTWARE with a space; we pad with zeros, so the text is given the space and the length mended.
test.each([
  ['2.2', sampleIpv4Response],
  ['2.3', sampleIpv6Response],
])('%s is written byte for byte', (_, bytes) => {
  const message = read(bytes);
  const mapped = decodeXorAddress(
    firstValue(message, attributeTypes.XOR_MAPPED_ADDRESS) ?? new Uint8Array(0),
    message.transactionId,
  );
  if (!mapped.ok) throw new Error(mapped.error);
  const writer = new MessageWriter(message.klass, message.method, message.transactionId);
  writer.add(attributeTypes.SOFTWARE, toUtf8('test vector '));
  writer.bytes()[23] = 11;
  addXorMappedAddress(writer, mapped.value);
  addFingerprint(addMessageIntegrity(writer, shortTermKey));
  expect(writer.bytes()).toEqual(bytes);
});

test('2.4 long-term request: MD5 key and HMAC-SHA1, written byte for byte', () => {
  const message = read(sampleLongTermRequest);
  const key = longTermKey('md5', longTermUser);
  expect(sha1Of(message, key)).toBe(true);
  expect(sha1Of(message, longTermKey('md5', { ...longTermUser, password: 'TheMatrIx' }))).toBe(false);
  const writer = new MessageWriter(0, 1, message.transactionId)
    .add(attributeTypes.USERNAME, toUtf8(longTermUser.username))
    .add(attributeTypes.NONCE, toUtf8('f//499k954d6OL34oL9FSTvy64sA'))
    .add(attributeTypes.REALM, toUtf8(longTermUser.realm));
  expect(addMessageIntegrity(writer, key).bytes()).toEqual(sampleLongTermRequest);
});

test('RFC 8489 B.1: USERHASH, SHA-256 key and HMAC-SHA256, written byte for byte', () => {
  const message = read(sampleSha256Request);
  const key = longTermKey('sha-256', longTermUser);
  expect(sha256Of(message, key)).toBe(true);
  expect(sha256Of(message, longTermKey('md5', longTermUser))).toBe(false);
  const hash = firstValue(message, attributeTypes.USERHASH) ?? new Uint8Array(0);
  expect(decodeUserhash(hash)).toEqual({ ok: true, value: userhashKey(longTermUser.username, longTermUser.realm) });
  const writer = new MessageWriter(0, 1, message.transactionId)
    .add(attributeTypes.USERHASH, hash)
    .add(attributeTypes.NONCE, toUtf8('obMatJos2AAACf//499k954d6OL34oL9FSTvy64sA'))
    .add(attributeTypes.REALM, toUtf8(longTermUser.realm))
    .add(attributeTypes.PASSWORD_ALGORITHM, Uint8Array.of(0, 2, 0, 0));
  expect(addMessageIntegritySha256(writer, key).bytes()).toEqual(sampleSha256Request);
});
