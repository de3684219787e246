// Goal: players and relay are told addresses that lead to this machine's sockets, and none that do not. Method: examples
// of RFC 8839 candidates; one property: what is shown maps back to a port of ours.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  mediaAddresses,
  type Outside,
  readForward,
  shownCandidates,
  shownSdp,
  usedAnswer,
} from '../../../src/agent/advertise.ts';

const host = (address: string, port: number) => `candidate:1 1 udp 2130706431 ${address} ${port} typ host generation 0`;
const shown = (text: string, outside: Outside) =>
  shownCandidates({ candidate: text, sdpMid: '0' }, outside).map((one) => one?.candidate);
const forward = (text: string) => {
  const read = readForward(text);
  if (!read.ok) throw new Error(`${text} is no forward`);
  return read.value;
};

test.each([
  ['203.0.113.7', { address: '203.0.113.7' }],
  ['2001:db8::7', { address: '2001:db8::7' }],
  [
    '203.0.113.7:40000-40015=20000-20015',
    {
      address: '203.0.113.7',
      ports: { shown: { first: 40_000, last: 40_015 }, local: { first: 20_000, last: 20_015 } },
    },
  ],
  [
    '203.0.113.7:4000=5000',
    {
      address: '203.0.113.7',
      ports: { shown: { first: 4_000, last: 4_000 }, local: { first: 5_000, last: 5_000 } },
    },
  ],
  [
    '[2001:db8::7]:4000-4001=5000-5001',
    {
      address: '2001:db8::7',
      ports: { shown: { first: 4_000, last: 4_001 }, local: { first: 5_000, last: 5_001 } },
    },
  ],
])('%s is a forward', (text, value) => expect(readForward(text)).toEqual({ ok: true, value }));

test.each([
  '',
  'example.org',
  '1.2.3',
  '1.2.3.4:5',
  '1.2.3.4:5-6=7',
  '1.2.3.4:6-5=6-5',
  '1.2.3.4:1-2=65535-65536',
  '1.2.3.4:0=1',
])("'%s' is none", (text) => expect(readForward(text)).toEqual({ ok: false, error: 'bad-forward' }));

test('without forwards a candidate and an offer stay as they are', () => {
  const outside: Outside = { forwards: [], only: false };
  expect(shown(host('192.0.2.1', 20_001), outside)).toEqual([host('192.0.2.1', 20_001)]);
  expect(shownSdp('v=0\r\n', outside)).toBe('v=0\r\n');
});

test('a forwarded port is shown beside its own, one step below in priority', () => {
  const outside: Outside = { forwards: [forward('203.0.113.7:40000-40015=20000-20015')], only: false };
  expect(shown(host('192.0.2.1', 20_003), outside)).toEqual([
    host('192.0.2.1', 20_003),
    'candidate:1f0 1 udp 2130706175 203.0.113.7 40003 typ host generation 0',
  ]);
});

test('only: own addresses are hidden, in candidates and in the offer; the end mark stays', () => {
  const outside: Outside = { forwards: [forward('127.0.0.1:40000-40015=20000-20015')], only: true };
  expect(shown(host('192.0.2.1', 20_003), outside)).toEqual([]); // A router does not forward from loopback to a network.
  expect(shown(host('127.0.0.1', 20_003), outside)).toHaveLength(1);
  expect(shown('candidate:1 1 udp 1 198.51.100.1 9 typ srflx raddr 192.0.2.1 rport 20003', outside)).toEqual([]);
  expect(shownCandidates(null, outside)).toEqual([null]);
  const sdp = `v=0\r\na=${host('192.0.2.1', 20_003)}\r\na=${host('127.0.0.1', 20_004)}\r\na=end-of-candidates\r\n`;
  expect(shownSdp(sdp, outside)).toBe(
    'v=0\r\na=candidate:1f0 1 udp 2130706175 127.0.0.1 40004 typ host generation 0\r\na=end-of-candidates\r\n',
  );
});

test('a node that only answers does not learn where the page is', () => {
  const sdp = `v=0\r\na=${host('192.0.2.9', 5)}\r\na=mid:0\r\na=end-of-candidates\r\n`;
  expect(usedAnswer(sdp, { forwards: [], only: true })).toBe('v=0\r\na=mid:0\r\n');
  expect(usedAnswer(sdp, { forwards: [], only: false })).toBe(sdp);
});

test('families do not mix, and ports outside the forward are not shown', () => {
  const outside: Outside = { forwards: [forward('203.0.113.7:40000-40001=20000-20001')], only: true };
  expect(shown(host('2001:db8::1', 20_000), outside)).toEqual([]);
  expect(shown(host('192.0.2.1', 20_002), outside)).toEqual([]);
});

test('the hub is told forwards first, own addresses unless hidden, and at most eight', () => {
  const block = { first: 20_000, last: 20_030 };
  const forwards = [forward('203.0.113.7:40000-40015=20010-20025'), forward('203.0.113.8'), forward('203.0.113.9:1=9')];
  expect(mediaAddresses(['192.0.2.1'], block, { forwards, only: false })).toEqual([
    { address: '203.0.113.7', portFirst: 40_000, portLast: 40_015 },
    { address: '203.0.113.8', portFirst: 20_000, portLast: 20_030 },
    { address: '192.0.2.1', portFirst: 20_000, portLast: 20_030 },
  ]);
  expect(mediaAddresses(['192.0.2.1'], block, { forwards, only: true })).toHaveLength(2);
  const many = Array.from({ length: 12 }, (_, i) => `192.0.2.${i}`);
  expect(mediaAddresses(many, block, { forwards: [], only: false })).toHaveLength(8);
});

test('whatever is shown for a port of ours lies in what the hub was told', () => {
  const port = fc.integer({ min: 20_000, max: 20_200 });
  const range = fc.tuple(
    fc.integer({ min: 1_024, max: 60_000 }),
    fc.integer({ min: 19_950, max: 20_250 }),
    fc.integer({ min: 0, max: 99 }),
  );
  fc.assert(
    fc.property(port, fc.array(range, { maxLength: 4 }), fc.boolean(), (own, ranges, only) => {
      const forwards = ranges.map(([shownFirst, localFirst, size], i) => ({
        address: `203.0.113.${i}`,
        ports: {
          shown: { first: shownFirst, last: shownFirst + size },
          local: { first: localFirst, last: localFirst + size },
        },
      }));
      const media = mediaAddresses(['192.0.2.1'], { first: 20_000, last: 20_200 }, { forwards, only });
      for (const text of shown(host('192.0.2.1', own), { forwards, only })) {
        const [, , , , address, at] = (text ?? '').split(' ');
        const known = media.some(
          (one) => one.address === address && Number(at) >= one.portFirst && Number(at) <= one.portLast,
        );
        expect(known, text).toBe(true);
      }
    }),
  );
});
