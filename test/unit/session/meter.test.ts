import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NO_BAD_MS } from '../../../src/session/good-time.ts';
import { billableMs, countNode, countPlayer, countVouched, newMeter } from '../../../src/session/meter.ts';

const player = (goodMs: number, gap = 0) => ({ goodMs, badMs: { ...NO_BAD_MS, gap } });

test('the smaller count of both sides is billed', () => {
  const meter = countNode(countPlayer(newMeter(1), player(5_000)), 4_000, 1);
  expect(billableMs(meter)).toBe(4_000);
  expect(billableMs(countNode(meter, 9_000, 1))).toBe(5_000);
});

// Goal: the network cannot change a bill. Method: ticks of growing counts, each lost, doubled or moved at random; the
// meter ends where the largest tick that arrived says.
test('ticks lost, doubled and reordered change nothing', () => {
  const growth = fc.record({ good: fc.nat(5_000), gap: fc.nat(3_000) });
  fc.assert(
    fc.property(fc.array(growth, { minLength: 1, maxLength: 40 }), fc.infiniteStream(fc.nat(39)), (steps, picks) => {
      let [goodMs, gap] = [0, 0];
      const ticks = steps.map((step) => {
        goodMs += step.good;
        gap += step.gap;
        return player(goodMs, gap);
      });
      const arrivals = [...picks.take(3 * ticks.length)].map((pick) => ticks[pick % ticks.length] ?? player(0));
      const newest = arrivals.reduce((best, tick) => (ticks.indexOf(tick) > ticks.indexOf(best) ? tick : best));
      expect(arrivals.reduce(countPlayer, newMeter(1)).player).toEqual(newest);
      const meter = arrivals.reduce((state, tick) => countNode(state, tick.goodMs, 1), newMeter(1));
      expect(meter.nodeGoodMs).toBe(newest.goodMs);
    }),
  );
});
test('what says nothing new gives back the very same meter', () => {
  const meter = countNode(countPlayer(newMeter(1), player(5_000, 100)), 5_000, 1);
  expect(countPlayer(meter, player(5_000, 100))).toBe(meter);
  expect(countPlayer(meter, player(4_999, 50))).toBe(meter);
  expect(countNode(meter, 5_000, 1)).toBe(meter);
  expect(countVouched(meter, 5_000)).toBe(meter);
});
test('an older process of the node is not heard any more', () => {
  const meter = countNode(newMeter(1), 5_000, 2);
  expect(countNode(meter, 99_000, 1)).toBe(meter);
  expect(countNode(meter, 6_000, 3)).toMatchObject({ nodeGoodMs: 6_000, epoch: 3 });
  expect(countNode(meter, 1_000, 3)).toMatchObject({ nodeGoodMs: 5_000, epoch: 3 });
});
test('a process that cannot be yet is not heard, and the one that is goes on', () => {
  const meter = countNode(newMeter(1), 5_000, 1);
  expect(countNode(meter, 99_000, 2 ** 31 - 1)).toBe(meter);
  expect(countNode(meter, 6_000, 1)).toMatchObject({ nodeGoodMs: 6_000, epoch: 1 });
  expect(countNode(meter, 6_000, 17)).toMatchObject({ nodeGoodMs: 6_000, epoch: 17 });
});
test('a voucher counts like a tick of the player and never lowers a count', () => {
  const meter = countPlayer(newMeter(1), player(10_000));
  expect(countVouched(meter, 12_000).player.goodMs).toBe(12_000);
  expect(countVouched(meter, 8_000)).toBe(meter);
});
