// src/app/cafe/acts/hub-acts.ts - what happens by itself: time is up, a reservation lapses, play is lost and comes back.
import { ok, type Result } from '../../../base/result.ts';
import { nextSeatState } from '../../../cafe/seat.ts';
import { endOf, halt, runningStint, sit, type Tab } from '../../../cafe/tab.ts';
import type { Refusal } from '../../../protocol/error-codes.ts';
import type { Draft } from '../draft.ts';
import { creditFault, endOfSeat, endSeat } from '../seat-end.ts';
import type { Seat } from '../state.ts';

/** A seat's deadline has come: play ends at that very millisecond, or its reservation lapses. */
export function deadline(draft: Draft, seat: Seat): Result<void, Refusal> {
  const { untilMs = draft.nowMs } = seat;
  if (seat.state === 'reserved') {
    draft.putSeat(seat, { state: 'free', sinceMs: draft.nowMs, reason: undefined, untilMs: undefined });
    return ok(undefined);
  }
  const next = nextSeatState(seat.state, 'time-up');
  if (!next.ok) return next;
  const ended = endPlay(draft, { ...seat, untilMs });
  draft.putSeatByHub(seat, ended);
  draft.about = `seat ${seat.seat}`;
  draft.reason = ended.reason;
  return ok(undefined);
}

/** Ends the play of a seat at its deadline; answers what changes of the seat. */
function endPlay(draft: Draft, seat: Seat & { readonly untilMs: number }) {
  const tab = draft.tabOf(seat);
  const by = endOfSeat(draft, seat)?.by ?? 'money';
  draft.put('tab', tab.tab, halt(tab, seat.untilMs));
  return { state: 'ending', sinceMs: seat.untilMs, reason: by, untilMs: undefined } as const;
}

/**
 * Ends play that was over before an act which comes ahead of the hub's own look: nobody pays for the time between.
 */
export function endFirst(draft: Draft, number: string, atMs: number): void {
  const seat = draft.get('seat', number);
  if (seat?.state !== 'in-use' || seat.untilMs === undefined || seat.untilMs > atMs) return;
  draft.putSeatByHub(seat, endPlay(draft, { ...seat, untilMs: seat.untilMs }));
}

/** The play of a seat is lost since `sinceMs`: what was not seen since then is not paid. */
export function playLost(
  draft: Draft,
  seat: Seat,
  { sinceMs, reason, lostNode }: Pick<Seat, 'sinceMs' | 'lostNode'> & { readonly reason: string },
): Result<void, Refusal> {
  const next = nextSeatState(seat.state, 'node-lost');
  if (!next.ok) return next;
  const tab = draft.tabOf(seat);
  // Nor what was over by itself meanwhile: a hub that was away may hear of the node first.
  draft.put('tab', tab.tab, halt(tab, Math.min(sinceMs, draft.nowMs, seat.untilMs ?? draft.nowMs)));
  draft.putSeatByHub(seat, { state: next.value, sinceMs, reason, lostNode, untilMs: undefined });
  draft.about = `seat ${seat.seat}`;
  return ok(undefined);
}

/** The tab with play that was seen after all while its clock stood, as far as it was paid: page and node counted it. */
function alsoPlayed(draft: Draft, seat: Seat, tab: Tab, playedMs: number): Tab {
  const fromMs = seat.sinceMs;
  const on = sit(tab, seat, fromMs);
  const paidMs = (endOf(on, draft.pricesOf(tab), fromMs)?.atMs ?? draft.nowMs) - fromMs;
  const seenMs = Math.min(playedMs, paidMs, draft.nowMs - fromMs);
  return seenMs > 0 ? halt(on, fromMs + seenMs) : tab;
}

/**
 * The game goes on, here or on another node, or the seat's page is there again: so does the clock.
 * @param playedMs what was played meanwhile all the same
 */
export function playBack(draft: Draft, seat: Seat, playedMs = 0): Result<void, Refusal> {
  const next = nextSeatState(seat.state, 'node-back');
  if (!next.ok) return next;
  const tab = draft.tabOf(seat);
  if (runningStint(tab) === undefined) {
    const seen = alsoPlayed(draft, seat, tab, playedMs);
    const sinceMs = seen === tab ? seat.sinceMs : (seen.stints.at(-1)?.toMs ?? seat.sinceMs);
    draft.put('tab', tab.tab, sit(creditFault({ ...seat, sinceMs }, seen, draft.nowMs), seat, draft.nowMs));
  }
  const on = { ...seat, state: next.value, sinceMs: draft.nowMs, reason: undefined, lostNode: undefined };
  draft.putSeatByHub(seat, { ...on, untilMs: endSeat(draft, on) });
  draft.about = `seat ${seat.seat}`;
  return ok(undefined);
}
