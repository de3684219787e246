// src/app/cafe/acts/enrol.ts - which PC is which seat, for PCs that forget it at each boot (enrolment.ts).
import { err, ok } from '../../../base/result.ts';
import { refusal } from '../../../protocol/error-codes.ts';
import type { Act } from '../act.ts';
import type { Draft } from '../draft.ts';
import { deviceToken, enrolmentFile } from '../enrolment.ts';
import type { Enrolment } from '../state.ts';

/** Takes a line away, and the device that was paired by it. */
export function dropEnrolment(draft: Draft, line: Enrolment): void {
  const { seals } = draft.context;
  const device = draft.get('device', line.seat);
  draft.put('enrolment', line.seat, line, false);
  if (device?.tokenHash !== seals.digest(deviceToken(seals, draft.cafe.id, line))) return;
  draft.put('device', line.seat, device, false);
}

/** Answers `seats.enrol`: all of them or none. A seat that keeps its host keeps its line. */
export const enrol: Act<'seats.enrol'> = (draft, { seats }) => {
  const file: Enrolment[] = [];
  for (const { seat: number, host } of seats) {
    const seat = draft.seat(number, undefined);
    if (!seat.ok) return seat;
    const known = draft.get('enrolment', number);
    const other = draft.all('enrolment').find((line) => line.host === host && line.seat !== number);
    if (other !== undefined) return err(refusal('HOST_TAKEN', { seat: other.seat }));
    if (known?.host === host) {
      file.push(known);
      continue;
    }
    if (known !== undefined) dropEnrolment(draft, known);
    const line = { seat: number, host, salt: draft.newId<string>('e') };
    draft.put('enrolment', number, line);
    draft.putSeat(seat.value, {});
    file.push(line);
  }
  draft.secret = enrolmentFile(draft.context.seals, draft.cafe.id, file);
  draft.about = `file with ${seats.length} seats`;
  return ok(undefined);
};

/** Answers `seats.unenrol`. */
export const unenrol: Act<'seats.unenrol'> = (draft, { seat: number, reason }) => {
  const seat = draft.seat(number, undefined);
  if (!seat.ok) return seat;
  const line = draft.get('enrolment', number);
  if (line === undefined) return err(refusal('NOT_FOUND'));
  dropEnrolment(draft, line);
  draft.putSeat(seat.value, {});
  draft.about = `seat ${number}`;
  draft.reason = reason;
  return ok(undefined);
};
