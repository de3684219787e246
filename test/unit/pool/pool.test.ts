// test/unit/pool/pool.test.ts - seats, the line, the shortlist, memory, tickets, scopes and relays of the pool.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GameId, NodeId, PlayerId, SessionId } from '../../../src/base/ids.ts';
import { readCidr } from '../../../src/base/ip.ts';
import { provenMedia } from '../../../src/pool/media-scope.ts';
import { type NodeRecord, nodeState, seatsLeft } from '../../../src/pool/node-record.ts';
import { makeProbeTicket, readProbeTicket } from '../../../src/pool/probe-ticket.ts';
import { chooseRelay, icePlan } from '../../../src/pool/relays.ts';
import { RttMemory } from '../../../src/pool/rtt-memory.ts';
import { Seats } from '../../../src/pool/seats.ts';
import { shortlist } from '../../../src/pool/shortlist.ts';
import { TrackRecord } from '../../../src/pool/track-record.ts';
import { PLACE_KEPT_MS, WaitingLine } from '../../../src/pool/waiting-line.ts';

const nodeId = (n: number): NodeId => `0x${n.toString(16).padStart(40, '0')}` as NodeId;
const playerId = (n: number): PlayerId => `0x1${n.toString(16).padStart(39, '0')}` as PlayerId;
const sessionId = (n: number): SessionId => `s_${n}` as SessionId;

// Goal: the count of seats is always what a plain list says. Method: random leases, sittings, releases, expiries.
test('seats are counted right, whatever happens to them', () => {
  const act = fc.record({ kind: fc.nat(5), key: fc.nat(5), node: fc.nat(2), ms: fc.nat(3_000) });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 200 }), (acts) => {
      const seats = new Seats();
      const plain = new Map<string, { node: number; untilMs: number; known: 'unseen' | 'ready' | 'seen' }>();
      let nowMs = 0;
      for (const { kind, key, node, ms } of acts) {
        nowMs += ms;
        const [lease, session] = [`lease ${key}`, sessionId(key)];
        if (kind === 0) {
          seats.lease(lease, nodeId(node), nowMs + 10_000);
          plain.set(lease, { node, untilMs: nowMs + 10_000, known: 'unseen' });
        } else if (kind === 1) {
          const held = plain.get(lease);
          expect(seats.sit(lease, session)).toBe(held !== undefined);
          plain.delete(lease);
          if (held !== undefined) plain.set(session, { ...held, untilMs: Number.POSITIVE_INFINITY });
        } else if (kind === 2) {
          const known = plain.get(session)?.known ?? 'seen';
          expect(seats.release(session) === undefined).toBe(known === 'seen');
          plain.delete(session);
        } else if (kind === 3) {
          seats.ready(session);
          const held = plain.get(session);
          if (held?.known === 'unseen') held.known = 'ready';
        } else if (kind === 4) {
          seats.heartbeat(nodeId(node));
          for (const held of plain.values()) if (held.node === node && held.known === 'ready') held.known = 'seen';
        } else {
          seats.expire(lease, nowMs);
          if ((plain.get(lease)?.untilMs ?? Number.POSITIVE_INFINITY) <= nowMs) plain.delete(lease);
        }
        for (let i = 0; i <= 2; i++) {
          const here = [...plain.values()].filter((seat) => seat.node === i);
          expect(seats.of(nodeId(i))).toEqual({
            all: here.length,
            unseen: here.filter(({ known }) => known !== 'seen').length,
          });
        }
      }
    }),
  );
});

test('a session that is over here keeps its seat until its node says so, but not for ever', () => {
  const seats = new Seats();
  const [node, session] = [nodeId(1), sessionId(1)];
  seats.lease('lease', node, 10);
  expect(seats.on(node)).toEqual([]);
  seats.sit('lease', session);
  seats.leave(session, 500);
  expect(seats.on(node)).toEqual([session]);
  seats.expire(session, 499);
  expect(seats.of(node).all).toBe(1);
  seats.expire(session, 500);
  expect(seats.of(node).all).toBe(0);
});

test('what is left on a node is what both sides agree on', () => {
  const node: NodeRecord<string> = {
    node: nodeId(1),
    terms: {
      operator: nodeId(9) as string as NodeRecord<string>['terms']['operator'],
      premiumBps: 0,
      suspended: false,
    },
    machine: {} as NodeRecord<string>['machine'],
    games: new Map(),
    scope: [],
    link: 'socket',
    presence: { state: 'here', untilMs: 0 },
    places: { voice: { address: '192.0.2.1' }, takenAtMs: [], twin: undefined },
    slots: 4,
    freeSlots: 4,
    load: 0,
    draining: false,
  };
  const left = (change: Partial<typeof node>, taken = { all: 0, unseen: 0 }) =>
    seatsLeft({ ...node, ...change }, taken);
  expect(left({})).toBe(4);
  expect(left({}, { all: 1, unseen: 1 })).toBe(3);
  expect(left({ freeSlots: 3 }, { all: 1, unseen: 0 })).toBe(3);
  expect(left({ freeSlots: 1 }, { all: 1, unseen: 1 })).toBe(0);
  expect(left({ freeSlots: 0 })).toBe(0);
  expect(left({ draining: true })).toBe(0);
  expect(left({ terms: { ...node.terms, suspended: true } })).toBe(0);
  expect(left({ presence: { state: 'away', untilMs: 0 } })).toBe(0);
  expect([
    nodeState(node, 4),
    nodeState(node, 0),
    nodeState({ ...node, draining: true }, 0),
    nodeState({ ...node, presence: { state: 'gone' } }, 0),
  ]).toEqual(['online', 'busy', 'draining', 'lost']);
});

const at = (address: string, portFirst = 20_000, portLast = 20_010) => ({ address, portFirst, portLast });
const proof = { remote: '203.0.113.7', viaProxy: false, machineAddresses: ['127.0.0.1', '192.168.1.9'], allowed: [] };
const lan = readCidr('10.0.0.0/8');

test.each([
  ['its own address', '198.51.99.1', { remote: '198.51.99.1' }, true],
  ['its own address in another form', '::ffff:198.51.99.1', { remote: '198.51.99.1' }, true],
  ['another public address', '198.51.99.2', { remote: '198.51.99.1' }, false],
  ['its own private address', '192.168.1.44', { remote: '192.168.1.44' }, true],
  ["a neighbour's private address", '192.168.1.1', { remote: '192.168.1.44' }, false],
  ['loopback from elsewhere', '127.0.0.1', { remote: '198.51.99.1' }, false],
  ['loopback from this machine', '127.0.0.1', { remote: '127.0.0.1' }, true],
  ['the address of this machine, from this machine', '192.168.1.9', { remote: '127.0.0.1' }, true],
  ['another LAN address, from this machine', '192.168.1.10', { remote: '127.0.0.1' }, false],
  ['loopback through a proxy', '127.0.0.1', { remote: '127.0.0.1', viaProxy: true }, false],
  ['a LAN address that the owner allows', '10.1.2.3', { remote: '198.51.99.1', allowed: lan ? [lan] : [] }, true],
  ['the metadata address', '169.254.169.254', { remote: '169.254.169.254' }, false],
  ['everywhere', '0.0.0.0', { remote: '0.0.0.0' }, false],
  ['a hidden IPv4 address', '64:ff9b::7f00:1', { remote: '64:ff9b::7f00:1' }, false],
  ['no address', 'localhost', { remote: '127.0.0.1' }, false],
])('a node may name %s: %s', (_, address, change, believed) => {
  expect(provenMedia([at(address)], { ...proof, ...change })).toHaveLength(believed ? 1 : 0);
});

test('low ports are cut off, upside-down ranges and more than eight are dropped, forms become one', () => {
  const mine = { ...proof, remote: '198.51.99.1' };
  expect(provenMedia([at('::ffff:198.51.99.1', 22, 2_000)], mine)).toEqual([at('198.51.99.1', 1_024, 2_000)]);
  expect(provenMedia([at('198.51.99.1', 1, 1_023), at('198.51.99.1', 3_000, 2_000)], mine)).toEqual([]);
  expect(
    provenMedia(
      Array.from({ length: 20 }, () => at('198.51.99.1')),
      mine,
    ),
  ).toHaveLength(8);
});

test('a probe ticket is for one player, one node and 30 s', () => {
  const sign = (text: string): string => Buffer.from(text).toString('base64url');
  const same = (a: string, b: string): boolean => a === b;
  const leave = { node: nodeId(1), game: 'arcade' as GameId };
  const ticket = makeProbeTicket({ ...leave, player: playerId(1) }, 'u', 1_000, sign);
  expect(readProbeTicket(ticket, playerId(1), 30_999, sign, same)).toEqual(leave);
  expect(readProbeTicket(ticket, playerId(2), 1_000, sign, same)).toBeUndefined();
  expect(readProbeTicket(ticket, playerId(1), 31_000, sign, same)).toBeUndefined();
  const moved = ticket.replace(nodeId(1), nodeId(2));
  expect(readProbeTicket(moved, playerId(1), 1_000, sign, same)).toBeUndefined();
  for (const text of ['', '.', 'a.b.c.d.e', ticket.slice(0, -1)]) {
    expect(readProbeTicket(text, playerId(1), 1_000, sign, same)).toBeUndefined();
  }
});

const listable = (n: number, change = {}) => ({
  node: nodeId(n),
  region: 'tw',
  free: true,
  load: n / 100,
  expectedMs: undefined,
  ...change,
});

test('five or fewer nodes are all measured; busy ones only when nothing is free', () => {
  const nodes = [1, 2, 3].map((n) => listable(n));
  expect(shortlist(nodes)).toEqual(nodes);
  expect(shortlist([listable(1, { free: false }), listable(2)]).map((n) => n.node)).toEqual([nodeId(2)]);
  expect(shortlist([listable(1, { free: false })])).toHaveLength(1);
});

test('of many, the remembered near ones come first and other regions fill the rest', () => {
  const many = Array.from({ length: 40 }, (_, i) => listable(i, { region: i < 30 ? 'tw' : `r${i}` }));
  const known = [listable(50, { expectedMs: 9 }), listable(51, { expectedMs: 5 }), listable(52, { expectedMs: 80 })];
  const far = listable(53, { expectedMs: 200 });
  const list = shortlist([...many, ...known, far]);
  expect(list).toHaveLength(5);
  expect(list.slice(0, 3).map((n) => n.node)).toEqual([nodeId(51), nodeId(50), nodeId(52)]);
  expect(new Set(list.slice(3).map((n) => n.region)).size).toBe(2);
  expect(list.slice(3).some((n) => n.region === 'tw')).toBe(false);
});

test("a player's own memory goes before the network's, which is a median over payers", () => {
  const memory = new RttMemory();
  const [net, now] = ['203.0.113.0/24', 1_000];
  for (const [player, rtt] of [
    [1, 20],
    [2, 24],
    [3, 900],
  ] as const)
    memory.paid(net, playerId(player), nodeId(1), rtt, now);
  for (let i = 0; i < 50; i++) memory.paid(net, playerId(3), nodeId(1), 900, now);
  expect(memory.expectedMs(playerId(9), net, nodeId(1), now)).toBe(24);
  expect(memory.expectedMs(playerId(9), 'elsewhere', nodeId(1), now)).toBeUndefined();
  memory.measured(playerId(9), nodeId(1), 7, now);
  expect(memory.expectedMs(playerId(9), net, nodeId(1), now)).toBe(7);
  expect(memory.expectedMs(playerId(9), net, nodeId(1), now + 8 * 86_400_000)).toBeUndefined();
});

test('the line is first come first served, one place a player, kept for a while', () => {
  const line = new WaitingLine<string>();
  const [arcade, doom] = ['arcade' as GameId, 'doom' as GameId];
  for (const n of [1, 2, 3]) line.join(playerId(n), n === 2 ? doom : arcade, `wish ${n}`);
  expect(line.positions().map(({ position, length }) => [position, length])).toEqual([
    [1, 2],
    [1, 1],
    [2, 2],
  ]);
  line.join(playerId(1), arcade, 'again');
  expect(line.heads().map(({ player }) => player)).toEqual([playerId(1), playerId(2)]);
  line.away(playerId(1), 0);
  expect(line.heads().map(({ player }) => player)).toEqual([playerId(2), playerId(3)]);
  line.expire(PLACE_KEPT_MS - 1);
  line.join(playerId(1), arcade, 'back');
  expect(line.heads()[0]?.wish).toBe('back');
  line.away(playerId(1), 0);
  line.expire(PLACE_KEPT_MS);
  expect(line.find(playerId(1))).toBeUndefined();
  expect(line.leave(playerId(2))?.wish).toBe('wish 2');
  expect(line.length).toBe(1);
});

test('a full line refuses', () => {
  const line = new WaitingLine<number>();
  for (let n = 0; n < 1_000; n++) expect(line.join(playerId(n), 'arcade' as GameId, n)).toBe(true);
  expect(line.join(playerId(5_000), 'arcade' as GameId, 0)).toBe(false);
  expect(line.join(playerId(7), 'arcade' as GameId, 0)).toBe(true);
});

test('a relay of the region and with least load, never a draining one', () => {
  const relay = (name: string, region: string, load: number, draining = false) => ({
    name,
    region,
    load,
    draining,
    shards: [{ udp: `${name}-0` }, { udp: `${name}-1` }],
  });
  const relays = [relay('a', 'tw', 0.9), relay('b', 'tw', 0.2), relay('c', 'jp', 0), relay('d', 'tw', 0, true)];
  expect(chooseRelay(relays, 'tw', 0)?.udp).toBe('b-0');
  expect(chooseRelay(relays, 'tw', 3)?.udp).toBe('b-1');
  expect(chooseRelay(relays, 'us', 0)?.udp).toBe('c-0');
  expect(chooseRelay([relay('d', 'tw', 0, true)], 'tw', 0)).toBeUndefined();
});

const shard = { udp: 'turn:u', tcp: 'turn:t?transport=tcp' };
test.each([
  ['direct', 'direct', shard, { policy: 'all', urls: [] }],
  ['auto', 'direct', shard, { policy: 'all', urls: ['turn:u', 'turn:t?transport=tcp'] }],
  ['auto', 'direct', undefined, { policy: 'all', urls: [] }],
  ['relay', 'relay', shard, { policy: 'relay', urls: ['turn:u'] }],
  ['auto', 'relay', shard, { policy: 'relay', urls: ['turn:u', 'turn:t?transport=tcp'] }],
  ['relay-tcp', 'relay-tcp', shard, { policy: 'relay', urls: ['turn:t?transport=tcp'] }],
  ['relay-tcp', 'relay-tcp', { tls: 'turns:s' }, { policy: 'relay', urls: ['turns:s'] }],
  ['relay', 'relay', { tcp: 'turn:t' }, undefined],
  ['relay-tcp', 'relay-tcp', { udp: 'turn:u' }, undefined],
  ['relay', 'relay', undefined, undefined],
] as const)('wish %s, path %s', (wish, path, from, plan) => expect(icePlan(wish, path, from)).toEqual(plan));

test('a line is suspect when it was bad on three nodes whose others were fine', () => {
  const record = new TrackRecord();
  const [me, others] = [playerId(1), playerId(2)];
  for (const n of [1, 2, 3]) {
    record.played(nodeId(n), others, 60_000, 600);
    expect(record.lineSuspect(me)).toBe(false);
    record.played(nodeId(n), me, 30_000, 30_000);
  }
  expect(record.lineSuspect(me)).toBe(true);
  expect(record.lineSuspect(others)).toBe(false);
  for (let i = 0; i < 20; i++) record.played(nodeId(3), others, 30_000, 30_000);
  expect(record.lineSuspect(me)).toBe(false);
  expect(record.reliability(nodeId(1))).toBeCloseTo(1 - 30_600 / 120_600);
  expect(record.reliability(nodeId(99))).toBeUndefined();
  record.played(nodeId(98), me, 5_000, 0);
  expect(record.reliability(nodeId(98))).toBeUndefined();
});
