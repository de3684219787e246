// Goal: the bench of the cafés cannot rot, and whatever is done at a desk is seen on its floor and on its seat. Method: a small
// town on a real hub with its database; no figure is judged.
import { expect, test } from 'vitest';
import { dayOf, measureCafe } from '../../bench/cafe/main.ts';
import { scheduleOf } from '../../bench/cafe/traffic.ts';
import { seededRandom } from '../../src/base/random.ts';

test('every act of two small cafés is seen on floor and seat, and repeated by the broadcaster', async () => {
  const phases = dayOf({ rush: 2, hour: 2, evening: 1 });
  const { hub, bare } = await measureCafe({ sites: 2, seats: 6, phases, seed: 5 });
  const pressed = phases.reduce((sum, phase) => sum + scheduleOf(phase, 2, seededRandom(1)).length, 0);
  const refused = [...hub.refused.values()].reduce((sum, count) => sum + count, 0);
  expect(hub.timings.length + refused + hub.idle).toBe(pressed);
  // A text to all may reach a seat first; on a busy machine the database may be too late, and what it then did is not known.
  const expected = ['STALE_VERSION', 'STORE_UNAVAILABLE', 'SEAT_STATE'];
  expect([...hub.refused.keys()].filter((code) => !expected.includes(code))).toEqual([]);
  expect(new Set(hub.timings.map(({ deed }) => deed))).toContain('start');
  expect(hub.wrong).toBe(0);
  for (const { answeredMs, floorMs, seatMs } of [...hub.timings, ...bare.timings]) {
    expect(Math.min(answeredMs, floorMs, seatMs)).toBeGreaterThan(0);
  }
  expect(bare.timings.length).toBe(hub.timings.length);
  expect(hub.usage.residentMaxBytes).toBeGreaterThan(10_000_000);
});
