// src/app/chain/terms-ahead.ts - what an Open must carry by the moment its session begins. The contract's terms change at a moment
// that is known beforehand (midnight for the tier, an announced second for the rest), and it refuses an Open that says what
// held before: so they are asked for ahead, not only as they are now.
import type { EscrowReader, EscrowTerms } from './ports.ts';

/** Terms, and the Unix millisecond since which they hold; of the first ones, when they were asked for. */
export type TermsSpan = { readonly fromMs: number; readonly terms: EscrowTerms };

/** Sessions begin for eight minutes more while no address answers; a look is due each minute. */
const AHEAD_MS = 600_000;

const same = (one: EscrowTerms, other: EscrowTerms): boolean =>
  one.burnPolicy === other.burnPolicy &&
  one.gpuTier === other.gpuTier &&
  one.burnBps === other.burnBps &&
  one.platformBps === other.platformBps &&
  one.baseFloorWei === other.baseFloorWei;

/** Asks for the terms of the next ten minutes; each change in them is found to the millisecond. Throws OutageError. */
export async function termsAhead(escrow: Pick<EscrowReader, 'termsAt'>, wallMs: number): Promise<readonly TermsSpan[]> {
  const untilMs = Math.floor(wallMs) + AHEAD_MS;
  let span: TermsSpan = { fromMs: untilMs - AHEAD_MS, terms: await escrow.termsAt(untilMs - AHEAD_MS) };
  const last = await escrow.termsAt(untilMs);
  const spans = [span];
  while (!same(span.terms, last)) {
    let [beforeMs, next] = [span.fromMs, { fromMs: untilMs, terms: last }];
    while (next.fromMs - beforeMs > 1) {
      const fromMs = beforeMs + Math.floor((next.fromMs - beforeMs) / 2);
      const terms = await escrow.termsAt(fromMs);
      if (same(terms, span.terms)) beforeMs = fromMs;
      else next = { fromMs, terms };
    }
    spans.push(next);
    span = next;
  }
  return spans;
}

/** What holds at a moment; undefined while nothing is known. */
export function termsIn(spans: readonly TermsSpan[], wallMs: number): EscrowTerms | undefined {
  return (spans.findLast(({ fromMs }) => fromMs <= wallMs) ?? spans[0])?.terms;
}
