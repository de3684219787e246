// src/app/cafe/presence.ts - devices that came or went are shown on their floors: no act of anybody, so nothing is written, and the
// floor keeps its number. Called once a second: a page that is loaded anew is no news.
import type { CafeId } from '../../base/ids.ts';
import type { Cafes } from './cafes.ts';
import { type Kiosks, placeOf } from './kiosks.ts';
import { seatView } from './views.ts';

/** Shows the seats of devices that came or went since the last call. */
export function followPresence(cafes: Cafes, kiosks: Kiosks, nowMs: number): void {
  const seatsOf = new Map<CafeId, Set<string>>();
  for (const tokenHash of kiosks.takeMoved()) {
    const place = placeOf(cafes, tokenHash);
    if (place === undefined) continue;
    const seats = seatsOf.get(place.cafe.id) ?? new Set();
    seatsOf.set(place.cafe.id, seats.add(place.device.seat));
  }
  const { life } = cafes.parts.surroundings;
  for (const [id, numbers] of seatsOf) {
    const cafe = cafes.peek(id);
    if (cafe === undefined) continue;
    const draft = cafes.look(cafe, nowMs);
    const seats = [...numbers].flatMap((number) => {
      const seat = cafe.things.seat.get(number);
      return seat === undefined ? [] : [seatView(draft, seat, life(id, number))];
    });
    cafes.show(id, { t: 'seats', from: cafe.rev, rev: cafe.rev, nowMs, seats, gone: [] });
  }
}
