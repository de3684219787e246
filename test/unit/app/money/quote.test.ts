import { expect, test } from 'vitest';
import { fixedPrice, QuoteBook } from '../../../../src/app/money/quote.ts';
import type { NodeId, PlayerId } from '../../../../src/base/ids.ts';
import { MemoryMoneyStore } from '../../../../src/storage/memory-money-store.ts';
import { address, WALL_MS } from '../../../support/money.ts';

const promise = { fps: 60, height: 720, rttCapMs: 60 };
const DAY_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;

/** A store in which one machine was paid for by three players. */
class PaidStore extends MemoryMoneyStore {
  hours = 0;
  override async paidTime() {
    const paidMs = (this.hours * HOUR_MS) / 3;
    return [1, 2, 3].map((player) => ({
      node: address(0x101) as string as NodeId,
      payer: address(player) as string as PlayerId,
      paidMs,
    }));
  }
}
const booked = (store = new PaidStore('PLAY'), policy = 'seed-2024') => ({
  store,
  quotes: new QuoteBook({ store, policy, platformBps: 500, price: fixedPrice(2_000, WALL_MS) }),
});

test('a quote says everything that a session will freeze', () => {
  const { quotes } = booked();
  expect(quotes.quote({ gpuClass: 'cpu', premiumBps: 4_000, promise }, WALL_MS)).toEqual({
    rateWeiPerHour: '70000000000000000000',
    baseWeiPerHour: '50000000000000000000',
    rateMicroUsdPerHour: 140_000,
    burnPolicy: 'seed-2024',
    burnPolicyNumber: 1,
    gpuTier: 0,
    burnBps: 3_000,
    platformBps: 500,
    priceAtMs: WALL_MS,
    priceSource: 'fixed',
    promise,
  });
  expect(quotes.price(WALL_MS)).toEqual({ microUsdPerDbc: 2_000, atMs: WALL_MS, source: 'fixed' });
});

test('the tier follows the lowest count of a finished day, and outlives the hub', async () => {
  const { store, quotes } = booked();
  store.hours = 60_000;
  const tierAfter = async (of: QuoteBook, gpus: number, wallMs: number) =>
    (await of.countGpus(() => gpus, wallMs)).tier;
  expect(await tierAfter(quotes, 6_000, WALL_MS)).toBe(0);
  expect(await tierAfter(quotes, 5_500, WALL_MS + HOUR_MS)).toBe(0);
  expect(await tierAfter(quotes, 5_500, WALL_MS + DAY_MS)).toBe(1);
  expect(quotes.quote({ gpuClass: 'cpu', premiumBps: 0, promise }, WALL_MS).burnBps).toBe(7_000);
  const next = booked(store).quotes;
  expect(next.quote({ gpuClass: 'cpu', premiumBps: 0, promise }, WALL_MS).burnBps).toBe(3_000);
  await next.recover();
  expect(next.quote({ gpuClass: 'cpu', premiumBps: 0, promise }, WALL_MS).burnBps).toBe(7_000);
});

test('a machine that is gone counts no GPU', async () => {
  const { store, quotes } = booked();
  store.hours = 100_000;
  expect((await quotes.countGpus(() => 0, WALL_MS)).lowestGpus).toBe(0);
  expect((await quotes.countGpus(() => 8, WALL_MS + DAY_MS)).lowestGpus).toBe(8);
});

test('a policy that nobody defined stops the start', () => {
  expect(() => booked(undefined, 'chain-2099')).toThrow('there is a burn policy chain-2099');
});
