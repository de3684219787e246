// src/app/cafe/counter.ts - money over the counter: taken by any way of paying, and given back to where it came from.
import { present } from '../../base/assert.ts';
import { lesser } from '../../base/bigint.ts';
import type { MemberId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { CafeAccount } from '../../cafe/ledger.ts';
import type { Payment, Tab } from '../../cafe/tab.ts';
import type { PayMethod } from '../../protocol/cafe-shapes.ts';
import type { CafeReceipt } from '../../protocol/cafe-things.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import type { Draft } from './draft.ts';
import type { Paid } from './state.ts';

/** Whose wallet or code may be used. */
export type Payer = { readonly member: MemberId | undefined; readonly code: string | undefined };
type By = Payment['by'];

/** Moves a purse by an amount of either sign: the drawer's totals, a wallet, a bonus, a code. Returns its account. */
function movePurse(draft: Draft, by: By, { member, code }: Payer, takenMinor: bigint): Result<CafeAccount, Refusal> {
  if (by === 'cash' || by === 'card') {
    const shift = draft.openShift();
    if (!shift.ok) return shift;
    const field = by === 'cash' ? 'cashTakenMinor' : 'cardTakenMinor';
    draft.putShift(shift.value, { [field]: shift.value[field] + takenMinor });
    return ok(`${by}/${shift.value.shift}` as const);
  }
  if (by === 'code') {
    const known = code === undefined ? undefined : draft.get('code', code);
    if (known === undefined) return err(refusal('CODE_UNKNOWN'));
    draft.put('code', known.code, { ...known, leftMinor: known.leftMinor - takenMinor });
    return ok(`code/${known.code}` as const);
  }
  const known = member === undefined ? undefined : draft.get('member', member);
  if (known === undefined) return err(refusal('MEMBER_UNKNOWN'));
  const field = by === 'wallet' ? 'realMinor' : 'bonusMinor';
  draft.put('member', known.member, { ...known, [field]: known[field] - takenMinor, version: known.version + 1 });
  return ok(`${by}/${known.member}` as const);
}

/** What a member or code has to spend; `undefined` for ways of paying without a balance. */
export function balanceFor(draft: Draft, pay: PayMethod, { member, code }: Payer): bigint | undefined {
  if (pay === 'code') return code === undefined ? 0n : (draft.get('code', code)?.leftMinor ?? 0n);
  if (pay !== 'wallet') return undefined;
  const known = member === undefined ? undefined : draft.get('member', member);
  return known === undefined ? 0n : known.realMinor + known.bonusMinor;
}

/** Splits an amount by what pays it: bonus before the wallet's own. */
function split(draft: Draft, pay: Exclude<PayMethod, 'later'>, { member }: Payer, minor: bigint): [By, bigint][] {
  if (pay !== 'wallet') return [[pay, minor]];
  const known = present(member === undefined ? undefined : draft.get('member', member), 'a wallet is a member’s');
  const bonus = lesser(known.bonusMinor, minor);
  const parts: [By, bigint][] = [
    ['bonus', bonus],
    ['wallet', minor - bonus],
  ];
  return parts.filter(([, part]) => part > 0n);
}

/**
 * Takes money into an account.
 * @returns the payments, or SHIFT_REQUIRED, PAYMENT_MISMATCH, CODE_UNKNOWN, WALLET_TOO_LOW (`needMinor`, `haveMinor`)
 */
export function take(
  draft: Draft,
  {
    minor,
    pay,
    payer,
    into,
    receipt,
  }: { minor: bigint; pay: PayMethod; payer: Payer; into: CafeAccount; receipt: number },
): Result<readonly Payment[], Refusal> {
  if (pay === 'later') return err(refusal('PAYMENT_MISMATCH', { field: 'pay' }));
  if (pay === 'wallet' && payer.member === undefined) return err(refusal('PAYMENT_MISMATCH', { field: 'who' }));
  if (pay === 'code' && payer.code === undefined) return err(refusal('PAYMENT_MISMATCH', { field: 'who' }));
  const have = balanceFor(draft, pay, payer);
  if (have !== undefined && have < minor) {
    return err(refusal('WALLET_TOO_LOW', { needMinor: minor.toString(), haveMinor: have.toString() }));
  }
  const payments: Payment[] = [];
  for (const [by, part] of split(draft, pay, payer, minor)) {
    const from = movePurse(draft, by, payer, part);
    if (!from.ok) return from;
    draft.book('receipt', from.value, into, part, receipt);
    payments.push({ by, minor: part, receipt });
  }
  return ok(payments);
}

/**
 * Gives an amount back out of an account, the last payment first, and marks it on the receipts it came in on.
 * @param payments in the order in which they came; they must cover the amount
 * @returns what was given back, by way of paying
 */
export function giveBack(
  draft: Draft,
  {
    minor,
    payments,
    payer,
    from,
    receipt,
  }: { minor: bigint; payments: readonly Payment[]; payer: Payer; from: CafeAccount; receipt: number },
): Result<readonly Payment[], Refusal> {
  let left = minor;
  const given: Payment[] = [];
  for (const payment of payments.toReversed()) {
    const part = lesser(left, payment.minor);
    if (part <= 0n) continue;
    const to = movePurse(draft, payment.by, payer, -part);
    if (!to.ok) return to;
    draft.book('receipt', from, to.value, part, receipt);
    markGiven(draft, payment, part);
    given.push({ by: payment.by, minor: part, receipt: payment.receipt });
    left -= part;
  }
  return left === 0n ? ok(given) : err(refusal('ALREADY_REVERSED', { leftMinor: (minor - left).toString() }));
}

function markGiven(draft: Draft, { receipt, by }: Payment, minor: bigint): void {
  const paid = draft.get('paid', String(receipt));
  if (paid === undefined) return; // Older than anything that may be given back.
  let left = minor;
  const rows = paid.rows.map((row) => {
    const part = row.by === by ? lesser(left, row.leftMinor) : 0n;
    left -= part;
    return part === 0n ? row : { ...row, leftMinor: row.leftMinor - part };
  });
  draft.put('paid', String(receipt), { ...paid, rows });
}

/** Remembers what came in on a receipt, for voids and refunds. */
export function remember(
  draft: Draft,
  paid: Pick<Paid, 'receipt' | 'kind' | 'tab' | 'member' | 'code'>,
  payments: readonly Payment[],
  bonusGivenMinor = 0n,
): void {
  const rows = payments.map((payment) => ({ ...payment, leftMinor: payment.minor }));
  draft.put('paid', String(paid.receipt), { ...paid, atMs: draft.nowMs, rows, bonusGivenMinor });
}

/** Payments as a receipt shows them; `sign` -1 for what is given back. */
export function paidLines(payments: readonly Payment[], sign: 1n | -1n = 1n): CafeReceipt['paid'] {
  return payments.map(({ by, minor }) => ({ by, minor: (sign * minor).toString() }));
}

/** What passes the counter: cash and card. */
export function counterTotal(paid: CafeReceipt['paid']): string {
  return paid
    .reduce((sum, { by, minor }) => sum + (by === 'cash' || by === 'card' ? BigInt(minor) : 0n), 0n)
    .toString();
}

/** Who pays for a tab. */
export const payerOf = ({ member, code }: Tab): Payer => ({ member, code });
