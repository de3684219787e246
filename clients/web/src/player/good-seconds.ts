// clients/web/src/player/good-seconds.ts - counts this browser's good seconds (DESIGN 6.3): only those are paid. The
// count is cumulative and never falls; a bad second is kept with its cause, so that the receipt can say what was slow.
import { goodSecond } from '../../../../src/protocol/limits.ts';
import { type BadCause, type BadMs, badCauses, type PlayPromise } from '../../../../src/protocol/shapes.ts';

/** What one second (or `spanMs`, when the timer came late) looked like here. */
export type SecondFacts = {
  readonly spanMs: number;
  readonly connected: boolean;
  readonly decodedFrames: number;
  /** Longest pause between two decoded frames that ended in this span. */
  readonly longestGapMs: number;
  readonly rttMs: number | undefined;
  /** Longest wait of an input for its picture so far; 0 when none waits or nobody looks (a hidden tab). */
  readonly unansweredMs: number;
};

/** Why a second was not good, or undefined when it was. */
export function badCauseOf(facts: SecondFacts, promise: PlayPromise): BadCause | undefined {
  const wanted = (promise.fps * goodSecond.decodedShare * facts.spanMs) / 1_000;
  if (!facts.connected) return 'disconnected';
  if (facts.decodedFrames < wanted) return 'few-decoded';
  if (facts.longestGapMs > goodSecond.gapMs) return 'gap';
  if (facts.rttMs !== undefined && facts.rttMs > promise.rttCapMs + goodSecond.rttSlackMs) return 'rtt';
  if (facts.unansweredMs > (facts.rttMs ?? 0) + goodSecond.inputAnswerMs) return 'input-unanswered';
  return undefined;
}

/** The counters of one session. */
export type GoodSeconds = {
  /** Takes one second; the first with a decoded frame starts the count. */
  second(facts: SecondFacts): BadCause | undefined;
  readonly goodMs: number;
  readonly badMs: BadMs;
};

/** All causes at 0. */
export function noBadMs(): BadMs {
  return {
    'no-frame-yet': 0,
    'few-sent': 0,
    'few-decoded': 0,
    gap: 0,
    rtt: 0,
    'input-unanswered': 0,
    disconnected: 0,
  };
}

/** Makes the counters, going on from where an earlier page of the same session was. */
export function createGoodSeconds(promise: PlayPromise, from: { goodMs: number; badMs: BadMs }): GoodSeconds {
  let goodMs = from.goodMs;
  let badMs: BadMs = { ...from.badMs };
  let begun = goodMs > 0;
  return {
    second(facts) {
      begun ||= facts.decodedFrames > 0;
      const cause = begun ? badCauseOf(facts, promise) : 'no-frame-yet';
      const spanMs = Math.round(facts.spanMs);
      if (cause === undefined) goodMs += spanMs;
      else badMs = { ...badMs, [cause]: badMs[cause] + spanMs };
      return cause;
    },
    get goodMs() {
      return goodMs;
    },
    get badMs() {
      return badMs;
    },
  };
}

/** All bad time together. */
export function totalBadMs(badMs: BadMs): number {
  return badCauses.reduce((sum, cause) => sum + badMs[cause], 0);
}

/**
 * Longest pause between frames, from the browser's sums of pauses and of their squares (webrtc-stats,
 * totalInterFrameDelay and totalSquaredInterFrameDelay). Exact when all other frames were evenly spaced, else a little
 * long. Unlike callbacks on shown frames it counts in a hidden tab too.
 * @param count pauses in the span
 */
export function longestGapMs(sumS: number, squaresS: number, count: number): number {
  if (count <= 0 || sumS <= 0) return 0;
  const even = sumS / count;
  if (count === 1) return even * 1_000;
  // One pause g and count - 1 equal ones (sum - g) / (count - 1): solve squares = g^2 + (sum - g)^2 / (count - 1).
  const spread = Math.max(0, squaresS - sumS * even);
  return (even + Math.sqrt((spread * (count - 1)) / count)) * 1_000;
}
