// test/unit/game/waves.test.ts - what comes in a wave: in order, not too much, and ever more of it.
import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import { birthsOfWave, isBossWave, paceOf } from '../../../src/game/waves.ts';

test('births are sorted by time and at most 60', () => {
  for (let wave = 1; wave <= 60; wave++) {
    const births = birthsOfWave(wave, seededRandom(wave));
    expect(births.length).toBeGreaterThan(0);
    expect(births.length).toBeLessThanOrEqual(60);
    expect(births.every(({ atMs }, index) => atMs >= (births[index - 1]?.atMs ?? 0))).toBe(true);
  }
});

test('every fifth wave is the boss, later waves are fuller and faster', () => {
  expect([1, 4, 5, 6, 10].map(isBossWave)).toEqual([false, false, true, false, true]);
  const sizeOf = (wave: number): number =>
    Array.from({ length: 20 }, (_, seed) => birthsOfWave(wave, seededRandom(seed)).length).reduce(
      (sum, one) => sum + one,
      0,
    );
  expect(sizeOf(16)).toBeGreaterThan(sizeOf(6) * 1.3);
  expect(paceOf(1)).toBe(1);
  expect(paceOf(8)).toBeGreaterThan(paceOf(4));
  expect(paceOf(1_000)).toBeLessThanOrEqual(1.9);
});
