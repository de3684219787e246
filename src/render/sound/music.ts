// src/render/sound/music.ts - the music: 16 bars in A minor at 112 beats a minute, put together as it plays, so that it
// can follow the game: arpeggio and pad on the title, drums and bass in a run, more with a combo, driven by the boss.
import type { Mixer } from './mixer.ts';
import { PIECE_FRAMES, SAMPLE_RATE } from './voice.ts';

/** Length of a sixteenth, in frames. */
export const STEP_FRAMES = Math.round((SAMPLE_RATE * 60) / 112 / 4);
/** Length of a beat in milliseconds. */
export const BEAT_MS = (STEP_FRAMES * 4 * 1_000) / SAMPLE_RATE;

/** How much is playing: 0 nothing but the pad, 1 title, 2 a run, 3 a run that goes well, 4 the boss. */
export type Drive = 0 | 1 | 2 | 3 | 4;

/** Notes as MIDI numbers: root, then three tones of the chord. */
type Chord = { readonly root: number; readonly tones: readonly [number, number, number] };
const A_MINOR: Chord = { root: 33, tones: [57, 60, 64] };
const F_MAJOR: Chord = { root: 29, tones: [57, 60, 65] };
const C_MAJOR: Chord = { root: 36, tones: [55, 60, 64] };
const G_MAJOR: Chord = { root: 31, tones: [55, 59, 62] };
const D_MINOR: Chord = { root: 38, tones: [57, 62, 65] };
const E_MINOR: Chord = { root: 28, tones: [55, 59, 64] };
/** One chord for two bars. */
const CHORDS: readonly Chord[] = [A_MINOR, F_MAJOR, C_MAJOR, G_MAJOR, A_MINOR, F_MAJOR, D_MINOR, E_MINOR];
const STEPS_PER_CHORD = 32;
const ARPEGGIO = [0, 1, 2, 3, 2, 1, 4, 2, 0, 1, 2, 3, 5, 3, 2, 1] as const;
/** Melody over two chords at a time: a note or a rest for each eighth. */
const MELODY: readonly string[] = [
  'E5 -- -- D5 C5 -- A4 -- C5 -- -- -- B4 -- A4 -- A4 -- -- G4 F4 -- A4 -- C5 -- -- -- -- -- -- --',
  'G5 -- -- E5 C5 -- E5 -- G5 -- -- -- F5 -- E5 -- D5 -- -- B4 G4 -- B4 -- D5 -- -- -- B4 -- -- --',
  'E5 -- -- D5 C5 -- A4 -- C5 -- -- -- B4 -- A4 -- A4 -- -- G4 F4 -- A4 -- C5 -- -- -- -- -- -- --',
  'F5 -- -- D5 A4 -- D5 -- F5 -- -- -- E5 -- D5 -- E5 -- -- B4 G4 -- B4 -- E5 -- -- -- D5 -- B4 --',
];

const NOTES: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };
const melody = MELODY.map((line) =>
  line.split(' ').map((name) => (NOTES[name.charAt(0)] ?? -100) + 12 * (Number(name.charAt(1)) + 1)),
);

const hertz = (note: number): number => 440 * 2 ** ((note - 69) / 12);

/** Plays into a mixer, sixteenth by sixteenth. */
export class Music {
  drive: Drive = 1;
  on = true;
  readonly #mixer: Mixer;
  #frame = 0;
  #step = 0;

  constructor(mixer: Mixer) {
    this.#mixer = mixer;
  }

  /** Starts what begins within the next piece. Call once before each piece. */
  advance(): void {
    while (this.#step * STEP_FRAMES < this.#frame + PIECE_FRAMES) {
      if (this.on) this.#play(this.#step, this.#step * STEP_FRAMES - this.#frame);
      this.#step++;
    }
    this.#frame += PIECE_FRAMES;
  }

  /** 1 on the beat, falling to 0: for those who draw. */
  beat(): number {
    const part = (this.#frame / (4 * STEP_FRAMES)) % 1;
    return Math.exp(-5 * part);
  }

  #play(step: number, delayFrames: number): void {
    const chord = CHORDS[Math.floor(step / STEPS_PER_CHORD) % CHORDS.length] ?? A_MINOR;
    if (step % STEPS_PER_CHORD === 0) this.#pad(chord, delayFrames);
    if (this.drive === 0) return;
    this.#arpeggio(chord, step, delayFrames);
    if (this.drive === 1) {
      if (step % 8 === 0) this.#bass(chord, delayFrames, 0.6, 0.19);
      return;
    }
    this.#drums(step % 16, delayFrames);
    const busy = this.drive === 4;
    if (busy || step % 2 === 0) this.#bass(chord, delayFrames, busy ? 0.12 : 0.18, step % 4 === 2 ? 0.13 : 0.17);
    if (this.drive >= 3) this.#lead(step, delayFrames);
  }

  #pad({ tones }: Chord, delayFrames: number): void {
    const long = { attack: 0.5, hold: 3.5, fall: 1.1, cutoff: 900, cutoffGlide: 1.08, delayFrames };
    for (const [index, tone] of tones.entries()) {
      for (const detune of [0.997, 1.003]) {
        const pan = (index - 1) * 0.5 + (detune - 1) * 90;
        this.#mixer.play({ wave: 'saw', hertz: hertz(tone) * detune, gain: 0.05, pan, ...long });
      }
    }
  }

  #arpeggio({ tones }: Chord, step: number, delayFrames: number): void {
    const place = ARPEGGIO[step % ARPEGGIO.length] ?? 0;
    const note = (tones[place % 3] ?? 57) + 12 * Math.floor(place / 3) + 12;
    const accent = step % 4 === 0 ? 1.25 : 0.85;
    this.#mixer.play({
      wave: 'pulse',
      hertz: hertz(note),
      fall: 0.16,
      gain: (this.drive === 1 ? 0.12 : 0.062) * accent,
      pan: step % 2 === 0 ? -0.45 : 0.45,
      cutoff: 1_900 + 500 * this.drive,
      cutoffGlide: 0.08,
      echo: 0.42,
      delayFrames,
    });
  }

  #bass({ root }: Chord, delayFrames: number, fall: number, gain: number): void {
    this.#mixer.play({ wave: 'saw', hertz: hertz(root + 12), fall, gain, cutoff: 620, cutoffGlide: 0.1, delayFrames });
    this.#mixer.play({ wave: 'sine', hertz: hertz(root + 12), fall, gain: gain * 0.9, delayFrames });
  }

  #drums(step: number, delayFrames: number): void {
    if (step % 4 === 0)
      this.#mixer.play({ wave: 'sine', hertz: 128, glide: 0.0006, fall: 0.2, gain: 0.34, delayFrames });
    if (step % 4 === 2) {
      this.#mixer.play({ wave: 'noise', hertz: 1, fall: 0.05, gain: 0.05, cutoff: 14_000, pan: 0.2, delayFrames });
    }
    if (this.drive >= 3 && step % 2 === 1) {
      this.#mixer.play({ wave: 'noise', hertz: 1, fall: 0.025, gain: 0.03, cutoff: 16_000, pan: -0.25, delayFrames });
    }
    if (step % 8 === 4) {
      this.#mixer.play({ wave: 'noise', hertz: 1, fall: 0.14, gain: 0.13, cutoff: 4_200, echo: 0.12, delayFrames });
      this.#mixer.play({ wave: 'triangle', hertz: 196, glide: 0.2, fall: 0.09, gain: 0.1, delayFrames });
    }
  }

  #lead(step: number, delayFrames: number): void {
    if (step % 2 !== 0) return;
    const half = Math.floor(step / (2 * STEPS_PER_CHORD));
    const note = melody[half % melody.length]?.[(step / 2) % 32] ?? -1;
    if (!(note > 0)) return;
    const tone = { hertz: hertz(note), attack: 0.01, hold: 0.1, fall: 0.34, echo: 0.5, delayFrames } as const;
    this.#mixer.play({ wave: 'triangle', gain: 0.085, pan: 0.1, ...tone });
    this.#mixer.play({ ...tone, wave: 'pulse', hertz: hertz(note) * 1.004, gain: 0.028, pan: -0.1, cutoff: 2_400 });
  }
}
