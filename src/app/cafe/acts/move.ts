// src/app/cafe/acts/move.ts - a customer goes to another seat, or two change places. Tab, clock and state go along; from here
// on the price is that of the new zone. Who has a package alone goes to no zone that it does not cover.
import { err, ok, type Result } from '../../../base/result.ts';
import { isOccupied, nextSeatState } from '../../../cafe/seat.ts';
import { endOf, halt, runningStint, sit, type Tab } from '../../../cafe/tab.ts';
import { type Refusal, refusal } from '../../../protocol/error-codes.ts';
import type { Act } from '../act.ts';
import type { Draft } from '../draft.ts';
import { endSeat } from '../seat-end.ts';
import type { Seat } from '../state.ts';

/** The tab on its new seat; refuses what the zone does not allow, and what would end play there at once. */
function carried(draft: Draft, from: Seat, to: Seat): Result<Tab, Refusal> {
  const tab = draft.tabOf(from);
  const prices = draft.pricesOf(tab);
  if (prices.grid(to.zone, tab.group) === undefined) return err(refusal('TARIFF_MISSING'));
  const zone = draft.settings.zones.find(({ id }) => id === to.zone);
  if (tab.postpaid && zone?.postpaid !== true) return err(refusal('POSTPAID_REFUSED'));
  const there = sit(halt(tab, draft.nowMs), to, draft.nowMs);
  const end = from.state === 'ending' ? undefined : endOf(there, prices, draft.nowMs); // Is it over, it is over anywhere.
  if (end !== undefined && end.by === 'package' && end.atMs <= draft.nowMs) {
    return err(refusal('PACKAGE_UNAVAILABLE', { field: 'zone', zone: to.zone }));
  }
  return ok(runningStint(tab) === undefined ? tab : there);
}

const EMPTY = { state: 'free', reason: undefined, untilMs: undefined, tab: undefined } as const;

/** Puts what sat on `from` onto `to`. */
function seatOn(draft: Draft, from: Seat, tab: Tab, to: Seat): void {
  draft.put('tab', tab.tab, tab);
  const next = { ...to, state: from.state, sinceMs: from.sinceMs, reason: from.reason, tab: tab.tab };
  draft.putSeat(to, { ...next, untilMs: endSeat(draft, next) });
}

/** Answers `move`. */
export const move: Act<'move'> = (draft, { seat: number, version, to: toNumber, toVersion }) => {
  const [from, to] = [draft.seat(number, version), draft.seat(toNumber, toVersion)];
  if (!from.ok) return from;
  if (!to.ok) return to;
  const [leave, arrive] = [nextSeatState(from.value.state, 'leave'), nextSeatState(to.value.state, 'sit')];
  if (!leave.ok) return leave;
  if (!arrive.ok) return arrive;
  const tab = carried(draft, from.value, to.value);
  if (!tab.ok) return tab;
  seatOn(draft, from.value, tab.value, to.value);
  draft.putSeat(from.value, { ...EMPTY, sinceMs: draft.nowMs });
  draft.about = `seat ${number} to ${toNumber}`;
  return ok(undefined);
};

/** Answers `swap`: both seats have a customer. */
export const swap: Act<'swap'> = (draft, { seat: number, version, with: otherNumber, withVersion }) => {
  const [one, other] = [draft.seat(number, version), draft.seat(otherNumber, withVersion)];
  if (!one.ok) return one;
  if (!other.ok) return other;
  for (const { value } of [one, other]) {
    if (!isOccupied(value.state)) return err(refusal('SEAT_STATE', { state: value.state, seat: value.seat }));
  }
  if (number === otherNumber) return err(refusal('SEAT_STATE', { state: one.value.state, seat: number }));
  const [there, here] = [carried(draft, one.value, other.value), carried(draft, other.value, one.value)];
  if (!there.ok) return there;
  if (!here.ok) return here;
  seatOn(draft, one.value, there.value, other.value);
  seatOn(draft, other.value, here.value, one.value);
  draft.about = `seat ${number} with ${otherNumber}`;
  return ok(undefined);
};
