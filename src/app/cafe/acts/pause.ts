// src/app/cafe/acts/pause.ts - the clock of a seat stops, with a reason, and goes on.
import { ok } from '../../../base/result.ts';
import { nextSeatState } from '../../../cafe/seat.ts';
import { halt, runningStint, sit } from '../../../cafe/tab.ts';
import type { Act } from '../act.ts';
import { creditFault, endSeat } from '../seat-end.ts';

/** Answers `pause`. */
export const pause: Act<'pause'> = (draft, { seat: number, version, reason }) => {
  const seat = draft.seat(number, version);
  if (!seat.ok) return seat;
  const state = nextSeatState(seat.value.state, 'pause');
  if (!state.ok) return state;
  const tab = creditFault(seat.value, draft.tabOf(seat.value), draft.nowMs);
  draft.put('tab', tab.tab, halt(tab, draft.nowMs));
  draft.putSeat(seat.value, { state: state.value, sinceMs: draft.nowMs, reason, untilMs: undefined });
  draft.about = `seat ${number}`;
  draft.reason = reason;
  return ok(undefined);
};

/** Answers `resume`; also ends a node's fault by hand. */
export const resume: Act<'resume'> = (draft, { seat: number, version }) => {
  const seat = draft.seat(number, version);
  if (!seat.ok) return seat;
  const state = nextSeatState(seat.value.state, 'resume');
  if (!state.ok) return state;
  const tab = creditFault(seat.value, draft.tabOf(seat.value), draft.nowMs);
  if (runningStint(tab) === undefined) draft.put('tab', tab.tab, sit(tab, seat.value, draft.nowMs));
  const next = { ...seat.value, state: state.value, sinceMs: draft.nowMs, reason: undefined };
  draft.putSeat(seat.value, { ...next, untilMs: endSeat(draft, next) });
  draft.about = `seat ${number}`;
  return ok(undefined);
};
