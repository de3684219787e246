// src/media/applied-inputs.ts - which inputs a picture answers. A game drawn in process has an input the moment it is
// applied; a program on a display needs a little while until what it shows can hold it.

/** An input that a picture was the first to answer. */
export type AnsweredInput = { readonly seq: number; readonly atMs: number; readonly isMarker: boolean };

type Applied = AnsweredInput & { readonly motionSeq: number };

/** Inputs between two pictures; a faster hand only makes the oldest of them unmeasured. */
const WAITING_MAX = 512;

/** The inputs of one peer, in the order applied. */
export class AppliedInputs {
  /** What the newest picture holds. */
  inputSeq = 0;
  motionSeq = 0;
  #settleMs: number;
  #waiting: Applied[] = [];

  /** @param settleMs how long after an input a picture can hold it at the earliest */
  constructor(settleMs: number) {
    this.#settleMs = settleMs;
  }

  /** A frame of `keys` was applied. */
  key(seq: number, isMarker: boolean, nowMs: number): void {
    this.#add({ seq, motionSeq: 0, isMarker, atMs: nowMs });
  }

  /** A frame of `motion` was applied. */
  motion(motionSeq: number, nowMs: number): void {
    this.#add({ seq: 0, motionSeq, isMarker: false, atMs: nowMs });
  }

  #add(input: Applied): void {
    if (this.#waiting.length >= WAITING_MAX) this.#waiting.shift();
    this.#waiting.push(input);
  }

  /**
   * A picture is captured at `nowMs`. Moves `inputSeq` and `motionSeq` on.
   * @returns of the keys it is the first to hold, the newest marker, else the newest; undefined when it holds none
   */
  capture(nowMs: number): AnsweredInput | undefined {
    let answered: AnsweredInput | undefined;
    while (this.#waiting[0] !== undefined && this.#waiting[0].atMs + this.#settleMs <= nowMs) {
      const input = this.#waiting.shift();
      if (input === undefined) break;
      if (input.motionSeq > 0) this.motionSeq = input.motionSeq;
      if (input.seq === 0) continue;
      this.inputSeq = input.seq;
      if (input.isMarker || answered?.isMarker !== true) answered = input;
    }
    return answered;
  }
}
