// src/session/good-second.ts - was this second worth its money? Both judges, as functions of one second's facts: the
// player's runs in the browser, the node's in its slot process. A second that breaks the promise of the quote costs
// nothing, and has a cause that the receipt can name.
import { goodSecond } from '../protocol/limits.ts';
import type { BadCause, PlayPromise } from '../protocol/shapes.ts';

/** What a browser saw within about a second. */
export type PlayerSecond = {
  /** Length of the span, > 0; timers are late, so it is rarely exactly 1,000. */
  readonly elapsedMs: number;
  /** The peer connection was up all the time. */
  readonly connected: boolean;
  /** A picture had been decoded before this second began. */
  readonly firstFrameSeen: boolean;
  /** Decoded, never presented: a hidden tab is no free play. */
  readonly framesDecoded: number;
  /** Longest pause between two decoded pictures, the one that reaches into this second included. */
  readonly longestGapMs: number;
  /** Round trip of the path in use; absent while nothing measured it. */
  readonly rttMs?: number;
  /** Slowest answer to an input sent in this second; Infinity for one that is overdue, absent when none was asked. */
  readonly slowestAnswerMs?: number;
};
/** The outcome of a second: paid, or free because of this. */
export type Verdict = 'good' | BadCause;

/** The player's judgement (DESIGN 6.3). Of several causes the first in the order of events is named. */
export function judgePlayerSecond(second: PlayerSecond, promise: PlayPromise): Verdict {
  const { elapsedMs, framesDecoded, longestGapMs, rttMs, slowestAnswerMs } = second;
  if (!second.connected) return 'disconnected';
  if (!second.firstFrameSeen) return 'no-frame-yet';
  if (framesDecoded < (goodSecond.decodedShare * promise.fps * elapsedMs) / 1_000) return 'few-decoded';
  if (longestGapMs > goodSecond.gapMs) return 'gap';
  if (rttMs !== undefined && rttMs > promise.rttCapMs + goodSecond.rttSlackMs) return 'rtt';
  const answerLimitMs = (rttMs ?? promise.rttCapMs) + goodSecond.inputAnswerMs;
  if (slowestAnswerMs !== undefined && slowestAnswerMs > answerLimitMs) return 'input-unanswered';
  return 'good';
}

/** What a node's slot process did within about a second. */
export type NodeSecond = {
  readonly elapsedMs: number;
  readonly connected: boolean;
  /** The player's signature over the Open is here and the first picture was sent. */
  readonly serving: boolean;
  /** Pictures whose last packet left. */
  readonly framesSent: number;
};

/** The node's judgement: it served when it really sent nine tenths of what was promised. */
export function judgeNodeSecond(second: NodeSecond, promise: PlayPromise): Verdict {
  if (!second.connected) return 'disconnected';
  if (!second.serving) return 'no-frame-yet';
  return second.framesSent < (goodSecond.sentShare * promise.fps * second.elapsedMs) / 1_000 ? 'few-sent' : 'good';
}
