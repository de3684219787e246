// test/unit/relay/address.test.ts - one reader of addresses, checked against Node's own.
import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatIp, formatTransportAddress, parseIp } from '../../../src/relay/address.ts';

const four = fc.uint8Array({ minLength: 4, maxLength: 4 });
const six = fc.uint8Array({ minLength: 16, maxLength: 16 });
// Many zeros, so that '::' stands everywhere it can.
const sparseSix = fc
  .array(fc.constantFrom(0, 0, 0, 1, 0xff), { minLength: 16, maxLength: 16 })
  .map((bytes) => Uint8Array.from(bytes));

test('text and bytes are one to one', () => {
  fc.assert(
    fc.property(fc.oneof(four, six, sparseSix), (ip) => {
      expect(parseIp(formatIp(ip))).toEqual(Uint8Array.from(ip));
    }),
  );
});

test('IPv6 is written as Node writes it', () => {
  fc.assert(
    fc.property(fc.oneof(six, sparseSix), (ip) => {
      const text = formatIp(ip);
      // Node shows the last 32 bits of mapped and compatible addresses as a quad; we never do.
      fc.pre(!ip.slice(0, 10).every((byte) => byte === 0));
      expect(new SocketAddress({ address: text, family: 'ipv6' }).address).toBe(text);
    }),
  );
});

test('what we accept, Node accepts as the same family', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9a-f:.]{1,24}$/), (text) => {
      const ip = parseIp(text);
      if (ip === undefined) return;
      expect(ip.length === 4 ? isIPv4(text) : isIPv6(text)).toBe(true);
    }),
    { numRuns: 5_000 },
  );
});

test.each([
  ['010.0.0.1', 'octal in some readers'],
  ['127.1', 'short quad'],
  ['0x7f.0.0.1', 'hex'],
  ['2130706433', 'one number'],
  ['1.2.3.256', 'byte too large'],
  ['fe80::1%eth0', 'zone'],
  ['[::1]', 'brackets'],
  ['1::2::3', 'two gaps'],
  ['::1.2.3.4:5', 'quad not last'],
  ['1:2:3:4:5:6:7', 'too few groups'],
  ['1:2:3:4:5:6:7::8', 'a gap for nothing'],
  ['', 'nothing'],
])('%s is refused: %s', (text) => expect(parseIp(text)).toBeUndefined());

test.each([
  ['::ffff:127.0.0.1', '::ffff:7f00:1'],
  ['::', '::'],
  ['::1', '::1'],
  ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['1:0:2:0:3:0:4:0', '1:0:2:0:3:0:4:0'],
])('%s is %s', (text, same) => expect(formatIp(parseIp(text) ?? new Uint8Array(4))).toBe(same));

test('a port stands behind brackets for IPv6', () => {
  expect(formatTransportAddress({ ip: Uint8Array.of(1, 2, 3, 4), port: 5 })).toBe('1.2.3.4:5');
  expect(formatTransportAddress({ ip: parseIp('::1') ?? new Uint8Array(16), port: 5 })).toBe('[::1]:5');
});
