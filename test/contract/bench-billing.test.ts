// Goal: the bench of money cannot rot. Method: it runs on tiny inputs; its figures are for another day.
import { expect, test } from 'vitest';
import { benchBook } from '../../bench/billing/book.ts';
import { benchNativeVouchers } from '../../bench/billing/native-vouchers.ts';
import { benchTicks } from '../../bench/billing/ticks.ts';
import { benchVouchers } from '../../bench/billing/vouchers.ts';

test('ticks become durable in every size of batch', async () => {
  const rates = await benchTicks(50, [1, 20]);
  expect(rates.map(({ batch }) => batch)).toEqual([1, 20]);
  for (const { perSecond, p99Ms, writeUs } of rates) expect(Math.min(perSecond, p99Ms, writeUs)).toBeGreaterThan(0);
});
test('a tick has a cost', async () => expect((await benchBook(20, 3)).tickUs).toBeGreaterThan(0));
test('a voucher has a cost, through the thread of the hub too', async () => {
  const { rates, voucherUs } = await benchNativeVouchers(20);
  expect(Math.min(voucherUs, ...rates.map(({ perSecond }) => perSecond))).toBeGreaterThan(0);
});
test('vouchers are checked in three ways', () =>
  expect(benchVouchers(20).every(({ perSecond }) => perSecond > 0)).toBe(true));
