// src/render/sound/mixer.ts - puts voices together: an echo that wanders from side to side, a soft ceiling that never
// clips, 16-bit pieces of 10 ms.
import { PCM_PIECE_BYTES } from '../../media/ports.ts';
import { PIECE_FRAMES, type Tone, Voice } from './voice.ts';

const VOICES_MAX = 56; // Music needs 16, the rest is a very busy moment.
const CEILING = 0.89; // -1 dBFS.
const ECHO_BACK = 0.36;
const LOUDNESS = 1.45; // Brings a run to about -20 dBFS; a test measures it.

/** Mixes one stream. */
export class Mixer {
  #voices: Voice[] = [];
  #seed = 1;
  readonly #left = new Float32Array(PIECE_FRAMES);
  readonly #right = new Float32Array(PIECE_FRAMES);
  readonly #send = new Float32Array(PIECE_FRAMES);
  readonly #echoLeft: Float32Array;
  readonly #echoRight: Float32Array;
  #echoAt = 0;

  /** @param echoFrames time between two echoes, at least a piece */
  constructor(echoFrames: number) {
    this.#echoLeft = new Float32Array(Math.max(PIECE_FRAMES, Math.round(echoFrames)));
    this.#echoRight = new Float32Array(this.#echoLeft.length);
  }

  /** Starts a tone with the next piece. The oldest makes room when there are too many. */
  play(tone: Tone): void {
    if (this.#voices.length >= VOICES_MAX) this.#voices.shift();
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) | 0;
    this.#voices.push(new Voice(tone, (this.#seed >>> 0) / 2 ** 32));
  }

  /** The next 10 ms: 480 frames of interleaved stereo, signed 16 bit, little-endian. Owned by the caller. */
  piece(): Uint8Array {
    const [left, right, send] = [this.#left, this.#right, this.#send];
    left.fill(0);
    right.fill(0);
    send.fill(0);
    this.#voices = this.#voices.filter((voice) => voice.render(left, right, send));
    const bytes = new Uint8Array(PCM_PIECE_BYTES);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < PIECE_FRAMES; i++) {
      const [wetLeft, wetRight] = [this.#echoLeft[this.#echoAt] ?? 0, this.#echoRight[this.#echoAt] ?? 0];
      this.#echoLeft[this.#echoAt] = (send[i] ?? 0) + wetRight * ECHO_BACK;
      this.#echoRight[this.#echoAt] = wetLeft * ECHO_BACK * 1.6;
      this.#echoAt = (this.#echoAt + 1) % this.#echoLeft.length;
      view.setInt16(4 * i, soft(((left[i] ?? 0) + wetLeft) * LOUDNESS) * 32_767, true);
      view.setInt16(4 * i + 2, soft(((right[i] ?? 0) + wetRight) * LOUDNESS) * 32_767, true);
    }
    return bytes;
  }
}

/** Straight for quiet sounds, bent towards the ceiling for loud ones: a rational form of tanh, exact at +-3. */
function soft(value: number): number {
  const x = Math.max(-3, Math.min(3, value));
  return (CEILING * (x * (27 + x * x))) / (27 + 9 * x * x);
}
