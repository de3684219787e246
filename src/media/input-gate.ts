// src/media/input-gate.ts - what a player's input channels let in: well-formed, in order, and not more than a person
// with a 1,000 Hz mouse and four pads can make. What is refused is counted and forgotten.
import {
  decodeKeyFrame,
  decodeMotionFrame,
  isNewerSeq,
  type KeyFrame,
  type MotionFrame,
} from '../protocol/input-frames.ts';
import { bounds } from '../protocol/limits.ts';
import { TokenBucket } from './token-bucket.ts';

/** The gate of one peer. Both channels share one rate. */
export class InputGate {
  /** Messages refused so far: malformed, too many, or older than what was already applied. */
  refused = 0;
  #bucket = new TokenBucket(bounds.inputFramesPerSecond, bounds.inputFramesPerSecond / 4);
  #keySeq = 0;
  #motionSeq = 0;

  /** A message of `keys`: the frame to apply, or undefined. Its channel is ordered, so numbers only grow. */
  key(message: unknown, nowMs: number): KeyFrame | undefined {
    const frame = this.#admit(message, nowMs) ? decodeKeyFrame(message) : undefined;
    if (frame?.ok !== true || frame.value.seq <= this.#keySeq) return this.#refuse();
    this.#keySeq = frame.value.seq;
    return frame.value;
  }

  /** A message of `motion`: the frame to apply, or undefined when a newer one was applied already. */
  motion(message: unknown, nowMs: number): MotionFrame | undefined {
    const frame = this.#admit(message, nowMs) ? decodeMotionFrame(message) : undefined;
    if (frame?.ok !== true) return this.#refuse();
    if (this.#motionSeq !== 0 && !isNewerSeq(frame.value.seq, this.#motionSeq)) return this.#refuse();
    this.#motionSeq = frame.value.seq;
    return frame.value;
  }

  #admit(message: unknown, nowMs: number): message is Uint8Array {
    return message instanceof Uint8Array && this.#bucket.take(nowMs);
  }

  #refuse(): undefined {
    this.refused++;
    return undefined;
  }
}
