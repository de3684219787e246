// src/app/cafe/acts/take-back.ts - voids and refunds: a payment goes back where it came from, within its window, with a reason.
// A void undoes a mistake as a whole; on a seat that still plays it also ends play and waives its time.
import { lesser } from '../../../base/bigint.ts';
import { err, ok, type Result } from '../../../base/result.ts';
import type { CafeAccount } from '../../../cafe/ledger.ts';
import { MINUTE_MS } from '../../../cafe/local-time.ts';
import { chargeOf, halt, type Payment, paidOf, type Tab } from '../../../cafe/tab.ts';
import type { CafeReceipt } from '../../../protocol/cafe-things.ts';
import { type Refusal, refusal } from '../../../protocol/error-codes.ts';
import type { Act } from '../act.ts';
import { counterTotal, giveBack, paidLines } from '../counter.ts';
import type { Draft } from '../draft.ts';
import { endSeat } from '../seat-end.ts';
import type { Paid } from '../state.ts';
import { NOT_SOLD } from './codes.ts';
import { free } from './stop.ts';

const leftOf = ({ rows }: Paid): bigint => rows.reduce((sum, { leftMinor }) => sum + leftMinor, 0n);
const wholeOf = ({ rows }: Paid): bigint => rows.reduce((sum, { minor }) => sum + minor, 0n);
const reversed = (leftMinor: bigint) =>
  err(refusal('ALREADY_REVERSED', { leftMinor: (leftMinor > 0n ? leftMinor : 0n).toString() }));

function paidWithin(draft: Draft, receipt: number, limitMinutes: number): Result<Paid, Refusal> {
  const paid = draft.get('paid', String(receipt));
  if (paid === undefined) return err(refusal('RECEIPT_UNKNOWN'));
  const ageMinutes = Math.floor((draft.nowMs - paid.atMs) / MINUTE_MS);
  return ageMinutes < limitMinutes ? ok(paid) : err(refusal('WINDOW_OVER', { ageMinutes, limitMinutes }));
}

/** What takes money back, and the number of its receipt. */
type Reversal = { readonly kind: 'void' | 'refund'; readonly receipt: number };

/** Where the money that goes back is booked from, after what it bought is taken away. */
function undo(draft: Draft, paid: Paid, minor: bigint, { kind, receipt }: Reversal): Result<CafeAccount, Refusal> {
  if (paid.kind === 'top-up') return undoTopUp(draft, paid, minor, receipt);
  if (paid.kind === 'code') return undoCode(draft, paid, minor);
  const tab = paid.tab === undefined ? undefined : draft.get('tab', paid.tab);
  if (tab === undefined) return ok(`given-back/${paid.tab ?? 'all'}` as const); // It was delivered: sales stand, this stands against them.
  return kind === 'void' ? undoOnTab(draft, paid, tab) : reversed(0n); // A tab that plays is settled by stopping.
}

function undoTopUp(draft: Draft, paid: Paid, minor: bigint, receipt: number): Result<CafeAccount, Refusal> {
  const member = paid.member === undefined ? undefined : draft.get('member', paid.member);
  if (member === undefined) return err(refusal('MEMBER_UNKNOWN'));
  if (member.realMinor < minor) return reversed(member.realMinor);
  // The bonus goes with the money it came with, by share, as far as it is not spent: after any parts what the whole would take.
  const [topped, before] = [wholeOf(paid), wholeOf(paid) - leftOf(paid)];
  const shareOf = (given: bigint): bigint => (paid.bonusGivenMinor * given) / topped;
  const bonus = lesser(shareOf(before + minor) - shareOf(before), member.bonusMinor);
  draft.book('receipt', `bonus/${member.member}`, 'bonus-given/all', bonus, receipt);
  draft.put('member', member.member, {
    ...member,
    realMinor: member.realMinor - minor,
    bonusMinor: member.bonusMinor - bonus,
    version: member.version + 1,
  });
  return ok(`wallet/${member.member}` as const);
}

function undoCode(draft: Draft, { code: id }: Paid, minor: bigint): Result<CafeAccount, Refusal> {
  const code = id === undefined ? undefined : draft.get('code', id);
  if (code === undefined) return err(refusal('CODE_UNKNOWN'));
  if (code.leftMinor < minor) return reversed(code.leftMinor);
  // A card whose whole sale is undone lies in the drawer again: it may be sold to somebody else.
  const unsold = code.batch !== undefined && minor === code.soldMinor;
  const left = unsold ? NOT_SOLD : { leftMinor: code.leftMinor - minor };
  draft.put('code', code.code, { ...code, ...left });
  return ok(`code/${code.code}` as const);
}

/**
 * Takes a payment and its package off a tab that is open. The only payment: the seat is freed and its time waived; a tab that is
 * paid at the end was not begun by a payment, and goes on.
 */
function undoOnTab(draft: Draft, { receipt }: Paid, tab: Tab): Result<CafeAccount, Refusal> {
  const seat = draft.all('seat').find((one) => one.tab === tab.tab);
  const rest: Tab = {
    ...tab,
    payments: tab.payments.filter((payment) => payment.receipt !== receipt),
    covers: tab.covers.filter((cover) => cover.receipt !== receipt),
  };
  if (paidOf(rest) === 0n && !tab.postpaid) {
    draft.put('tab', tab.tab, { ...halt(rest, draft.nowMs), stints: [], closedAtMs: draft.nowMs }, false);
    if (seat !== undefined) free(draft, seat, draft.nowMs);
    return ok(`tab/${tab.tab}` as const);
  }
  const charged = chargeOf(rest, draft.pricesOf(tab), draft.nowMs).totalMinor;
  if (charged > paidOf(rest) && !tab.postpaid) return reversed(paidOf(tab) - charged);
  draft.put('tab', tab.tab, rest);
  if (seat !== undefined) draft.putSeat(seat, { untilMs: endSeat(draft, seat) });
  return ok(`tab/${tab.tab}` as const);
}

function goBack(
  draft: Draft,
  paid: Paid,
  minor: bigint,
  { kind, reason }: { kind: 'void' | 'refund'; reason: string },
): Result<void, Refusal> {
  const receipt = draft.takeReceipt();
  const from = undo(draft, paid, minor, { kind, receipt });
  if (!from.ok) return from;
  const payments: Payment[] = paid.rows.map(({ by, leftMinor }) => ({ by, minor: leftMinor, receipt: paid.receipt }));
  const payer = { member: paid.member, code: paid.code };
  const given = giveBack(draft, { minor, payments, payer, from: from.value, receipt });
  if (!given.ok) return given;
  const back = paidLines(given.value, -1n);
  const lines: CafeReceipt['lines'] = [{ what: kind, minor: (-minor).toString() }];
  const about = { ...(paid.member === undefined ? {} : { member: paid.member }) };
  draft.print({
    number: receipt,
    kind,
    ...about,
    lines,
    paid: back,
    totalMinor: counterTotal(back),
    of: paid.receipt,
    reason,
  });
  draft.about = `receipt ${paid.receipt}`;
  draft.reason = reason;
  return ok(undefined);
}

/** Answers `void`. */
export const voidReceipt: Act<'void'> = (draft, { receipt, reason }) => {
  const paid = paidWithin(draft, receipt, draft.settings.voidMinutes);
  if (!paid.ok) return paid;
  const whole = wholeOf(paid.value);
  if (leftOf(paid.value) !== whole) return reversed(leftOf(paid.value));
  return goBack(draft, paid.value, whole, { kind: 'void', reason });
};

/** Answers `refund`. */
export const refund: Act<'refund'> = (draft, { receipt, minor, reason }) => {
  const paid = paidWithin(draft, receipt, draft.settings.refundMinutes);
  if (!paid.ok) return paid;
  if (BigInt(minor) > leftOf(paid.value)) return reversed(leftOf(paid.value));
  return goBack(draft, paid.value, BigInt(minor), { kind: 'refund', reason });
};
