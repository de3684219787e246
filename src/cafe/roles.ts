// src/cafe/roles.ts - who may do what: one table. An owner may do everything; an auditor reads everything and changes nothing.
import { err, ok, type Result } from '../base/result.ts';
import type { CafeActName } from '../protocol/cafe-acts.ts';
import type { CafeRole } from '../protocol/cafe-shapes.ts';
import { type Refusal, refusal } from '../protocol/error-codes.ts';

/** What can be read. */
export type CafeRead =
  | 'read.floor'
  | 'read.members'
  | 'read.receipts'
  | 'read.reports'
  | 'read.audit'
  | 'read.settings';
/** An act, a reading, or one of two powers within acts: giving a bonus, and closing another's shift. */
export type CafePower = CafeActName | CafeRead | 'power.bonus' | 'power.close-others-shift';

const OWNER: readonly CafeRole[] = ['owner'];
const LEADS: readonly CafeRole[] = ['owner', 'manager'];
const DESK: readonly CafeRole[] = ['owner', 'manager', 'cashier'];
const HANDS: readonly CafeRole[] = ['owner', 'manager', 'cashier', 'technician'];
const TOOLS: readonly CafeRole[] = ['owner', 'manager', 'technician'];
const ALL: readonly CafeRole[] = ['owner', 'manager', 'cashier', 'technician', 'auditor'];
const BOOKS: readonly CafeRole[] = ['owner', 'manager', 'auditor'];

/** Roles by power. */
export const powers: Readonly<Record<CafePower, readonly CafeRole[]>> = {
  settings: LEADS,
  staff: OWNER,
  'seats.add': TOOLS,
  'seats.edit': TOOLS,
  'seats.remove': LEADS,
  'seats.pair': HANDS,
  'seats.unpair': HANDS,
  'seats.enrol': TOOLS,
  'seats.unenrol': TOOLS,
  'seats.consent': OWNER,
  start: DESK,
  extend: DESK,
  pause: HANDS,
  resume: HANDS,
  move: HANDS,
  swap: HANDS,
  stop: DESK,
  credit: DESK,
  break: HANDS,
  mend: HANDS,
  reserve: DESK,
  unreserve: DESK,
  'end-at': DESK,
  message: HANDS,
  'members.add': DESK,
  'members.edit': DESK,
  'members.top-up': DESK,
  'codes.sell': DESK,
  'codes.batch': LEADS,
  'codes.activate': DESK,
  'codes.withdraw': LEADS,
  'shift.open': DESK,
  'shift.paid-in': DESK,
  'shift.paid-out': DESK,
  'shift.close': DESK,
  void: DESK,
  refund: LEADS,
  'api-keys.add': OWNER,
  'api-keys.remove': LEADS,
  'webhooks.add': OWNER,
  'webhooks.remove': LEADS,
  'read.floor': ALL,
  'read.members': ['owner', 'manager', 'cashier', 'auditor'],
  'read.receipts': ['owner', 'manager', 'cashier', 'auditor'],
  'read.reports': BOOKS,
  'read.audit': BOOKS,
  'read.settings': ALL,
  'power.bonus': LEADS,
  'power.close-others-shift': LEADS,
};

/** Lets a role through, or refuses ROLE_TOO_LOW (`role`, `act`). */
export function mayDo(role: CafeRole, power: CafePower): Result<void, Refusal> {
  return powers[power].includes(role) ? ok(undefined) : err(refusal('ROLE_TOO_LOW', { role, act: power }));
}
