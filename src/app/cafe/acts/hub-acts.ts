// src/app/cafe/acts/hub-acts.ts - what happens by itself: time is up, a reservation lapses, a node is lost and comes back.
import { ok, type Result } from '../../../base/result.ts';
import { nextSeatState } from '../../../cafe/seat.ts';
import { halt, runningStint, sit } from '../../../cafe/tab.ts';
import type { Refusal } from '../../../protocol/error-codes.ts';
import type { Draft } from '../draft.ts';
import { creditFault, endOfSeat, endSeat } from '../seat-end.ts';
import type { Seat } from '../state.ts';

/** A seat's deadline has come: play ends at that very millisecond, or its reservation lapses. */
export function deadline(draft: Draft, seat: Seat): Result<void, Refusal> {
  const { untilMs = draft.nowMs } = seat;
  if (seat.state === 'reserved') {
    draft.putSeat(seat, { state: 'free', sinceMs: draft.nowMs, reason: undefined, untilMs: undefined });
    return ok(undefined);
  }
  const next = nextSeatState(seat.state, 'time-up');
  if (!next.ok) return next;
  const by = endOfSeat(draft, seat)?.by ?? 'money';
  const tab = draft.tabOf(seat);
  draft.put('tab', tab.tab, halt(tab, untilMs));
  draft.putSeat(seat, { state: next.value, sinceMs: untilMs, reason: by, untilMs: undefined });
  draft.about = `seat ${seat.seat}`;
  draft.reason = by;
  return ok(undefined);
}

/** The node of a seat is lost since `sinceMs`: what was not seen since then is not paid. */
export function nodeLost(draft: Draft, seat: Seat, sinceMs: number): Result<void, Refusal> {
  const next = nextSeatState(seat.state, 'node-lost');
  if (!next.ok) return next;
  const tab = draft.tabOf(seat);
  draft.put('tab', tab.tab, halt(tab, Math.min(sinceMs, draft.nowMs)));
  draft.putSeat(seat, { state: next.value, sinceMs, reason: 'node lost', untilMs: undefined });
  draft.about = `seat ${seat.seat}`;
  return ok(undefined);
}

/** The game goes on, here or on another node: so does the clock. */
export function nodeBack(draft: Draft, seat: Seat): Result<void, Refusal> {
  const next = nextSeatState(seat.state, 'node-back');
  if (!next.ok) return next;
  const tab = draft.tabOf(seat);
  if (runningStint(tab) === undefined) {
    draft.put('tab', tab.tab, sit(creditFault(seat, tab, draft.nowMs), seat, draft.nowMs));
  }
  const on = { ...seat, state: next.value, sinceMs: draft.nowMs, reason: undefined };
  draft.putSeat(seat, { ...on, untilMs: endSeat(draft, on) });
  draft.about = `seat ${seat.seat}`;
  return ok(undefined);
}
