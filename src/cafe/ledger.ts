// src/cafe/ledger.ts - a café's own book in local money: double entry, written once. What customers have with us (wallets,
// codes, tabs) is on the credit side; drawers are on the debit side. It has no account in wei: cloud cost is another book.
import { assert } from '../base/assert.ts';

/**
 * Accounts, as `kind/owner`.
 * cash, card: what was taken in a shift · owner: float, paid in and out, what is carried away · wallet, bonus, code, tab: what
 * customers have with us · sales: play delivered, by `play` or package · given-back: refunds of what was delivered ·
 * bonus-given: bonus that we gave · variance: a drawer that was short or over
 */
export type CafeAccount =
  `${'cash' | 'card' | 'wallet' | 'bonus' | 'code' | 'tab' | 'sales' | 'given-back' | 'bonus-given' | 'variance' | 'owner'}/${string}`;

/** Why money moved. Only `receipt` entries pass the counter. */
export type EntryKind = 'receipt' | 'float' | 'paid-in' | 'paid-out' | 'variance' | 'carried-away';

/** One movement: `debit` grows on its debit side, `credit` on its credit side, by `minor` > 0. */
export type CafeEntry = {
  readonly kind: EntryKind;
  readonly debit: CafeAccount;
  readonly credit: CafeAccount;
  readonly minor: bigint;
  readonly receipt: number | undefined;
  readonly shift: string | undefined;
};

/** Debits less credits of an account: a drawer holds it; a customer has its negative with us. */
export function debitBalance(entries: readonly CafeEntry[], of: (account: CafeAccount) => boolean): bigint {
  return entries.reduce(
    (sum, { debit, credit, minor }) => sum + (of(debit) ? minor : 0n) - (of(credit) ? minor : 0n),
    0n,
  );
}

/** Kind of an account: the part before the slash. */
export const accountKind = (account: CafeAccount): string => account.slice(0, account.indexOf('/'));

/** An entry of an amount of either sign: below zero it goes the other way; zero is none. */
export function entryOf(entry: CafeEntry): readonly CafeEntry[] {
  const { minor, debit, credit } = entry;
  assert(debit !== credit, 'an entry has two accounts');
  if (minor === 0n) return [];
  return [minor > 0n ? entry : { ...entry, debit: credit, credit: debit, minor: -minor }];
}
