// src/app/cafe/acts/till.ts - a shift opens with a float, money goes in and out, the drawer is counted and the shift closed.

import type { PlayerId, ShiftId } from '../../../base/ids.ts';
import { err, ok, type Result } from '../../../base/result.ts';
import { dateOf } from '../../../cafe/local-time.ts';
import { mayDo } from '../../../cafe/roles.ts';
import { closeShift, expectedMinor } from '../../../cafe/shift.ts';
import { signedClose } from '../../../cafe/till-close.ts';
import { type Refusal, refusal } from '../../../protocol/error-codes.ts';
import type { Act } from '../act.ts';
import type { Draft } from '../draft.ts';
import { shiftView } from '../views.ts';

/** Who stands at the till: a person. A program has no drawer. */
function cashierOf(draft: Draft): Result<PlayerId, Refusal> {
  const { actor } = draft.context;
  return actor.kind === 'staff' ? ok(actor.wallet) : err(refusal('FORBIDDEN'));
}

/** A shift that begins now; answers its id. */
export function beginShift(draft: Draft, cashier: PlayerId, floatMinor: bigint): ShiftId {
  const shift = draft.newShift();
  draft.put('shift', shift, {
    shift,
    cashier,
    openedAtMs: draft.nowMs,
    date: dateOf(draft.prices.calendar.time.wallAt(draft.nowMs).day),
    floatMinor,
    paidInMinor: 0n,
    paidOutMinor: 0n,
    cashTakenMinor: 0n,
    cardTakenMinor: 0n,
    closed: undefined,
  });
  return shift;
}

/** Answers `shift.open`. */
export const openShift: Act<'shift.open'> = (draft, { floatMinor }) => {
  const cashier = cashierOf(draft);
  if (!cashier.ok) return cashier;
  const open = draft.openShift();
  if (open.ok) return err(refusal('SHIFT_OPEN', { cashier: open.value.cashier }));
  const closed = draft.all('shift');
  const shift = beginShift(draft, cashier.value, BigInt(floatMinor));
  for (const old of closed) draft.put('shift', old.shift, old, false);
  draft.book('float', `cash/${shift}`, 'owner/all', BigInt(floatMinor));
  return ok(undefined);
};

/** Answers `shift.paid-in`. */
export const paidIn: Act<'shift.paid-in'> = (draft, { minor, reason }) => {
  const shift = draft.openShift();
  if (!shift.ok) return shift;
  const { value } = shift;
  draft.putShift(value, { paidInMinor: value.paidInMinor + BigInt(minor) });
  draft.book('paid-in', `cash/${value.shift}`, 'owner/all', BigInt(minor));
  draft.reason = reason;
  return ok(undefined);
};

/** Answers `shift.paid-out`; no more than lies in the drawer. */
export const paidOut: Act<'shift.paid-out'> = (draft, { minor, reason }) => {
  const shift = draft.openShift();
  if (!shift.ok) return shift;
  const { value } = shift;
  const have = expectedMinor(value);
  if (have < BigInt(minor)) {
    return err(refusal('WALLET_TOO_LOW', { needMinor: minor, haveMinor: have.toString() }));
  }
  draft.putShift(value, { paidOutMinor: value.paidOutMinor + BigInt(minor) });
  draft.book('paid-out', 'owner/all', `cash/${value.shift}`, BigInt(minor));
  draft.reason = reason;
  return ok(undefined);
};

/** Answers `shift.close`: counted, compared, carried away. Seats that play on go over to the next shift. */
export const closeTill: Act<'shift.close'> = (draft, { shift: seen, version, count, reason, note, signature }) => {
  const by = cashierOf(draft);
  if (!by.ok) return by;
  const shift = draft.openShift();
  if (!shift.ok) return shift;
  const { value } = shift;
  const { version: haveVersion = 1 } = value;
  // Money that moved since the count would be a difference, explained by a reason that was meant for another.
  if (seen !== value.shift || version !== haveVersion) return err(refusal('STALE_VERSION', { haveVersion }));
  const { actor } = draft.context;
  if (value.cashier !== by.value) {
    const may = mayDo('role' in actor ? actor.role : 'auditor', 'power.close-others-shift');
    if (!may.ok) return may;
  }
  const known = new Set(draft.settings.currency.denominations);
  const unknown = count.find(({ minor }) => !known.has(minor));
  if (unknown !== undefined) return err(refusal('SETTINGS_BAD', { field: 'denominations' }));
  const { id } = draft.cafe;
  if (signature !== undefined && signedClose(id, shiftView(value), { count, reason, note }, signature) !== by.value)
    return err(refusal('TILL_BAD_SIGNATURE'));
  const piles = count.map(({ minor, pieces }) => ({ minor: BigInt(minor), pieces }));
  const closed = closeShift(value, { by: by.value, atMs: draft.nowMs, count: piles, reason, note, signature });
  if (!closed.ok) return closed;
  const { countedMinor = 0n, varianceMinor = 0n } = closed.value.closed ?? {};
  const cash = `cash/${value.shift}` as const;
  draft.book('variance', cash, `variance/${value.shift}`, varianceMinor);
  draft.book('carried-away', 'owner/all', cash, countedMinor);
  draft.book('carried-away', 'owner/all', `card/${value.shift}`, value.cardTakenMinor);
  draft.putShift(value, closed.value); // The next one puts it away: until then it says which day is closed.
  draft.reason = reason;
  return ok(undefined);
};
