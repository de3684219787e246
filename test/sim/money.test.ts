// Goal: no crash, loss, lie or clock moves a wei that it should not. Method: worlds from seeds, laws after every event.
// A failure prints SEED=n; run one with MONEY_SEED=n, more with MONEY_SEEDS=n.
import { expect, test } from 'vitest';
import { happenings, newTally } from './money/tally.ts';
import { World } from './money/world.ts';

const one = process.env.MONEY_SEED;
const seeds = Number(process.env.MONEY_SEEDS ?? (process.env.NEARCADE_LONG === '1' ? 20_000 : 2_200));
const first = one === undefined ? 1 : Number(one);
const count = one === undefined ? seeds : 1;

test('the laws of money hold in every world', { timeout: 1_200_000 }, async () => {
  const tally = newTally();
  for (let seed = first; seed < first + count; seed++) {
    try {
      await new World(seed, tally).run();
    } catch (cause) {
      throw new Error(`SEED=${seed} ${cause instanceof Error ? cause.stack : String(cause)}`);
    }
  }
  process.stdout.write(
    `money simulation, ${count} seeds: ${happenings.map((name) => `${name} ${tally[name]}`).join(', ')}\n`,
  );
  if (count < 2_000) return;
  const rare = happenings.filter((name) => tally[name] < 1_000);
  expect(rare, 'each happening is seen a thousand times').toEqual([]);
});
