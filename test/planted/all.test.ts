// Goal: no planted fault rots. Method: each patch of this folder is listed once and fits the code as it is; with --long each
// of those that money.test.ts and relay.test.ts do not run is planted, and its test must turn red.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plantedFaults } from './index.ts';
import { moneyFaults } from './money-faults.ts';
import { type Garden, makeGarden, plant } from './plant.ts';
import { relayFaults } from './relay-faults.ts';

const folder = import.meta.dirname;
const patches = readdirSync(folder).filter((name) => name.endsWith('.patch'));

test('every patch is listed once, and every listed one is there', () =>
  expect(plantedFaults.map(({ patch }) => patch).toSorted()).toEqual(patches.toSorted()));

test('every patch fits the code as it is', () => {
  const root = join(folder, '../..');
  const fits = (name: string) =>
    spawnSync('git', ['apply', '--check', join(folder, name)], { cwd: root, encoding: 'utf8' }).status === 0;
  expect(patches.length).toBeGreaterThan(30);
  expect(patches.filter((name) => !fits(name))).toEqual([]);
});

const runElsewhere = new Set([...moneyFaults, ...relayFaults]);
const others = plantedFaults.filter((fault) => !runElsewhere.has(fault));
if (process.env.NEARCADE_LONG === '1') {
  describe('a planted fault is noticed', () => {
    let garden: Garden;
    beforeAll(() => {
      garden = makeGarden();
    });
    afterAll(() => garden?.remove());
    test.each(others)('$patch by "$test.name"', async (fault) => {
      expect((await plant(garden, fault, {})).status).toBe('failed');
    });
  });
}
