// src/app/cafe/acts/stop.ts - 'stop and pay': play ends, what is owed is taken, what was paid too much goes back where it came
// from, and the tab becomes sales.
import { ok, type Result } from '../../../base/result.ts';
import { nextSeatState } from '../../../cafe/seat.ts';
import { type Charge, chargeOf, endedAt, type Payment, paidOf, type Tab } from '../../../cafe/tab.ts';
import type { PayMethod } from '../../../protocol/cafe-shapes.ts';
import type { CafeReceipt } from '../../../protocol/cafe-things.ts';
import type { Refusal } from '../../../protocol/error-codes.ts';
import type { Act } from '../act.ts';
import { counterTotal, giveBack, paidLines, payerOf, remember, take } from '../counter.ts';
import type { Draft } from '../draft.ts';
import { creditFault } from '../seat-end.ts';
import type { Seat } from '../state.ts';
import { actedAt } from './sit-down.ts';

type Line = CafeReceipt['lines'][number];

function linesOf(tab: Tab, { open, openMs }: Charge, paidBefore: bigint, unused: bigint): Line[] {
  const line = (what: Line['what'], minor: bigint, more: Partial<Line> = {}): Line[] =>
    minor === 0n ? [] : [{ what, ...more, minor: minor.toString() }];
  return [
    ...tab.covers.flatMap(({ name, priceMinor }) => line('package', priceMinor, { about: name })),
    ...(openMs === 0 ? [] : [{ what: 'open-play' as const, ms: openMs, minor: open.exactMinor.toString() }]),
    ...line('minimum', open.minimumMinor),
    ...line('rounding', open.roundingMinor),
    ...line('advance', -paidBefore),
    ...line('unused', unused),
  ];
}

/** The tab becomes sales: packages by their name, open play as such. */
function bookSales(draft: Draft, tab: Tab, { open }: Charge, receipt: number): void {
  for (const cover of tab.covers) {
    draft.book('receipt', `tab/${tab.tab}`, `sales/package-${cover.package}`, cover.priceMinor, receipt);
  }
  draft.book('receipt', `tab/${tab.tab}`, 'sales/play', open.totalMinor, receipt);
}

/** Settles a tab that plays no more and puts it away. `pay` is for what is still owed. */
export function settle(draft: Draft, seat: Seat, tab: Tab, pay: PayMethod, atMs: number): Result<void, Refusal> {
  const charge = chargeOf(tab, draft.pricesOf(tab), atMs);
  const [before, total] = [paidOf(tab), charge.totalMinor];
  const receipt = draft.takeReceipt();
  const account = `tab/${tab.tab}` as const;
  let moved: Result<readonly Payment[], Refusal> = ok([]);
  if (total > before) {
    moved = take(draft, { minor: total - before, pay, payer: payerOf(tab), into: account, receipt });
    if (moved.ok)
      remember(draft, { receipt, kind: 'settle', tab: tab.tab, member: tab.member, code: tab.code }, moved.value);
  } else if (total < before) {
    const back = { minor: before - total, payments: tab.payments, payer: payerOf(tab), from: account, receipt };
    moved = giveBack(draft, back);
  }
  if (!moved.ok) return moved;
  bookSales(draft, tab, charge, receipt);
  const paid = paidLines(moved.value, total > before ? 1n : -1n);
  draft.print({
    number: receipt,
    kind: 'settle',
    seat: seat.seat,
    tab: tab.tab,
    ...(tab.member === undefined ? {} : { member: tab.member }),
    lines: linesOf(tab, charge, before, before > total ? before - total : 0n),
    paid,
    totalMinor: counterTotal(paid),
  });
  draft.put('tab', tab.tab, { ...tab, closedAtMs: draft.nowMs }, false);
  return ok(undefined);
}

/** Frees a seat since an instant; a message that was for its customer goes with them. */
export function free(draft: Draft, seat: Seat, atMs: number): void {
  draft.putSeat(seat, {
    state: 'free',
    sinceMs: atMs,
    reason: undefined,
    untilMs: undefined,
    tab: undefined,
    message: undefined,
  });
}

/** Answers `stop`. */
export const stop: Act<'stop'> = (draft, { seat: number, version, pay, typedAtMs }) => {
  const seat = draft.seat(number, version);
  if (!seat.ok) return seat;
  const state = nextSeatState(seat.value.state, 'stop');
  if (!state.ok) return state;
  const at = actedAt(draft, typedAtMs, seat.value.deskSinceMs ?? seat.value.sinceMs);
  if (!at.ok) return at;
  const tab = creditFault(seat.value, draft.tabOf(seat.value), at.value);
  const settled = settle(draft, seat.value, endedAt(tab, at.value), pay, draft.nowMs);
  if (!settled.ok) return settled;
  free(draft, seat.value, at.value); // Whoever sat down there before the line was back began after that.
  draft.about = `seat ${number}`;
  return ok(undefined);
};
