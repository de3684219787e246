// src/app/cafe/acts/pair.ts - a device becomes a seat's: the six digits that it shows are typed at the till. Which
// device shows them is in the hub's memory (pairing.ts).
import { err, ok } from '../../../base/result.ts';
import { refusal } from '../../../protocol/error-codes.ts';
import type { Act } from '../act.ts';
import type { Draft } from '../draft.ts';

/** Answers `seats.pair`. The seat's earlier device is no longer its own. */
export const pair: Act<'seats.pair'> = (draft: Draft, { seat: number, version, code }) => {
  const seat = draft.seat(number, version);
  if (!seat.ok) return seat;
  const waiting = draft.context.waitingDevice(code);
  if (waiting === undefined) return err(refusal('PAIRING_UNKNOWN'));
  const taken = draft.all('device').find(({ tokenHash }) => tokenHash === waiting.tokenHash);
  if (taken !== undefined) draft.put('device', taken.seat, taken, false);
  draft.put('device', number, { ...waiting, seat: number, pairedAtMs: draft.nowMs });
  draft.putSeat(seat.value, {});
  draft.about = `seat ${number}`;
  return ok(undefined);
};

/** Answers `seats.unpair`. */
export const unpair: Act<'seats.unpair'> = (draft: Draft, { seat: number, version, reason }) => {
  const seat = draft.seat(number, version);
  if (!seat.ok) return seat;
  const device = draft.get('device', number);
  if (device === undefined) return err(refusal('NOT_FOUND'));
  draft.put('device', number, device, false);
  draft.putSeat(seat.value, {});
  draft.about = `seat ${number}`;
  draft.reason = reason;
  return ok(undefined);
};
