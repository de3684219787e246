// test/unit/relay/fuzz.test.ts - a million packets that nobody should send: random ones and changed real ones, from strangers,
// users and peers. Nothing throws, nothing grows, and one costs under 5 us of processor time on average.
import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import { StreamFramer } from '../../../src/relay/stream-framer.ts';
import { decodeMessage } from '../../../src/relay/stun/message.ts';
import { attributeTypes as A, methods } from '../../../src/relay/stun/registry.ts';
import { at, lifetime, newTransaction, TurnClient, TurnWorld, UDP } from './turn/turn-world.ts';

const PACKETS = 1_000_000;
const POOL = 65_536;
const TIMED = 8_192; // Of the pool; more would measure the processor's cache.
const SIGNED = 10_000;
const random = seededRandom(20_260_101);
const home = at('203.0.113.9', 40_000);
const peer = at('192.0.43.8', 7_000);

function corpus(client: TurnClient): Uint8Array[] {
  const transactionId = newTransaction();
  const peerOf = () => client.peerAttribute(peer, transactionId);
  return [
    client.build(methods.ALLOCATE, [
      [A.REQUESTED_TRANSPORT, UDP],
      [A.EVEN_PORT, Uint8Array.of(0x80)],
    ]),
    client.build(methods.REFRESH, [[A.LIFETIME, lifetime(600)]], { fingerprint: true }),
    client.build(methods.CREATE_PERMISSION, [peerOf(), peerOf()], { transactionId }),
    client.build(methods.CHANNEL_BIND, [[A.CHANNEL_NUMBER, Uint8Array.of(0x40, 1, 0, 0)], peerOf()], { transactionId }),
    client.build(methods.BINDING, []),
    Uint8Array.of(0x40, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8),
    sendIndication(client),
  ];
}

function sendIndication(client: TurnClient): Uint8Array {
  const bytes = client.build(methods.SEND, [
    client.peerAttribute(peer, new Uint8Array(12)),
    [A.DATA, new Uint8Array(100)],
  ]);
  bytes[1] = 0x16;
  return bytes;
}

function changed(bytes: Uint8Array): Uint8Array {
  const out = Uint8Array.from(bytes.subarray(0, random.below(4) === 0 ? random.below(bytes.length + 1) : bytes.length));
  for (let i = random.below(6); i > 0 && out.length > 0; i--) out[random.below(out.length)] = random.below(256);
  // Lengths lie more often than other bytes.
  if (out.length > 24 && random.below(2) === 0) out[[2, 3, 22, 23][random.below(4)] ?? 2] = random.below(256);
  return out;
}

function noise(): Uint8Array {
  const bytes = random.bytes(random.below(300));
  if (bytes.length > 0 && random.below(2) === 0) bytes[0] = [0, 1, 0x40, 0x7f][random.below(4)] ?? 0;
  if (bytes.length > 8 && random.below(2) === 0) bytes.set([0x21, 0x12, 0xa4, 0x42], 4);
  return bytes;
}

test('a million random and changed packets: no throw, no growth, under 5 us each', () => {
  const world = new TurnWorld();
  const user = new TurnClient(world, home);
  const relayed = user.relayed();
  user.bind(0x4000, peer);
  const real = corpus(user);
  const pool = Array.from({ length: POOL }, (_, i) =>
    i % 2 === 0 ? changed(real[i % real.length] ?? noise()) : noise(),
  );
  const senders = [home, at('203.0.113.77', 9), at('2a00::77', 9)];
  // Other programs only ever make it slower: the mean of the least disturbed tenth counts.
  const meansUs: number[] = [];
  for (let from = 0; from < PACKETS; from += PACKETS / 10) {
    const start = process.cpuUsage();
    for (let i = from; i < from + PACKETS / 10; i++) {
      const packet = pool[i % TIMED] ?? noise();
      if (i % 5 === 4) world.fromPeer(relayed, packet, peer);
      else world.fromClient(packet, senders[i % 3] ?? home);
      if (i % 1_000 === 0) world.tick(1);
    }
    const { user: userUs, system: systemUs } = process.cpuUsage(start);
    meansUs.push((userUs + systemUs) / (PACKETS / 10));
  }
  expect(Math.min(...meansUs)).toBeLessThan(5);
  expect(world.relay.state.table.size).toBeLessThanOrEqual(2);
  // The survivor is who it was: the user's own channel.
  expect(user.refresh(600).code).toBe(0);
  expect(user.channelData(0x4000, Uint8Array.of(7))?.to).toEqual(peer);

  // Most of those were stopped at the door: no form at all, or an address that had had its replies. From many addresses the
  // same packets get further, each to where its own guard stands.
  expect(world.count().droppedMalformed).toBeGreaterThan(PACKETS / 10);
  const before = world.count();
  for (let i = 0; i < POOL; i++) {
    world.fromClient(pool[i] ?? noise(), i % 3 === 0 ? home : at(`203.0.${i % 256}.77`, 9));
    if (i % 100 === 0) world.tick(1);
  }
  const after = world.count();
  const more = (name: keyof typeof after) => after[name] - before[name];
  expect(more('requests')).toBeGreaterThan(POOL / 20);
  expect(more('repliesUnauthorized')).toBeGreaterThan(POOL / 50);
  expect(more('droppedNoAllocation')).toBeGreaterThan(POOL / 50);
  expect(more('droppedNoChannel')).toBeGreaterThan(POOL / 1_000);
  expect(more('toNodePackets')).toBeGreaterThan(POOL / 200);
}, 240_000);

// Behind the guards: who knows the password may still send nonsense. Every request here is signed as it should be, so all of
// them reach the handlers, with attributes drawn from those that TURN knows and values that are right, changed or noise.
test('signed nonsense reaches the handlers: every one is answered, none throws, nothing is left behind', () => {
  const world = new TurnWorld();
  const records = world.memory.freeRecords;
  const clients = Array.from({ length: 8 }, (_, i) => new TurnClient(world, at('203.0.113.9', 41_000 + i)));
  for (const client of clients) client.allocate();
  const signing = [A.USERNAME, A.REALM, A.NONCE, A.MESSAGE_INTEGRITY, A.MESSAGE_INTEGRITY_SHA256, A.FINGERPRINT];
  const types: number[] = Object.values(A).filter((type) => !signing.some((own) => own === type));
  types.push(0x7ffe);
  const asked = [methods.ALLOCATE, methods.REFRESH, methods.CREATE_PERMISSION, methods.CHANNEL_BIND];
  const codes = new Map<number, number>();
  for (let i = 0; i < SIGNED; i++) {
    const client = clients[random.below(clients.length)] ?? new TurnClient(world, home);
    const transactionId = newTransaction();
    const values: (readonly [number, Uint8Array])[] = [
      [A.REQUESTED_TRANSPORT, UDP],
      [A.LIFETIME, lifetime(random.below(3) * 300)],
      client.peerAttribute(peer, transactionId),
      client.peerAttribute(at('10.0.0.1', 1), transactionId),
      [A.CHANNEL_NUMBER, Uint8Array.of(0x40 + random.below(32), random.below(4), 0, 0)],
      [A.EVEN_PORT, Uint8Array.of(random.below(256))],
      [A.ADDITIONAL_ADDRESS_FAMILY, Uint8Array.of(1 + random.below(3), 0, 0, 0)],
      [types[random.below(types.length)] ?? 0x7ffe, random.bytes(random.below(24))], // 0x7ffe: nobody knows it
    ];
    const some = values.filter(() => random.below(3) > 0).sort(() => random.below(3) - 1);
    const reply = client.request(asked[random.below(asked.length)] ?? methods.REFRESH, some, { transactionId });
    codes.set(reply.code, (codes.get(reply.code) ?? 0) + 1);
    if (i % 50 === 0) world.tick(random.below(5_000));
  }
  const often = [0, 400, 403, 420, 437].filter((code) => (codes.get(code) ?? 0) > SIGNED / 200);
  expect(often).toEqual([0, 400, 403, 420, 437]);
  world.tick(3_601_000);
  world.tick(31_000);
  expect(world.sockets.size).toBe(0);
  expect(world.memory.freeRecords).toBe(records);
}, 120_000);

test('decoding never throws and never looks beyond the packet', () => {
  for (let i = 0; i < 100_000; i++) {
    const packet = noise();
    const read = decodeMessage(packet);
    if (!read.ok) continue;
    for (const { value, at: offset } of read.value.attributes)
      expect(offset + 4 + value.length).toBeLessThanOrEqual(packet.length);
  }
});

test('streams of noise end, or wait within one frame', () => {
  for (let i = 0; i < 20_000; i++) {
    const framer = new StreamFramer();
    for (let piece = 0; piece < 5; piece++) if (!framer.push(noise(), () => {})) break;
    expect(framer.waiting).toBeLessThan(2_048 + 300);
  }
});
