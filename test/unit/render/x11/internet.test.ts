// test/unit/render/x11/internet.test.ts - the network of an address, by hand-reckoned examples.
import { expect, test } from 'vitest';
import { networkOf } from '../../../../src/render/x11/internet.ts';

test('the network of an address is its first bits, the rest zero', () => {
  expect(networkOf('203.0.113.77/26')).toBe('203.0.113.64/26');
  expect(networkOf('192.168.77.2/24')).toBe('192.168.77.0/24');
  expect(networkOf('10.1.2.3/32')).toBe('10.1.2.3/32');
  expect(networkOf('172.31.255.255/12')).toBe('172.16.0.0/12');
  expect(networkOf('255.1.2.3/1')).toBe('128.0.0.0/1');
});
