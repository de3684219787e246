// test/unit/web/pages/economics.test.ts - what a person types on the economics page is read exactly, or not at all.
import { expect, test } from 'vitest';
import { fields, readField, seedTexts, shownField } from '../../../../clients/web/src/pages/economics/parameters.ts';
import { seedCafes } from '../../../../src/billing/economics.ts';

test('the example is shown as people write it, and read back as it was', () => {
  expect(seedTexts()).toMatchObject({
    microUsdPerHour: '0.1',
    microUsdPerDbc: '0.002',
    platformBps: '5',
    cafes: '1000',
  });
  for (const field of fields) expect(readField(seedTexts()[field.name], field)).toBe(seedCafes[field.name]);
});

test('what is no number, too fine or out of range is not read', () => {
  const price = fields.find(({ name }) => name === 'microUsdPerDbc');
  if (price === undefined) throw new Error('the form has a price');
  for (const text of ['', '-1', '1e3', '0', '0.0000001', '1001', 'x']) expect(readField(text, price)).toBeUndefined();
  expect(readField(' 0.003333 ', price)).toBe(3_333n);
  expect(shownField(3_333n, 6)).toBe('0.003333');
  expect(shownField(1_000_000n, 6)).toBe('1');
});
