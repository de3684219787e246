// test/unit/base/ip.test.ts - one address, one form, one kind.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countedBy, inCidr, ipKind, ipText, networkOf, readCidr, readIp } from '../../../src/base/ip.ts';

const ip = (text: string): Uint8Array => readIp(text) ?? new Uint8Array(0);

test.each([
  ['127.0.0.1', '127.0.0.1', 'loopback'],
  ['::ffff:127.0.0.1', '127.0.0.1', 'loopback'],
  ['::FFFF:7f00:1', '127.0.0.1', 'loopback'],
  ['0:0:0:0:0:0:0:1', '::1', 'loopback'],
  ['::', '::', 'special'],
  ['0.0.0.0', '0.0.0.0', 'special'],
  ['10.1.2.3', '10.1.2.3', 'private'],
  ['100.64.0.1', '100.64.0.1', 'private'],
  ['fd00::1', 'fd00::1', 'private'],
  ['169.254.169.254', '169.254.169.254', 'link-local'],
  ['fe80::1', 'fe80::1', 'link-local'],
  ['64:ff9b::7f00:1', '64:ff9b::7f00:1', 'special'],
  ['2002:7f00:1::', '2002:7f00:1::', 'special'],
  ['::127.0.0.1', '::7f00:1', 'special'],
  ['224.0.0.1', '224.0.0.1', 'special'],
  ['255.255.255.255', '255.255.255.255', 'special'],
  ['8.8.8.8', '8.8.8.8', 'public'],
  ['2606:4700:0:0:1:0:0:1', '2606:4700::1:0:0:1', 'public'],
])('%s is %s, %s', (text, form, kind) => {
  expect(ipText(ip(text))).toBe(form);
  expect(ipKind(ip(text))).toBe(kind);
});

test.each([
  '',
  '1.2.3',
  '1.2.3.256',
  '01.2.3.4',
  '1.2.3.4.5',
  '0x7f.1',
  '2130706433',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  'g::1',
  '::1%eth0',
  '[::1]',
  '::ffff:1.2.3.400',
  '1:2:3:4:5:6:7::8:9',
])("'%s' is no address", (text) => expect(readIp(text)).toBeUndefined());

test('text and bytes go round', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
  );
  fc.assert(
    fc.property(bytes, (address) => {
      const again = ip(ipText(address));
      expect([...again]).toEqual([...ip(ipText(again))]);
      if (address.length === 4) expect([...again]).toEqual([...address]);
    }),
  );
});

test('ranges hold what they say', () => {
  const range = readCidr('192.168.4.0/22');
  expect(range).toBeDefined();
  if (range === undefined) return;
  expect(inCidr(ip('192.168.7.255'), range)).toBe(true);
  expect(inCidr(ip('::ffff:192.168.4.1'), range)).toBe(true);
  expect(inCidr(ip('192.168.8.0'), range)).toBe(false);
  expect(inCidr(ip('::1'), range)).toBe(false);
  for (const text of ['1.2.3.4/33', '1.2.3.4/', '1.2.3.4/1/2', '::/129', 'x/8']) expect(readCidr(text)).toBeUndefined();
  expect(readCidr('::ffff:10.0.0.0/104')).toEqual({ ip: ip('10.0.0.0'), bits: 8 });
});

test('a network is the line, not the person', () => {
  expect(networkOf(ip('203.0.113.77'))).toBe('203.0.113.0/24');
  expect(networkOf(ip('2606:4700:1234:5678::1'))).toBe('2606:4700:1234::/48');
});

test('an address of IPv6 counts with all that its holder has, one of IPv4 by itself', () => {
  expect(countedBy('2606:4700:1:2:3:4:5:6')).toBe('2606:4700:1:2::/64');
  expect(countedBy('2606:4700:1:2::')).toBe(countedBy('2606:4700:1:2:ffff:ffff:ffff:ffff'));
  expect(countedBy('2606:4700:1:3::1')).not.toBe(countedBy('2606:4700:1:2::1'));
  expect([countedBy('192.0.2.7'), countedBy('::ffff:192.0.2.7')]).toEqual(['192.0.2.7', '192.0.2.7']);
  expect([countedBy('fe80::1%eth0'), countedBy('')]).toEqual(['fe80::1%eth0', '']);
});
