// Goal: the hub's clock is held against the chain's as well as blocks tell it, and a slow node or a quiet chain is no wrong clock.
// Method: heads of all ages, by hand.
import { expect, test } from 'vitest';
import { ChainClock } from '../../../../src/app/chain/chain-clock.ts';

const WALL_S = 1_790_000_000;
const now = (nowMs: number, offMs = 0) => ({ nowMs, wallMs: WALL_S * 1_000 + nowMs + offMs });
const head = (number: number, atS: number) => ({ hash: `0x${number}`, atS: WALL_S + atS }) as const;

test('before a block was seen nothing is off', () => {
  const clock = new ChainClock();
  expect([clock.aheadMs(now(0)), clock.isOff(now(0, 1e9))]).toEqual([undefined, false]);
});

test('more than 30 s either way is off', () => {
  const clock = new ChainClock();
  clock.see(head(1, 0), 0);
  const off = [0, 30_000, 30_001, -30_000, -30_001].map((ms) => clock.isOff(now(0, ms)));
  expect(off).toEqual([false, false, true, false, true]);
});

test('a head that stands says nothing new, however long it stands', () => {
  const clock = new ChainClock();
  clock.see(head(1, 0), 0);
  for (let nowMs = 0; nowMs <= 600_000; nowMs += 3_000) clock.see(head(1, 0), nowMs);
  expect(clock.aheadMs(now(600_000))).toBe(0);
});

test('a node that lags for a while does not move the clock, one that lies is forgotten', () => {
  const clock = new ChainClock();
  clock.see(head(1, 0), 0);
  for (let second = 6; second <= 60; second += 6) clock.see(head(1 + second, second - 50), second * 1_000);
  expect(clock.isOff(now(60_000))).toBe(false);
  clock.see(head(1_000, 86_400), 66_000);
  expect(clock.isOff(now(66_000))).toBe(true);
  for (let block = 0; block < 20; block++) clock.see(head(2_000 + block, 72 + 6 * block), 72_000 + 6_000 * block);
  expect(clock.isOff(now(192_000))).toBe(false);
});
