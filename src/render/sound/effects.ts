// src/render/sound/effects.ts - what each happening of the game sounds like. One table of recipes, no samples.
import type { FoeKind } from '../../game/foes.ts';
import type { Happening } from '../../game/happenings.ts';
import type { Tone } from './voice.ts';

/** Where on the left and right a place on the field is heard. */
const panOf = (angle: number): number => 0.75 * Math.cos(angle);

const KILL_HERTZ: Readonly<Record<FoeKind | 'orb' | 'plate', number>> = {
  ping: 520,
  jitter: 620,
  loss: 330,
  spike: 760,
  wall: 220,
  gunner: 440,
  orb: 900,
  plate: 260,
};

function kill({ foe, angle, worth }: Extract<Happening, { kind: 'kill' }>): Tone[] {
  const pan = panOf(angle);
  const hertz = KILL_HERTZ[foe] * (0.84 + 0.08 * worth); // The nearer, the brighter.
  const small = foe === 'orb';
  return [
    { wave: 'pulse', hertz, glide: 0.03, fall: 0.13, gain: small ? 0.05 : 0.12, pan, cutoff: 3_600, echo: 0.18 },
    {
      wave: 'noise',
      hertz: 1,
      fall: small ? 0.05 : 0.16,
      gain: small ? 0.05 : 0.13,
      pan,
      cutoff: 5_200,
      cutoffGlide: 0.01,
    },
  ];
}

/** Notes of a chord, one after the other. */
function run(notes: readonly number[], gapFrames: number, gain: number): Tone[] {
  return notes.map((hertz, index) => ({
    wave: 'triangle',
    hertz,
    fall: 0.22,
    gain,
    echo: 0.4,
    delayFrames: index * gapFrames,
  }));
}

const [A4, C5, E5, A5, C6, E6] = [440, 523.25, 659.25, 880, 1_046.5, 1_318.5] as const;

/** The tones of one happening; none for what is only seen. */
export function effectOf(happening: Happening): Tone[] {
  switch (happening.kind) {
    case 'shot': {
      const pan = panOf(happening.angle) * 0.6;
      return [{ wave: 'pulse', hertz: 1_150, glide: 0.001, fall: 0.06, gain: 0.05, pan, cutoff: 5_000 }];
    }
    case 'chip':
      return [{ wave: 'triangle', hertz: 1_700, glide: 0.2, fall: 0.05, gain: 0.08, pan: panOf(happening.angle) }];
    case 'kill':
      return kill(happening);
    case 'leak':
      return [
        { wave: 'saw', hertz: 190, glide: 0.12, fall: 0.6, gain: 0.3, pan: panOf(happening.angle), cutoff: 1_400 },
        { wave: 'noise', hertz: 1, fall: 0.5, gain: 0.26, cutoff: 1_800, cutoffGlide: 0.05, echo: 0.2 },
        { wave: 'sine', hertz: 84, glide: 0.3, fall: 0.5, gain: 0.4 },
      ];
    case 'power':
      return run([A4, E5, A5, E6], 2_600, 0.12);
    case 'ripple':
      return [
        { wave: 'sine', hertz: 70, glide: 9, attack: 0.02, fall: 0.55, gain: 0.34, echo: 0.3 },
        { wave: 'noise', hertz: 1, attack: 0.05, fall: 0.5, gain: 0.2, cutoff: 900, cutoffGlide: 12, echo: 0.3 },
      ];
    case 'gunner-shot':
      return [
        { wave: 'saw', hertz: 300, glide: 0.1, fall: 0.1, gain: 0.07, pan: panOf(happening.angle), cutoff: 1_800 },
      ];
    case 'dive':
      return [{ wave: 'saw', hertz: 420, glide: 4, fall: 0.3, gain: 0.08, pan: panOf(happening.angle), cutoff: 2_600 }];
    case 'wave':
      return happening.boss ? run([110, 116.5, 110, 103.8], 9_000, 0.24) : run([A4, C5, E5], 3_600, 0.1);
    case 'clear':
      return happening.bonus > 0 ? run([C5, E5, A5, C6], 3_000, 0.11) : [];
    case 'boss-down':
      return [
        { wave: 'noise', hertz: 1, fall: 1.2, gain: 0.4, cutoff: 3_000, cutoffGlide: 0.1, echo: 0.5 },
        { wave: 'sine', hertz: 120, glide: 0.2, fall: 1, gain: 0.42 },
        ...run([A4, C5, E5, A5, C6, E6], 3_200, 0.14),
      ];
    case 'combo':
      return run([A4 * 2 ** (happening.level / 6), E5 * 2 ** (happening.level / 6)], 2_400, 0.1);
    case 'start':
      return run([A4, E5, A5], 2_200, 0.14);
    case 'over':
      return run([A5, E5, C5, A4, 220], 6_400, 0.16);
    case 'pause':
    case 'resume':
    case 'switch':
      return run(happening.kind === 'pause' ? [E5, A4] : [A4, E5], 1_800, 0.08);
    default:
      return [];
  }
}
