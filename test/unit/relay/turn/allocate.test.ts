// test/unit/relay/turn/allocate.test.ts - Allocate, step by step of RFC 8656 section 7.2; every refusal beside a success.
import { expect, test } from 'vitest';
import { attributeTypes, methods } from '../../../../src/relay/stun/registry.ts';
import { at, ip, lifetime, newTransaction, TurnClient, TurnWorld, UDP, WALL_MS } from './turn-world.ts';

const home = at('203.0.113.9', 40_000);
const IPV4 = Uint8Array.of(1, 0, 0, 0);
const IPV6 = Uint8Array.of(2, 0, 0, 0);
const A = attributeTypes;

function start(options: ConstructorParameters<typeof TurnWorld>[0] = {}) {
  const world = new TurnWorld(options);
  return { world, client: new TurnClient(world, home) };
}

test('an allocation has a relayed address of our range, the mapped address and the default lifetime', () => {
  const { world, client } = start();
  const reply = client.allocate();
  const relayed = client.relayed(reply);
  expect(relayed.ip).toEqual(ip('198.51.100.1'));
  expect(relayed.port).toBeGreaterThanOrEqual(50_000);
  expect(relayed.port).toBeLessThanOrEqual(50_099);
  expect(reply.address(A.XOR_MAPPED_ADDRESS)).toEqual(home);
  expect(reply.value(A.LIFETIME)).toEqual(lifetime(600));
  expect(world.sockets.size).toBe(1);
  expect(world.count()).toMatchObject({ allocationsLive: 1, allocationsMade: 1 });
});

test('behind a 1:1 NAT the client is told the public address, and the socket is bound to the private one', () => {
  const { world, client } = start({ relayAddresses: [{ bind: ip('10.0.0.5'), told: ip('198.51.100.1') }] });
  expect(client.relayed().ip).toEqual(ip('198.51.100.1'));
  expect([...world.sockets.values()][0]?.ip).toEqual(ip('10.0.0.5'));
});

test('2. the same 5-tuple again: the same request gets the same answer, another one 437', () => {
  const { world, client } = start();
  const transactionId = newTransaction();
  const ask = () => client.request(methods.ALLOCATE, [[A.REQUESTED_TRANSPORT, UDP]], { transactionId });
  const first = client.relayed(ask());
  expect(client.relayed(ask())).toEqual(first);
  expect(client.allocate().code).toBe(437);
  expect(world.sockets.size).toBe(1);
  const other = new TurnClient(world, at('203.0.113.9', 40_001));
  expect(other.allocate().code).toBe(0);
});

type Attributes = [number, Uint8Array][];
test.each<[string, Attributes, number]>([
  ['3. no REQUESTED-TRANSPORT', [], 400],
  ['3. REQUESTED-TRANSPORT of one byte', [[A.REQUESTED_TRANSPORT, Uint8Array.of(17)]], 400],
  ['3. TCP towards the peers', [[A.REQUESTED_TRANSPORT, Uint8Array.of(6, 0, 0, 0)]], 442],
  [
    '5. a token that nobody gave',
    [
      [A.REQUESTED_TRANSPORT, UDP],
      [A.RESERVATION_TOKEN, new Uint8Array(8)],
    ],
    508,
  ],
  [
    '5. a token of four bytes',
    [
      [A.REQUESTED_TRANSPORT, UDP],
      [A.RESERVATION_TOKEN, new Uint8Array(4)],
    ],
    400,
  ],
  [
    '5. a token and EVEN-PORT',
    [
      [A.REQUESTED_TRANSPORT, UDP],
      [A.RESERVATION_TOKEN, new Uint8Array(8)],
      [A.EVEN_PORT, Uint8Array.of(0)],
    ],
    400,
  ],
  [
    '5. a token and a family',
    [
      [A.REQUESTED_TRANSPORT, UDP],
      [A.RESERVATION_TOKEN, new Uint8Array(8)],
      [A.REQUESTED_ADDRESS_FAMILY, IPV4],
    ],
    400,
  ],
  [
    '5. a token and a second family',
    [
      [A.REQUESTED_TRANSPORT, UDP],
      [A.RESERVATION_TOKEN, new Uint8Array(8)],
      [A.ADDITIONAL_ADDRESS_FAMILY, IPV6],
    ],
    400,
  ],
  [
    '6. both family attributes',
    [
      [A.REQUESTED_TRANSPORT, UDP],
      [A.REQUESTED_ADDRESS_FAMILY, IPV4],
      [A.ADDITIONAL_ADDRESS_FAMILY, IPV6],
    ],
    400,
  ],
  [
    '7. a family that nobody knows',
    [
      [A.REQUESTED_TRANSPORT, UDP],
      [A.REQUESTED_ADDRESS_FAMILY, Uint8Array.of(3, 0, 0, 0)],
    ],
    440,
  ],
  [
    '7. a family of one byte',
    [
      [A.REQUESTED_TRANSPORT, UDP],
      [A.REQUESTED_ADDRESS_FAMILY, Uint8Array.of(1)],
    ],
    400,
  ],
  [
    '8. a pair of ports for two families',
    [
      [A.REQUESTED_TRANSPORT, UDP],
      [A.EVEN_PORT, Uint8Array.of(0x80)],
      [A.ADDITIONAL_ADDRESS_FAMILY, IPV6],
    ],
    400,
  ],
  [
    '8. EVEN-PORT of four bytes',
    [
      [A.REQUESTED_TRANSPORT, UDP],
      [A.EVEN_PORT, new Uint8Array(4)],
    ],
    400,
  ],
  [
    '9. IPv4 as the additional family',
    [
      [A.REQUESTED_TRANSPORT, UDP],
      [A.ADDITIONAL_ADDRESS_FAMILY, IPV4],
    ],
    400,
  ],
  [
    'a LIFETIME of two bytes',
    [
      [A.REQUESTED_TRANSPORT, UDP],
      [A.LIFETIME, Uint8Array.of(0, 1)],
    ],
    400,
  ],
])('%s', (_, attributes, code) => {
  const { world, client } = start();
  expect(client.request(methods.ALLOCATE, attributes).code).toBe(code);
  expect(world.sockets.size).toBe(0);
  expect(world.relay.state.pools.get(4)?.free).toBe(100);
  expect(client.allocate().code).toBe(0);
});

test('4. DONT-FRAGMENT where the sockets cannot: 420, naming it; where they can: granted', () => {
  const asked: Attributes = [[A.DONT_FRAGMENT, new Uint8Array(0)]];
  const { client } = start({ dontFragment: false });
  const reply = client.allocate(asked);
  expect(reply.code).toBe(420);
  expect(reply.value(A.UNKNOWN_ATTRIBUTES)).toEqual(Uint8Array.of(0, 0x1a));
  expect(start().client.allocate(asked).code).toBe(0);
});

test('7. IPv6 on request, 440 on a relay without it', () => {
  const asked: Attributes = [[A.REQUESTED_ADDRESS_FAMILY, IPV6]];
  const { client } = start();
  expect(client.relayed(client.allocate(asked)).ip).toEqual(ip('2001:db8::1'));
  const only4 = start({ relayAddresses: [{ bind: ip('198.51.100.1'), told: ip('198.51.100.1') }] });
  expect(only4.client.allocate(asked).code).toBe(440);
  const only6 = start({ relayAddresses: [{ bind: ip('2001:db8::1'), told: ip('2001:db8::1') }] });
  expect(only6.client.allocate().code).toBe(440);
});

test('9. a dual allocation has two addresses; half of one says why', () => {
  const asked: Attributes = [[A.ADDITIONAL_ADDRESS_FAMILY, IPV6]];
  const { world, client } = start();
  const both = client.allocate(asked).message.attributes.filter(({ type }) => type === A.XOR_RELAYED_ADDRESS);
  expect(both.map(({ value }) => value.length)).toEqual([8, 20]);
  expect(world.sockets.size).toBe(2);
  const draft = start();
  draft.client.allocate([[0x8032, IPV6]]);
  expect(draft.world.sockets.size).toBe(2);
  const half = start({ relayAddresses: [{ bind: ip('198.51.100.1'), told: ip('198.51.100.1') }] }).client.allocate(
    asked,
  );
  expect(half.code).toBe(0);
  expect(half.value(A.ADDRESS_ERROR_CODE)).toEqual(Uint8Array.of(2, 0, 4, 40));
});

test('8. EVEN-PORT gives an even port; its R bit keeps the next one for the bearer of the token', () => {
  const { world, client } = start();
  const reply = client.allocate([[A.EVEN_PORT, Uint8Array.of(0x80)]]);
  const { port } = client.relayed(reply);
  const token = reply.value(A.RESERVATION_TOKEN)?.slice() ?? new Uint8Array(0);
  expect(port % 2).toBe(0);
  expect(token).toHaveLength(8);
  const bearer = new TurnClient(world, at('203.0.113.10', 1_024));
  expect(bearer.relayed(bearer.allocate([[A.RESERVATION_TOKEN, token]])).port).toBe(port + 1);
  const second = new TurnClient(world, at('203.0.113.10', 1_025));
  expect(second.allocate([[A.RESERVATION_TOKEN, token]]).code).toBe(508);
});

test('a reserved port comes back after 30 s, and its token is void', () => {
  const { world, client } = start();
  const reply = client.allocate([[A.EVEN_PORT, Uint8Array.of(0x80)]]);
  const token = reply.value(A.RESERVATION_TOKEN)?.slice() ?? new Uint8Array(0);
  expect(world.relay.state.pools.get(4)?.free).toBe(98);
  world.tick(31_000);
  expect(world.relay.state.pools.get(4)?.free).toBe(99);
  const late = new TurnClient(world, at('203.0.113.10', 1_024));
  expect(late.allocate([[A.RESERVATION_TOKEN, token]]).code).toBe(508);
});

test('10. quotas: per user and per address 486, in total 508; a place that is given back counts again', () => {
  const from = (n: number, address = '203.0.113.9') => at(address, 40_000 + n);
  const world = new TurnWorld({ quota: { perUser: 2, perAddress: 3, total: 4 } });
  const named = (user: string, n: number, address?: string) =>
    new TurnClient(world, from(n, address), { username: `${WALL_MS / 1_000 + 86_400}:${user}` });
  const first = named('a', 1);
  expect(first.allocate().code).toBe(0);
  expect(named('a', 2).allocate().code).toBe(0);
  expect(named('a', 3).allocate().code).toBe(486);
  expect(named('b', 4).allocate().code).toBe(0);
  expect(named('b', 5).allocate().code).toBe(486);
  expect(named('b', 6, '203.0.113.10').allocate().code).toBe(0);
  expect(named('c', 7, '203.0.113.11').allocate().code).toBe(508);
  expect(first.refresh(0).code).toBe(0);
  expect(named('a', 8).allocate().code).toBe(0);
});

test('ports that somebody else holds are passed over, and all gone means 508', () => {
  const { world, client } = start({ relayPorts: { first: 50_000, last: 50_003 } });
  for (const port of [50_000, 50_001, 50_002]) world.busyPorts.add(port);
  expect(client.relayed().port).toBe(50_003);
  const next = new TurnClient(world, at('203.0.113.9', 40_001));
  expect(next.allocate().code).toBe(508);
  expect(world.relay.state.pools.get(4)?.free).toBe(3);
  expect(world.relay.state.quota.total).toBe(1);
});

test.each([
  ['no wish', undefined, 86_400, 600],
  ['a short wish: not under the default', 30, 86_400, 600],
  ['a long wish', 1_800, 86_400, 1_800],
  ['a very long wish: not over the maximum', 65_535, 86_400, 3_600],
  ['a credential that ends sooner', 3_600, 90, 90],
])('lifetime, %s', (_, wishS, credentialS, grantedS) => {
  const world = new TurnWorld();
  const client = new TurnClient(world, home, { username: `${WALL_MS / 1_000 + credentialS}:alice` });
  const reply = client.allocate(wishS === undefined ? [] : [[A.LIFETIME, lifetime(wishS)]]);
  expect(reply.value(A.LIFETIME)).toEqual(lifetime(grantedS));
  world.tick(grantedS * 1_000 - 1);
  expect(world.sockets.size).toBe(1);
  world.tick(1);
  expect(world.sockets.size).toBe(0);
  expect(world.relay.state.pools.get(4)?.free).toBe(100);
});

test('while draining nobody new is taken, and who is there goes on', () => {
  const { world, client } = start();
  client.allocate();
  world.relay.state.draining = true;
  expect(new TurnClient(world, at('203.0.113.9', 40_001)).allocate().code).toBe(508);
  expect(client.refresh(600).code).toBe(0);
});

test('without address records left: 508, and nothing is lost', () => {
  const { world, client } = start({ records: 1 });
  expect(client.allocate().code).toBe(0);
  const next = new TurnClient(world, at('203.0.113.9', 40_001));
  expect(next.allocate().code).toBe(508);
  client.refresh(0);
  expect(next.allocate().code).toBe(0);
});
