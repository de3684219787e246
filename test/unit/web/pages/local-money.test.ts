// test/unit/web/pages/local-money.test.ts - amounts and counts as a desk types them: with the wide digits of a Chinese keyboard, with
// thousands set apart, never as something that they are not.
import { expect, test } from 'vitest';
import { parseMoney } from '../../../../clients/web/src/pages/cafe/local-money.ts';
import { narrow, typedCount } from '../../../../clients/web/src/pages/cafe/typed-number.ts';

const money = (text: string, decimals = 0): string | undefined =>
  parseMoney(text, { code: 'TWD', decimals, denominations: [], minorPerUsd: '0' });

test('wide digits, blanks and thousands are the same amount', () => {
  for (const text of ['1200', ' 1200 ', '1,200', '１２００', '１，２００']) expect(money(text), text).toBe('1200');
  expect(money('1,234,567')).toBe('1234567');
  expect(money('1,200.50', 2)).toBe('120050');
  expect(money('2,50', 2)).toBe('250'); // A comma before cents.
  expect(money('1,200', 3)).toBe('1200'); // One and a fifth, where a unit has a thousand parts.
});

test('what is no amount stays none', () => {
  for (const text of ['', '-5', '1e3', '35.5', '12,00', '1,2000', ',200', '1,200,', '0x10', '1 200', '9999999999'])
    expect(money(text), text).toBeUndefined();
  expect(money('1,200,50', 2)).toBeUndefined();
});

test('a count is whole and within its bounds', () => {
  expect(typedCount('２０', 1, 24)).toBe(20);
  expect(typedCount(' 7 ', 1, 24)).toBe(7);
  for (const text of ['', '0', '25', '-1', '1.5', '0x10', '1e1']) expect(typedCount(text, 1, 24), text).toBeNaN();
  expect(narrow(' Ａ１２ ')).toBe('A12');
});
