// Goal: only an honest voucher is kept, and only the highest. Method: one good voucher, then one wrong field at a time;
// the control is the good one itself.
import { expect, test } from 'vitest';
import { priceWei } from '../../../src/billing/pricing.ts';
import { keepVoucher, type SignedVoucher, type VoucherBook, weighVoucher } from '../../../src/billing/voucher-book.ts';

const RATE = 50n * 10n ** 18n;
const LEASE = `0x${'ab'.repeat(32)}` as const;
const empty: VoucherBook = { lease: LEASE, open: { rate: RATE, maxAmount: priceWei(RATE, 100_000n) } };
const signed = (seq: bigint, servedMs: bigint, change: Partial<SignedVoucher['voucher']> = {}): SignedVoucher => ({
  voucher: { lease: LEASE, seq, servedMs, amount: priceWei(RATE, servedMs), ...change },
  signature: `0x${'11'.repeat(65)}`,
});
const kept = keepVoucher(empty, signed(3n, 30_000n));
const weigh = (book: VoucherBook, voucher: SignedVoucher, servedLimitMs = 60_000n) => {
  const weighed = weighVoucher(book, voucher, { servedLimitMs });
  return weighed.ok ? weighed.value : [weighed.error.code, weighed.error.facts?.field];
};

test('a higher voucher for served time is new, the same one is known', () => {
  expect(weigh(empty, signed(1n, 10_000n))).toBe('new');
  expect(weigh(kept, signed(4n, 40_000n))).toBe('new');
  expect(weigh(kept, signed(9n, 30_000n))).toBe('new');
  expect(weigh(kept, signed(3n, 30_000n))).toBe('known');
});
test.each([
  ['of another lease', signed(4n, 40_000n, { lease: `0x${'cd'.repeat(32)}` }), ['VOUCHER_BAD_SIGNATURE', 'lease']],
  ['an old number', signed(2n, 40_000n), ['VOUCHER_TOO_LOW', 'seq']],
  ['the same number for more', signed(3n, 40_000n), ['VOUCHER_TOO_LOW', 'seq']],
  ['less time', signed(4n, 29_999n), ['VOUCHER_TOO_LOW', 'servedMs']],
  ['more time than was served', signed(4n, 60_001n), ['VOUCHER_TOO_HIGH', 'servedMs']],
  [
    'less than the price',
    signed(4n, 40_000n, { amount: priceWei(RATE, 40_000n) - 1_000n }),
    ['VOUCHER_TOO_LOW', 'amount'],
  ],
  [
    'more than the price',
    signed(4n, 40_000n, { amount: priceWei(RATE, 40_000n) + 1_000n }),
    ['VOUCHER_TOO_HIGH', 'amount'],
  ],
])('%s is refused', (_, voucher, refusal) => expect(weigh(kept, voucher)).toEqual(refusal));
test('more than the lock is refused', () => {
  expect(weigh(kept, signed(4n, 100_000n), 200_000n)).toBe('new');
  expect(weigh(kept, signed(4n, 100_001n), 200_000n)).toEqual(['VOUCHER_TOO_HIGH', 'maxAmount']);
});
test('a known voucher under another signature is not the known one', () =>
  expect(weigh(kept, { ...signed(3n, 30_000n), signature: `0x${'22'.repeat(65)}` })).toEqual([
    'VOUCHER_TOO_LOW',
    'seq',
  ]));
