// src/stream/counters.ts - the numbers that a stream keeps, writable here and readable everywhere.
import type { StreamCounters } from '../media/ports.ts';

/** `StreamCounters` as its owner sees them. */
export type Counting = { -readonly [name in keyof StreamCounters]: StreamCounters[name] };

/** Counters of a stream that has done nothing yet. */
export function newCounters(fps: number): Counting {
  return {
    framesSent: 0,
    framesSkipped: 0,
    keyFrames: 0,
    lastFrameAtMs: 0,
    bytesSent: 0,
    packetsSent: 0,
    packetsResent: 0,
    encodeMs: 0,
    framesEncoded: 0,
    targetKbps: 0,
    fps,
    rttMs: undefined,
    lossShare: 0,
    inputSeq: 0,
    motionSeq: 0,
    inputAtMs: 0,
    inputsRefused: 0,
  };
}
