// test/unit/relay/turn/relaying.test.ts - permissions, channels and data in both directions. RFC 8656 sections 8 to 12.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attributeTypes as A } from '../../../../src/relay/stun/registry.ts';
import { at, lifetime, newTransaction, readReply, TurnClient, TurnWorld } from './turn-world.ts';

const home = at('203.0.113.9', 40_000);
const peer = at('192.0.43.8', 7_000);
const peer6 = at('2a00:1450::8', 7_000);
const DUAL: [number, Uint8Array] = [A.ADDITIONAL_ADDRESS_FAMILY, Uint8Array.of(2, 0, 0, 0)];
const bytes = (text: string) => new TextEncoder().encode(text);

function started(
  options: ConstructorParameters<typeof TurnWorld>[0] = {},
  client: ConstructorParameters<typeof TurnClient>[2] = {},
) {
  const world = new TurnWorld(options);
  const turn = new TurnClient(world, home, client);
  return { world, turn, relayed: turn.relayed() };
}

test('a channel carries payload of any length both ways, and nothing else changes', () => {
  const { world, turn, relayed } = started();
  expect(turn.bind(0x4000, peer).code).toBe(0);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1_500 }), (payload) => {
      const up = turn.channelData(0x4000, payload);
      expect(up?.to).toEqual(peer);
      expect(up?.bytes).toEqual(Uint8Array.from(payload));
      const down = world.fromPeer(relayed, payload, peer);
      expect(down?.to).toEqual(home);
      expect(down?.bytes).toEqual(Uint8Array.of(0x40, 0, payload.length >> 8, payload.length & 0xff, ...payload));
    }),
  );
});

test('Send and Data indications carry payload of any length both ways, for IPv4 and IPv6', () => {
  const world = new TurnWorld();
  const turn = new TurnClient(world, home);
  const reply = turn.allocate([DUAL]);
  const relayed = reply.message.attributes.filter(({ type }) => type === A.XOR_RELAYED_ADDRESS);
  expect(relayed).toHaveLength(2);
  expect(turn.permit(peer, peer6).code).toBe(0);
  const ports = [...world.sockets.values()];
  for (const [remote, own] of [
    [peer, ports[0]],
    [peer6, ports[1]],
  ] as const) {
    if (own === undefined) throw new Error('no socket');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_400 }), (payload) => {
        const up = turn.sendIndication(remote, payload);
        expect(up?.to).toEqual(remote);
        expect(up?.bytes).toEqual(Uint8Array.from(payload));
        const down = world.fromPeer(own, payload, remote);
        const data = readReply(down?.bytes ?? new Uint8Array(0));
        expect(data.message).toMatchObject({ klass: 1, method: 7 });
        expect(data.address(A.XOR_PEER_ADDRESS)).toEqual(remote);
        expect(data.value(A.DATA)).toEqual(Uint8Array.from(payload));
      }),
      { numRuns: 50 },
    );
  }
});

test('the padding of a Data indication is zeros, whatever lay there before', () => {
  const { world, turn, relayed } = started();
  turn.permit(peer);
  world.fromPeer(relayed, new Uint8Array(64).fill(0xee), peer);
  const down = world.fromPeer(relayed, Uint8Array.of(1), peer);
  expect(Array.from(down?.bytes.subarray(-4) ?? [])).toEqual([1, 0, 0, 0]);
});

test('two Data indications never have one transaction id', () => {
  const { world, turn, relayed } = started();
  turn.permit(peer);
  const ids = new Set<string>();
  for (let i = 0; i < 1_000; i++)
    ids.add(String(world.fromPeer(relayed, Uint8Array.of(1), peer)?.bytes.subarray(8, 20)));
  expect(ids.size).toBe(1_000);
});

test('over a stream ChannelData is padded to four bytes with zeros', () => {
  const { world, turn, relayed } = started({}, { transport: 'tcp', stream: 3 });
  turn.bind(0x4000, peer);
  world.fromPeer(relayed, new Uint8Array(64).fill(0xee), peer);
  const down = world.fromPeer(relayed, bytes('abcde'), peer);
  expect(down?.bytes).toEqual(Uint8Array.of(0x40, 0, 0, 5, ...bytes('abcde'), 0, 0, 0));
  expect(turn.channelData(0x4000, bytes('xyz'))?.bytes).toEqual(bytes('xyz'));
});

test('without a permission nothing comes in or goes out; a permission is for an address, whatever the port', () => {
  const { world, turn, relayed } = started();
  expect(world.fromPeer(relayed, bytes('in'), peer)).toBeUndefined();
  expect(turn.sendIndication(peer, bytes('out'))).toBeUndefined();
  expect(turn.permit(at('192.0.43.8', 0)).code).toBe(0);
  expect(world.fromPeer(relayed, bytes('in'), peer)).toBeDefined();
  expect(turn.sendIndication(peer, bytes('out'))).toBeDefined();
  expect(world.fromPeer(relayed, bytes('in'), at('192.0.43.9', 7_000))).toBeUndefined();
  expect(world.count().droppedNoPermission).toBe(3);
});

test('a permission lasts five minutes, a channel ten; data refreshes neither', () => {
  const { world, turn, relayed } = started({}, {});
  turn.refresh(3_600);
  turn.bind(0x4000, peer);
  world.tick(299_999);
  expect(world.fromPeer(relayed, bytes('x'), peer)).toBeDefined();
  expect(turn.channelData(0x4000, bytes('x'))).toBeDefined();
  world.tick(1);
  expect(world.fromPeer(relayed, bytes('x'), peer)).toBeUndefined();
  expect(turn.sendIndication(peer, bytes('x'))).toBeUndefined();
  expect(turn.channelData(0x4000, bytes('x'))).toBeDefined();
  expect(turn.permit(peer).code).toBe(0);
  expect(world.fromPeer(relayed, bytes('x'), peer)?.bytes[0]).toBe(0x40);
  world.tick(299_999);
  expect(turn.channelData(0x4000, bytes('x'))).toBeDefined();
  world.tick(1);
  expect(turn.channelData(0x4000, bytes('x'))).toBeUndefined();
});

test('binding again refreshes channel and permission', () => {
  const { world, turn, relayed } = started();
  turn.refresh(3_600);
  turn.bind(0x4000, peer);
  for (let i = 0; i < 4; i++) {
    world.tick(290_000);
    expect(turn.bind(0x4000, peer).code).toBe(0);
    expect(world.fromPeer(relayed, bytes('x'), peer)).toBeDefined();
  }
});

test.each([
  ['below the channels', 0x3fff, 400, 400],
  ['the first', 0x4000, 0, 0],
  ['the last', 0x4fff, 0, 0],
  ['reserved since RFC 8656', 0x5000, 400, 0],
  ['the last of RFC 5766', 0x7ffe, 400, 0],
  ['above any RFC', 0x7fff, 400, 400],
])('channel number %s: by RFC 8656 for its own clients, by RFC 5766 for older ones', (_, number, modern, older) => {
  expect(started({}, { algorithm: 'sha-256' }).turn.bind(number, peer).code).toBe(modern);
  const { world, turn, relayed } = started();
  expect(turn.bind(number, peer).code).toBe(older);
  expect(turn.channelData(number, bytes('x')) !== undefined).toBe(older === 0);
  expect(world.fromPeer(relayed, bytes('x'), peer) !== undefined).toBe(older === 0);
});

test('one number, one peer: another peer or another number 400, the same pair again granted', () => {
  const { turn } = started();
  const other = at('192.0.43.8', 7_001);
  expect(turn.bind(0x4000, peer).code).toBe(0);
  expect(turn.bind(0x4000, other).code).toBe(400);
  expect(turn.bind(0x4001, peer).code).toBe(400);
  expect(turn.bind(0x4001, other).code).toBe(0);
  expect(turn.bind(0x4000, peer).code).toBe(0);
});

test('an expired channel leaves its number and its peer free', () => {
  const { world, turn } = started();
  turn.refresh(3_600);
  turn.bind(0x4000, peer);
  world.tick(600_000);
  expect(turn.bind(0x4000, at('192.0.43.8', 7_001)).code).toBe(0);
  expect(turn.bind(0x4001, peer).code).toBe(0);
});

test.each([
  ['CHANNEL-NUMBER', [] as number[]],
  ['XOR-PEER-ADDRESS', [A.CHANNEL_NUMBER]],
])('ChannelBind without %s: 400', (_, present) => {
  const { turn } = started();
  const transactionId = newTransaction();
  const number: [number, Uint8Array] = [A.CHANNEL_NUMBER, Uint8Array.of(0x40, 0, 0, 0)];
  const attributes = present.length > 0 ? [number] : [turn.peerAttribute(peer, transactionId)];
  expect(turn.request(9, attributes, { transactionId }).code).toBe(400);
  expect(turn.request(9, [number, turn.peerAttribute(peer, transactionId)], { transactionId }).code).toBe(0);
});

test('CreatePermission without an address, or with a bad one: 400', () => {
  const { turn } = started();
  expect(turn.request(8, []).code).toBe(400);
  expect(turn.request(8, [[A.XOR_PEER_ADDRESS, Uint8Array.of(0, 1, 0, 0, 1, 2, 3)]]).code).toBe(400);
  expect(turn.permit(peer).code).toBe(0);
});

test('a peer of a family that is not relayed: 443, for permissions, channels and refreshes', () => {
  const { turn } = started();
  expect(turn.permit(peer6).code).toBe(443);
  expect(turn.bind(0x4000, peer6).code).toBe(443);
  expect(turn.refresh(600, [[A.REQUESTED_ADDRESS_FAMILY, Uint8Array.of(2, 0, 0, 0)]]).code).toBe(443);
  expect(turn.refresh(600, [[A.REQUESTED_ADDRESS_FAMILY, Uint8Array.of(1, 0, 0, 0)]]).code).toBe(0);
});

test('permissions come all or none', () => {
  const { world, turn, relayed } = started();
  expect(turn.permit(peer, at('10.0.0.1', 1)).code).toBe(403);
  expect(world.fromPeer(relayed, bytes('x'), peer)).toBeUndefined();
  expect(turn.permit(peer, at('192.0.43.9', 1)).code).toBe(0);
  expect(world.fromPeer(relayed, bytes('x'), peer)).toBeDefined();
});

test('65 permissions or 33 channels at once: 508, and expired ones make room', () => {
  const { world, turn } = started();
  turn.refresh(3_600);
  for (let i = 0; i < 32; i++) expect(turn.bind(0x4000 + i, at('192.0.43.8', 2_000 + i)).code).toBe(0);
  expect(turn.bind(0x4020, at('192.0.43.8', 2_032)).code).toBe(508);
  for (let i = 1; i < 64; i++) expect(turn.permit(at(`192.0.44.${i}`, 1)).code).toBe(0);
  expect(turn.permit(at('192.0.44.64', 1)).code).toBe(508);
  world.tick(600_000);
  expect(turn.permit(at('192.0.44.64', 1)).code).toBe(0);
  expect(turn.bind(0x4020, at('192.0.43.8', 2_032)).code).toBe(0);
});

test('deleting frees socket, port, records and quota at once', () => {
  const { world, turn } = started();
  const before = world.memory.freeRecords;
  turn.bind(0x4000, peer);
  turn.permit(at('192.0.43.9', 1));
  expect(turn.refresh(0).value(A.LIFETIME)).toEqual(lifetime(0));
  expect(world.sockets.size).toBe(0);
  expect(world.memory.freeRecords).toBe(before + 1);
  expect(world.relay.state.pools.get(4)?.free).toBe(100);
  expect(world.relay.state.quota.total).toBe(0);
  expect(turn.channelData(0x4000, bytes('x'))).toBeUndefined();
  expect(turn.refresh(600).code).toBe(437);
});

test('one half of a dual allocation can be deleted, with its own permissions and channels', () => {
  const world = new TurnWorld();
  const turn = new TurnClient(world, home);
  turn.allocate([DUAL]);
  turn.bind(0x4000, peer);
  turn.bind(0x4001, peer6);
  expect(turn.refresh(0, [[A.REQUESTED_ADDRESS_FAMILY, Uint8Array.of(2, 0, 0, 0)]]).code).toBe(0);
  expect(world.sockets.size).toBe(1);
  expect(turn.channelData(0x4001, bytes('x'))).toBeUndefined();
  expect(turn.channelData(0x4000, bytes('x'))).toBeDefined();
  expect(turn.permit(peer6).code).toBe(443);
  expect(turn.refresh(0).code).toBe(0);
  expect(world.sockets.size).toBe(0);
});

test('halves of a dual allocation expire each by itself', () => {
  const world = new TurnWorld();
  const turn = new TurnClient(world, home);
  turn.allocate([DUAL]);
  turn.refresh(3_600, [[A.REQUESTED_ADDRESS_FAMILY, Uint8Array.of(1, 0, 0, 0)]]);
  world.tick(600_000);
  expect([...world.sockets.values()].map(({ ip }) => ip.length)).toEqual([4]);
  world.tick(3_000_000);
  expect(world.sockets.size).toBe(0);
});

test.each([
  ['shorter than it says', Uint8Array.of(0x40, 0, 0, 5, 1, 2, 3, 4)],
  ['on a channel that is not bound', Uint8Array.of(0x40, 1, 0, 1, 1)],
  ['with a reserved number', Uint8Array.of(0x50, 0, 0, 1, 1)],
  ['with a number beyond all channels', Uint8Array.of(0x80, 0, 0, 1, 1)],
])('ChannelData %s is dropped', (_, message) => {
  const { world, turn } = started();
  turn.bind(0x4000, peer);
  expect(world.fromClient(message, home)).toBeUndefined();
  expect(world.fromClient(Uint8Array.of(0x40, 0, 0, 1, 1), home)?.bytes).toEqual(Uint8Array.of(1));
});

test('ChannelData with padding, and with no data at all, is relayed', () => {
  const { world, turn } = started();
  turn.bind(0x4000, peer);
  expect(world.fromClient(Uint8Array.of(0x40, 0, 0, 1, 9, 0, 0, 0), home)?.bytes).toEqual(Uint8Array.of(9));
  expect(world.fromClient(Uint8Array.of(0x40, 0, 0, 0), home)?.bytes).toEqual(new Uint8Array(0));
});

test("one client's channels mean nothing on another's 5-tuple", () => {
  const { world, turn } = started();
  turn.bind(0x4000, peer);
  const message = Uint8Array.of(0x40, 0, 0, 1, 9);
  expect(world.fromClient(message, at('203.0.113.9', 40_001))).toBeUndefined();
  expect(world.fromClient(message, at('203.0.113.10', 40_000))).toBeUndefined();
  expect(world.count().droppedNoAllocation).toBe(2);
  expect(world.fromClient(message, home)).toBeDefined();
});

test('of two peer addresses the first counts, for channels and for Send', () => {
  const { world, turn, relayed } = started();
  const transactionId = newTransaction();
  const second = at('10.0.0.1', 7_000);
  const bind = turn.request(
    9,
    [
      [A.CHANNEL_NUMBER, Uint8Array.of(0x40, 0, 0, 0)],
      turn.peerAttribute(peer, transactionId),
      turn.peerAttribute(second, transactionId),
    ],
    { transactionId },
  );
  expect(bind.code).toBe(0);
  expect(turn.channelData(0x4000, bytes('x'))?.to).toEqual(peer);
  expect(world.fromPeer(relayed, bytes('x'), second)).toBeUndefined();
  // The helper puts `extra` first, so here the forbidden address is the first one.
  const forbiddenFirst = turn.sendIndication(peer, bytes('x'), [turn.peerAttribute(second, new Uint8Array(12))]);
  expect(forbiddenFirst).toBeUndefined();
  expect(turn.sendIndication(peer, bytes('x'))?.to).toEqual(peer);
});

test.each<[string, [number, Uint8Array], boolean]>([
  ['an attribute that must be understood', [0x0031, Uint8Array.of(1)], false],
  ['an attribute that may be ignored', [0x8022, Uint8Array.of(65)], true],
])('a Send indication with %s', (_, attribute, relays) => {
  const { turn } = started();
  turn.permit(peer);
  expect(turn.sendIndication(peer, bytes('x'), [attribute]) !== undefined).toBe(relays);
});

test('DONT-FRAGMENT is passed on, or makes the indication void where it cannot be set', () => {
  const flag: [number, Uint8Array] = [A.DONT_FRAGMENT, new Uint8Array(0)];
  const { world, turn } = started();
  turn.permit(peer);
  expect(turn.sendIndication(peer, bytes('x'), [flag])).toBeDefined();
  expect(world.out.dontFragment).toBe(true);
  turn.sendIndication(peer, bytes('x'));
  expect(world.out.dontFragment).toBe(false);
  const without = started({ dontFragment: false });
  without.turn.permit(peer);
  expect(without.turn.sendIndication(peer, bytes('x'), [flag])).toBeUndefined();
  expect(without.turn.sendIndication(peer, bytes('x'))).toBeDefined();
});

test('the bandwidth of an allocation is bounded, each way by itself, and comes back with time', () => {
  const { world, turn, relayed } = started({ bytesPerS: 10_000 });
  turn.bind(0x4000, peer);
  const packet = new Uint8Array(1_000);
  const up = () => turn.channelData(0x4000, packet) !== undefined;
  const down = () => world.fromPeer(relayed, packet, peer) !== undefined;
  const burst = Array.from({ length: 12 }, up);
  expect(burst.filter(Boolean)).toHaveLength(10);
  expect(Array.from({ length: 12 }, down).filter(Boolean)).toHaveLength(10);
  expect(world.count().droppedBandwidth).toBe(4);
  world.tick(200);
  expect([up(), up(), up()]).toEqual([true, true, false]);
  expect([down(), down(), down()]).toEqual([true, true, false]);
});

test('payload is counted for its session, in bytes and packets, and survives an ICE restart', () => {
  const { world, turn, relayed } = started();
  turn.bind(0x4000, peer);
  turn.channelData(0x4000, new Uint8Array(100));
  turn.sendIndication(peer, new Uint8Array(11));
  world.fromPeer(relayed, new Uint8Array(1_000), peer);
  const again = new TurnClient(world, at('203.0.113.9', 40_001));
  const second = again.relayed();
  turn.refresh(0);
  again.permit(peer);
  world.fromPeer(second, new Uint8Array(7), peer);
  again.refresh(0);
  const third = new TurnClient(world, at('203.0.113.9', 40_002));
  const { port } = third.relayed();
  third.permit(peer);
  world.fromPeer({ ...relayed, port }, new Uint8Array(1), peer);
  expect([...world.counters.read()].map(({ name, usage, final }) => ({ name, usage, final }))).toEqual([
    {
      name: 'alice',
      usage: { toPlayerBytes: 1_008, toPlayerPackets: 3, toNodeBytes: 111, toNodePackets: 2 },
      final: false,
    },
  ]);
  const total = { toPlayerBytes: 1_008, toPlayerPackets: 3, toNodeBytes: 111, toNodePackets: 2 };
  expect(world.count()).toMatchObject(total);
});

test('an ICMP error about a permitted peer reaches the client, another does not', () => {
  const { world, turn, relayed } = started();
  turn.permit(peer);
  const socket = [...world.sockets.keys()][0] ?? -1;
  const told = world.relay.icmp(socket, peer, { type: 3, code: 4, mtuBytes: 1_300 });
  const read = readReply(told?.bytes ?? new Uint8Array(0));
  expect(read.message).toMatchObject({ klass: 1, method: 7 });
  expect(read.address(A.XOR_PEER_ADDRESS)).toEqual(peer);
  expect(read.value(A.ICMP)).toEqual(Uint8Array.of(0, 0, 6, 4, 0, 0, 5, 20));
  expect(world.relay.icmp(socket, peer, { type: 5, code: 0, mtuBytes: 0 })).toBeUndefined();
  expect(world.relay.icmp(socket, at('192.0.43.9', 7_000), { type: 3, code: 3, mtuBytes: 0 })).toBeUndefined();
  expect(relayed.port).toBeGreaterThan(0);
});

test('a channel has a socket towards its peer, two at most, and they go with their channels and the allocation', () => {
  const { world, turn, relayed } = started();
  const peers = [peer, at('192.0.43.8', 7_001), at('192.0.43.9', 7_002)];
  peers.forEach((one, i) => {
    expect(turn.bind(0x4000 + i, one).code).toBe(0);
  });
  expect([...world.connected.values()].map(({ peer: to }) => to)).toEqual(peers.slice(0, 2));
  const own = [...world.sockets.keys()][0] ?? -1;
  const towards = [...world.connected.keys(), own];
  peers.forEach((one, i) => {
    expect(turn.channelData(0x4000 + i, bytes('up'))).toMatchObject({ socket: towards[i], to: one });
    expect(world.fromPeer(relayed, bytes('down'), one)?.bytes).toEqual(Uint8Array.of(0x40, i, 0, 4, ...bytes('down')));
    expect(turn.sendIndication(one, bytes('up'))).toMatchObject({ socket: own, to: one });
  });
  const told = world.relay.icmp(towards[0] ?? -1, peer, { type: 3, code: 4, mtuBytes: 1_300 });
  expect(readReply(told?.bytes ?? new Uint8Array(0)).address(A.XOR_PEER_ADDRESS)).toEqual(peer);
  // The third is refreshed, the others expire and leave it their room at its next binding.
  world.tick(400_000);
  turn.refresh(600);
  turn.bind(0x4002, peers[2] ?? peer);
  world.tick(250_000);
  turn.bind(0x4003, peer);
  expect([...world.connected.values()].map(({ peer: to }) => to)).toEqual([peer]);
  world.relay.endSession('alice');
  expect([world.connected.size, world.sockets.size]).toEqual([0, 0]);
});

test('where no socket can be connected, channels use the relayed address’s own', () => {
  const { world, turn, relayed } = started();
  world.connects = false;
  expect(turn.bind(0x4000, peer).code).toBe(0);
  expect(turn.channelData(0x4000, bytes('up'))?.socket).toBe([...world.sockets.keys()][0]);
  expect(world.fromPeer(relayed, bytes('down'), peer)?.bytes).toEqual(Uint8Array.of(0x40, 0, 0, 4, ...bytes('down')));
});

test('the end of a session frees all its allocations and nobody else’s', () => {
  const { world } = started();
  const other = new TurnClient(world, at('203.0.113.9', 41_000), { username: '1900000000:bob' });
  other.allocate();
  expect(world.sockets.size).toBe(2);
  world.relay.endSession('alice');
  expect(world.sockets.size).toBe(1);
  expect(world.relay.takeEvents().at(-1)).toEqual({ kind: 'freed', session: 'alice', reason: 'session-ended' });
});

test('a closed stream frees its allocation', () => {
  const { world, turn } = started({}, { transport: 'tls', stream: 9 });
  expect(turn.refresh(600).code).toBe(0);
  world.relay.streamClosed(2 ** 24 + 8);
  expect(world.sockets.size).toBe(1);
  world.relay.streamClosed(2 ** 24 + 9);
  expect(world.sockets.size).toBe(0);
});
