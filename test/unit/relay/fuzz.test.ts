// test/unit/relay/fuzz.test.ts - a million packets that nobody should send: random ones and changed real ones, from strangers,
// users and peers. Nothing throws, nothing grows, and one costs under 5 us of processor time on average.
import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import { StreamFramer } from '../../../src/relay/stream-framer.ts';
import { decodeMessage } from '../../../src/relay/stun/message.ts';
import { attributeTypes as A, methods } from '../../../src/relay/stun/registry.ts';
import { at, lifetime, newTransaction, TurnClient, TurnWorld, UDP } from './turn/turn-world.ts';

const PACKETS = 1_000_000;
const POOL = 8_192;
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
  const start = process.cpuUsage();
  for (let i = 0; i < PACKETS; i++) {
    const packet = pool[i % POOL] ?? noise();
    if (i % 5 === 4) world.fromPeer(relayed, packet, peer);
    else world.fromClient(packet, senders[i % 3] ?? home);
    if (i % 1_000 === 0) world.tick(1);
  }
  const { user: userUs, system: systemUs } = process.cpuUsage(start);
  expect((userUs + systemUs) / PACKETS).toBeLessThan(5);
  expect(world.relay.state.table.size).toBeLessThanOrEqual(2);
  expect(world.count().droppedMalformed).toBeGreaterThan(PACKETS / 10);
  // The survivor is who it was: the user's own channel.
  expect(user.refresh(600).code).toBe(0);
  expect(user.channelData(0x4000, Uint8Array.of(7))?.to).toEqual(peer);
}, 240_000);

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
