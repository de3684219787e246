import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDbc, grain, parseDbc, weiFromWire, weiToWire } from '../../../src/base/units.ts';

const wei = fc.bigInt(0n, 10n ** 29n);

test('the grain is the largest multiple of 1,000 that is not above the amount', () =>
  fc.assert(
    fc.property(wei, (amount) => {
      expect(grain(amount) % 1_000n).toBe(0n);
      expect(amount - grain(amount)).toBeLessThan(1_000n);
    }),
  ));

test('amounts survive the wire', () =>
  fc.assert(
    fc.property(wei, (amount) => {
      expect(weiFromWire(weiToWire(amount))).toEqual({ ok: true, value: amount });
    }),
  ));

test.each(['', '-1', '+1', '01', '1.0', '1e3', ' 1', '0x10', '9'.repeat(31)])('%j is no amount on a wire', (text) =>
  expect(weiFromWire(text)).toEqual({ ok: false, error: 'bad-amount' }),
);

test.each([
  [0n, '0'],
  [10n ** 18n, '1'],
  [31_013_888_888_888_888_000n, '31.013888'],
  [1_000n, '0'],
  [-5n * 10n ** 17n, '-0.5'],
])('%s wei are shown as %s DBC', (amount, text) => expect(formatDbc(amount)).toBe(text));

test('a typed amount is read to the wei and shown again as it was', () =>
  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 29n), (amount) => {
      expect(parseDbc(formatDbc(amount, 18))).toEqual({ ok: true, value: amount });
    }),
  ));

test.each(['', '.', '1.', '.5', '-1', '1e3', '1,5', '1'.repeat(13), `1.${'1'.repeat(19)}`])('%j is no amount', (text) =>
  expect(parseDbc(text).ok).toBe(false),
);
