// src/app/cafe/acts/pay-in.ts - a purchase onto a tab: money taken, booked, printed.
import { ok, type Result } from '../../../base/result.ts';
import type { Due } from '../../../cafe/due.ts';
import type { PayMethod } from '../../../protocol/cafe-shapes.ts';
import type { CafeReceipt } from '../../../protocol/cafe-things.ts';
import type { Refusal } from '../../../protocol/error-codes.ts';
import { counterTotal, paidLines, payerOf, remember, take } from '../counter.ts';
import type { Draft } from '../draft.ts';

/** Takes what is due onto the tab and puts the tab. A purchase that costs nothing leaves no receipt. */
export function payIn(draft: Draft, { tab, dueMinor }: Due, pay: PayMethod, seat: string): Result<void, Refusal> {
  if (dueMinor === 0n) {
    draft.put('tab', tab.tab, tab);
    return ok(undefined);
  }
  const receipt = draft.takeReceipt();
  const taken = take(draft, { minor: dueMinor, pay, payer: payerOf(tab), into: `tab/${tab.tab}`, receipt });
  if (!taken.ok) return taken;
  const covers = tab.covers.map((cover) => (cover.receipt === 0 ? { ...cover, receipt } : cover));
  const sold = covers.find((cover) => cover.receipt === receipt);
  draft.put('tab', tab.tab, { ...tab, covers, payments: [...tab.payments, ...taken.value] });
  remember(draft, { receipt, kind: 'advance', tab: tab.tab, member: tab.member, code: tab.code }, taken.value);
  const line: CafeReceipt['lines'][number] =
    sold === undefined
      ? { what: 'advance', minor: dueMinor.toString() }
      : { what: 'package', about: sold.name, minor: dueMinor.toString() };
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
