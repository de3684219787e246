// src/render/arcade/painter.ts - one picture of the built-in game from its rules' state.
import type { Arcade } from '../../game/arcade.ts';
import { TURN } from '../../game/field.ts';
import type { FoeKind } from '../../game/foes.ts';
import type { Happening } from '../../game/happenings.ts';
import type { Command } from '../../game/pilot.ts';
import { isBossWave } from '../../game/waves.ts';
import type { Surface } from '../raster/surface.ts';
import { drawActors } from './actors.ts';
import { paintBackdrop } from './backdrop.ts';
import { Dust } from './dust.ts';
import { drawHud, drawRising } from './hud.ts';
import { Looks } from './looks.ts';
import { palette } from './palette.ts';
import { type Banner, drawBanner, drawHint, drawOver, drawPause, drawTitle, shipColour, switchAt } from './screens.ts';
import { Sparks } from './sparks.ts';
import { Stage } from './stage.ts';
import { SWEEP_MS, Sweep } from './sweep.ts';
import { type Language, waveText, words } from './words.ts';

const SHAKE_PX = 9; // At most, on a 720p picture.
/** How bright the field is under the words of each scene. */
const FIELD_GAIN = { title: 0.5, play: 1, pause: 0.3, over: 0.22 } as const;
const NEW_IN_WAVE: readonly FoeKind[] = ['ping', 'jitter', 'loss', 'wall'];

/** Paints an arcade game of one size and language, frame after frame, onto one surface. */
export class Painter {
  readonly #stage: Stage;
  readonly #looks: Looks;
  readonly #backdrop: Int32Array;
  readonly #sweep: Sweep;
  readonly #sparks: Sparks;
  readonly #dust = new Dust();
  #banner: Banner | undefined;
  #sinceComboMs = 1_000;
  #clockMs = 0;

  constructor(width: number, height: number, language: Language) {
    this.#stage = new Stage(width, height, language);
    this.#looks = new Looks(this.#stage);
    this.#backdrop = paintBackdrop(this.#stage);
    this.#sweep = new Sweep(this.#stage);
    this.#sparks = new Sparks(language);
  }

  /**
   * Paints.
   * @param passedMs time since the last picture, >= 0
   * @param beat 1 on the music's beat, falling to 0
   * @returns the surface, painted over by the next call
   */
  paint(arcade: Arcade, happenings: readonly Happening[], passedMs: number, beat: number): Surface {
    const stage = this.#stage;
    const ship = shipColour(arcade);
    const moving = arcade.scene === 'pause' ? 0 : Math.min(passedMs, 100);
    this.#clockMs += moving;
    this.#take(arcade, happenings, ship, passedMs);
    stage.surface.words.set(this.#backdrop);
    stage.gain = FIELD_GAIN[arcade.scene];
    this.#shake(arcade);
    this.#sweep.draw(((this.#clockMs % SWEEP_MS) / SWEEP_MS) * TURN, 0.4 * stage.gain);
    this.#dust.draw(stage, arcade.record.calm ? 0 : moving);
    drawActors(stage, this.#looks, arcade.world, { ship, beat, alarm: this.#sparks.alarm });
    this.#sparks.draw(stage, moving);
    drawRising(stage, this.#sparks.rising);
    stage.gain = 1;
    this.#words(arcade, ship);
    return stage.surface;
  }

  /** The switch that lies at a place of the picture, 0..65535 each way, if the scene shows one there. */
  switchAt(arcade: Arcade, x: number, y: number): Command | undefined {
    return arcade.scene === 'title' ? switchAt(this.#stage, x, y) : undefined;
  }

  #take(arcade: Arcade, happenings: readonly Happening[], ship: string, passedMs: number): void {
    this.#sinceComboMs += passedMs;
    if (this.#banner !== undefined && arcade.scene === 'play') this.#banner.ageMs += passedMs;
    this.#sparks.take(happenings, ship);
    if (arcade.scene === 'title') return;
    const text = words[this.#stage.language];
    for (const happening of happenings) {
      if (happening.kind === 'combo') this.#sinceComboMs = 0;
      else if (happening.kind === 'boss-down') {
        this.#banner = { text: text.bossDown, detail: `+${happening.points}`, colour: palette.coin, ageMs: 0 };
      } else if (happening.kind === 'clear' && happening.bonus > 0 && !isBossWave(happening.wave)) {
        this.#banner = { text: text.clear, detail: `+${happening.bonus}`, colour: ship, ageMs: 0 };
      } else if (happening.kind === 'wave') this.#announce(happening.wave, happening.boss);
    }
  }

  #announce(wave: number, boss: boolean): void {
    const { language } = this.#stage;
    const text = words[language];
    // The bonus for a clean wave stays to be read; the next wave's name goes below it.
    const cleared =
      this.#banner !== undefined && this.#banner.ageMs === 0 ? `${this.#banner.text} ${this.#banner.detail}` : '';
    const newcomer = NEW_IN_WAVE[wave - 1];
    const fresh = newcomer === undefined ? '' : text.foes[newcomer];
    this.#banner = {
      text: boss ? text.boss : waveText(language, wave),
      detail: cleared === '' ? fresh : cleared,
      colour: boss ? palette.stop : palette.text,
      ageMs: 0,
    };
  }

  #shake(arcade: Arcade): void {
    const { unit } = this.#stage;
    const reach = arcade.record.calm ? 0 : SHAKE_PX * unit * this.#sparks.shake ** 2;
    this.#stage.shake(reach * Math.sin(this.#clockMs / 17), reach * Math.cos(this.#clockMs / 13));
  }

  #words(arcade: Arcade, ship: string): void {
    const stage = this.#stage;
    if (arcade.scene === 'title') drawTitle(stage, arcade);
    else if (arcade.scene === 'over') drawOver(stage, arcade);
    else {
      drawHud(stage, arcade, ship, this.#sinceComboMs);
      if (arcade.scene === 'pause') drawPause(stage, arcade);
      else {
        drawBanner(stage, this.#banner);
        drawHint(stage, arcade);
      }
    }
  }
}
