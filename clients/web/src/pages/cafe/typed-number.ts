// clients/web/src/pages/cafe/typed-number.ts - numbers as a desk types them: the wide digits and signs of a Chinese keyboard are the
// same keys, and the space around them is nothing.

/** What was typed, in narrow characters. */
export const narrow = (text: string): string => text.normalize('NFKC').trim();

/** A whole number from `least` to `most`; NaN where what was typed is none. */
export function typedCount(text: string, least: number, most: number): number {
  const digits = narrow(text);
  const count = /^\d{1,9}$/.test(digits) ? Number(digits) : Number.NaN;
  return count >= least && count <= most ? count : Number.NaN;
}
