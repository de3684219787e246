// src/app/cafe/doubles.ts - two devices with one identity: the seat's clock stands and the floor is told, once. Both devices
// stop by themselves (kiosks.ts tells them); which of the two is the true one, only a person can see.
import { err, ok } from '../../base/result.ts';
import { hubReasons } from '../../protocol/cafe-api.ts';
import { refusal } from '../../protocol/error-codes.ts';
import { standStill } from './acts/pause.ts';
import type { Cafes } from './cafes.ts';
import { type Kiosks, placeOf } from './kiosks.ts';
import { doInTurn, seatKey } from './run-act.ts';

/** Identities that the floor was told of, each with where its seat is. */
export type ToldDoubles = Map<string, { readonly seat: string; readonly atMs: number }>;

/** Tells floors of identities that became doubled or single again. Throws OutageError; the next call tries again. */
export async function followDoubles(cafes: Cafes, kiosks: Kiosks, told: ToldDoubles, nowMs: number): Promise<void> {
  const now = new Set(kiosks.doubles(nowMs));
  for (const tokenHash of new Set([...now, ...told.keys()])) {
    const place = placeOf(cafes, tokenHash);
    const seat = place?.cafe.things.seat.get(place.device.seat);
    if (place === undefined || seat === undefined) {
      told.delete(tokenHash);
      continue;
    }
    const doubled = now.has(tokenHash);
    const before = told.get(tokenHash);
    const plays = seat.state === 'in-use';
    if (doubled === (before !== undefined) && !(doubled && plays)) continue;
    const act = doubled ? 'kiosk.doubled' : 'kiosk.single';
    const key = `${seatKey(act, seat)}_${before?.atMs ?? nowMs}`;
    const done = await doInTurn(cafes, {
      ...{ cafe: place.cafe.id, act, key, request: key, actor: { kind: 'hub' } as const, nowMs },
      run: (draft) => {
        const there = draft.get('seat', seat.seat);
        if (there === undefined) return err(refusal('SEAT_UNKNOWN', { seat: seat.seat }));
        draft.about = `seat ${seat.seat}`;
        if (!doubled || there.state !== 'in-use') {
          draft.put('seat', there.seat, there); // Shown anew; nothing that a desk holds a version of changed.
          return ok(undefined);
        }
        return standStill(draft, there, hubReasons.doubled);
      },
    });
    if (!done.ok) continue;
    if (doubled) told.set(tokenHash, before ?? { seat: seat.seat, atMs: nowMs });
    else told.delete(tokenHash);
  }
}
