// src/app/admin/reconcile.ts - once an hour: do the books add up, and does the chain hold at least what is owed? If not, no
// new session begins until it is so again, and somebody is called.
import { OutageError } from '../../base/assert.ts';
import type { AdminState, Reconcile } from '../../protocol/admin-api.ts';
import type { Now } from '../ports.ts';

import type { Gate } from './gate.ts';
import type { BooksTotal, ChainFunds, DeskParts } from './ports.ts';

/** The last result, for a process that asks later. */
export const RECONCILE_NOTE = 'reconcile';

/** Compares. A chain that does not answer is no reason to stop: what was known of it still holds. Throws OutageError. */
export async function compareBooks(
  parts: Pick<DeskParts, 'books' | 'funds' | 'currency'>,
  now: Now,
): Promise<Reconcile> {
  const { books, funds, currency } = parts;
  const total = await books.total(currency);
  const depositsWei = funds === undefined ? undefined : await escrowOf(funds, total);
  const found = {
    atMs: Math.floor(now.wallMs),
    currency,
    liabilitiesWei: total.owedWei.toString(),
    ...(funds !== undefined && total.underWayWei > 0n && { underWayWei: total.underWayWei.toString() }),
    wrongAccounts: [...total.wrong],
  };
  if (total.wrong.length > 0) return { ...found, state: 'short', ...told(depositsWei) };
  if (funds === undefined) return { ...found, state: 'no-chain' };
  if (depositsWei === undefined) return { ...found, state: 'chain-unreachable' };
  const holds = depositsWei + total.underWayWei >= total.owedWei;
  return { ...found, state: holds ? 'balanced' : 'short', ...told(depositsWei) };
}

const told = (wei: bigint | undefined) => (wei === undefined ? {} : { depositsWei: wei.toString() });

/** What lies in the escrow as of the block that the books have read. */
async function escrowOf(funds: ChainFunds, { asOf }: BooksTotal): Promise<bigint | undefined> {
  try {
    return await funds.escrowWei(asOf);
  } catch (cause) {
    if (cause instanceof OutageError) return undefined;
    throw cause;
  }
}

/** Compares, writes the result down, and closes or opens the gate. Throws OutageError. */
export async function reconcileBooks(parts: DeskParts, gate: Gate, now: Now): Promise<Reconcile> {
  const found = await compareBooks(parts, now);
  if (found.state !== 'chain-unreachable') gate.short = found.state === 'short';
  await parts.money.setNote(RECONCILE_NOTE, JSON.stringify(found));
  return found;
}

/** The state that admins see, as far as the store knows it. Throws OutageError. */
export async function storedState(
  parts: DeskParts,
  now: Now,
): Promise<Pick<AdminState, 'suspended' | 'announcements' | 'paused'> & { readonly reconcile?: Reconcile }> {
  const { admin, money } = parts;
  const [suspended, announcements, paused, note] = await Promise.all([
    admin.suspended(),
    admin.announcements(now.wallMs),
    admin.paused(),
    money.note(RECONCILE_NOTE),
  ]);
  const reconcile: Reconcile | undefined = note === undefined ? undefined : JSON.parse(note); // Our own text.
  return { suspended, announcements, paused, ...(reconcile && { reconcile }) };
}
