// src/cafe/seat.ts - what a seat is doing, and what may happen to it.
//   state         start    pause    resume   time-up  extend   stop   leave  sit     break          mend  reserve   lapse  node-lost    node-back
//   free          in-use   -        -        -        -        -      -      in-use  out-of-order   -     reserved  -      -            -
//   reserved      in-use   -        -        -        -        -      -      in-use  out-of-order   -     -         free   -            -
//   in-use        -        paused   -        ending   in-use   free   free   -       -              -     -         -      node-fault   -
//   paused        -        -        in-use   -        paused   free   free   -       -              -     -         -      -            -
//   ending        -        -        -        -        in-use   free   free   -       -              -     -         -      -            -
//   node-fault    -        paused   in-use   -        node-f.  free   free   -       -              -     -         -      -            in-use
//   out-of-order  -        -        -        -        -        -      -      -       -              free  -         -      -            -
// A seat in use is broken in two steps: move or stop its customer, then break it, so that nobody's time is lost by a click.
import { err, ok, type Result } from '../base/result.ts';
import type { SeatState } from '../protocol/cafe-shapes.ts';
import { type Refusal, refusal } from '../protocol/error-codes.ts';

/** What can happen to a seat. `leave` and `sit` are the two ends of a move; `lapse` ends a reservation. */
export type SeatEvent =
  | 'start'
  | 'pause'
  | 'resume'
  | 'time-up'
  | 'extend'
  | 'stop'
  | 'leave'
  | 'sit'
  | 'break'
  | 'mend'
  | 'reserve'
  | 'lapse'
  | 'node-lost'
  | 'node-back';

const occupied = { stop: 'free', leave: 'free' } as const;
const NEXT: Readonly<Record<SeatState, Partial<Record<SeatEvent, SeatState>>>> = {
  free: { start: 'in-use', sit: 'in-use', break: 'out-of-order', reserve: 'reserved' },
  reserved: { start: 'in-use', sit: 'in-use', break: 'out-of-order', lapse: 'free' },
  'in-use': { ...occupied, pause: 'paused', 'time-up': 'ending', extend: 'in-use', 'node-lost': 'node-fault' },
  paused: { ...occupied, resume: 'in-use', extend: 'paused' },
  ending: { ...occupied, extend: 'in-use' },
  'node-fault': { ...occupied, pause: 'paused', resume: 'in-use', extend: 'node-fault', 'node-back': 'in-use' },
  'out-of-order': { mend: 'free' },
};

/** The state after an event, or SEAT_STATE (`state`) where the event cannot happen. */
export function nextSeatState(state: SeatState, event: SeatEvent): Result<SeatState, Refusal> {
  const next = NEXT[state][event];
  return next === undefined ? err(refusal('SEAT_STATE', { state })) : ok(next);
}

/** Whether a customer sits there. */
export const isOccupied = (state: SeatState): boolean => NEXT[state].stop !== undefined;

/** Whether somebody plays there or will go on: in a pause and while play is lost the game stays where it is. */
export const isPlaying = (state: SeatState): boolean => isOccupied(state) && state !== 'ending';

/** Whether the customer's clock runs. */
export const isRunning = (state: SeatState): boolean => state === 'in-use';
