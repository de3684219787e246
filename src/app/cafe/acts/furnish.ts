// src/app/cafe/acts/furnish.ts - seats come, change their place and go.
import { err, ok } from '../../../base/result.ts';
import { isOccupied } from '../../../cafe/seat.ts';
import { refusal } from '../../../protocol/error-codes.ts';
import type { Act } from '../act.ts';
import type { Draft } from '../draft.ts';

const zoneKnown = (draft: Draft, zone: string): boolean => draft.settings.zones.some(({ id }) => id === zone);

/** Answers `seats.add`: all of them or none. */
export const addSeats: Act<'seats.add'> = (draft, { seats }) => {
  const room = draft.room('seat', seats.length);
  if (!room.ok) return room;
  for (const { seat, name, zone, place } of seats) {
    if (draft.get('seat', seat) !== undefined) return err(refusal('SEAT_EXISTS', { seat }));
    if (!zoneKnown(draft, zone)) return err(refusal('SETTINGS_BAD', { field: 'zone' }));
    draft.put('seat', seat, {
      seat,
      name,
      zone,
      place,
      version: 1,
      state: 'free',
      sinceMs: draft.nowMs,
      reason: undefined,
      untilMs: undefined,
      tab: undefined,
      message: undefined,
    });
  }
  draft.about = `${seats.length} seats`;
  return ok(undefined);
};

/** Answers `seats.edit`. The zone, and with it the price, changes only while nobody sits there. */
export const editSeat: Act<'seats.edit'> = (draft, { seat: number, version, name, zone, place }) => {
  const seat = draft.seat(number, version);
  if (!seat.ok) return seat;
  const { state } = seat.value;
  if (!zoneKnown(draft, zone)) return err(refusal('SETTINGS_BAD', { field: 'zone' }));
  if (zone !== seat.value.zone && isOccupied(state)) return err(refusal('SEAT_STATE', { state }));
  draft.putSeat(seat.value, { name, zone, place });
  draft.about = `seat ${number}`;
  return ok(undefined);
};

/** Answers `seats.remove`. */
export const removeSeat: Act<'seats.remove'> = (draft, { seat: number, version, reason }) => {
  const seat = draft.seat(number, version);
  if (!seat.ok) return seat;
  const { state } = seat.value;
  if (isOccupied(state)) return err(refusal('SEAT_STATE', { state }));
  draft.put('seat', number, seat.value, false);
  const device = draft.get('device', number);
  if (device !== undefined) draft.put('device', number, device, false);
  const line = draft.get('enrolment', number);
  if (line !== undefined) draft.put('enrolment', number, line, false);
  draft.about = `seat ${number}`;
  draft.reason = reason;
  return ok(undefined);
};
