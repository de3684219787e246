// src/base/units.ts - money and shares. Wei are bigint in memory and decimal strings on every wire, because a
// JavaScript number loses digits above 2^53 and msgpackr refuses integers of 2^64 and more (18.4 coins in wei).
import { assert } from './assert.ts';
import { err, ok, type Result } from './result.ts';

/** The smallest amount DBC moves: the chain drops the last three of 18 decimals. Every amount is a multiple of it. */
export const GRAIN_WEI = 1_000n;

/** Wei in one DBC. */
export const WEI_PER_DBC = 10n ** 18n;

/** Basis points in a whole. */
export const BPS_WHOLE = 10_000n;

const WEI_DIGITS_MAX = 30; // 10^30 wei is 10^12 DBC, a hundred times all that will ever exist.
const WIRE_WEI = /^(0|[1-9][0-9]*)$/;

/**
 * Rounds down to the grain.
 * @param wei >= 0
 * @returns the largest multiple of `GRAIN_WEI` that is not above `wei`
 */
export function grain(wei: bigint): bigint {
  assert(wei >= 0n, 'amount is not negative');
  return wei - (wei % GRAIN_WEI);
}

/** Writes wei for a wire: a decimal string without sign or leading zeros. `wei` must not be negative. */
export function weiToWire(wei: bigint): string {
  assert(wei >= 0n, 'amount on a wire is not negative');
  return wei.toString();
}

/** Reads wei from a wire. Refuses anything but a plain decimal of at most 30 digits. */
export function weiFromWire(text: string): Result<bigint, 'bad-amount'> {
  if (text.length > WEI_DIGITS_MAX || !WIRE_WEI.test(text)) return err('bad-amount');
  return ok(BigInt(text));
}

/**
 * Shows wei as DBC, cut (not rounded) after `decimals` digits, with no trailing zeros beyond `decimalsMin`.
 * @param decimals most digits after the point, 0..18
 * @param decimalsMin least digits after the point, 0..decimals
 */
export function formatDbc(wei: bigint, decimals = 6, decimalsMin = 0): string {
  assert(decimals >= decimalsMin && decimals <= 18 && decimalsMin >= 0, 'decimals lie in 0..18');
  const sign = wei < 0n ? '-' : '';
  const size = wei < 0n ? -wei : wei;
  const fraction = (size % WEI_PER_DBC).toString().padStart(18, '0').slice(0, decimals);
  const kept = fraction.replace(/0+$/, '').padEnd(decimalsMin, '0');
  return `${sign}${size / WEI_PER_DBC}${kept === '' ? '' : `.${kept}`}`;
}

/** Reads an amount a person typed ('12.5') as wei. Refuses signs, exponents, more than 18 decimals or 12 whole digits. */
export function parseDbc(text: string): Result<bigint, 'bad-amount'> {
  const match = /^(\d{1,12})(?:\.(\d{1,18}))?$/.exec(text.normalize('NFKC').trim());
  if (match === null) return err('bad-amount');
  return ok(BigInt(match[1] ?? '0') * WEI_PER_DBC + BigInt((match[2] ?? '').padEnd(18, '0')));
}
