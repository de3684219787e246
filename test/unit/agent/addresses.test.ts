import { expect, test } from 'vitest';
import { isLoopbackHost, ownAddresses } from '../../../src/agent/addresses.ts';

const interfaces = [
  { address: '127.0.0.1', family: 'IPv4', internal: true },
  { address: '::1', family: 'IPv6', internal: true },
  { address: '2001:db8::5', family: 'IPv6', internal: false },
  { address: 'fe80::1', family: 'IPv6', internal: false },
  { address: '169.254.3.4', family: 'IPv4', internal: false },
  { address: '192.0.2.5', family: 'IPv4', internal: false },
];

test('a hub elsewhere: every address that can be reached, IPv4 first, loopback never', () =>
  expect(ownAddresses(interfaces, 'https://hub.example')).toEqual(['192.0.2.5', '2001:db8::5']));

test.each(['http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080'])(
  'a hub on this machine (%s): loopback too',
  (hub) => expect(ownAddresses(interfaces, hub)).toEqual(['127.0.0.1', '192.0.2.5', '2001:db8::5']),
);

test('a machine with many addresses names six', () => {
  const many = Array.from({ length: 20 }, (_, i) => ({ address: `10.0.0.${i}`, family: 'IPv4', internal: false }));
  expect(ownAddresses(many, 'https://hub.example')).toHaveLength(6);
});

test.each([
  ['127.9.9.9', true],
  ['a.localhost', true],
  ['127.0.0.1.example.org', false],
  ['10.0.0.1', false],
])('%s is loopback: %s', (host, expected) => expect(isLoopbackHost(host)).toBe(expected));
