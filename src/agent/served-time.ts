// src/agent/served-time.ts - the node's own count of good time: seconds in which the promised pictures really left this
// machine. The player counts what it decoded; the hub bills the smaller (DESIGN 6.3). No timer: it is called often and
// judges whenever a second is full.
import type { BadMs, PlayPromise } from '../protocol/shapes.ts';
import { judgeNodeSecond } from '../session/good-second.ts';
import { addSecond, type GoodTime, goodTimeFrom } from '../session/good-time.ts';

/** What is true at the moment of a call. */
export type ServedFacts = {
  readonly connected: boolean;
  /** The open is signed and a first picture was sent. */
  readonly serving: boolean;
  /** Since the session's start; never falls. */
  readonly framesSent: number;
  /** Frames a second that the player asked for meanwhile: whoever asks for fewer than promised is served with these. */
  readonly fpsAsked: number;
};

const SECOND_MS = 1_000;

/** Counts one session's served time. */
export class ServedTime {
  readonly #promise: PlayPromise;
  #time: GoodTime = goodTimeFrom();
  #fromMs: number;
  #framesBefore = 0;
  #brokeOff = false;

  constructor(promise: PlayPromise, nowMs: number) {
    this.#promise = promise;
    this.#fromMs = nowMs;
  }

  /** Good milliseconds since the start. */
  get goodMs(): number {
    return this.#time.goodMs;
  }

  /** Bad milliseconds by cause. */
  get badMs(): BadMs {
    return this.#time.badMs;
  }

  /** Call several times a second. True when a second was full and has been judged. */
  beat(nowMs: number, facts: ServedFacts): boolean {
    this.#brokeOff ||= !facts.connected;
    if (nowMs - this.#fromMs < SECOND_MS) return false;
    this.close(nowMs, facts);
    return true;
  }

  /** Judges what has passed of the last second: the session ends. */
  close(nowMs: number, { connected, serving, framesSent, fpsAsked }: ServedFacts): void {
    const elapsedMs = nowMs - this.#fromMs;
    if (elapsedMs <= 0) return;
    const sent = framesSent - this.#framesBefore;
    const second = { elapsedMs, connected: connected && !this.#brokeOff, serving, framesSent: sent };
    const promise = { ...this.#promise, fps: Math.min(this.#promise.fps, fpsAsked) };
    this.#time = addSecond(this.#time, judgeNodeSecond(second, promise), elapsedMs);
    this.#fromMs = nowMs;
    this.#framesBefore = framesSent;
    this.#brokeOff = false;
  }
}
