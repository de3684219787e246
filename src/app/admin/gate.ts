// src/app/admin/gate.ts - what those who run the hub have closed: accounts, machines, or new sessions altogether. In memory,
// read before anything starts; the store has it for the next process (desk.ts).
import type { SuspendableKind } from '../../protocol/admin-api.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';

/** What is closed. Changed in place by the desk. */
export type Gate = {
  /** `kind id` of everybody who is suspended. */
  readonly suspended: Set<string>;
  /** An admin has paused new sessions. */
  paused: boolean;
  /** The books are short of what is owed (reconcile.ts). */
  short: boolean;
};

/** Nothing is closed. */
export const openGate = (): Gate => ({ suspended: new Set(), paused: false, short: false });

/** The name under which somebody is suspended. */
export const suspendedName = (kind: SuspendableKind, id: string): string => `${kind} ${id}`;

/** True for somebody who is suspended. */
export function isSuspended(gate: Gate, kind: SuspendableKind, id: string): boolean {
  return gate.suspended.has(suspendedName(kind, id));
}

/** True for a machine that is suspended, or whose operator is. */
export function isNodeSuspended(gate: Gate, node: string, operator: string): boolean {
  return isSuspended(gate, 'node', node) || isSuspended(gate, 'operator', operator);
}

/** What keeps a player from starting, or undefined. */
export function gateRefusal(gate: Gate, player: string): Refusal | undefined {
  if (isSuspended(gate, 'player', player)) return refusal('ACCOUNT_SUSPENDED');
  return gate.paused || gate.short ? refusal('MONEY_PAUSED') : undefined;
}
