// src/app/cafe/acts/pair.ts - a device becomes a seat's: the six digits that it shows are typed at the till. Which
// device shows them is in the hub's memory (pairing.ts).
import { err, ok } from '../../../base/result.ts';
import { refusal } from '../../../protocol/error-codes.ts';
import { joinKeys } from '../../../protocol/session-keys.ts';
import type { Act } from '../act.ts';
import type { Draft } from '../draft.ts';

/** Answers `seats.pair`. The seat's earlier device is no longer its own. */
export const pair: Act<'seats.pair'> = (draft: Draft, { seat: number, version, code }) => {
  const seat = draft.seat(number, version);
  if (!seat.ok) return seat;
  const waiting = draft.context.waitingDevice(code);
  if (waiting === undefined) return err(refusal('PAIRING_UNKNOWN'));
  const taken = draft.all('device').find(({ tokenHash }) => tokenHash === waiting.tokenHash);
  if (taken !== undefined) {
    draft.put('device', taken.seat, taken, false);
    const left = draft.get('seat', taken.seat);
    if (left !== undefined) draft.put('seat', left.seat, left); // Shown anew: it has no device now.
  }
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

/**
 * Answers `seats.consent`. It is the signer's own; whether its signature is true is seen when somebody plays on it, by the
 * same check as any player's. The owner who signs is the one who pays from now on.
 */
export const giveConsent: Act<'seats.consent'> = (draft: Draft, { consent, signature, keys }) => {
  const room = draft.room('consent', keys.length);
  if (!room.ok) return room;
  const { actor } = draft.context;
  const owner = actor.kind === 'staff' ? draft.get('staff', actor.wallet) : undefined;
  if (owner?.role !== 'owner') return err(refusal('CONSENT_BAD', { field: 'payer' }));
  if (String(consent.payer) !== owner.wallet) return err(refusal('CONSENT_BAD', { field: 'payer' }));
  const joined = joinKeys(keys);
  if (joined.sessionKey !== consent.sessionKey) return err(refusal('CONSENT_BAD', { field: 'sessionKey' }));
  for (const [key, proof] of joined.proofs) {
    draft.put('consent', key, { consent, signature, ...(proof.length > 0 && { keyProof: [...proof] }) });
  }
  if (owner.pays !== true) {
    for (const { pays, ...other } of draft.all('staff')) if (pays === true) draft.put('staff', other.wallet, other);
    draft.put('staff', owner.wallet, { ...owner, pays: true });
  }
  for (const device of draft.all('device')) {
    const seat = joined.proofs.has(device.deviceKey) ? draft.get('seat', device.seat) : undefined;
    if (seat !== undefined) draft.put('seat', seat.seat, seat); // Shown anew; nothing that a desk holds a version of changed.
  }
  draft.about = `${keys.length} devices`;
  return ok(undefined);
};
