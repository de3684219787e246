// src/game/arcade.ts - the built-in game as a whole: title, run, pause, end; what counts as input; what is remembered.
//   scene   any press   pause   release-all   the ring breaks
//   title   play        play    -             (the demonstration starts anew)
//   play    -           pause   pause         over
//   pause   play        play    -             -
//   over    play (after a breath)             -
import { seededRandom } from '../base/random.ts';
import type { KeyEvent, MotionFrame } from '../protocol/input-frames.ts';
import { botControls } from './bot.ts';
import { STEP_MS } from './field.ts';
import type { Happening } from './happenings.ts';
import { type Command, type Device, Pilot, type Press } from './pilot.ts';
import { coloursWon, encodeRecord, freshRecord, type GameRecord, nextColour } from './record.ts';
import { stepWorld } from './step.ts';
import { startRipple } from './weapons.ts';
import { newWorld, type World } from './world.ts';

/** Where the player is. The number is the scene in the state bits. */
export const SCENES = ['title', 'play', 'pause', 'over'] as const;
/** Its name. */
export type Scene = (typeof SCENES)[number];

/**
 * What a game is made with. `seed`: any whole number; the first run after it is always the same, so is the second,
 * however long the title was shown. `aspect`: width over height of the picture.
 */
export type ArcadeOptions = {
  readonly seed: number;
  readonly aspect: number;
  readonly record?: GameRecord;
};

const OVER_BREATH_MS = 900; // Someone who still fires when the ring breaks shall see the result.
const COUNT_BITS = 12;
const UNTAKEN_MAX = 500; // Inputs may come while nobody draws; steps come only with a drawing that takes them.

/** The built-in game. Mutable; moved by `step` and by inputs, read by those who draw and sound it. */
export class Arcade {
  scene: Scene = 'title';
  /** The run that is shown: the player's, or the demonstration's on the title. */
  world: World;
  record: GameRecord;
  /** The result of the last run: whether it beat the record, and the colour it won, if any. */
  result: { readonly isBest: boolean; readonly won: number | undefined } = { isBest: false, won: undefined };
  /** Time in this scene. */
  sceneMs = 0;
  /** Inputs that changed something, so far. */
  inputs = 0;
  /** What happened since it was last taken. */
  readonly happenings: Happening[] = [];
  readonly #pilot: Pilot;
  readonly #seed: number;
  #runs = 0;

  constructor({ seed, aspect, record = freshRecord }: ArcadeOptions) {
    this.#seed = seed;
    this.#pilot = new Pilot(aspect);
    this.record = record;
    this.world = newWorld(seededRandom(~seed)); // The demonstration draws from chance of its own.
  }

  /** One step of the rules, `STEP_MS` long. */
  step(): void {
    this.sceneMs += STEP_MS;
    if (this.scene === 'title') {
      stepWorld(this.world, botControls(this.world), this.happenings);
      if (this.world.over) this.world = newWorld(this.world.random);
    } else if (this.scene === 'play') {
      stepWorld(this.world, this.#pilot.controls(), this.happenings);
      if (this.world.over) this.#end();
    }
  }

  /** Takes an event of the reliable channel. */
  key(event: KeyEvent): void {
    if (event.kind === 'release-all') this.releaseAll();
    else this.#take(this.#pilot.key(event));
  }

  /** Takes a frame of the motion channel. Motion alone starts nothing and counts only in a run. */
  motion(frame: MotionFrame): void {
    const changed = this.#pilot.motion(frame);
    if (changed && this.scene === 'play') this.inputs++;
  }

  /** Obeys a command that was chosen on the picture instead of by a key. */
  order(command: Command): void {
    if (this.#obey(command)) this.inputs++;
  }

  /** Lets go of everything; a run pauses, because its player is away. */
  releaseAll(): void {
    const held = this.#pilot.releaseAll();
    const pauses = this.scene === 'play';
    if (pauses) this.#enter('pause', 'pause');
    if (held || pauses) this.inputs++;
  }

  /**
   * 24 bits: tag 8 | scene 4 | inputs that changed something, modulo 4,096. Time alone changes only the scene, and
   * that only when the ring breaks.
   */
  state(tag: number): number {
    return ((tag & 0xff) << 16) | (SCENES.indexOf(this.scene) << COUNT_BITS) | (this.inputs & ((1 << COUNT_BITS) - 1));
  }

  /** What the player last pressed something on. */
  get device(): Device {
    return this.#pilot.device;
  }

  /** The save. */
  save(): Uint8Array {
    return encodeRecord(this.record);
  }

  #take({ changed, command }: Press): void {
    const acted = command !== undefined && this.#obey(command);
    if (changed || acted) this.inputs++;
  }

  /** True when the command did something. */
  #obey(command: Command): boolean {
    if (command === 'mute') return this.#remember({ music: !this.record.music });
    if (command === 'calm') return this.#remember({ calm: !this.record.calm });
    const playing = this.scene === 'play';
    if (command === 'colour' && !playing) return this.#remember({ colour: nextColour(this.record) });
    if (playing && command === 'ripple') return startRipple(this.world, this.happenings);
    if (playing && command === 'pause') return this.#enter('pause', 'pause');
    if (playing) return false;
    if (this.scene === 'pause') return this.#enter('play', 'resume');
    if (this.scene === 'over' && this.sceneMs < OVER_BREATH_MS) return false;
    this.world = newWorld(seededRandom(this.#seed + this.#runs++));
    return this.#enter('play', 'start');
  }

  #remember(change: Partial<GameRecord>): true {
    this.record = { ...this.record, ...change };
    this.#tell({ kind: 'switch' });
    return true;
  }

  #enter(scene: Scene, kind: 'start' | 'pause' | 'resume'): true {
    this.scene = scene;
    this.sceneMs = 0;
    this.#tell({ kind });
    return true;
  }

  #tell(happening: Happening): void {
    if (this.happenings.length < UNTAKEN_MAX) this.happenings.push(happening);
  }

  #end(): void {
    const { score, wave, kills, bosses } = this.world;
    const before = this.record;
    this.record = {
      ...before,
      best: Math.max(before.best, score),
      bestWave: Math.max(before.bestWave, wave),
      runs: before.runs + 1,
      kills: before.kills + kills,
      bosses: before.bosses + bosses,
    };
    const won = coloursWon(this.record).find((colour) => !coloursWon(before).includes(colour));
    this.result = { isBest: score > before.best, won };
    this.scene = 'over';
    this.sceneMs = 0;
  }
}
