// Goal: the proofs of money can fail. Method: each patch of money-faults.ts is a mistake that people really make; planted
// in a copy of the tree, the test named beside it must turn red within 200 seeds, and be green without it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { moneyFaults } from './money-faults.ts';
import { type Garden, makeGarden, type Outcome, plantAll, runTest } from './plant.ts';

const SEEDS = { MONEY_SEEDS: '200' };
let gardens: Garden[];
beforeAll(() => {
  gardens = [makeGarden(), makeGarden()]; // Two at a time: each run is one busy process.
});
afterAll(() => {
  for (const garden of gardens) garden.remove();
});

describe('a planted fault is noticed', () => {
  let noticed: ReadonlyMap<string, Promise<Outcome>>;
  // All are started at once; each test below waits for its own.
  beforeAll(() => {
    noticed = plantAll(gardens, moneyFaults, SEEDS);
  });
  test.each(moneyFaults)('$patch by "$test.name"', async ({ patch }) => {
    expect(await noticed.get(patch)).toMatchObject({ status: 'failed' });
  });
});

test('without a fault every one of these tests is green', async () => {
  const named = new Map(moneyFaults.map((fault) => [fault.test.name, fault]));
  const [garden] = gardens;
  if (garden === undefined) throw new Error('there is a garden');
  for (const [name, fault] of named) {
    expect(await runTest(garden, fault, SEEDS), name).toMatchObject({ status: 'passed' });
  }
});
