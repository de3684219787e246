// src/app/cafe/acts/pause.ts - the clock of a seat stops, with a reason, and goes on.
import { ok, type Result } from '../../../base/result.ts';
import { nextSeatState } from '../../../cafe/seat.ts';
import { halt, runningStint, sit } from '../../../cafe/tab.ts';
import type { Refusal } from '../../../protocol/error-codes.ts';
import type { Act } from '../act.ts';
import type { Draft } from '../draft.ts';
import { creditFault, endSeat } from '../seat-end.ts';
import type { Seat } from '../state.ts';

/** Stops the clock of a seat. Refuses SEAT_STATE. */
export function standStill(draft: Draft, seat: Seat, reason: string): Result<void, Refusal> {
  const state = nextSeatState(seat.state, 'pause');
  if (!state.ok) return state;
  const tab = creditFault(seat, draft.tabOf(seat), draft.nowMs);
  draft.put('tab', tab.tab, halt(tab, Math.min(draft.nowMs, seat.untilMs ?? draft.nowMs))); // Not what was over by itself.
  draft.putSeat(seat, { state: state.value, sinceMs: draft.nowMs, reason, untilMs: undefined });
  draft.about = `seat ${seat.seat}`;
  draft.reason = reason;
  return ok(undefined);
}

/** Answers `pause`. */
export const pause: Act<'pause'> = (draft, { seat: number, version, reason }) => {
  const seat = draft.seat(number, version);
  return seat.ok ? standStill(draft, seat.value, reason) : seat;
};

/** Lets the clock of a seat run again. Refuses SEAT_STATE. */
export function goOn(draft: Draft, seat: Seat): Result<void, Refusal> {
  const state = nextSeatState(seat.state, 'resume');
  if (!state.ok) return state;
  const tab = creditFault(seat, draft.tabOf(seat), draft.nowMs);
  if (runningStint(tab) === undefined) draft.put('tab', tab.tab, sit(tab, seat, draft.nowMs));
  const next = { ...seat, state: state.value, sinceMs: draft.nowMs, reason: undefined };
  draft.putSeat(seat, { ...next, untilMs: endSeat(draft, next) });
  draft.about = `seat ${seat.seat}`;
  return ok(undefined);
}

/** Answers `resume`; also ends a node's fault by hand. */
export const resume: Act<'resume'> = (draft, { seat: number, version }) => {
  const seat = draft.seat(number, version);
  return seat.ok ? goOn(draft, seat.value) : seat;
};
