// clients/web/src/pages/cafe/rule-end.ts - what an age rule that begins soon leaves of a purchase. Minutes are sold up to it and no
// further: all who are under age end at that minute, and nobody at the desk has then the hands to give change back to each.
import type { Buy } from '../../../../../src/protocol/cafe-shapes.ts';
import type { SeatView } from '../../../../../src/protocol/cafe-things.ts';

const MINUTE_MS = 60_000;

/**
 * What may be sold, and what the rule cuts: `minutes` of it are left out, `whole`: all of it is paid and a part is played,
 * `nothing`: none of it would be played.
 */
export type Fitted = { readonly buy: Buy; readonly cut?: 'minutes' | 'whole' | 'nothing' };

/**
 * Fits a purchase before a rule.
 * @param ruleMs when the next rule begins
 * @param fromMs when what is bought begins to be played; `undefined`: not known
 * @param endMs when it is over, if that is known
 */
export function fitted(
  buy: Buy,
  { ruleMs, fromMs, endMs = 0 }: { ruleMs: number; fromMs: number | undefined; endMs?: number | undefined },
): Fitted {
  if (fromMs === undefined || buy.kind === 'open') return { buy };
  const minutes = Math.floor((ruleMs - fromMs) / MINUTE_MS);
  if (minutes < 1) return { buy, cut: 'nothing' };
  if (buy.kind !== 'minutes') return endMs > ruleMs ? { buy, cut: 'whole' } : { buy };
  return minutes < buy.minutes ? { buy: { kind: 'minutes', minutes }, cut: 'minutes' } : { buy };
}

/** From when on more time would be played on a seat; `undefined`: not known here, as in a pause. */
export function extendsFromMs({ state, tab }: SeatView, hubMs: number): number | undefined {
  if (state === 'ending') return hubMs;
  return tab?.endsBy === 'desk' ? undefined : tab?.endsAtMs; // An end that the desk set hides what is paid beyond it.
}
