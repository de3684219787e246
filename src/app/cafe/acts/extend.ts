// src/app/cafe/acts/extend.ts - more time for a customer who sits: an amount, minutes or a package. After the time was up, play
// goes on from the moment of paying.
import { err, ok } from '../../../base/result.ts';
import { curfewAt, curfewFacts } from '../../../cafe/curfew.ts';
import { dueFor } from '../../../cafe/due.ts';
import { nextSeatState } from '../../../cafe/seat.ts';
import { runningStint, sit } from '../../../cafe/tab.ts';
import { refusal } from '../../../protocol/error-codes.ts';
import type { Act } from '../act.ts';
import type { Draft } from '../draft.ts';
import { endSeat } from '../seat-end.ts';
import { payIn } from './pay-in.ts';

/** Answers `extend`. */
export const extend: Act<'extend'> = (draft: Draft, { seat: number, version, buy, pay }) => {
  const seat = draft.seat(number, version);
  if (!seat.ok) return seat;
  const state = nextSeatState(seat.value.state, 'extend');
  if (!state.ok) return state;
  if (buy.kind === 'open' || pay === 'later') return err(refusal('PAYMENT_MISMATCH', { field: 'pay' }));
  const tab = draft.tabOf(seat.value);
  const curfew = curfewAt(draft.settings.curfew, tab, draft.prices.calendar, draft.nowMs);
  if (curfew !== undefined) return err(refusal('CURFEW', curfewFacts(curfew, draft.prices.calendar)));
  const goesOn = state.value === 'in-use' && runningStint(tab) === undefined;
  const awake = goesOn ? sit(tab, seat.value, draft.nowMs) : tab;
  const due = dueFor(awake, draft.pricesOf(tab), buy, seat.value.zone, draft.nowMs);
  if (!due.ok) return due;
  const paid = payIn(draft, due.value, pay, number);
  if (!paid.ok) return paid;
  // Whoever sells more time to one customer takes back an end that was set for many.
  draft.put('tab', tab.tab, { ...draft.tabOf(seat.value), endAtMs: undefined });
  const next = { ...seat.value, state: state.value, sinceMs: goesOn ? draft.nowMs : seat.value.sinceMs };
  draft.putSeat(seat.value, { ...next, untilMs: endSeat(draft, next) });
  draft.about = `seat ${number}`;
  return ok(undefined);
};
