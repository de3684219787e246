// test/unit/relay/turn/authenticate.test.ts - who may ask: RFC 8489 section 9.2.4, check by check, each beside its control.
import { expect, test } from 'vitest';
import { fromHex } from '../../../../src/base/bytes.ts';
import { newId } from '../../../../src/base/ids.ts';
import { seededRandom } from '../../../../src/base/random.ts';
import { toUtf8 } from '../../../../src/base/utf8.ts';
import { mintCredential } from '../../../../src/relay/credentials.ts';
import { addMessageIntegrity } from '../../../../src/relay/stun/attributes/message-integrity.ts';
import { OFFERED_ALGORITHMS } from '../../../../src/relay/stun/attributes/password-algorithms.ts';
import { userhashKey } from '../../../../src/relay/stun/attributes/userhash.ts';
import { classes, MessageWriter } from '../../../../src/relay/stun/message.ts';
import { attributeTypes as A, methods } from '../../../../src/relay/stun/registry.ts';
import { featuresOf } from '../../../../src/relay/turn/nonce.ts';
import {
  at,
  lifetime,
  newTransaction,
  REALM,
  SECRET,
  TurnClient,
  TurnWorld,
  textOf,
  UDP,
  WALL_MS,
} from './turn-world.ts';

const home = at('203.0.113.9', 40_000);
const inADay = WALL_MS / 1_000 + 86_400;
const transport = [A.REQUESTED_TRANSPORT, UDP] as const;

test('a request without a signature is told realm, nonce and algorithms, and nothing else', () => {
  const client = new TurnClient(new TurnWorld(), home);
  const reply = client.exchange(client.build(methods.ALLOCATE, [transport]));
  expect(reply?.code).toBe(401);
  expect(reply?.message.attributes.map(({ type }) => type)).toEqual([
    A.ERROR_CODE,
    A.REALM,
    A.NONCE,
    A.PASSWORD_ALGORITHMS,
  ]);
  expect(textOf(reply?.value(A.REALM))).toBe(REALM);
  expect(featuresOf(textOf(reply?.value(A.NONCE)))).toBe(1);
  expect(reply?.value(A.PASSWORD_ALGORITHMS)).toEqual(OFFERED_ALGORITHMS);
});

test.each([
  ['MD5 and SHA-1, as every browser does', undefined],
  ['SHA-256 throughout', 'sha-256'],
  ['MD5 by name, which is answered with SHA-256', 'md5'],
] as const)('%s is granted', (_, algorithm) => {
  const client = new TurnClient(new TurnWorld(), home, algorithm === undefined ? {} : { algorithm });
  expect(client.allocate().code).toBe(0);
  expect(client.refresh(600).code).toBe(0);
});

/** A client that has its nonce. */
function challenged(options: ConstructorParameters<typeof TurnClient>[2] = {}, world = new TurnWorld()) {
  const client = new TurnClient(world, home, options);
  client.nonce = client
    .exchange(client.build(methods.ALLOCATE, [transport]))
    ?.value(A.NONCE)
    ?.slice();
  return client;
}

test.each([
  ['no USERNAME', A.USERNAME],
  ['no REALM', A.REALM],
  ['no NONCE', A.NONCE],
])('a signature with %s: 400 without realm and nonce', (_, missing) => {
  const client = challenged();
  const build = (leaveOut: number) => {
    const writer = new MessageWriter(classes.REQUEST, methods.ALLOCATE, newTransaction()).add(...transport);
    for (const [type, value] of [
      [A.USERNAME, toUtf8(client.username)],
      [A.REALM, toUtf8(REALM)],
      [A.NONCE, client.nonce ?? new Uint8Array(0)],
    ] as const) {
      if (type !== leaveOut) writer.add(type, value);
    }
    return addMessageIntegrity(writer, client.key()).bytes();
  };
  const reply = client.exchange(build(missing));
  expect(reply?.code).toBe(400);
  expect(reply?.message.attributes.map(({ type }) => type)).toEqual([A.ERROR_CODE]);
  expect(client.exchange(build(0))?.code).toBe(0);
});

const list = OFFERED_ALGORITHMS;
const sha256 = Uint8Array.of(0, 2, 0, 0);
test.each<[string, [number, Uint8Array][], number]>([
  ['the list without a choice', [[A.PASSWORD_ALGORITHMS, list]], 400],
  ['a choice without the list', [[A.PASSWORD_ALGORITHM, sha256]], 400],
  [
    'a list that somebody shortened to MD5',
    [
      [A.PASSWORD_ALGORITHMS, list.slice(4)],
      [A.PASSWORD_ALGORITHM, Uint8Array.of(0, 1, 0, 0)],
    ],
    400,
  ],
  [
    'a choice that was not offered',
    [
      [A.PASSWORD_ALGORITHMS, list],
      [A.PASSWORD_ALGORITHM, Uint8Array.of(0, 3, 0, 0)],
    ],
    400,
  ],
  ['neither: an older client', [], 0],
])('bid-down: %s gives %i', (_, attributes, code) => {
  const client = challenged();
  expect(client.exchange(client.build(methods.ALLOCATE, [transport, ...attributes]))?.code).toBe(code);
});

test('bid-down: a nonce whose feature bits somebody cleared is no nonce of ours', () => {
  const client = challenged();
  const nonce = textOf(client.nonce);
  client.nonce = toUtf8(nonce.replace('AAAB', 'AAAA'));
  expect(client.exchange(client.build(methods.ALLOCATE, [transport]))?.code).toBe(438);
  client.nonce = toUtf8(nonce);
  expect(client.exchange(client.build(methods.ALLOCATE, [transport]))?.code).toBe(0);
});

test.each([
  ['a name that is none', 'alice'],
  ['an expired name', `${WALL_MS / 1_000}:alice`],
])('%s: 401 again, with a fresh challenge', (_, username) => {
  const client = challenged({ username });
  const reply = client.exchange(client.build(methods.ALLOCATE, [transport]));
  expect(reply?.code).toBe(401);
  expect(reply?.value(A.NONCE)).toBeDefined();
  client.username = `${WALL_MS / 1_000 + 1}:alice`;
  expect(client.exchange(client.build(methods.ALLOCATE, [transport]))?.code).toBe(0);
});

test('a wrong password: 401; either live secret: granted; a third: 401', () => {
  const world = new TurnWorld({ secrets: ['new', 'old'] });
  const ask = (secret: string, port: number) =>
    new TurnClient(world, at('203.0.113.9', port), { secret }).allocate().code;
  expect([ask('new', 1_024), ask('old', 1_025), ask('older', 1_026)]).toEqual([0, 0, 401]);
  world.relay.setSecrets(['newer', 'new']);
  expect([ask('newer', 1_027), ask('new', 1_028), ask('old', 1_029)]).toEqual([0, 0, 401]);
});

// A secret that leaked is taken out to end what it signed; keys that allocations remember must not outlive it.
test('a secret that is taken out refreshes nothing any more, one that stays does', () => {
  const world = new TurnWorld();
  const owner = new TurnClient(world, home);
  expect(owner.allocate().code).toBe(0);
  world.relay.setSecrets(['a newer secret of the fleet', SECRET]);
  expect(owner.refresh(600).code).toBe(0);
  world.relay.setSecrets(['a newer secret of the fleet']);
  expect(owner.refresh(600).code).toBe(401);
});

test('any change of a signed request: 401 or silence', () => {
  const client = challenged();
  const bytes = client.build(methods.ALLOCATE, [transport, [A.LIFETIME, lifetime(1_200)]]);
  for (let i = 0; i < bytes.length; i++) {
    if (i >= 8 && i < 20) continue; // Another transaction id is another request, signed all the same below.
    const changed = Uint8Array.from(bytes);
    changed[i] = (changed[i] ?? 0) ^ 1;
    expect(client.exchange(changed)?.code ?? 401).not.toBe(0);
  }
  const other = Uint8Array.from(bytes);
  other[8] = 0xff;
  expect(client.exchange(other)?.code).toBe(401);
  expect(client.exchange(bytes)?.code).toBe(0);
});

test('a nonce counts for an hour, for its own address and port, on any relay of the fleet', () => {
  const world = new TurnWorld();
  const client = challenged({}, world);
  const ask = () => client.exchange(client.build(methods.ALLOCATE, [transport]))?.code;
  world.tick(3_599_000);
  expect(ask()).toBe(0);
  world.tick(1_000);
  expect(ask()).toBe(438);

  const stolen = new TurnClient(world, at('203.0.113.9', 40_001));
  stolen.nonce = challenged({}, world).nonce;
  expect(stolen.exchange(stolen.build(methods.ALLOCATE, [transport]))?.code).toBe(438);

  const elsewhere = challenged({}, new TurnWorld({ relayPorts: { first: 60_000, last: 60_010 } }));
  elsewhere.nonce = challenged({}, new TurnWorld()).nonce;
  expect(elsewhere.exchange(elsewhere.build(methods.ALLOCATE, [transport]))?.code).toBe(0);
});

test('a stale nonce is told only to who knows the password', () => {
  const client = challenged({ secret: 'wrong' });
  client.world.tick(3_600_000);
  const reply = client.exchange(client.build(methods.ALLOCATE, [transport]));
  expect(reply?.code).toBe(401);
});

test('USERHASH: offered once a name was announced; an unknown hash is asked to say its name openly', () => {
  const world = new TurnWorld();
  const known = `${inADay}:bob`;
  world.relay.state.users.announce(known);
  const client = challenged({ username: known }, world);
  expect(featuresOf(textOf(client.nonce))).toBe(3);
  const ask = (username: string) => {
    const hash = fromHex(`0x${userhashKey(username, REALM)}`) ?? new Uint8Array(0);
    const writer = new MessageWriter(classes.REQUEST, methods.ALLOCATE, newTransaction())
      .add(...transport)
      .add(A.USERHASH, hash)
      .add(A.REALM, toUtf8(REALM))
      .add(A.NONCE, client.nonce ?? new Uint8Array(0));
    return client.exchange(addMessageIntegrity(writer, client.key()).bytes());
  };
  const refused = ask(`${inADay}:carol`);
  expect(refused?.code).toBe(401);
  expect(featuresOf(textOf(refused?.value(A.NONCE)))).toBe(1);
  expect(ask(known)?.code).toBe(0);
});

test('an unknown attribute that must be understood: 420, named, but only for who may ask', () => {
  const client = challenged();
  const odd = [0x0031, Uint8Array.of(1)] as const;
  const reply = client.exchange(client.build(methods.ALLOCATE, [transport, odd]));
  expect(reply?.code).toBe(420);
  expect(reply?.value(A.UNKNOWN_ATTRIBUTES)).toEqual(Uint8Array.of(0, 0x31));
  client.nonce = undefined;
  expect(client.exchange(client.build(methods.ALLOCATE, [transport, odd]))?.code).toBe(401);
});

test('an unknown attribute that may be ignored is', () => {
  const client = challenged();
  expect(client.exchange(client.build(methods.ALLOCATE, [transport, [0xc057, Uint8Array.of(1)]]))?.code).toBe(0);
});

// 441: RFC 8656 section 5. A newer credential of the same session is the same user.
test('another user on the same 5-tuple: 441; the same session with a newer credential: granted', () => {
  const world = new TurnWorld();
  const session = newId<string>('s', seededRandom(5));
  const scope = [{ address: '198.51.100.77', portFirst: 40_000, portLast: 40_010 }];
  const mint = (expiresAtS: number) => mintCredential(SECRET, { expiresAtS, session, scope }).username;
  const client = challenged({ username: mint(inADay) }, world);
  expect(client.allocate().code).toBe(0);
  client.username = `${inADay}:mallory`;
  expect(client.refresh(600).code).toBe(441);
  client.username = mint(inADay + 600);
  expect(client.refresh(600).code).toBe(0);
});

test('an expired credential refreshes nothing; the hub can let a rental go on without a new one', () => {
  const world = new TurnWorld();
  const client = challenged({ username: `${WALL_MS / 1_000 + 900}:alice` }, world);
  expect(client.allocate().code).toBe(0);
  world.tick(500_000);
  expect(client.refresh(600).value(A.LIFETIME)).toEqual(lifetime(400));
  world.relay.state.sessions.extend('alice', WALL_MS / 1_000 + 3_000);
  world.tick(399_000);
  expect(client.refresh(600).value(A.LIFETIME)).toEqual(lifetime(600));
  world.tick(501_000);
  world.relay.state.sessions.extend('alice', 0);
  expect(client.refresh(600).code).toBe(401);
  world.tick(99_000);
  expect(world.sockets.size).toBe(0);
});

test('methods but Allocate without an allocation: 437', () => {
  const client = challenged();
  expect(client.refresh(600).code).toBe(437);
  expect(client.permit(at('192.0.43.8', 1)).code).toBe(437);
  expect(client.bind(0x4000, at('192.0.43.8', 1)).code).toBe(437);
});

test('a wrong fingerprint, a response, an indication, an unknown method: silence', () => {
  const client = challenged();
  const good = client.build(methods.REFRESH, [], { fingerprint: true });
  expect(client.exchange(good)?.code).toBe(437);
  expect(client.exchange(good)?.value(A.FINGERPRINT)).toBeDefined();
  const bad = Uint8Array.from(good);
  bad[bad.length - 1] = (bad[bad.length - 1] ?? 0) ^ 1;
  expect(client.exchange(bad)).toBeUndefined();
  for (const [klass, method] of [
    [2, 1],
    [3, 3],
    [1, 1],
    [0, 0x00a],
    [0, 0x006],
  ] as const) {
    expect(client.exchange(new MessageWriter(klass, method, newTransaction()).bytes())).toBeUndefined();
  }
});

test('what stands behind the signature is not honoured', () => {
  const client = challenged();
  const reply = client.request(methods.ALLOCATE, [transport], { behind: [[A.LIFETIME, lifetime(3_000)]] });
  expect(reply.value(A.LIFETIME)).toEqual(lifetime(600));
  const control = new TurnClient(new TurnWorld(), home).allocate([[A.LIFETIME, lifetime(3_000)]]);
  expect(control.value(A.LIFETIME)).toEqual(lifetime(3_000));
});

test('Binding needs no credentials and answers what it sees', () => {
  const client = new TurnClient(new TurnWorld(), home);
  const reply = client.exchange(new MessageWriter(classes.REQUEST, methods.BINDING, newTransaction()).bytes());
  expect(reply?.address(A.XOR_MAPPED_ADDRESS)).toEqual(home);
  const odd = new MessageWriter(classes.REQUEST, methods.BINDING, newTransaction()).add(
    0x0024,
    Uint8Array.of(1, 2, 3, 4),
  );
  expect(client.exchange(odd.bytes())?.code).toBe(420);
});
