// Goal: the guards of the relay can fail. Method: each patch of relay-faults.ts takes one guard away; planted in a copy of the
// tree, the test named beside it must turn red there. Without a fault each of them is green.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Garden, makeGarden, type Outcome, plantAll, runTest } from './plant.ts';
import { relayFaults } from './relay-faults.ts';

let gardens: Garden[];
beforeAll(() => {
  gardens = [makeGarden(), makeGarden()];
});
afterAll(() => {
  for (const garden of gardens) garden.remove();
});

describe('a planted fault is noticed', () => {
  let noticed: ReadonlyMap<string, Promise<Outcome>>;
  beforeAll(() => {
    noticed = plantAll(gardens, relayFaults, {});
  });
  test.each(relayFaults)('$patch by "$test.name"', async ({ patch }) => {
    expect(await noticed.get(patch)).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/AssertionError/),
    });
  });
});

test('without a fault every one of these tests is green', async () => {
  const names = [...new Set(relayFaults.map(({ test: { name } }) => name))];
  const lines = gardens.map(async (garden, line) => {
    for (const name of names.filter((_, at) => at % gardens.length === line)) {
      const named = relayFaults.find((fault) => fault.test.name === name);
      if (named === undefined) throw new Error('a name is of a fault');
      expect(await runTest(garden, named, {}), name).toMatchObject({ status: 'passed' });
    }
  });
  await Promise.all(lines);
});
