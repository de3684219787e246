// clients/web/src/player/input/sender.ts - input from hands to the two data channels. Presses go out at once and in
// order; motion goes out as its latest state, at most every 4 ms. Time comes in as a number; timers are the caller's.
import {
  encodeKeyFrame,
  encodeMotionFrame,
  type KeyEvent,
  type KeyFrame,
} from '../../../../../src/protocol/input-frames.ts';
import { bounds } from '../../../../../src/protocol/limits.ts';
import { createHeld, type Held } from './held.ts';
import { createMotion, type Motion } from './motion.ts';

/** 250 motion frames a second: twice the fastest display we stream for. */
export const MOTION_GAP_MS = 4;
/**
 * A frame may be lost, and then nothing moves any more that would send the next one: the last state is said again after
 * these pauses, and every half second after that. A stick let go cannot stay bent.
 */
const REPEAT_MS: readonly number[] = [16, 40, 120, 500];

/** Where bytes go; false when the channel is not open or full, and then they are lost. */
export type InputChannels = {
  keys(bytes: Uint8Array): boolean;
  motion(bytes: Uint8Array): boolean;
};

/** What the rest of the player hears of each press that was sent. */
export type SentKey = {
  readonly seq: number;
  readonly event: KeyEvent;
  readonly eventMs: number;
  readonly sentMs: number;
};

/** The sender of one session. */
export type InputSender = {
  readonly held: Held;
  readonly motion: Motion;
  /**
   * Sends one event now. `eventMs`: when the browser saw it, on the page's monotonic clock.
   * @returns its number, or 0 when there was nothing to send or no way to send it
   */
  send(event: KeyEvent | undefined, eventMs: number, nowMs: number): number;
  /** Sends the latest motion when it is due. Returns the ms after which to call again; Infinity when unconnected. */
  pump(nowMs: number): number;
  /** Connects to other channels (a new peer connection), and tells the game what is still held. */
  connect(channels: InputChannels | undefined, nowMs: number): void;
  /** Releases everything that is held, here and in the game. */
  releaseAll(nowMs: number): void;
  /** Number of the last key event sent. */
  readonly seq: number;
};

/** Makes a sender whose numbers go on after `after` (0 for a new session). */
export function createInputSender(
  after: { key: number; motion: number },
  onSent: (sent: SentKey) => void,
): InputSender {
  const held = createHeld();
  const motion = createMotion(after.motion);
  let seq = after.key >>> 0;
  let channels: InputChannels | undefined;
  let motionSentMs = Number.NEGATIVE_INFINITY;
  let repeat = REPEAT_MS.length; // Nothing moved yet: nothing to repeat.

  const sender: InputSender = {
    held,
    motion,
    get seq() {
      return seq;
    },
    send(event, eventMs, nowMs) {
      if (event === undefined || channels === undefined) return 0;
      const frame: KeyFrame = { seq: (seq + 1) >>> 0 || 1, event };
      if (!channels.keys(encodeKeyFrame(frame))) return 0;
      seq = frame.seq;
      onSent({ seq, event, eventMs, sentMs: nowMs });
      return seq;
    },
    pump(nowMs) {
      if (channels === undefined || (!motion.dirty && repeat >= REPEAT_MS.length)) return Number.POSITIVE_INFINITY;
      const gapMs = motion.dirty ? MOTION_GAP_MS : (REPEAT_MS[repeat] ?? 0);
      const waitMs = motionSentMs + gapMs - nowMs;
      if (waitMs > 0) return waitMs;
      repeat = motion.dirty ? 0 : Math.min(repeat + 1, REPEAT_MS.length - 1);
      motionSentMs = nowMs;
      channels.motion(encodeMotionFrame(motion.take()));
      return REPEAT_MS[repeat] ?? 0;
    },
    connect(next, nowMs) {
      channels = next;
      if (next === undefined) return;
      for (const event of held.again()) sender.send(event, nowMs, nowMs);
    },
    releaseAll(nowMs) {
      sender.send(held.releaseAll(), nowMs, nowMs);
    },
  };
  return sender;
}

/** Cuts typed or pasted text into pieces that fit one event each, never inside a character. */
export function textPieces(text: string): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of text) {
    if (piece.length + character.length > bounds.textChars) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  return piece === '' ? pieces : [...pieces, piece];
}
