// src/render/sound/voice.ts - one note or noise: an oscillator, an envelope, a low pass. Some 4 microseconds for 10 ms.

/** Frames a second of everything here. */
export const SAMPLE_RATE = 48_000;
/** Frames in one piece of 10 ms. */
export const PIECE_FRAMES = 480;

/** What a voice sounds like. Times in seconds, frequencies in hertz. */
export type Tone = {
  readonly wave: 'sine' | 'triangle' | 'saw' | 'pulse' | 'noise';
  readonly hertz: number;
  /** Frequency after one second as a share of the first; 1 stays. */
  readonly glide?: number;
  readonly attack?: number;
  readonly hold?: number;
  /** Time in which it falls to a tenth, after attack and hold. */
  readonly fall: number;
  readonly gain: number;
  /** -1 left .. 1 right. */
  readonly pan?: number;
  /** Low pass, and the same after one second as a share. Noise below it is a thud, above a hiss. */
  readonly cutoff?: number;
  readonly cutoffGlide?: number;
  /** Share that goes into the echo. */
  readonly echo?: number;
  /** Frames to wait, so that a note starts on its beat and not on a piece's edge. */
  readonly delayFrames?: number;
};

const SILENT = 2e-3; // -54 dB below its own loudest: nobody hears it end.
const TABLE = 4_096;
const NOISE_TABLE = 65_536; // 1.4 s: in a shorter one the ear finds the repetition.

function tableOf(shape: (phase: number) => number, length = TABLE): Float32Array {
  return Float32Array.from({ length }, (_, index) => shape(index / length));
}

/** One cycle of each wave; the noise is read through at its own pace and starts anywhere. */
const TABLES: Readonly<Record<Tone['wave'], Float32Array>> = {
  sine: tableOf((phase) => Math.sin(2 * Math.PI * phase)),
  triangle: tableOf((phase) => 4 * Math.abs(phase - 0.5) - 1),
  saw: tableOf((phase) => 2 * phase - 1),
  pulse: tableOf((phase) => (phase < 0.35 ? 0.8 : -0.8)),
  noise: noiseTable(),
};

function noiseTable(): Float32Array {
  let noise = 0x2545f491;
  return tableOf(() => {
    noise ^= noise << 13;
    noise ^= noise >>> 17;
    noise ^= noise << 5;
    return noise / 2 ** 31;
  }, NOISE_TABLE);
}

/** A voice that plays one tone to its end. */
export class Voice {
  readonly #tone: Tone;
  readonly #table: Float32Array;
  #phase: number;
  #hertz: number;
  #cutoff: number;
  #age: number;
  #level = 0;
  #low = 0;
  #lower = 0;

  /** @param chance 0..1: where a noise begins, so that no two sound alike */
  constructor(tone: Tone, chance: number) {
    this.#tone = tone;
    this.#table = TABLES[tone.wave];
    this.#phase = tone.wave === 'noise' ? chance : 0;
    // A step of 1 through the table a frame; 7/8 of it, so that the second reading of a long noise differs.
    this.#hertz = tone.wave === 'noise' ? (SAMPLE_RATE / NOISE_TABLE) * 0.875 : tone.hertz;
    this.#cutoff = tone.cutoff ?? SAMPLE_RATE;
    this.#age = -(tone.delayFrames ?? 0);
  }

  /** Adds the next piece to left, right and echo. False once it has ended. Hot: 48,000 turns a second and voice. */
  render(left: Float32Array, right: Float32Array, echo: Float32Array): boolean {
    const { glide = 1, attack = 0.002, hold = 0, fall, gain, pan = 0, cutoffGlide = 1, echo: send = 0 } = this.#tone;
    const attackFrames = Math.max(1, attack * SAMPLE_RATE);
    const rise = 1 / attackFrames;
    const fallFrom = attackFrames + hold * SAMPLE_RATE;
    const falling = 10 ** (-1 / (fall * SAMPLE_RATE));
    const sliding = glide ** (1 / SAMPLE_RATE);
    const toLeft = gain * Math.sqrt((1 - pan) / 2);
    const toRight = gain * Math.sqrt((1 + pan) / 2);
    const toEcho = gain * send;
    // The filter's step follows the cutoff once a piece: nobody hears it move within 10 ms.
    const pass = 1 - Math.exp((-2 * Math.PI * Math.min(this.#cutoff, 20_000)) / SAMPLE_RATE);
    const table = this.#table;
    const size = table.length;
    let [phase, step, level, low, lower] = [
      this.#phase,
      this.#hertz / SAMPLE_RATE,
      this.#level,
      this.#low,
      this.#lower,
    ];
    const first = Math.min(PIECE_FRAMES, Math.max(0, -this.#age));
    let age = this.#age + first;
    for (let i = first; i < PIECE_FRAMES; i++, age++) {
      if (age < attackFrames) level += rise;
      else if (age > fallFrom) level *= falling;
      phase += step;
      if (phase >= 1) phase -= 1;
      low += pass * ((table[(phase * size) | 0] ?? 0) - low);
      lower += pass * (low - lower);
      step *= sliding;
      const value = lower * level;
      left[i] = (left[i] ?? 0) + value * toLeft;
      right[i] = (right[i] ?? 0) + value * toRight;
      echo[i] = (echo[i] ?? 0) + value * toEcho;
    }
    [this.#phase, this.#hertz, this.#level, this.#low, this.#lower] = [phase, step * SAMPLE_RATE, level, low, lower];
    this.#age = age;
    this.#cutoff *= cutoffGlide ** (PIECE_FRAMES / SAMPLE_RATE);
    return age <= fallFrom || level > SILENT;
  }
}
