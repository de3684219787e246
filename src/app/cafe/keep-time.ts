// src/app/cafe/keep-time.ts - what is due by itself: play that is over, reservations that lapse, receipts too old to be taken
// back. Called about once a second; a hub that was away does what it missed, at the instants at which it was due.
import { InvariantError } from '../../base/assert.ts';
import { ok } from '../../base/result.ts';
import { MINUTE_MS } from '../../cafe/local-time.ts';
import { deadline } from './acts/hub-acts.ts';
import type { Cafes } from './cafes.ts';
import { doInTurn, seatKey } from './run-act.ts';
import { type Cafe, settingsOf } from './state.ts';

const HUB = { kind: 'hub' } as const;

function dueSeats(cafe: Cafe, nowMs: number) {
  return [...cafe.things.seat.values()].filter(
    ({ state, untilMs }) => untilMs !== undefined && untilMs <= nowMs && (state === 'in-use' || state === 'reserved'),
  );
}

function dueReceipts(cafe: Cafe, nowMs: number): readonly string[] {
  const { refundMinutes, voidMinutes } = settingsOf(cafe);
  const keptMs = (Math.max(refundMinutes, voidMinutes) + 60) * MINUTE_MS;
  const old = [...cafe.things.paid].filter(([, { atMs }]) => nowMs - atMs > keptMs).map(([id]) => id);
  return old.length < 20 ? [] : old; // Put away by the dozen: one write for many.
}

/** Does what is due in all cafés. Throws OutageError; the next call tries again. */
export async function keepTime(cafes: Cafes, nowMs: number): Promise<void> {
  for (const cafe of [...cafes.here]) {
    for (const due of dueSeats(cafe, nowMs)) {
      const { seat, version, untilMs } = due;
      const key = `${seatKey('due', due)}_${untilMs ?? 0}`;
      const act = cafe.things.seat.get(seat)?.state === 'reserved' ? 'lapse' : 'time-up';
      await doInTurn(cafes, {
        ...{ cafe: cafe.id, act, key, request: key, actor: HUB, nowMs },
        run: (draft) => {
          const now = draft.seat(seat, version);
          return now.ok ? deadline(draft, now.value) : now; // Somebody was faster: nothing to do.
        },
      });
    }
    const old = dueReceipts(cafe, nowMs);
    if (old.length === 0) continue;
    const key = `hub:away_${old[0]}_${old.length}`;
    await doInTurn(cafes, {
      ...{ cafe: cafe.id, act: 'put-away', key, request: key, actor: HUB, nowMs },
      run: (draft) => {
        for (const id of old) {
          const paid = draft.get('paid', id);
          if (paid === undefined) throw new InvariantError('a receipt is put away once');
          draft.put('paid', id, paid, false);
        }
        return ok(undefined);
      },
    });
  }
}
