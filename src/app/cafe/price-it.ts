// src/app/cafe/price-it.ts - what a start or an extension would cost, until when it would last, and which packages are to be had.
// Nothing is written: the same act is drafted and thrown away.
import type { PlayerId } from '../../base/ids.ts';
import { ok, type Result } from '../../base/result.ts';
import { coverOf } from '../../cafe/packages.ts';
import { isOccupied } from '../../cafe/seat.ts';
import { paidOf } from '../../cafe/tab.ts';
import { rateAt } from '../../cafe/tariff.ts';
import type { PriceAnswer } from '../../protocol/cafe-api.ts';
import type { Refusal } from '../../protocol/error-codes.ts';
import { extend } from './acts/extend.ts';
import { endFirst } from './acts/hub-acts.ts';
import { type StartWish, sitDown } from './acts/sit-down.ts';
import { beginShift } from './acts/till.ts';
import type { Draft } from './draft.ts';
import { endOfSeat } from './seat-end.ts';

/** Prices a wish on a seat by drafting it. Refuses what the act would refuse, the open shift apart. */
export function priceIt(draft: Draft, wish: StartWish): Result<PriceAnswer, Refusal> {
  if (!draft.openShift().ok) beginShift(draft, '0x' as PlayerId, 0n); // A price is asked before the till is opened, too.
  endFirst(draft, wish.seat, draft.nowMs);
  const seat = draft.seat(wish.seat, undefined);
  if (!seat.ok) return seat;
  const occupied = isOccupied(seat.value.state);
  const before = occupied ? paidOf(draft.tabOf(seat.value)) : 0n;
  const done = occupied
    ? extend(draft, { ...wish, key: '' as never, version: seat.value.version })
    : sitDown(draft, seat.value, wish);
  if (!done.ok) return done;
  const after = draft.seat(wish.seat, undefined);
  if (!after.ok) return after;
  const tab = draft.tabOf(after.value);
  const end = endOfSeat(draft, after.value);
  const prices = draft.pricesOf(tab);
  const grid = prices.grid(seat.value.zone, tab.group);
  const ask = { zone: seat.value.zone, group: tab.group, atMs: draft.nowMs };
  return ok({
    dueMinor: (paidOf(tab) - before).toString(),
    hourMinor: (grid === undefined ? 0n : rateAt(grid, prices.calendar, draft.nowMs)).toString(),
    ...(end === undefined ? {} : { endsAtMs: end.atMs, endsBy: end.by }),
    packages: prices.settings.packages.filter((one) => coverOf(one, ask, prices.calendar).ok).map(({ id }) => id),
  });
}
