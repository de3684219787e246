// clients/web/src/pages/cafe/receipt-state.ts - what became of a receipt, from the receipts that name it.
import type { CafeReceipt } from '../../../../../src/protocol/cafe-things.ts';

type Entry = Pick<CafeReceipt, 'number' | 'kind' | 'of' | 'lines'>;

/**
 * What took a receipt back, taken back as a whole, and how much was given back by all that followed. The lines count, not the
 * total: what goes back to a wallet does not pass the counter.
 */
export function afterReceipt<One extends Entry>(
  receipts: readonly One[],
  number: Entry['number'],
): { after: readonly One[]; voided: boolean; backMinor: bigint } {
  const after = receipts.filter(({ of }) => of === number);
  return {
    after,
    voided: after.some(({ kind }) => kind === 'void'),
    backMinor: after.reduce((sum, one) => sum + givenBack(one), 0n),
  };
}

/** What a void or a refund gave back. */
export const givenBack = ({ lines }: Pick<Entry, 'lines'>): bigint =>
  lines.reduce((sum, { minor }) => sum - BigInt(minor), 0n);

/** Whether something may still be taken back: not from what itself gives back, nor twice from what was voided. */
export function canTakeBack(receipts: readonly Entry[], { number, kind }: Entry): boolean {
  return kind !== 'void' && kind !== 'refund' && !afterReceipt(receipts, number).voided;
}
