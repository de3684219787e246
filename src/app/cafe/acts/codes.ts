// src/app/cafe/acts/codes.ts - printed codes: sold one by one as they are made, or made as a batch, kept at the desk and sold later.
// A code in stock holds nothing, so nobody owes for it; from its sale on its price is what the customer has with us.
import { err, ok, type Result } from '../../../base/result.ts';
import { veiledCode } from '../../../protocol/cafe-shapes.ts';
import type { CafeReceipt } from '../../../protocol/cafe-things.ts';
import { type Refusal, refusal } from '../../../protocol/error-codes.ts';
import type { Act } from '../act.ts';
import { counterTotal, paidLines, remember, take } from '../counter.ts';
import type { Draft } from '../draft.ts';
import type { GuestCode } from '../state.ts';

const DAY_MS = 24 * 3_600_000;
/** Characters of a code: none is mistaken for another (Crockford's base 32 in capitals). */
const CODE_LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A code that nobody has, sold or in stock. */
function freshCode(draft: Draft): Result<string, Refusal> {
  const code = [...draft.context.random.bytes(8)].map((byte) => CODE_LETTERS[byte & 31]).join('');
  if (draft.get('code', code) !== undefined) return err(refusal('LIMIT_REACHED', { limit: 1 })); // Of 10^12: try again.
  return ok(code);
}

type Worth = { readonly priceMinor: bigint; readonly package: string | undefined };

/** What is on a code: an amount, or a package that guests may buy, for its price of now. */
function worthOf(draft: Draft, { minor, package: id }: { minor?: string; package?: string }): Result<Worth, Refusal> {
  if ((minor === undefined) === (id === undefined)) return err(refusal('MESSAGE_MALFORMED', { field: '/minor' }));
  if (minor !== undefined) return ok({ priceMinor: BigInt(minor), package: undefined });
  const found = draft.settings.packages.find((one) => one.id === id && one.groups.includes('guest'));
  if (found === undefined || found.priceMinor === '0') return err(refusal('PACKAGE_UNAVAILABLE', { field: 'package' }));
  return ok({ priceMinor: BigInt(found.priceMinor), package: found.id });
}

/** Takes the price of a code over the counter; it holds it from now on. */
function sell(
  draft: Draft,
  code: GuestCode,
  { priceMinor, days }: Pick<Worth, 'priceMinor'> & { readonly days: number },
  pay: 'cash' | 'card',
): Result<void, Refusal> {
  const receipt = draft.takeReceipt();
  const untilMs = draft.nowMs + days * DAY_MS;
  draft.put('code', code.code, { ...code, leftMinor: priceMinor, soldMinor: priceMinor, untilMs });
  const payer = { member: undefined, code: undefined };
  const taken = take(draft, { minor: priceMinor, pay, payer, into: `code/${code.code}`, receipt });
  if (!taken.ok) return taken;
  remember(draft, { receipt, kind: 'code', tab: undefined, member: undefined, code: code.code }, taken.value);
  const paid = paidLines(taken.value);
  // The customer has the code itself; a receipt is read and printed again by others.
  const lines: CafeReceipt['lines'] = [{ what: 'code', about: veiledCode(code.code), minor: priceMinor.toString() }];
  draft.print({ number: receipt, kind: 'code', lines, paid, totalMinor: counterTotal(paid) });
  draft.about = `code of ${priceMinor}`;
  return ok(undefined);
}

const inStock = ({ batch, soldMinor }: GuestCode): boolean => batch !== undefined && soldMinor === 0n;
/** A code that nobody bought, or gave back whole. */
export const NOT_SOLD = { leftMinor: 0n, soldMinor: 0n, untilMs: 0 };

/** Answers `codes.sell`. */
export const sellCode: Act<'codes.sell'> = (draft, { pay, days, ...wish }) => {
  const room = draft.room('code');
  if (!room.ok) return room;
  const worth = worthOf(draft, wish);
  if (!worth.ok) return worth;
  const code = freshCode(draft);
  if (!code.ok) return code;
  const { priceMinor, package: id } = worth.value;
  return sell(draft, { ...NOT_SOLD, code: code.value, package: id }, { priceMinor, days }, pay);
};

/** Answers `codes.batch`. */
export const makeBatch: Act<'codes.batch'> = (draft, { name, count, days, ...wish }) => {
  const worth = worthOf(draft, wish);
  if (!worth.ok) return worth;
  for (const [kind, more] of [
    ['batch', 1],
    ['code', count],
  ] as const) {
    const room = draft.room(kind, more);
    if (!room.ok) return room;
  }
  const batch = draft.newId<string>('k');
  const codes: string[] = [];
  for (let made = 0; made < count; made++) {
    const code = freshCode(draft);
    if (!code.ok) return code;
    codes.push(code.value);
    draft.put('code', code.value, { ...NOT_SOLD, code: code.value, batch, package: worth.value.package });
  }
  const { nowMs: madeAtMs, context } = draft;
  draft.put('batch', batch, { batch, name, madeAtMs, by: context.actor, made: count, ...worth.value, days });
  draft.secret = codes.join('\n');
  draft.about = `batch ${name}`;
  return ok(undefined);
};

/** Answers `codes.activate`; a code that was sold before is as unknown as any. */
export const activateCode: Act<'codes.activate'> = (draft, { code: id, pay }) => {
  const code = draft.get('code', id);
  const batch = code?.batch === undefined ? undefined : draft.get('batch', code.batch);
  if (code === undefined || batch === undefined || !inStock(code)) return err(refusal('CODE_UNKNOWN'));
  return sell(draft, code, batch, pay);
};

/** Answers `codes.withdraw`. What was sold stays: it is a customer's. */
export const withdrawBatch: Act<'codes.withdraw'> = (draft, { batch: id, reason }) => {
  const batch = draft.get('batch', id);
  if (batch === undefined) return err(refusal('NOT_FOUND'));
  for (const code of draft.all('code')) {
    if (code.batch === id && inStock(code)) draft.put('code', code.code, code, false);
  }
  draft.about = `batch ${batch.name}`;
  draft.reason = reason;
  return ok(undefined);
};
