// Goal: the proofs of money can fail. Method: each patch of money-faults.ts is a mistake that people really make; planted
// in a copy of the tree, the test named beside it must turn red within 200 seeds, and be green without it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { moneyFaults } from './money-faults.ts';
import { type Garden, makeGarden, plant, runTest } from './plant.ts';

const SEEDS = { MONEY_SEEDS: '200' };
let gardens: Garden[];
beforeAll(() => {
  gardens = [makeGarden(), makeGarden()]; // Two at a time: each run is one busy process.
});
afterAll(() => {
  for (const garden of gardens) garden.remove();
});

describe('a planted fault is noticed', () => {
  const noticed = new Map<string, Promise<string>>();
  // All are started at once, in two lines; each test below waits for its own.
  beforeAll(() => {
    const lines = [Promise.resolve(), Promise.resolve()];
    moneyFaults.forEach((fault, at) => {
      const garden = gardens[at % 2];
      if (garden === undefined) throw new Error('there are two gardens');
      const outcome = (lines[at % 2] ?? Promise.resolve()).then(() => plant(garden, fault, SEEDS));
      lines[at % 2] = outcome.then(
        () => {},
        () => {},
      );
      noticed.set(
        fault.patch,
        outcome.then(({ status, message }) => `${status} ${message.split('\n')[0]}`),
      );
      noticed.get(fault.patch)?.catch(() => {});
    });
  });
  test.each(moneyFaults)('$patch by "$test.name"', async ({ patch }) => {
    expect(await noticed.get(patch)).toMatch(/^failed /);
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
