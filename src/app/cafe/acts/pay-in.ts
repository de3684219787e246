// src/app/cafe/acts/pay-in.ts - a purchase onto a tab: money taken, booked, printed.
import { ok, type Result } from '../../../base/result.ts';
import type { Due } from '../../../cafe/due.ts';
import type { Tab } from '../../../cafe/tab.ts';
import type { PayMethod } from '../../../protocol/cafe-shapes.ts';
import type { CafeReceipt } from '../../../protocol/cafe-things.ts';
import type { Refusal } from '../../../protocol/error-codes.ts';
import { counterTotal, paidLines, payerOf, remember, take } from '../counter.ts';
import type { Draft } from '../draft.ts';

/** The tab with the package that it bought on a receipt. */
const withCover = ({ tab, cover }: Due, receipt: number): Tab =>
  cover === undefined ? tab : { ...tab, covers: [...tab.covers, { ...cover, receipt }] };

/** Takes what is due onto the tab and puts the tab. A purchase that costs nothing leaves no receipt. */
export function payIn(draft: Draft, due: Due, pay: PayMethod, seat: string): Result<void, Refusal> {
  const { tab, cover, dueMinor } = due;
  if (dueMinor === 0n) {
    const nothing = cover === undefined && pay !== 'later' ? [{ by: pay, minor: 0n, receipt: 0 }] : [];
    draft.put('tab', tab.tab, { ...withCover(due, 0), payments: [...tab.payments, ...nothing] });
    return ok(undefined);
  }
  const receipt = draft.takeReceipt();
  const taken = take(draft, { minor: dueMinor, pay, payer: payerOf(tab), into: `tab/${tab.tab}`, receipt });
  if (!taken.ok) return taken;
  draft.put('tab', tab.tab, { ...withCover(due, receipt), payments: [...tab.payments, ...taken.value] });
  remember(draft, { receipt, kind: 'advance', tab: tab.tab, member: tab.member, code: tab.code }, taken.value);
  const line: CafeReceipt['lines'][number] =
    cover === undefined
      ? { what: 'advance', minor: dueMinor.toString() }
      : { what: 'package', about: cover.name, minor: dueMinor.toString() };
  const paid = paidLines(taken.value);
  draft.print({
    number: receipt,
    kind: 'advance',
    seat,
    tab: tab.tab,
    ...(tab.member === undefined ? {} : { member: tab.member }),
    lines: [line],
    paid,
    totalMinor: counterTotal(paid),
  });
  return ok(undefined);
}
