// test/unit/relay/containers.test.ts - the relay's small containers against plain models: what they hold, what they bound.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import { writeRecord } from '../../../src/relay/endpoint.ts';
import { EndpointMap } from '../../../src/relay/endpoint-map.ts';
import {
  BUFFER_BYTES,
  BUFFERS,
  HEAD_BYTES,
  PacketMemory,
  PIECES_MAX,
  packetMemoryBytes,
  RECORD_BYTES,
  REPLY_BYTES_MAX,
} from '../../../src/relay/packet-memory.ts';
import { PortPool } from '../../../src/relay/port-pool.ts';
import { Quota } from '../../../src/relay/quota.ts';
import { SessionCounters, sessionCountersBytes } from '../../../src/relay/session-counters.ts';
import { SessionRegister } from '../../../src/relay/session-register.ts';
import { SourceGuard } from '../../../src/relay/source-guard.ts';
import { userhashKey } from '../../../src/relay/stun/attributes/userhash.ts';
import { TokenBuckets } from '../../../src/relay/token-buckets.ts';
import { makeNonce, nonceHolds, nonceKey } from '../../../src/relay/turn/nonce.ts';
import { UserDirectory } from '../../../src/relay/user-directory.ts';
import { at, ip } from './turn/turn-world.ts';

test('PortPool: every port is given once and comes back', () => {
  const action = fc.constantFrom('draw', 'even', 'pair', 'back');
  fc.assert(
    fc.property(fc.array(action, { maxLength: 200 }), fc.nat(), (actions, seed) => {
      const random = seededRandom(seed);
      const pool = new PortPool({ first: 50_001, last: 50_020 });
      const taken: number[] = [];
      for (const kind of actions) {
        if (kind === 'back') {
          const port = taken.pop();
          if (port !== undefined) pool.giveBack(port);
          continue;
        }
        const port = kind === 'draw' ? pool.draw(random) : pool.drawEven(random, kind === 'pair');
        if (port === undefined) continue;
        for (const mine of kind === 'pair' ? [port, port + 1] : [port]) {
          expect(taken).not.toContain(mine);
          expect(mine >= 50_001 && mine <= 50_020).toBe(true);
          taken.push(mine);
        }
        if (kind !== 'draw') expect(port % 2).toBe(0);
      }
      expect(pool.free).toBe(20 - taken.length);
      for (let port = 50_001; port <= 50_020; port++) expect(pool.isFree(port)).toBe(!taken.includes(port));
    }),
  );
});

test('PortPool: an even port is found as long as there is one', () => {
  const pool = new PortPool({ first: 50_000, last: 50_003 });
  const random = seededRandom(1);
  expect(new Set([pool.drawEven(random, false), pool.drawEven(random, false)])).toEqual(new Set([50_000, 50_002]));
  expect(pool.drawEven(random, false)).toBeUndefined();
  expect(pool.draw(random)).toBeDefined();
  expect(() => pool.giveBack(50_004)).toThrow('a port comes back once');
});

test('EndpointMap is a map by listener, address and port', () => {
  const memory = new PacketMemory(new ArrayBuffer(packetMemoryBytes(2_000)), 2_000);
  const address = fc.oneof(
    fc.tuple(fc.constantFrom('192.0.43.8', '192.0.43.9', '2a00::1', '2a00::2'), fc.integer({ min: 1, max: 4 })),
    fc.tuple(fc.constantFrom('192.0.43.8'), fc.integer({ min: 1, max: 500 })),
  );
  const act = fc.tuple(fc.constantFrom('add', 'remove'), fc.constantFrom(0, 1), address);
  fc.assert(
    fc.property(fc.array(act, { maxLength: 400 }), fc.nat(), (acts, seed) => {
      const map = new EndpointMap<{ record: number; listener: number }>(memory, seededRandom(seed));
      const model = new Map<string, { record: number; listener: number }>();
      for (const [kind, listener, [text, port]] of acts) {
        const key = `${listener} ${text} ${port}`;
        writeRecord(memory, 0, at(text, port));
        expect(map.find(listener, 0)).toBe(model.get(key));
        const known = model.get(key);
        if (kind === 'remove' && known !== undefined) {
          map.remove(known);
          model.delete(key);
          memory.freeRecord(known.record);
        } else if (kind === 'add' && known === undefined) {
          const value = { record: memory.takeRecord(), listener };
          writeRecord(memory, value.record, at(text, port));
          map.add(value);
          model.set(key, value);
        }
        expect(map.size).toBe(model.size);
      }
      for (const value of model.values()) memory.freeRecord(value.record);
    }),
    { numRuns: 50 },
  );
  expect(memory.freeRecords).toBe(2_000);
});

test('PacketMemory: records are given until there are none; records, heads, reply and buffers do not overlap', () => {
  const memory = new PacketMemory(new ArrayBuffer(packetMemoryBytes(2)), 2);
  const first = memory.takeRecord();
  expect([first, memory.takeRecord(), memory.takeRecord()]).toEqual([320, 321, -1]);
  memory.freeRecord(320);
  expect(memory.takeRecord()).toBe(320);
  expect(() => memory.freeRecord(memory.pieceRecord(PIECES_MAX - 1))).toThrow('only records that were taken');
  const starts = [322 * RECORD_BYTES, memory.headAt(PIECES_MAX - 1) + HEAD_BYTES, memory.replyAt + REPLY_BYTES_MAX];
  expect(memory.pieceRecord(PIECES_MAX - 1)).toBe(319);
  expect([memory.headAt(0), memory.replyAt, memory.bufferAt(0)]).toEqual(starts);
  expect(memory.bufferAt(1) - memory.bufferAt(0)).toBeGreaterThanOrEqual(BUFFER_BYTES);
  expect(memory.bufferAt(BUFFERS - 1) + BUFFER_BYTES).toBeLessThanOrEqual(memory.bytes.length);
});

test('Quota: counts are given back, maps do not grow', () => {
  const quota = new Quota({ perUser: 2, perAddress: 2, total: 3 });
  expect(quota.take('a', 'x')).toBe('taken');
  expect(quota.take('a', 'y')).toBe('taken');
  expect(quota.take('a', 'z')).toBe('user');
  expect(quota.take('b', 'x')).toBe('taken');
  expect(quota.take('c', 'z')).toBe('total');
  quota.release('a', 'y');
  expect(quota.take('c', 'x')).toBe('address');
  expect(quota.total).toBe(2);
});

test('SourceGuard: 400 at once, 50 a second, each address for itself, IPv6 by /64', () => {
  const guard = new SourceGuard(seededRandom(3));
  const count = (address: string, nowMs: number) => {
    let given = 0;
    while (given < 1_000 && guard.take(ip(address), nowMs)) given++;
    return given;
  };
  expect(count('203.0.113.9', 0)).toBe(400);
  expect(guard.allows(ip('203.0.113.9'), 0)).toBe(false);
  expect(count('203.0.113.10', 0)).toBe(400);
  expect(count('203.0.113.9', 1_000)).toBe(50);
  expect(count('2a00:0:0:1::1', 0)).toBe(400);
  expect(count('2a00:0:0:1:ffff::2', 0)).toBe(0);
  expect(count('2a00:0:0:2::1', 0)).toBe(400);
});

test('TokenBuckets: a second at once, then the rate; Infinity bounds nothing', () => {
  const clock = new Float64Array(2);
  const buckets = new TokenBuckets(2, 1_000, clock);
  buckets.reset(1);
  expect(buckets.take(1, 0, 1_000)).toBe(true);
  expect(buckets.take(1, 0, 1)).toBe(false);
  expect(buckets.take(1, 2, 1)).toBe(true);
  clock[0] = 100;
  expect(buckets.take(1, 0, 101)).toBe(false);
  expect(buckets.take(1, 0, 100)).toBe(true);
  clock[0] = 1e6;
  expect(buckets.take(1, 0, 1_001)).toBe(false);
  const free = new TokenBuckets(1, Number.POSITIVE_INFINITY, clock);
  free.reset(0);
  expect(free.take(0, 0, 1e12) && free.take(0, 0, 1e12)).toBe(true);
});

const usage = (toNodeBytes: number) => ({ toPlayerBytes: 0, toPlayerPackets: 0, toNodeBytes, toNodePackets: 0 });

test('SessionCounters: live figures are seen, closed ones are handed over once', () => {
  const memory = new SharedArrayBuffer(sessionCountersBytes(2));
  const [worker, reader] = [new SessionCounters(memory), new SessionCounters(memory)];
  const a = worker.open('a');
  expect(worker.open('b')).not.toBe(a);
  expect(worker.open('c')).toBe(-1);
  worker.values[worker.firstValue(a) + 2] = 7;
  const read = () => [...reader.read()].map(({ name, usage: seen, final }) => ({ name, usage: seen, final }));
  expect(read()).toContainEqual({ name: 'a', usage: usage(7), final: false });
  worker.close(a);
  expect(read()).toContainEqual({ name: 'a', usage: usage(7), final: true });
  expect(read()).toEqual([{ name: 'b', usage: usage(0), final: false }]);
  expect(worker.reopen(a, 'a')).toBe(false);
  expect(worker.open('c')).toBe(a);
  expect(read()).toContainEqual({ name: 'c', usage: usage(0), final: false });
});

test('SessionCounters: a session that comes back before it was read goes on in its place', () => {
  const counters = new SessionCounters(new SharedArrayBuffer(sessionCountersBytes(1)));
  const register = new SessionRegister(counters);
  const first = register.enter('a');
  expect(register.enter('a')).toBe(first);
  counters.values[first + 2] = 5;
  register.leave('a');
  register.leave('a');
  expect(register.enter('b')).toBe(-1);
  expect(register.enter('a')).toBe(first);
  expect([...counters.read()]).toMatchObject([{ name: 'a', usage: usage(5), final: false }]);
  register.leave('a');
  expect([...counters.read()]).toMatchObject([{ final: true }]);
  expect(register.enter('b')).toBe(first);
  expect(counters.values[first + 2]).toBe(0);
});

test('UserDirectory: the newest 16,384 names are known', () => {
  const users = new UserDirectory('nearcade');
  expect(users.offers).toBe(false);
  for (let i = 0; i <= 16_384; i++) users.announce(`${i}`);
  expect(users.offers).toBe(true);
  expect(users.nameOf(userhashKey('0', 'nearcade'))).toBeUndefined();
  expect(users.nameOf(userhashKey('1', 'nearcade'))).toBe('1');
  expect(users.nameOf(userhashKey('1', 'elsewhere'))).toBeUndefined();
});

test('a nonce holds for its client, its key, its hour, and not with any character changed', () => {
  const key = nonceKey('secret');
  const client = at('203.0.113.9', 40_000);
  const nonce = makeNonce(key, client, 1, 1_800_000_000);
  expect(nonce).toHaveLength(30);
  const holds = (text: string, from = client, nowS = 1_800_000_000, keys = [key]) => nonceHolds(keys, text, from, nowS);
  expect(holds(nonce)).toBe(true);
  expect(holds(nonce, client, 1_800_003_599)).toBe(true);
  expect(holds(nonce, client, 1_800_003_600)).toBe(false);
  expect(holds(nonce, client, 1_799_999_900)).toBe(false);
  expect(holds(nonce, at('203.0.113.9', 40_001))).toBe(false);
  expect(holds(nonce, at('203.0.113.10', 40_000))).toBe(false);
  expect(holds(nonce, client, 1_800_000_000, [nonceKey('other'), key])).toBe(true);
  expect(holds(nonce, client, 1_800_000_000, [nonceKey('other')])).toBe(false);
  for (let i = 0; i < nonce.length; i++) {
    expect(holds(`${nonce.slice(0, i)}${nonce[i] === 'A' ? 'B' : 'A'}${nonce.slice(i + 1)}`)).toBe(false);
  }
});
