// test/unit/app/money/convert.test.ts - exchanging currencies by a quote with an id and an end.
import { expect, test } from 'vitest';
import { type ConvertParts, quoteConversion, takeConversion } from '../../../../src/app/money/convert.ts';
import type { PlayerId } from '../../../../src/base/ids.ts';
import { seededRandom } from '../../../../src/base/random.ts';
import { convertedWei } from '../../../../src/billing/conversion.ts';
import { type AccountId, chart, transferKey } from '../../../../src/billing/ledger.ts';
import { memoryConversions } from '../../../../src/storage/conversion-store.ts';
import { MemoryMoneyStore } from '../../../../src/storage/memory-money-store.ts';

const UNIT = 10n ** 18n;
const player = `0x${'01'.repeat(20)}` as PlayerId;
const stranger = `0x${'02'.repeat(20)}` as PlayerId;
const at = (wallMs: number) => ({ nowMs: wallMs, wallMs });
const [usd, dbc] = [chart('USD'), chart('DBC')];

/** A wallet with 10 USD, a house with 6,000 DBC, and a price of 0.002 USD. */
async function world() {
  const money = new MemoryMoneyStore('DBC');
  const give = (key: string, from: AccountId, to: AccountId, amountWei: bigint) =>
    money.post([{ key: transferKey(key), from, to, amountWei, atMs: 0 }]);
  await give('cash', usd.issued, usd.player(player), 10n * UNIT);
  await give('stock', dbc.chain, dbc.fx, 6_000n * UNIT);
  const quotes = { price: () => ({ microUsdPerDbc: 2_000, atMs: 0, source: 'test' }) };
  const parts: ConvertParts = { conversions: memoryConversions(money), money, quotes, random: seededRandom(5) };
  const balances = () => [usd.player(player), dbc.player(player)].map((account) => money.ledger.balance(account));
  return { parts, money, balances };
}
const said = (result: { ok: true } | { ok: false; error: { code: string } }) => (result.ok ? 'ok' : result.error.code);

test('amounts round down to the grain, and play money becomes nothing', () => {
  expect(convertedWei('USD', 'DBC', UNIT, 2_000n)).toBe(500n * UNIT);
  expect(convertedWei('DBC', 'USD', 500n * UNIT, 2_000n)).toBe(UNIT);
  expect(convertedWei('USD', 'DBC', UNIT, 3_333n)).toBe(300_030_003_000_300_030_000n);
  expect(convertedWei('PLAY', 'DBC', UNIT, 2_000n)).toBeUndefined();
  expect(convertedWei('DBC', 'DBC', UNIT, 2_000n)).toBeUndefined();
});

test('a quote takes nothing; taken twice it moves once, and both currencies still add up to zero', async () => {
  const { parts, money, balances } = await world();
  const quote = await quoteConversion(parts, player, { from: 'USD', to: 'DBC', amountWei: 4n * UNIT }, at(1_000));
  if (!quote.ok) throw new Error(quote.error.code);
  expect(quote.value).toMatchObject({ getWei: 2_000n * UNIT, expiresAtMs: 61_000, priceSource: 'test' });
  expect(balances()).toEqual([10n * UNIT, 0n]);
  expect(said(await takeConversion(parts, player, quote.value.id, at(60_999)))).toBe('ok');
  expect(said(await takeConversion(parts, player, quote.value.id, at(60_999)))).toBe('ok');
  expect(said(await takeConversion(parts, player, quote.value.id, at(99_000)))).toBe('ok'); // The answer was lost.
  expect(balances()).toEqual([6n * UNIT, 2_000n * UNIT]);
  for (const currency of ['USD', 'DBC']) {
    const sum = [...money.ledger.balances()]
      .filter(([id]) => id.startsWith(`${currency}/`))
      .reduce((a, [, b]) => a + b, 0n);
    expect(sum).toBe(0n);
  }
});

test('late, foreign and unknown quotes are refused; the same quote in time is taken', async () => {
  const { parts, balances } = await world();
  const quote = await quoteConversion(parts, player, { from: 'USD', to: 'DBC', amountWei: UNIT }, at(0));
  if (!quote.ok) throw new Error(quote.error.code);
  const { id } = quote.value;
  expect(said(await takeConversion(parts, stranger, id, at(1)))).toBe('QUOTE_EXPIRED');
  expect(said(await takeConversion(parts, player, `x_${'0'.repeat(26)}`, at(1)))).toBe('QUOTE_EXPIRED');
  expect(said(await takeConversion(parts, player, id, at(60_000)))).toBe('QUOTE_EXPIRED');
  expect(balances()).toEqual([10n * UNIT, 0n]);
  expect(said(await takeConversion(parts, player, id, at(59_999)))).toBe('ok');
});

test('nobody gives what it has not: neither the wallet nor the house', async () => {
  const { parts, money, balances } = await world();
  const take = async (amountWei: bigint) => {
    const quote = await quoteConversion(parts, player, { from: 'USD', to: 'DBC', amountWei }, at(0));
    return quote.ok ? said(await takeConversion(parts, player, quote.value.id, at(1))) : quote.error.code;
  };
  expect(await take(11n * UNIT)).toBe('FUNDS_TOO_LOW'); // 10 USD are there.
  expect(await take(UNIT + 1n)).toBe('MESSAGE_MALFORMED');
  const more = { key: transferKey('cash-2'), from: usd.issued, to: usd.player(player), amountWei: 10n * UNIT, atMs: 0 };
  await money.post([more]);
  expect(await take(13n * UNIT)).toBe('CONVERSION_UNAVAILABLE'); // 6,500 DBC, and the house has 6,000.
  expect(balances()).toEqual([20n * UNIT, 0n]);
  expect(await take(12n * UNIT)).toBe('ok');
  expect(balances()).toEqual([8n * UNIT, 6_000n * UNIT]);
});
