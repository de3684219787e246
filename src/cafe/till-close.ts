// src/cafe/till-close.ts - what a cashier signs with the wallet when a till is closed: every number of it, so that nobody,
// the hub included, changes one afterwards without its showing.
import type { CafeId, PlayerId } from '../base/ids.ts';
import type { ShiftView } from '../protocol/cafe-things.ts';
import { recoverSigner, textDigest } from '../protocol/typed-data.ts';

/** A count by note and coin, in minor units. */
export type CountedPiles = readonly { readonly minor: string; readonly pieces: number }[];

/** What is said at the close, beside what the shift is. */
export type TillClose = {
  readonly count: CountedPiles;
  readonly reason?: string | undefined;
  readonly note?: string | undefined;
};

/** Amounts are whole minor units of the café's currency. One line a fact; reason and note as JSON strings, so that neither looks like another line. */
export function tillCloseText(cafe: CafeId, shift: ShiftView, { count, reason, note }: TillClose): string {
  const piles = count.filter(({ pieces }) => pieces > 0).toSorted((a, b) => Number(b.minor) - Number(a.minor));
  const counted = piles.reduce((sum, { minor, pieces }) => sum + BigInt(minor) * BigInt(pieces), 0n);
  return [
    'Nearcade: I counted this till and close it.',
    `Cafe: ${cafe}`,
    `Shift: ${shift.shift}`,
    `Opened: ${new Date(shift.openedAtMs).toISOString()}`,
    `Float: ${shift.floatMinor}`,
    `Cash taken: ${shift.cashTakenMinor}`,
    `Card taken: ${shift.cardTakenMinor}`,
    `Paid in: ${shift.paidInMinor}`,
    `Paid out: ${shift.paidOutMinor}`,
    `Expected: ${shift.expectedMinor}`,
    `Counted: ${counted} (${piles.map(({ minor, pieces }) => `${pieces} x ${minor}`).join(', ') || 'nothing'})`,
    `Difference: ${counted - BigInt(shift.expectedMinor)}`,
    `Reason: ${JSON.stringify(reason ?? '')}`,
    `Note: ${JSON.stringify(note ?? '')}`,
  ].join('\n');
}

/** Whether a closed till is as `by` signed it; undefined where nobody did. */
export function isCloseSigned(cafe: CafeId, shift: ShiftView): boolean | undefined {
  const { closed } = shift;
  if (closed?.signature === undefined) return undefined;
  return signedClose(cafe, shift, closed, closed.signature) === closed.by;
}

/** Who signed this close. */
export function signedClose(cafe: CafeId, shift: ShiftView, close: TillClose, signature: string): PlayerId | undefined {
  return recoverSigner(textDigest(tillCloseText(cafe, shift, close)), signature) as PlayerId | undefined;
}
