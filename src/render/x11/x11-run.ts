// src/render/x11/x11-run.ts - a running X11 program as a run: injected input, sound, save, and an end that leaves nothing.
import type { ChildProcess } from 'node:child_process';
import { OutageError } from '../../base/assert.ts';
import type { Clock } from '../../base/clock.ts';
import type { GameRun, VideoSource } from '../../media/ports.ts';
import { PCM_PIECE_BYTES } from '../../media/ports.ts';
import type { Log } from '../../observe/log.ts';
import type { KeyFrame, MotionFrame } from '../../protocol/input-frames.ts';
import type { Picture } from '../../protocol/shapes.ts';
import type { Manifest } from '../manifest.ts';
import { readSaveFiles, saveFingerprint } from '../saves/save-files.ts';
import { packSave } from '../saves/save-pack.ts';
import { PcmClock } from '../sound/pcm-clock.ts';
import type { ReadCardUse } from './card-use.ts';
import { endChild, isRunning } from './child.ts';
import { diskUseMb } from './disk-use.ts';
import type { Display } from './display.ts';
import type { Limits } from './fence.ts';
import type { Injector } from './injector.ts';
import type { Sandbox } from './sandbox.ts';
import type { SoundServer } from './sound-server.ts';
import { watchUse } from './watch-use.ts';
import type { XServer } from './x-server.ts';

const SAVE_LOOK_MS = 5_000;
const USE_LOOK_MS = 5_000;
const QUIT_MS = 1_500; // A game that is asked to end may write its settings.
const INPUTS_MASK = 0xffff;

type Exit = { crashed: boolean; detail: string };

/** Everything that must be ended when a run is; filled while it starts, so that a failed start ends the same way. */
export type Parts = { sandbox: Sandbox; server?: XServer; display?: Display; sound?: SoundServer; game?: ChildProcess };

/** What a run is made of once everything has come up. `words`: the last that the game wrote to its standard error. */
export type Started = {
  readonly manifest: Manifest;
  readonly tag: number;
  readonly picture: Picture;
  readonly parts: Parts & { readonly server: XServer; readonly game: ChildProcess };
  readonly injector: Injector;
  readonly words: () => string;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Limits;
  /** How memory of cards is read; undefined where no card is. */
  readonly cardUse?: ReadCardUse | undefined;
};

/** Ends the game, then its display and sound, then whatever is left. @throws OutageError naming what will not go */
export async function endParts({ sandbox, server, display, sound, game }: Parts): Promise<void> {
  if (game !== undefined) await endChild(game, QUIT_MS);
  display?.close();
  await Promise.all([sound?.stop(), server === undefined ? undefined : endChild(server.process, QUIT_MS)]);
  await sandbox.end();
}

/** One player's X11 game. */
export class X11Run implements GameRun {
  readonly picture: Picture;
  readonly video: VideoSource;
  readonly virtualPads: boolean;
  readonly #started: Started;
  readonly #pcmListeners: ((piece: Uint8Array) => void)[] = [];
  readonly #exitListeners: ((exit: Exit) => void)[] = [];
  readonly #saveListeners: (() => void)[] = [];
  #silence: PcmClock | undefined;
  #exit: Exit | undefined;
  #inputs = 0;
  #closed: Promise<void> | undefined;
  #saveLook: NodeJS.Timeout | undefined;
  readonly #stopWatches: (() => void)[] = [];

  constructor(started: Started) {
    this.#started = started;
    const { manifest, picture, parts, words, log } = started;
    const { server, game, sound } = parts;
    const { width, height } = picture;
    this.picture = picture;
    this.video = { kind: 'x11', display: server.display, authority: server.authority, width, height };
    this.virtualPads = manifest.pad !== undefined;
    const how = (code: number | null, signal: string | null): string =>
      signal === null ? `ended with ${code}` : `was ended by ${signal}`;
    const lastLine = (text: string): string => text.split('\n').at(-1) ?? '';
    const ended = (code: number | null, signal: string | null): void => {
      const crashed = code !== 0;
      this.#tellExit({ crashed, detail: crashed ? `${how(code, signal)}: ${lastLine(words())}` : how(code, signal) });
    };
    if (isRunning(game)) game.once('exit', ended);
    else setImmediate(() => ended(game.exitCode, game.signalCode));
    server.process.once('exit', (code, signal) => {
      this.#tellExit({ crashed: true, detail: `its display ${how(code, signal)}: ${lastLine(server.words())}` });
    });
    this.#watchCard();
    this.#watchDisk();
    if (sound === undefined) this.#beSilent();
    else {
      sound.onPiece((piece) => this.#tellPcm(piece));
      sound.onLost(() => {
        log.warn({ game: manifest.game.id }, 'game.sound-lost');
        this.#beSilent();
      });
    }
  }

  key({ event }: KeyFrame): void {
    if (this.#started.injector.key(event)) this.#inputs++;
  }

  motion(frame: MotionFrame): void {
    if (this.#started.injector.motion(frame)) this.#inputs++;
  }

  releaseAll(): void {
    this.#started.injector.releaseAll();
  }

  state(): number {
    return ((this.#started.tag & 0xff) << 16) | (this.#inputs & INPUTS_MASK);
  }

  onPcm(listener: (piece: Uint8Array) => void): void {
    this.#pcmListeners.push(listener);
  }

  onRumble(): void {
    // Only a pad that the game itself opens could be told to rumble.
  }

  onExit(listener: (exit: Exit) => void): void {
    if (this.#exit === undefined) this.#exitListeners.push(listener);
    else listener(this.#exit);
  }

  onSaveWorthy(listener: () => void): void {
    this.#saveListeners.push(listener);
    const { saves } = this.#started.manifest;
    if (saves.length === 0 || this.#saveLook !== undefined) return;
    const { home } = this.#started.parts.sandbox;
    let before = saveFingerprint(home, saves);
    this.#saveLook = setInterval(() => {
      const now = saveFingerprint(home, saves);
      if (now !== before) for (const tell of this.#saveListeners) tell();
      before = now;
    }, SAVE_LOOK_MS);
  }

  async packSave(): Promise<Uint8Array | undefined> {
    const files = readSaveFiles(this.#started.parts.sandbox.home, this.#started.manifest.saves);
    if (files.length === 0) return undefined;
    const packed = packSave(files);
    if (!packed.ok) throw new OutageError(`cannot pack the save of ${this.#started.manifest.game.id}: ${packed.error}`);
    return packed.value;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#exitListeners.length = 0;
    clearInterval(this.#saveLook);
    for (const stop of this.#stopWatches.splice(0)) stop();
    this.#started.injector.releaseAll();
    await endParts(this.#started.parts);
    this.#silence?.stop();
    this.#pcmListeners.length = 0;
  }

  /** Memory of a card is nobody's to refuse: who takes more than its share is ended, as with the machine's own memory. */
  #watchCard(): void {
    const { limits, cardUse: read, parts, manifest, log } = this.#started;
    const limitMb = limits?.cardMemoryMb;
    if (limitMb === undefined || read === undefined) return;
    const onOver = (usedMb: number): void => {
      log.warn({ game: manifest.game.id, usedMb, limitMb }, 'game.card-memory');
      const detail = `it held ${usedMb} MB of the graphics card's memory, its share is ${limitMb} MB`;
      this.#tellExit({ crashed: true, detail });
    };
    this.#stopWatches.push(watchUse({ limitMb, read: () => read(parts.sandbox.pids()), onOver }, USE_LOOK_MS));
  }

  /** The disk is everybody's: who fills it would take the saves of the players beside it. */
  #watchDisk(): void {
    const { limits, parts, manifest, log } = this.#started;
    const { sandbox } = parts;
    const limitMb = limits?.diskMb;
    if (limitMb === undefined) return;
    const onOver = (usedMb: number): void => {
      log.warn({ game: manifest.game.id, usedMb, limitMb }, 'game.disk');
      this.#tellExit({ crashed: true, detail: `it held more of the disk than its share, ${limitMb} MB` });
    };
    this.#stopWatches.push(
      watchUse({ limitMb, read: () => diskUseMb(sandbox.folder, sandbox.pids()), onOver }, USE_LOOK_MS),
    );
  }

  #tellExit(exit: Exit): void {
    if (this.#exit !== undefined || this.#closed !== undefined) return;
    this.#exit = exit;
    for (const listener of this.#exitListeners.splice(0)) listener(exit);
  }

  #tellPcm(piece: Uint8Array): void {
    for (const listener of this.#pcmListeners) listener(piece);
  }

  #beSilent(): void {
    if (this.#closed === undefined)
      this.#silence ??= new PcmClock(this.#started.clock, () => this.#tellPcm(new Uint8Array(PCM_PIECE_BYTES)));
  }
}
