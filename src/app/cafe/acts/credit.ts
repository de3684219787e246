// src/app/cafe/acts/credit.ts - minutes given back for a fault: the last minutes of play become free. Capped, and logged with
// its reason; packages that end by the wall end no later.
import { err, ok } from '../../../base/result.ts';
import { MINUTE_MS } from '../../../cafe/local-time.ts';
import { isOccupied } from '../../../cafe/seat.ts';
import { creditPlay } from '../../../cafe/tab.ts';
import { refusal } from '../../../protocol/error-codes.ts';
import type { Act } from '../act.ts';
import { endSeat } from '../seat-end.ts';

/** Answers `credit`. */
export const credit: Act<'credit'> = (draft, { seat: number, version, minutes, reason }) => {
  const seat = draft.seat(number, version);
  if (!seat.ok) return seat;
  const { state } = seat.value;
  if (!isOccupied(state)) return err(refusal('SEAT_STATE', { state }));
  const limitMinutes = draft.settings.creditMinutesMax;
  if (minutes > limitMinutes) return err(refusal('CREDIT_TOO_LARGE', { limitMinutes }));
  const { tab, givenMs } = creditPlay(draft.tabOf(seat.value), minutes * MINUTE_MS, draft.nowMs);
  if (givenMs < minutes * MINUTE_MS) {
    return err(refusal('CREDIT_TOO_LARGE', { limitMinutes: Math.floor(givenMs / MINUTE_MS) }));
  }
  draft.put('tab', tab.tab, tab);
  draft.putSeat(seat.value, { untilMs: endSeat(draft, seat.value) });
  draft.about = `seat ${number}, ${minutes} min`;
  draft.reason = reason;
  return ok(undefined);
};
