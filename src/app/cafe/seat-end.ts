// src/app/cafe/seat-end.ts - when play on a seat ends by itself: money, package, curfew or the desk's word, whichever is first.
import { curfewAt, nextCurfewMs } from '../../cafe/curfew.ts';
import { endOf, listCredit, runningStint, type Tab, type TabEnd } from '../../cafe/tab.ts';
import type { Draft } from './draft.ts';
import type { Seat } from './state.ts';

/** The end and its cause; `undefined`: open, paused, or nobody sits there. */
export function endOfSeat(
  draft: Draft,
  seat: Pick<Seat, 'state' | 'tab'>,
): { readonly atMs: number; readonly by: TabEnd['by'] | 'curfew' | 'desk' } | undefined {
  if (seat.state !== 'in-use' || seat.tab === undefined) return undefined;
  const tab = draft.get('tab', seat.tab);
  if (tab === undefined) return undefined;
  const prices = draft.pricesOf(tab);
  const end = endOf(tab, prices, draft.nowMs);
  // Asked from where play went on: whoever comes out of a pause under a rule is ended there and then.
  const fromMs = runningStint(tab)?.fromMs ?? tab.openedAtMs;
  const { curfew: rules } = draft.settings;
  const { calendar } = draft.prices;
  const bound = curfewAt(rules, tab, calendar, fromMs) !== undefined;
  const curfew = bound ? fromMs : nextCurfewMs(rules, tab, calendar, fromMs);
  const ends = [
    ...(end === undefined ? [] : [end]),
    ...(curfew === undefined ? [] : [{ atMs: curfew, by: 'curfew' } as const]),
    ...(tab.endAtMs === undefined ? [] : [{ atMs: Math.max(tab.endAtMs, fromMs), by: 'desk' } as const]),
  ];
  return ends.toSorted((one, other) => one.atMs - other.atMs)[0];
}

/** The end of a seat's play as Unix time. */
export const endSeat = (draft: Draft, seat: Pick<Seat, 'state' | 'tab'>): number | undefined =>
  endOfSeat(draft, seat)?.atMs;

/** The tab with the time of a lost node listed as credited, whoever ends the fault. Its clock stood: nothing of it was charged. */
export function creditFault({ state, sinceMs }: Pick<Seat, 'state' | 'sinceMs'>, tab: Tab, nowMs: number): Tab {
  return state === 'node-fault' && nowMs > sinceMs ? listCredit(tab, nowMs - sinceMs, nowMs) : tab;
}
