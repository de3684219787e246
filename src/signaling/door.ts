// src/signaling/door.ts - what may come in over one socket, before anything is decoded: a peer must greet in time, keep
// to its rate, and is told at most one refusal a second. Pure; the socket at the edge obeys the verdicts.
//   stage      frame (in rate)  frame (too many)   greeted   deadline
//   greeting   pass             tell/drop/cut      open      cut
//   open       pass             tell/drop/cut      -         -
//   closed     drop             drop               -         -
import { unreachable } from '../base/assert.ts';
import { type Bucket, type BucketRate, fullBucket, takeToken } from './token-bucket.ts';

/** First message on a socket; a person's slow phone manages it, a scanner does not try. */
export const GREETING_MS = 5_000;
/** Frames dropped in a row of one second before the socket is cut: ten bursts are no mistake. */
const CUT_AFTER_BURSTS = 10;
/** Between two refusals that nobody asked for. */
const SAY_EVERY_MS = 1_000;

/** State of one socket. Changed in place by `stepDoor`. */
export type Door = {
  stage: 'greeting' | 'open' | 'closed';
  readonly greetByMs: number;
  readonly rate: BucketRate;
  readonly bucket: Bucket;
  /** Frames dropped for their number since the rate was last kept for a second. */
  dropped: number;
  lastDropMs: number;
  lastSaidMs: number;
};

/** What happened at the socket. */
export type DoorEvent = 'frame' | 'greeted' | 'deadline' | 'closed';

/** pass: decode it. tell: drop it and say RATE_TOO_HIGH. drop: say nothing. cut: close the socket. */
export type DoorVerdict = 'pass' | 'tell' | 'drop' | 'cut';

/** A door at which nobody has spoken yet. */
export function newDoor(rate: BucketRate, nowMs: number): Door {
  return {
    stage: 'greeting',
    greetByMs: nowMs + GREETING_MS,
    rate,
    bucket: fullBucket(rate, nowMs),
    dropped: 0,
    lastDropMs: Number.NEGATIVE_INFINITY,
    lastSaidMs: Number.NEGATIVE_INFINITY,
  };
}

function close(door: Door): DoorVerdict {
  door.stage = 'closed';
  return 'cut';
}

function frame(door: Door, nowMs: number): DoorVerdict {
  if (takeToken(door.bucket, door.rate, nowMs)) return 'pass';
  if (nowMs - door.lastDropMs > 1_000) door.dropped = 0;
  door.lastDropMs = nowMs;
  door.dropped += 1;
  if (door.dropped > CUT_AFTER_BURSTS * door.rate.burst) return close(door);
  return maySay(door, nowMs) ? 'tell' : 'drop';
}

/** Advances a door by one event. `nowMs`: monotonic. Every event at a closed door is dropped. */
export function stepDoor(door: Door, event: DoorEvent, nowMs: number): DoorVerdict {
  if (door.stage === 'closed') return 'drop';
  switch (event) {
    case 'frame':
      return frame(door, nowMs);
    case 'greeted':
      door.stage = 'open';
      return 'pass';
    case 'deadline':
      return door.stage === 'greeting' && nowMs >= door.greetByMs ? close(door) : 'drop';
    case 'closed':
      door.stage = 'closed';
      return 'drop';
    default:
      return unreachable(event);
  }
}

/** True once a second: whoever sends nonsense is told so, but not as often as he sends it. */
export function maySay(door: Door, nowMs: number): boolean {
  if (nowMs - door.lastSaidMs < SAY_EVERY_MS) return false;
  door.lastSaidMs = nowMs;
  return true;
}
