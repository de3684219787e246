// clients/web/src/pages/economics/parameters.ts - what a person types against what src/billing/economics.ts reckons with:
// whole numbers, and decimals in millionths or hundredths. Pure.
import { type EconomicsInput, seedCafes } from '../../../../../src/billing/economics.ts';

/** A field of the form: which parameter, its decimals, and the largest value that makes sense. */
export type Field = {
  readonly name: keyof EconomicsInput;
  readonly label: 'cafes' | 'machines' | 'hours' | 'days' | 'price' | 'dbcPrice' | 'premium' | 'platform' | 'gpus';
  readonly decimals: number;
  readonly most: bigint;
  readonly least: bigint;
};

const field = (name: Field['name'], label: Field['label'], decimals: number, most: bigint, least = 0n): Field => ({
  name,
  label,
  decimals,
  most,
  least,
});

/** All fields, in the order of the form. */
export const fields: readonly Field[] = [
  field('cafes', 'cafes', 0, 10_000_000n),
  field('machinesPerCafe', 'machines', 0, 100_000n),
  field('hoursPerDay', 'hours', 0, 24n),
  field('daysPerMonth', 'days', 0, 31n, 1n),
  field('microUsdPerHour', 'price', 6, 100_000_000n),
  field('microUsdPerDbc', 'dbcPrice', 6, 1_000_000_000n, 1n),
  field('premiumBps', 'premium', 2, 10_000n),
  field('platformBps', 'platform', 2, 5_000n),
  field('activeGpus', 'gpus', 0, 100_000_000n),
];

/** A parameter as text: the decimal that stands for it. */
export function shownField(value: bigint, decimals: number): string {
  if (decimals === 0) return value.toString();
  const digits = value.toString().padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`.replace(/\.?0+$/, '');
}

/** Reads one field; undefined when it is no number or out of its range. */
export function readField(text: string, { decimals, most, least }: Field): bigint | undefined {
  const match = /^(\d{1,12})(?:\.(\d+))?$/.exec(text.trim());
  if (match === null || (match[2] ?? '').length > decimals) return undefined;
  const value = BigInt((match[1] ?? '') + (match[2] ?? '').padEnd(decimals, '0'));
  return value < least || value > most ? undefined : value;
}

/** The example's own parameters as text. */
export function seedTexts(): Record<Field['name'], string> {
  const texts = fields.map(({ name, decimals }) => [name, shownField(seedCafes[name], decimals)]);
  return Object.fromEntries(texts) as Record<Field['name'], string>;
}
