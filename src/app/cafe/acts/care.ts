// src/app/cafe/acts/care.ts - seats out of order and mended, reserved and released, given an end, and texts shown on seats.
import { err, ok, type Result } from '../../../base/result.ts';
import { isPlaying, nextSeatState, type SeatEvent } from '../../../cafe/seat.ts';
import { type Refusal, refusal } from '../../../protocol/error-codes.ts';
import type { Act } from '../act.ts';
import type { Draft } from '../draft.ts';
import { endSeat } from '../seat-end.ts';
import type { Seat } from '../state.ts';

/** Reservations reach at most this far ahead. */
const AHEAD_MS = 24 * 3_600_000;

/** One event on an empty seat. */
function turn(
  draft: Draft,
  { seat: number, version }: { readonly seat: string; readonly version: number },
  event: SeatEvent,
  change: Partial<Seat>,
): Result<void, Refusal> {
  const seat = draft.seat(number, version);
  if (!seat.ok) return seat;
  const state = nextSeatState(seat.value.state, event);
  if (!state.ok) return state;
  draft.putSeat(seat.value, {
    reason: undefined,
    untilMs: undefined,
    ...change,
    state: state.value,
    sinceMs: draft.nowMs,
  });
  draft.about = `seat ${number}`;
  draft.reason = change.reason;
  return ok(undefined);
}

/** Answers `break`: an empty seat is out of order. */
export const breakSeat: Act<'break'> = (draft, body) => turn(draft, body, 'break', { reason: body.reason });
/** Answers `mend`. */
export const mend: Act<'mend'> = (draft, body) => turn(draft, body, 'mend', {});
/** Answers `unreserve`. */
export const unreserve: Act<'unreserve'> = (draft, body) => turn(draft, body, 'lapse', {});

/** Answers `reserve`: the seat is kept until a time within a day, then it lapses by itself. */
export const reserve: Act<'reserve'> = (draft, body) => {
  const { label, untilMs } = body;
  if (untilMs <= draft.nowMs || untilMs > draft.nowMs + AHEAD_MS) return err(refusal('CLOCK_OUT_OF_RANGE'));
  return turn(draft, body, 'reserve', { reason: label, untilMs });
};

/** Answers `end-at`: play on seats ends at a time, or by itself again. What is paid and not played goes back at the stop. */
export const endAt: Act<'end-at'> = (draft, { seats, atMs }) => {
  if (atMs !== null && (atMs <= draft.nowMs || atMs > draft.nowMs + AHEAD_MS)) {
    return err(refusal('CLOCK_OUT_OF_RANGE'));
  }
  const named = seats ?? draft.all('seat').flatMap(({ seat, state }) => (isPlaying(state) ? [seat] : []));
  for (const number of named) {
    const seat = draft.seat(number, undefined);
    if (!seat.ok) return seat;
    const { state } = seat.value;
    if (!isPlaying(state)) return err(refusal('SEAT_STATE', { seat: number, state }));
    const tab = draft.tabOf(seat.value);
    draft.put('tab', tab.tab, { ...tab, endAtMs: atMs ?? undefined });
    draft.putSeat(seat.value, { untilMs: endSeat(draft, seat.value) });
  }
  draft.about = seats === undefined ? 'all seats' : `seats ${seats.join(' ')}`;
  return ok(undefined);
};

/** Answers `message`: seats show the text until the next one. */
export const message: Act<'message'> = (draft, { seats, text }) => {
  const named = seats ?? draft.all('seat').map(({ seat }) => seat);
  for (const number of named) {
    const seat = draft.seat(number, undefined);
    if (!seat.ok) return seat;
    draft.putSeat(seat.value, { message: { text, atMs: draft.nowMs } });
  }
  draft.about = seats === undefined ? 'all seats' : `seats ${seats.join(' ')}`;
  return ok(undefined);
};
