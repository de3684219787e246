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
