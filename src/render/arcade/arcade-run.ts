// src/render/arcade/arcade-run.ts - the built-in game as a run: rules, pictures, sound and save behind one interface.
import { OutageError } from '../../base/assert.ts';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { Arcade } from '../../game/arcade.ts';
import { STEP_MS } from '../../game/field.ts';
import type { Happening } from '../../game/happenings.ts';
import { decodeRecord, freshRecord } from '../../game/record.ts';
import type { GameRun, RawFrame, StartGame, VideoSource } from '../../media/ports.ts';
import type { KeyFrame, MotionFrame } from '../../protocol/input-frames.ts';
import type { Game, Picture, PlaySettings } from '../../protocol/shapes.ts';
import { PcmClock } from '../sound/pcm-clock.ts';
import { Soundtrack } from '../sound/soundtrack.ts';
import { Painter } from './painter.ts';

const DEFAULT: Picture = { width: 1280, height: 720, fps: 30 };
const LARGEST = { width: 1920, height: 1080, fps: 60 };
const STALL_MS = 250; // Nobody wants to be told after a stall what they could not prevent in it.

/** The built-in game as players see it. */
export const arcadeGame: Game = {
  id: 'arcade' as Game['id'],
  title: { 'zh-Hant': 'Nearcade', 'zh-Hans': 'Nearcade', en: 'Nearcade' },
  summary: {
    'zh-Hant': '守住光環，別讓延遲闖進家門。放近再打，分數更高。',
    'zh-Hans': '守住光环，别让延迟闯进家门。放近再打，分数更高。',
    en: 'Run the ring and keep the lag away from home. What you shoot near counts more.',
  },
  picture: DEFAULT,
  input: { keyboard: true, mouse: 'absolute', gamepad: true, touch: true },
  saves: true,
};

/** The picture the game draws when asked for `wanted`: at most 1920 x 1080 at 60, in the same shape, even numbers. */
export function arcadePicture(wanted: Picture = DEFAULT): Picture {
  const shrink = Math.min(1, LARGEST.width / wanted.width, LARGEST.height / wanted.height);
  const even = (size: number): number => 2 * Math.round((size * shrink) / 2);
  return { width: even(wanted.width), height: even(wanted.height), fps: Math.min(wanted.fps, LARGEST.fps) };
}

function newArcade({ settings, save }: StartGame, random: Random): Arcade {
  const { width, height } = arcadePicture(settings.picture);
  const record = save === undefined ? undefined : decodeRecord(save);
  if (record?.ok === false) throw new OutageError('the save of the built-in game is damaged');
  const remembered = record?.value ?? freshRecord;
  return new Arcade({
    seed: settings.seed ?? random.below(2 ** 32),
    aspect: width / height,
    record: { ...remembered, calm: remembered.calm || settings.calm === true },
  });
}

/** One player's built-in game. */
export class ArcadeRun implements GameRun {
  readonly picture: Picture;
  readonly video: VideoSource;
  readonly virtualPads = true;
  readonly #arcade: Arcade;
  readonly #painter: Painter;
  readonly #sound = new Soundtrack();
  readonly #tag: number;
  readonly #clock: Clock;
  readonly #pcmListeners: ((piece: Uint8Array) => void)[] = [];
  readonly #rumbleListeners: Parameters<GameRun['onRumble']>[0][] = [];
  readonly #saveListeners: (() => void)[] = [];
  #pcm: PcmClock | undefined;
  #lastMs: number | undefined;
  #owedMs = 0;
  #pad: number | undefined;

  constructor(command: StartGame, { clock, random }: { clock: Clock; random: Random }) {
    this.picture = arcadePicture(command.settings.picture);
    const language: NonNullable<PlaySettings['language']> = command.settings.language ?? 'en';
    this.#arcade = newArcade(command, random);
    this.#painter = new Painter(this.picture.width, this.picture.height, language);
    this.#tag = command.tag;
    this.#clock = clock;
    this.video = { kind: 'drawn', draw: (nowMs) => this.#draw(nowMs) };
  }

  key({ event }: KeyFrame): void {
    if (event.kind === 'pad-button') this.#pad = event.pad;
    const pressed =
      event.kind === 'touch' && event.down
        ? event
        : event.kind === 'mouse-button' && event.down
          ? event.pointer
          : undefined;
    const wanted = pressed === undefined ? undefined : this.#painter.switchAt(this.#arcade, pressed.x, pressed.y);
    if (wanted === undefined) this.#arcade.key(event);
    else this.#arcade.order(wanted);
  }

  motion(frame: MotionFrame): void {
    this.#arcade.motion(frame);
  }

  releaseAll(): void {
    this.#arcade.releaseAll();
  }

  state(): number {
    return this.#arcade.state(this.#tag);
  }

  onPcm(listener: (piece: Uint8Array) => void): void {
    this.#pcmListeners.push(listener);
    this.#pcm ??= new PcmClock(this.#clock, () => {
      const piece = this.#sound.piece();
      for (const hear of this.#pcmListeners) hear(piece);
    });
  }

  onRumble(listener: Parameters<GameRun['onRumble']>[0]): void {
    this.#rumbleListeners.push(listener);
  }

  onExit(): void {
    // It never ends by itself: after a run comes the next one.
  }

  onSaveWorthy(listener: () => void): void {
    this.#saveListeners.push(listener);
  }

  async packSave(): Promise<Uint8Array | undefined> {
    return this.#arcade.save();
  }

  async close(): Promise<void> {
    this.#pcm?.stop();
    this.#pcmListeners.length = 0;
  }

  #draw(nowMs: number): RawFrame {
    const passedMs = Math.max(0, Math.min(STALL_MS, nowMs - (this.#lastMs ?? nowMs)));
    this.#lastMs = nowMs;
    this.#owedMs += passedMs;
    for (; this.#owedMs >= STEP_MS; this.#owedMs -= STEP_MS) this.#arcade.step();
    const happenings = this.#arcade.happenings.splice(0);
    this.#sound.follow(this.#arcade, happenings);
    const { scene } = this.#arcade;
    if (scene !== 'title') this.#rumble(happenings);
    // The demonstration's end is nobody's record.
    if (happenings.some(({ kind }) => kind === 'switch' || (kind === 'over' && scene === 'over'))) this.#tellSave();
    const { bytes, width, height } = this.#painter.paint(this.#arcade, happenings, passedMs, this.#sound.beat());
    return { pixels: bytes, format: 'rgba', width, height, stride: width * 4 };
  }

  #tellSave(): void {
    for (const listener of this.#saveListeners) listener();
  }

  #rumble(happenings: readonly Happening[]): void {
    if (this.#pad === undefined || this.#arcade.record.calm) return;
    const hard = happenings.some(({ kind }) => kind === 'leak' || kind === 'boss-down');
    const soft = happenings.some((one) => one.kind === 'ripple' || (one.kind === 'kill' && one.worth === 5));
    if (!hard && !soft) return;
    const rumble = hard ? { strong: 0.9, weak: 0.6, durationMs: 320 } : { strong: 0, weak: 0.45, durationMs: 90 };
    for (const listener of this.#rumbleListeners) listener({ pad: this.#pad, ...rumble });
  }
}
