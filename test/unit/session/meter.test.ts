import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NO_BAD_MS } from '../../../src/session/good-time.ts';
import {
  billableMs,
  countNode,
  countNodeEnd,
  countPlayer,
  countVouched,
  newMeter,
  restartPlayer,
} from '../../../src/session/meter.ts';

const player = (seq: number, goodMs: number) => ({ seq, goodMs, badMs: NO_BAD_MS });

test('the smaller count of both sides is billed', () => {
  const meter = countNode(countPlayer(newMeter(1), player(1, 5_000)), { seq: 1, goodMs: 4_000 }, 1);
  expect(billableMs(meter)).toBe(4_000);
  expect(billableMs(countNode(meter, { seq: 2, goodMs: 9_000 }, 1))).toBe(5_000);
});

// Goal: the network cannot change a bill. Method: ticks of a growing count, each lost, doubled or moved at random; the
// meter ends where the newest tick that arrived says.
test('ticks lost, doubled and reordered change nothing', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(6_000), { minLength: 1, maxLength: 40 }),
      fc.infiniteStream(fc.nat(39)),
      (growthMs, picks) => {
        let goodMs = 0;
        const ticks = growthMs.map((ms, at) => {
          goodMs += ms;
          return player(at + 1, goodMs);
        });
        const arrivals = [...picks.take(3 * ticks.length)].map((pick) => ticks[pick % ticks.length] ?? player(1, 0));
        const meter = arrivals.reduce(countPlayer, newMeter(1));
        const newest = arrivals.reduce((best, tick) => (tick.seq > best.seq ? tick : best));
        expect(meter.player).toMatchObject({ seq: newest.seq, goodMs: newest.goodMs });
        const node = arrivals.reduce((state, tick) => countNode(state, tick, 1), newMeter(1)).node;
        expect(node).toEqual({ seq: newest.seq, goodMs: newest.goodMs });
      },
    ),
  );
});
test('a count that falls is ignored, and so is an older process of the node', () => {
  const meter = countNode(newMeter(1), { seq: 5, goodMs: 5_000 }, 2);
  expect(countNode(meter, { seq: 6, goodMs: 4_999 }, 2)).toBe(meter);
  expect(countNode(meter, { seq: 99, goodMs: 99_000 }, 1)).toBe(meter);
  expect(countNode(meter, { seq: 1, goodMs: 6_000 }, 3).node).toEqual({ seq: 1, goodMs: 6_000 });
});
test('a page that was loaded anew counts from 1 again, upwards from where it was', () => {
  const meter = restartPlayer(countPlayer(newMeter(1), player(40, 200_000)));
  expect(countPlayer(meter, player(1, 199_000))).toBe(meter);
  expect(countPlayer(meter, player(1, 201_000)).player.goodMs).toBe(201_000);
});
test('a voucher counts like a tick of the player and never lowers a count', () => {
  const meter = countPlayer(newMeter(1), player(1, 10_000));
  expect(countVouched(meter, 12_000).player.goodMs).toBe(12_000);
  expect(countVouched(meter, 8_000)).toBe(meter);
});
test("after the node's last word its ticks are late", () => {
  const meter = countNodeEnd(countNode(newMeter(1), { seq: 3, goodMs: 15_000 }, 1), 17_000);
  expect(meter.node.goodMs).toBe(17_000);
  expect(countNode(meter, { seq: 4, goodMs: 20_000 }, 1)).toBe(meter);
});
