// src/render/sound/soundtrack.ts - what the built-in game sounds like from moment to moment: music that follows it, and
// an effect for each happening.
import type { Arcade } from '../../game/arcade.ts';
import type { Happening } from '../../game/happenings.ts';
import { comboOf } from '../../game/world.ts';
import { effectOf } from './effects.ts';
import { Mixer } from './mixer.ts';
import { type Drive, Music, STEP_FRAMES } from './music.ts';

const EFFECTS_PER_FRAME = 12; // A ripple may end thirty foes at once; more tones than these are one noise.

function driveOf({ scene, world }: Arcade): Drive {
  if (scene === 'title') return 1;
  if (scene !== 'play') return 0;
  if (world.boss !== undefined) return 4;
  return comboOf(world) >= 3 || world.wave >= 3 ? 3 : 2;
}

/** The sound of one game. */
export class Soundtrack {
  readonly #mixer = new Mixer(3 * STEP_FRAMES);
  readonly #music = new Music(this.#mixer);

  /** Follows the game. The demonstration behind the title is silent. */
  follow(arcade: Arcade, happenings: readonly Happening[]): void {
    this.#music.drive = driveOf(arcade);
    this.#music.on = arcade.record.music;
    const heard = happenings.filter(({ kind }) => arcade.scene !== 'title' || kind === 'switch');
    const tones = heard.slice(0, EFFECTS_PER_FRAME).flatMap(effectOf);
    for (const tone of tones) this.#mixer.play(tone);
  }

  /** The next 10 ms, 1,920 bytes. */
  piece(): Uint8Array {
    this.#music.advance();
    return this.#mixer.piece();
  }

  /** 1 on the music's beat, falling to 0. */
  beat(): number {
    return this.#music.beat();
  }
}
