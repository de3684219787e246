// test/unit/app/money/convert.test.ts - exchanging currencies by a quote with an id and an end.
import { expect, test } from 'vitest';
import { type ConvertParts, quoteConversion, takeConversion } from '../../../../src/app/money/convert.ts';
import type { PlayerId } from '../../../../src/base/ids.ts';
import { seededRandom } from '../../../../src/base/random.ts';
import { convertedWei } from '../../../../src/billing/conversion.ts';
import { type AccountId, chart, transferKey } from '../../../../src/billing/ledger.ts';
import { refusal } from '../../../../src/protocol/error-codes.ts';
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
  const parts: ConvertParts = {
    conversions: memoryConversions(money),
    money,
    quotes,
    random: seededRandom(5),
    coinsInContract: false,
    pause: () => undefined,
  };
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

test('a price that is doubted makes no quote; one that was given before is kept', async () => {
  const { parts } = await world();
  const wish = { from: 'USD', to: 'DBC', amountWei: UNIT } as const;
  const before = await quoteConversion(parts, player, wish, at(0));
  const doubted: ConvertParts = { ...parts, pause: () => refusal('MONEY_PAUSED', { why: 'price' }) };
  expect(said(await quoteConversion(doubted, player, wish, at(1)))).toBe('MONEY_PAUSED');
  if (!before.ok) throw new Error(before.error.code);
  expect(said(await takeConversion(doubted, player, before.value.id, at(1)))).toBe('ok');
});

test('a clock that is set back a day makes no quote live for a day', async () => {
  const { parts, balances } = await world();
  const day = 86_400_000;
  const quote = await quoteConversion(parts, player, { from: 'USD', to: 'DBC', amountWei: UNIT }, at(2 * day));
  if (!quote.ok) throw new Error(quote.error.code);
  const { id } = quote.value;
  expect(said(await takeConversion(parts, player, id, at(day)))).toBe('QUOTE_EXPIRED');
  expect(balances()).toEqual([10n * UNIT, 0n]);
  expect(said(await takeConversion(parts, player, id, at(2 * day)))).toBe('ok');
  expect(said(await takeConversion(parts, player, id, at(day)))).toBe('ok'); // Taken in time: answered for ever.
});

test('the least and the most: what is below a grain is no amount, what becomes less than one is nothing', async () => {
  const { parts } = await world();
  const quote = async (from: 'USD' | 'DBC', to: 'USD' | 'DBC', amountWei: bigint) =>
    said(await quoteConversion(parts, player, { from, to, amountWei }, at(0)));
  expect([await quote('USD', 'DBC', 1n), await quote('USD', 'DBC', 1_999n)]).toEqual(
    Array(2).fill('MESSAGE_MALFORMED'),
  );
  expect(await quote('USD', 'DBC', 1_000n)).toBe('ok'); // 500,000 wei.
  expect(await quote('DBC', 'USD', 499_000n)).toBe('CONVERSION_UNAVAILABLE'); // 998 wei: below the grain.
  expect(await quote('DBC', 'USD', 500_000n)).toBe('ok');
  expect(await quote('USD', 'DBC', 10n ** 29n)).toBe('ok');
});

// Goal: nobody is paid twice. Coins in a contract that became dollars in the books could be withdrawn from the contract too.
test('where coins lie in a contract nothing is quoted or taken, however full the stock; what was taken before is answered', async () => {
  const { parts, balances } = await world();
  const wish = { from: 'USD', to: 'DBC', amountWei: UNIT } as const;
  const [taken, open] = [
    await quoteConversion(parts, player, wish, at(0)),
    await quoteConversion(parts, player, wish, at(0)),
  ];
  if (!taken.ok || !open.ok) throw new Error('no quote');
  expect(said(await takeConversion(parts, player, taken.value.id, at(1)))).toBe('ok');
  const before = balances();
  const settled: ConvertParts = { ...parts, coinsInContract: true };
  for (const [from, to] of [['USD', 'DBC'] as const, ['DBC', 'USD'] as const]) {
    const quote = await quoteConversion(settled, player, { from, to, amountWei: UNIT }, at(2));
    expect(said(quote)).toBe('CONVERSION_UNAVAILABLE');
  }
  expect(said(await takeConversion(settled, player, open.value.id, at(3)))).toBe('CONVERSION_UNAVAILABLE');
  expect(said(await takeConversion(settled, player, taken.value.id, at(3)))).toBe('ok');
  expect(balances()).toEqual(before);
});
