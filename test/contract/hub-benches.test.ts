// test/contract/hub-benches.test.ts - the hub's benches on tiny inputs, so that they cannot rot. Figures are not judged here:
// a busy machine would.
import { expect, test } from 'vitest';
import { measureSelect } from '../../bench/select/main.ts';
import { measureSignaling } from '../../bench/signaling/main.ts';

test('signaling: both servers forward and are weighed', async () => {
  const { floor, hub } = await measureSignaling({ players: 6, rounds: 1, messages: 100 });
  for (const figures of [floor, hub]) {
    expect(figures.offerUs).toBeGreaterThan(0);
    expect(figures.candidateUs).toBeGreaterThan(0);
    expect(figures.cpuUsPerMessage).toBeGreaterThan(0);
    expect(figures.idleRssBytes).toBeGreaterThan(10_000_000);
  }
});

test('select: our way takes the nearest of three nodes that are far apart', async () => {
  const ways = [5, 40, 90].map((rttMs) => ({ rttMs, jitterMs: 2 }));
  const [mine, ...others] = await measureSelect({ ways, starts: 2, seed: 3 });
  expect(mine).toMatchObject({ right: 2 });
  expect(others).toHaveLength(2);
});
