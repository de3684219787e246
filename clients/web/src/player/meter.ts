// clients/web/src/player/meter.ts - the once-a-second look at a session: what the connection did, whether the second was
// good, and what that makes in time. It reads the connection and counts; sending ticks and vouchers is the session's.

import type { BadMs, PlayPromise } from '../../../../src/protocol/shapes.ts';
import { judgePlayerSecond, type Verdict } from '../../../../src/session/good-second.ts';
import { addSecond, type GoodTime, goodTimeFrom } from '../../../../src/session/good-time.ts';
import { readCounters, type StatRow, type StreamCounters, type StreamSample, sampleBetween } from './stream-stats.ts';

/** What the meter cannot see in the stats. */
export type MeterFacts = {
  readonly connected: boolean;
  readonly framesShown: number;
  /** Round trip over the session's own channel, when it was measured lately. */
  readonly rttMs: number | undefined;
  /** Slowest answer to an input of the last second, or the age of one that still waits; undefined when none was asked. */
  readonly slowestAnswerMs: number | undefined;
};

/** One metered second. */
export type MeteredSecond = {
  readonly counters: StreamCounters;
  readonly sample: StreamSample;
  readonly verdict: Verdict;
  readonly time: GoodTime;
};

/** The counters of one session. */
export type Meter = {
  /** Takes the stats of now. The first call only begins. */
  read(rows: Iterable<StatRow>, facts: MeterFacts, nowMs: number): MeteredSecond;
  readonly goodMs: number;
  readonly badMs: BadMs;
};

/** Makes a meter that goes on from what an earlier page counted. */
export function createMeter(promise: PlayPromise, from: { goodMs: number; badMs: BadMs }): Meter {
  let time = goodTimeFrom(from.goodMs, from.badMs);
  let before: StreamCounters | undefined;
  let firstFrameSeen = from.goodMs > 0;
  return {
    read(rows, facts, nowMs) {
      const counters = readCounters(rows, facts.framesShown, nowMs);
      const sample = sampleBetween(before ?? counters, counters);
      // The connection's own figure is up to 5 s old: it serves when the session's channel is not up.
      const rttMs = facts.rttMs ?? counters.rttMs;
      const verdict = judgePlayerSecond(
        {
          elapsedMs: sample.spanMs,
          connected: facts.connected,
          firstFrameSeen,
          framesDecoded: sample.framesDecoded,
          longestGapMs: sample.longestGapMs,
          ...(rttMs === undefined ? {} : { rttMs }),
          ...(facts.slowestAnswerMs === undefined ? {} : { slowestAnswerMs: facts.slowestAnswerMs }),
        },
        promise,
      );
      // The first reading has no span before it: it counts nothing.
      if (before !== undefined) time = addSecond(time, verdict, sample.spanMs);
      before = counters;
      // The meter starts with the first decoded picture, so the second in which it came is not yet paid.
      firstFrameSeen ||= counters.framesDecoded > 0;
      return { counters, sample, verdict, time };
    },
    get goodMs() {
      return time.goodMs;
    },
    get badMs() {
      return time.badMs;
    },
  };
}
