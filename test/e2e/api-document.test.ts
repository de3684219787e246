// Goal: whoever holds the OpenAPI document can drive the hub and cannot break it. Method: `./nearcade up`; every operation comes
// from its document. Each is asked by everybody who may not, with everything that it does not take, then by chance with what a
// program might send, twice at once; the database is read before and after, and every answer is held against the document and
// docs/ERRORS.md.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../src/base/random.ts';
import { type Asking, asking, isOfCafe } from '../support/api/asking.ts';
import { byChance } from '../support/api/by-chance.ts';
import { ApiWorld } from '../support/api/world.ts';

const LONG = process.env.NEARCADE_LONG === '1';
const SEED = Number(process.env.SEED ?? 7);
const BROKEN_MOST = LONG ? 60 : 6;
const STEPS = LONG ? 4_000 : 500;
const random = seededRandom(SEED);
let world: ApiWorld;
let asks: Asking;

beforeAll(async () => {
  process.stdout.write(`api document, SEED=${SEED}\n`);
  world = await ApiWorld.start();
  asks = asking(world, random, BROKEN_MOST);
});
afterAll(async () => {
  await world?.stop();
});

/** No fault since the last time; a failure says by which seed. */
function faultless(): void {
  const found = world.faults.splice(0);
  expect(
    found.slice(0, 40).map((one) => one.slice(0, 600)),
    `SEED=${SEED}: ${found.length} faults`,
  ).toEqual([]);
}

test('whoever may not is told so, and nothing changes', async () => {
  for (const operation of world.document.operations) {
    if (isOfCafe(operation)) expect(operation.roles, `${operation.name} says for whom it is`).toBeDefined();
    await asks.refused(operation.name, asks.strangersTo(operation));
  }
  faultless();
});

test('what is malformed is refused, and nothing changes', async () => {
  for (const operation of world.document.operations) {
    await asks.refused(operation.name, asks.brokenFor(operation));
    await asks.askOddly(operation);
  }
  faultless();
});

test(`${STEPS} requests by chance: each answer is documented, and changes what it says`, {
  timeout: 900_000,
}, async () => {
  const chance = await byChance(world, random, asks);
  for (let step = 0; step < STEPS; step++) await chance.step();
  process.stdout.write(`never done: ${chance.neverDone().join(' ')}\n`);
  faultless();
});

// Goal: nothing that is no request at all, or one that no schema sees, keeps others away. Method: what a peer can send who knows
// HTTP better than this interface; then everything is as before.
test('what is no body, no address and no end is refused in our words', async () => {
  const owner = world.some('owner');
  const message = world.document.operation('POST /api/cafe/{cafe}/message');
  const at = asks.addressOf(message);
  const deep = (floors: number, inner: string) => `${'['.repeat(floors)}${inner}${']'.repeat(floors)}`;
  const bodies = [
    deep(30_000, '1'),
    deep(30_000, '"\\u0041"'),
    deep(20_000, '{"__proto__":1}'),
    '\ufeff',
    '{"key":"\\u0000aaaaaaaa"}',
  ];
  const line = 'message MESSAGE_MALFORMED';
  const refusal = { status: 400, code: 'MESSAGE_MALFORMED' };
  await asks.refused(
    'deep bodies',
    bodies.map((body) => ({ send: () => world.ask(message, at, owner, body), ...refusal, line })),
  );
  const rpc = world.document.operation('POST /api/chain/rpc');
  const call = (params: string) => `{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[${params}]}`;
  const page = world.some('nobody');
  await asks.refused('a deep call', [
    { send: () => world.ask(rpc, rpc.path, page, call(deep(30_000, '1'))), ...refusal },
  ]);
  const number = '{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber"}';
  expect((await world.ask(rpc, rpc.path, page, number)).text, 'the chain is still there').toContain('"result":"0x');
  for (const path of ['/api/%zz', `/api/cafe/${'x'.repeat(2_000)}/message`, '/api/cafe/%00/message']) {
    await asks.refused(path, [{ send: () => world.ask(message, path, owner, '{}'), ...refusal }]);
  }
  for (const path of ['/api/nothing', `${at}/nothing`]) {
    await asks.refused(path, [{ send: () => world.ask(message, path, owner, '{}'), status: 404, code: 'NOT_FOUND' }]);
  }
  faultless();
});
