// Goal: no quote is handed out that the contract must refuse. Method: the hub's own quotes under terms of a contract.
import { expect, test } from 'vitest';
import type { EscrowTerms } from '../../../src/app/chain/ports.ts';
import { fixedPrice, QuoteBook } from '../../../src/app/money/quote.ts';
import { chainQuotes } from '../../../src/main/hub-chain.ts';
import type { Quote } from '../../../src/protocol/shapes.ts';
import { MemoryMoneyStore } from '../../../src/storage/memory-money-store.ts';

const DBC = 10n ** 18n;
const WANTED = { gpuClass: 'cpu', premiumBps: 4_000, promise: { fps: 60, height: 720, rttCapMs: 60 } };
const TERMS: EscrowTerms = { burnPolicy: 1, gpuTier: 1, burnBps: 7_000, platformBps: 400, baseFloorWei: 0n };

function quotesUnder(terms: EscrowTerms | undefined) {
  const store = new MemoryMoneyStore('PLAY');
  const book = new QuoteBook({ store, policy: 'seed-2024', platformBps: 500, price: fixedPrice(2_000, 0) });
  const keeper = { terms, termsAt: () => keeper.terms };
  const quotes = chainQuotes(book, keeper);
  return { quote: quotes.quote(WANTED, 0), stands: (quote: Quote) => quotes.stands(quote, 0), keeper };
}

test('policy, tier and fee are the contract’s', () => {
  const { quote } = quotesUnder(TERMS);
  expect(quote).toMatchObject({ burnPolicyNumber: 1, gpuTier: 1, burnBps: 7_000, platformBps: 400 });
  expect(quote).toMatchObject({ rateWeiPerHour: `${70n * DBC}`, baseWeiPerHour: `${50n * DBC}` });
});

test('a base leg below the contract’s floor is raised to it, and the premium stays', () => {
  const floorWei = 55n * DBC + 1n; // Rounded up to the grain: rounded down it would be below.
  const { quote, stands } = quotesUnder({ ...TERMS, baseFloorWei: floorWei });
  expect(quote).toMatchObject({ baseWeiPerHour: `${55n * DBC + 1_000n}`, rateWeiPerHour: `${75n * DBC + 1_000n}` });
  expect(quote.rateMicroUsdPerHour).toBe(150_000);
  expect(stands(quote)).toBe(true);
});

test.each<[string, Partial<EscrowTerms>]>([
  ['policy', { burnPolicy: 2 }],
  ['tier', { gpuTier: 2 }],
  ['burn share', { burnBps: 10_000 }],
  ['fee', { platformBps: 500 }],
  ['floor', { baseFloorWei: 51n * DBC }],
])('a quote stands no more when the contract has another %s', (_name, change) => {
  const { quote, stands, keeper } = quotesUnder(TERMS);
  expect(stands(quote)).toBe(true);
  keeper.terms = { ...TERMS, ...change };
  expect(stands(quote)).toBe(false);
});
