// clients/web/src/pages/verify/verdict-facts.ts - the numbers of a checked line as a person reads them, exact: no digit is
// rounded away on a page that exists to be checked. Pure.
import { formatDbc } from '../../../../../src/base/units.ts';
import type { LineId } from '../../../../../src/billing/receipt-checks.ts';
import type { ReceiptLine } from '../../../../../src/billing/verify-receipt.ts';
import type { Language } from '../../i18n/languages.ts';
import type { Words } from '../../i18n/words.ts';

type VerifyWords = Words['verify'];
/** Whose word a line is. */
export type Voucher = keyof VerifyWords['vouches'];

/** Whose word each line is: a signature of the player's, plain arithmetic, or the hub. */
export const vouchedBy: Readonly<Record<LineId, Voucher>> = {
  form: 'sums',
  wallet: 'wallet',
  payer: 'wallet',
  consent: 'session',
  lease: 'sums',
  session: 'session',
  node: 'session',
  rate: 'session',
  policy: 'session',
  window: 'session',
  counts: 'sums',
  voucher: 'session',
  tail: 'sums',
  cost: 'sums',
  lock: 'sums',
  burn: 'sums',
  platform: 'sums',
  operator: 'sums',
  rest: 'sums',
  seal: 'hub',
};

/** Puts facts into the braces of a sentence. */
export function fill(text: string, facts: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => String(facts[name] ?? whole));
}

function shown(name: string, value: string, language: Language): string {
  if (/wei$/i.test(name)) return `${formatDbc(BigInt(value), 18)} DBC`;
  if (name === 'bps') return `${Number(value) / 100} %`;
  if (name === 'startedAtMs') {
    return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(Number(value));
  }
  if (/ms$/i.test(name)) return `${(Number(value) / 1_000).toFixed(3)} s`;
  return value;
}

function misfitText({ id, wrong }: ReceiptLine, words: VerifyWords): string {
  const { field = '', found = '', expected } = wrong ?? {};
  if (id === 'form') return fill(words.misfit.form, { field });
  if (field === 'seal' && expected === undefined) return words.misfit.seal;
  if (field === 'voucher') return words.misfit.voucher;
  if (expected === undefined) return fill(words.misfit.one, { field });
  return fill(words.misfit.both, { field, found, expected });
}

/** One line in words: what was found true, or what does not fit. */
export function lineText(line: ReceiptLine, words: VerifyWords, language: Language): string {
  if (line.wrong !== undefined) return misfitText(line, words);
  const facts = Object.fromEntries(
    Object.entries(line.facts).map(([name, value]) => [name, shown(name, value, language)]),
  );
  if (line.id === 'session' && line.facts.unsigned !== undefined) return words.lines.session.none;
  if (line.id === 'voucher' && line.facts.none !== undefined) return words.lines.voucher.none;
  return fill(words.lines[line.id].holds, facts);
}
