// Goal: nothing that a person sets about the price is passed over in silence.
import { expect, test } from 'vitest';
import { readChainWish } from '../../../src/main/chain-wish.ts';

const wish = (values: object) => readChainWish({ chain: 'off', ...values } as never, '/nowhere');

test('without a chain a source of the price is refused, for it would not be asked', () => {
  expect(() => wish({ priceFile: '/srv/price' })).toThrow('--price-micro-usd');
  expect(() => wish({ priceSource: 'chain' })).toThrow('--price-micro-usd');
  expect(wish({ priceSource: 'fixed', priceMicroUsd: 3_000 })).toBeUndefined(); // The control.
  expect(wish({})).toBeUndefined();
});
