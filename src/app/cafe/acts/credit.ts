// src/app/cafe/acts/credit.ts - minutes given back for a fault: the last minutes of play become free. Capped, and logged with
// its reason; packages that end by the wall end no later. Credits become cash when the tab ends: what one tab is given by hand is capped
// in all, and beyond it wants the power to refund.
import { err, ok } from '../../../base/result.ts';
import { MINUTE_MS } from '../../../cafe/local-time.ts';
import { mayDo } from '../../../cafe/roles.ts';
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
  const before = draft.tabOf(seat.value);
  const byHandMs = before.handCreditedMs ?? 0;
  const limitMinutes = Math.max(0, draft.settings.creditMinutesMax - byHandMs / MINUTE_MS);
  const { actor } = draft.context;
  const leads = mayDo('role' in actor ? actor.role : 'auditor', 'refund').ok;
  if (minutes > limitMinutes && !leads) return err(refusal('CREDIT_TOO_LARGE', { limitMinutes }));
  const { tab, givenMs } = creditPlay(before, minutes * MINUTE_MS, draft.nowMs);
  if (givenMs < minutes * MINUTE_MS) {
    return err(refusal('CREDIT_TOO_LARGE', { limitMinutes: Math.floor(givenMs / MINUTE_MS) }));
  }
  draft.put('tab', tab.tab, { ...tab, handCreditedMs: byHandMs + givenMs });
  draft.putSeat(seat.value, { untilMs: endSeat(draft, seat.value) });
  draft.about = `seat ${number}, ${minutes} min`;
  draft.reason = reason;
  return ok(undefined);
};
