// test/unit/relay/peer-filter.test.ts - whom a client may reach. Every denied address in every spelling stays denied; each
// refusal stands beside what the same client may do.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatIp, type IpBytes } from '../../../src/relay/address.ts';
import { type Cidr, cidrHolds, parseCidr } from '../../../src/relay/cidr.ts';
import { PeerFilter, type PeerFilterFacts, portIsIn } from '../../../src/relay/peer-filter.ts';
import type { ScopeRange } from '../../../src/relay/scope.ts';
import { ip } from './turn/turn-world.ts';

const cidr = (text: string): Cidr => {
  const range = parseCidr(text);
  if (range === undefined) throw new Error(text);
  return range;
};
const filter = (facts: Partial<PeerFilterFacts> = {}) =>
  new PeerFilter({
    allow: [],
    ownAddresses: [ip('198.51.99.1')],
    relayAddresses: [ip('198.51.99.1')],
    relayPorts: { first: 50_000, last: 50_999 },
    servicePorts: [3_478],
    ...facts,
  });
const scope = (address: string, portFirst = 40_000, portLast = 40_099): ScopeRange[] => [
  { ip: ip(address), portFirst, portLast },
];
const open = [{ first: 1_024, last: 65_535 }];

const denied4 = [
  '0.0.0.0',
  '0.1.2.3',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.0.9',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.8',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.7',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
];
const denied6 = [
  '::',
  '::1',
  '::7f00:1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '::ffff:0:8.8.8.8',
  '64:ff9b::8.8.8.8',
  '64:ff9b:1::8.8.8.8',
  '100::1',
  '2001::1',
  '2001:2::1',
  '2001:10::1',
  '2001:20::1',
  '2001:db8::1',
  '2002:808:808::1',
  '3fff::1',
  '5f00::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fec0::1',
  'ff02::1',
  '2a00::5efe:8.8.8.8',
  '2a00::200:5efe:8.8.8.8',
];
test.each([...denied4, ...denied6])('%s is denied, with and without a scope that names it', (address) => {
  expect(filter().portsOf(ip(address), undefined)).toEqual([]);
  expect(filter().portsOf(ip(address), scope(address))).toEqual([]);
});

test.each([
  '8.8.8.8',
  '100.63.255.255',
  '100.128.0.1',
  '172.15.0.1',
  '172.32.0.1',
  '192.0.1.1',
  '198.20.0.1',
  '223.255.255.255',
  '2a00::1',
  '2001:4860::8888',
  '2600::1',
])('%s is open, from port 1,024 on', (address) => expect(filter().portsOf(ip(address), undefined)).toEqual(open));

/** The ways to write an IPv4 address in an IPv6 one. */
const forms: Record<string, (v4: IpBytes) => number[]> = {
  mapped: (v4) => [...new Array(10).fill(0), 0xff, 0xff, ...v4],
  compatible: (v4) => [...new Array(12).fill(0), ...v4],
  translated: (v4) => [...new Array(8).fill(0), 0xff, 0xff, 0, 0, ...v4],
  nat64: (v4) => [0, 0x64, 0xff, 0x9b, ...new Array(8).fill(0), ...v4],
  'local nat64': (v4) => [0, 0x64, 0xff, 0x9b, 0, 1, v4[0] ?? 0, v4[1] ?? 0, 0, v4[2] ?? 0, v4[3] ?? 0, 0, 0, 0, 0, 0],
  '6to4': (v4) => [0x20, 0x02, ...v4, ...new Array(10).fill(0)],
  'teredo server': (v4) => [0x20, 0x01, 0, 0, ...v4, ...new Array(8).fill(0)],
  'teredo client': (v4) => [0x20, 0x01, 0, 0, ...new Array(8).fill(0), ...Array.from(v4, (byte) => byte ^ 0xff)],
  isatap: (v4) => [0x2a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x5e, 0xfe, ...v4],
  'isatap, unique': (v4) => [0x2a, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0x5e, 0xfe, ...v4],
};

// Goal: CVE-2020-26262 and CVE-2026-27624 cannot happen here. Method: any IPv4 address in any form, also with everything
// allowed, is reachable by none of them (but ::1 by its own rule).
test.each(Object.keys(forms))('no IPv4 address is reachable as %s', (form) => {
  const all = filter({ allow: [cidr('0.0.0.0/0'), cidr('::/0')] });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.constantFrom(...denied4).map(ip)), (v4) => {
      const address = Uint8Array.from(forms[form]?.(v4) ?? []);
      fc.pre(formatIp(address) !== '::1');
      expect(all.portsOf(address, undefined)).toEqual([]);
      expect(all.portsOf(address, scope(formatIp(address)))).toEqual([]);
    }),
  );
  expect(all.portsOf(ip('8.8.8.8'), undefined)).toEqual(open);
});

test('an operator opens a private range, and only that', () => {
  const lan = filter({ allow: [cidr('192.168.7.0/24'), cidr('fd12::/16')] });
  expect(lan.portsOf(ip('192.168.7.9'), undefined)).toEqual(open);
  expect(lan.portsOf(ip('192.168.8.9'), undefined)).toEqual([]);
  expect(lan.portsOf(ip('fd12::9'), undefined)).toEqual(open);
  expect(lan.portsOf(ip('fd13::9'), undefined)).toEqual([]);
  expect(lan.portsOf(ip('::ffff:192.168.7.9'), undefined)).toEqual([]);
});

test('a scope reaches its own addresses and ports, and nothing else', () => {
  const signed = [...scope('8.8.8.8'), ...scope('2a00::8', 41_000, 41_001)];
  expect(filter().portsOf(ip('8.8.8.8'), signed)).toEqual([{ first: 40_000, last: 40_099 }]);
  expect(filter().portsOf(ip('2a00::8'), signed)).toEqual([{ first: 41_000, last: 41_001 }]);
  expect(filter().portsOf(ip('8.8.4.4'), signed)).toEqual([]);
  expect(filter().portsOf(ip('8.8.4.4'), undefined)).toEqual(open);
});

test('a scope on a LAN counts only where the operator opened it', () => {
  const lan = scope('192.168.7.9');
  expect(filter().portsOf(ip('192.168.7.9'), lan)).toEqual([]);
  expect(filter({ allow: [cidr('192.168.0.0/16')] }).portsOf(ip('192.168.7.9'), lan)).toEqual([
    { first: 40_000, last: 40_099 },
  ]);
});

test("on the relay's own address: its relay ports for everybody, a node's ports by scope, never a service's", () => {
  const own = ip('198.51.99.1');
  expect(filter().portsOf(own, undefined)).toEqual([{ first: 50_000, last: 50_999 }]);
  expect(filter().portsOf(own, scope('198.51.99.1'))).toEqual([{ first: 40_000, last: 40_099 }]);
  expect(filter().portsOf(own, scope('198.51.99.1', 3_470, 3_480))).toEqual([
    { first: 3_470, last: 3_477 },
    { first: 3_479, last: 3_480 },
  ]);
  expect(filter().portsOf(own, scope('198.51.99.1', 1, 1_100))).toEqual([{ first: 1_024, last: 1_100 }]);
});

test('on loopback nothing, unless allowed; then all but services', () => {
  const dev = filter({ allow: [cidr('127.0.0.0/8')], relayAddresses: [ip('127.0.0.1')] });
  expect(filter().portsOf(ip('127.0.0.1'), scope('127.0.0.1'))).toEqual([]);
  expect(dev.portsOf(ip('127.0.0.1'), scope('127.0.0.1'))).toEqual([{ first: 40_000, last: 40_099 }]);
  const ports = dev.portsOf(ip('127.0.0.1'), undefined);
  expect([3_477, 3_478, 3_479, 53].map((port) => portIsIn(ports, port))).toEqual([true, false, true, false]);
});

test('two clients of one relay meet on its relay ports, also on a private address', () => {
  const home = filter({ ownAddresses: [ip('192.168.1.5')], relayAddresses: [ip('192.168.1.5')] });
  const meeting = [{ first: 50_000, last: 50_999 }];
  expect(home.portsOf(ip('192.168.1.5'), undefined)).toEqual(meeting);
  expect(home.portsOf(ip('192.168.1.5'), scope('192.168.1.5', 49_000, 50_010))).toEqual([
    { first: 50_000, last: 50_010 },
  ]);
  expect(home.portsOf(ip('192.168.1.5'), scope('192.168.1.5', 40_000, 40_010))).toEqual([]);
  expect(home.portsOf(ip('192.168.1.6'), undefined)).toEqual([]);
});

test('addresses that the machine gets later are its own, too', () => {
  const moving = filter();
  expect(moving.portsOf(ip('8.8.8.8'), undefined)).toEqual(open);
  moving.setOwnAddresses([ip('8.8.8.8')]);
  expect(moving.portsOf(ip('8.8.8.8'), undefined)).toEqual([]);
});

test('ports are in a range or not', () => {
  const ranges = [
    { first: 10, last: 20 },
    { first: 30, last: 30 },
  ];
  expect([9, 10, 20, 21, 30, 31].map((port) => portIsIn(ranges, port))).toEqual([
    false,
    true,
    true,
    false,
    true,
    false,
  ]);
});

// The oracle is arithmetic on whole numbers; the matcher compares bytes (coturn's went wrong there, 2026-07).
test('an address lies in a range exactly when its number does', () => {
  const whole = (bytes: IpBytes) => bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const family = fc.constantFrom(4, 16);
  fc.assert(
    fc.property(
      family.chain((length) =>
        fc.tuple(
          fc.uint8Array({ minLength: length, maxLength: length }),
          fc.uint8Array({ minLength: length, maxLength: length }),
          fc.nat(8 * length),
          fc.nat(8 * length),
        ),
      ),
      ([base, other, bits, near]) => {
        const size = BigInt(8 * base.length);
        const start = (whole(base) >> (size - BigInt(bits))) << (size - BigInt(bits));
        // An address that shares the first `near` bits, so that borders are met.
        const shared = (whole(base) >> (size - BigInt(near))) << (size - BigInt(near));
        const number = shared + (whole(other) & ((1n << (size - BigInt(near))) - 1n));
        const bytesOf = (value: bigint) =>
          Uint8Array.from({ length: base.length }, (_, i) => Number((value >> (size - 8n * BigInt(i + 1))) & 255n));
        const range = parseCidr(`${formatIp(bytesOf(start))}/${bits}`);
        if (range === undefined) throw new Error('a range without set bits behind is read');
        expect(cidrHolds(range, bytesOf(number))).toBe(
          number >= start && number < start + (1n << (size - BigInt(bits))),
        );
      },
    ),
    { numRuns: 2_000 },
  );
});

test.each(['10.0.0.0/33', '10.0.0.1/8', '::/129', '10.0.0.0/', '/8', '10/8', 'fe80::1/64', '10.0.0.0/8/8', ''])(
  '%s is no range',
  (text) => expect(parseCidr(text)).toBeUndefined(),
);
test('ranges of one family hold no address of the other; one address is a range', () => {
  expect(cidrHolds(cidr('0.0.0.0/0'), ip('::1'))).toBe(false);
  expect(cidrHolds(cidr('::/0'), ip('8.8.8.8'))).toBe(false);
  expect(cidrHolds(cidr('8.8.8.8'), ip('8.8.8.8'))).toBe(true);
  expect(cidrHolds(cidr('8.8.8.8'), ip('8.8.8.9'))).toBe(false);
});
