// test/planted/notice.ts - the tests of one list of faults: planted in a copy of the tree, each turns the test named beside it
// red; without a fault each of those is green.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Garden, makeGarden, type Outcome, type PlantedFault, plantAll, runTest } from './plant.ts';

/** Registers them. `env`: fewer seeds, say; `red`: what a run must say of a planted fault. */
export function testFaults(faults: readonly PlantedFault[], env: Record<string, string>, red: object): void {
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
      noticed = plantAll(gardens, faults, env);
    });
    test.each(faults)('$patch by "$test.name"', async ({ patch }) => {
      expect(await noticed.get(patch)).toMatchObject(red);
    });
  });

  test('without a fault every one of these tests is green', async () => {
    const named = [...new Map(faults.map((fault) => [fault.test.name, fault])).values()];
    const lines = gardens.map(async (garden, line) => {
      for (const fault of named.filter((_, at) => at % gardens.length === line)) {
        expect(await runTest(garden, fault, env), fault.test.name).toMatchObject({ status: 'passed' });
      }
    });
    await Promise.all(lines);
  });
}
