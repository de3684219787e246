// src/render/x11/x11-run.ts - an X11 program as a run: display, home, sound and injected input for one player, and an end
// that leaves nothing but the save.
import type { ChildProcess } from 'node:child_process';
import { OutageError } from '../../base/assert.ts';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { toUtf8 } from '../../base/utf8.ts';
import type { GameRun, StartGame, VideoSource } from '../../media/ports.ts';
import { PCM_PIECE_BYTES } from '../../media/ports.ts';
import type { Log } from '../../observe/log.ts';
import type { KeyFrame, MotionFrame } from '../../protocol/input-frames.ts';
import type { Picture } from '../../protocol/shapes.ts';
import { filledIn, type Manifest } from '../manifest.ts';
import { readSaveFiles, saveFingerprint, writeHomeFiles } from '../saves/save-files.ts';
import { isWithin, packSave, unpackSave } from '../saves/save-pack.ts';
import { PcmClock } from '../sound/pcm-clock.ts';
import { endChild, isRunning, lastWords, waitUntil } from './child.ts';
import { Display } from './display.ts';
import { Injector } from './injector.ts';
import { Sandbox } from './sandbox.ts';
import { canPlaySound, SILENT_ENV, type SoundServer, startSoundServer } from './sound-server.ts';
import { startXServer, type XServer } from './x-server.ts';

type Options = { readonly clock: Clock; readonly random: Random; readonly log: Log; readonly tempFolder: string };
type Exit = { crashed: boolean; detail: string };

const FIRST_PICTURE_MS = 25_000; // Neverball needs 3 s on an idle machine, and machines are not always idle.
const LOOK_SIZE = 96;
const SAVE_LOOK_MS = 5_000;
const QUIT_MS = 1_500; // A game that is asked to end may write its settings.
const INPUTS_MASK = 0xffff;

/** The picture that a manifest's game draws when asked for `wanted`. */
export function x11Picture({ game, resizable }: Manifest, wanted: Picture | undefined): Picture {
  if (wanted === undefined) return game.picture;
  const fps = Math.min(wanted.fps, game.picture.fps);
  return resizable ? { ...wanted, fps } : { ...game.picture, fps };
}

/** Everything that must be ended when the run is; filled while it starts, so that a failed start ends the same way. */
type Parts = { sandbox: Sandbox; server?: XServer; display?: Display; sound?: SoundServer; game?: ChildProcess };

async function endParts({ sandbox, server, display, sound, game }: Parts): Promise<void> {
  if (game !== undefined) await endChild(game, QUIT_MS);
  display?.close();
  await Promise.all([sound?.stop(), server === undefined ? undefined : endChild(server.process, QUIT_MS)]);
  await sandbox.end();
}

/** Whether the middle of the screen shows more than one colour: the first picture is there. */
async function hasPicture(display: Display): Promise<boolean> {
  const [x, y] = [(display.width - LOOK_SIZE) / 2, (display.height - LOOK_SIZE) / 2];
  const pixels = await display.grab(Math.max(0, Math.floor(x)), Math.max(0, Math.floor(y)), LOOK_SIZE, LOOK_SIZE);
  const first = pixels.subarray(0, 3);
  for (let at = 4; at + 3 <= pixels.length; at += 4) {
    if (pixels[at] !== first[0] || pixels[at + 1] !== first[1] || pixels[at + 2] !== first[2]) return true;
  }
  return false;
}

function prepareHome(
  manifest: Manifest,
  sandbox: Sandbox,
  save: Uint8Array | undefined,
  values: Record<string, string | number>,
): void {
  const give = (path: string): void => sandbox.give(path);
  if (save !== undefined) {
    const files = unpackSave(save);
    if (!files.ok) throw new OutageError(`the save of ${manifest.game.id} is not one: ${files.error}`);
    if (!isWithin(files.value, manifest.saves))
      throw new OutageError(`the save of ${manifest.game.id} holds foreign files`);
    writeHomeFiles(sandbox.home, files.value, give);
  }
  const own = Object.entries(manifest.files).map(([path, text]) => ({ path, bytes: toUtf8(filledIn(text, values)) }));
  writeHomeFiles(sandbox.home, own, give);
}

/** Starts an X11 game. @throws OutageError when anything of it does not come up; nothing is left then */
export async function startX11Game(manifest: Manifest, command: StartGame, options: Options): Promise<GameRun> {
  const picture = x11Picture(manifest, command.settings.picture);
  const parts: Parts = { sandbox: new Sandbox(options.tempFolder, options.random) };
  try {
    const { sandbox } = parts;
    const values = { width: picture.width, height: picture.height, home: sandbox.home };
    prepareHome(manifest, sandbox, command.save, values);
    const sounds = canPlaySound() ? startSoundServer(sandbox) : undefined;
    sounds?.catch(() => {}); // Awaited below; without this a failing display would leave it unheard.
    parts.server = await startXServer(sandbox, picture, options.random);
    if (sounds !== undefined) parts.sound = await sounds;
    else options.log.warn({ game: command.game }, 'game.silent');
    parts.display = await Display.open(parts.server);
    const { display } = parts;
    display.moveTo(0, 0); // Away from the menus' middle, where it would choose for the player.
    const spare = await display.spareKeycodes();
    const env = { DISPLAY: parts.server.display, XAUTHORITY: parts.server.authority };
    const argv = manifest.command.map((argument) => filledIn(argument, values));
    parts.game = sandbox.spawn(argv, { ...env, ...(parts.sound?.env ?? SILENT_ENV), ...manifest.env }, [
      'ignore',
      'ignore',
      'pipe',
    ]);
    const words = lastWords(parts.game);
    if (!(await waitUntil(parts.game, FIRST_PICTURE_MS, () => hasPicture(display)))) {
      throw new OutageError(`${command.game} shows no picture: ${words() || 'it said nothing'}`);
    }
    const injector = new Injector(display, manifest.game.input.mouse, manifest.pad, spare);
    return new X11Run(
      manifest,
      command.tag,
      picture,
      { ...parts, server: parts.server, game: parts.game },
      injector,
      words,
      options,
    );
  } catch (cause) {
    await endParts(parts).catch((left) => options.log.error({ cause: String(left) }, 'game.leftover'));
    const fromSystem = cause instanceof Error && 'code' in cause; // A disk or a process said no; anything else is our bug.
    throw fromSystem ? new OutageError(`could not start ${command.game}`, { cause }) : cause;
  }
}

class X11Run implements GameRun {
  readonly picture: Picture;
  readonly video: VideoSource;
  readonly virtualPads: boolean;
  readonly #manifest: Manifest;
  readonly #tag: number;
  readonly #parts: Parts;
  readonly #injector: Injector;
  readonly #options: Options;
  readonly #pcmListeners: ((piece: Uint8Array) => void)[] = [];
  readonly #exitListeners: ((exit: Exit) => void)[] = [];
  readonly #saveListeners: (() => void)[] = [];
  #silence: PcmClock | undefined;
  #exit: Exit | undefined;
  #inputs = 0;
  #closed: Promise<void> | undefined;
  #saveLook: NodeJS.Timeout | undefined;

  constructor(
    manifest: Manifest,
    tag: number,
    picture: Picture,
    parts: Parts & { server: XServer; game: ChildProcess },
    injector: Injector,
    words: () => string,
    options: Options,
  ) {
    const { server, game, sound } = parts;
    this.picture = picture;
    this.video = {
      kind: 'x11',
      display: server.display,
      authority: server.authority,
      width: picture.width,
      height: picture.height,
    };
    this.virtualPads = manifest.pad !== undefined;
    [this.#manifest, this.#tag, this.#parts, this.#injector, this.#options] = [manifest, tag, parts, injector, options];
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
    if (sound === undefined) this.#beSilent();
    else {
      sound.onPiece((piece) => this.#tellPcm(piece));
      sound.onLost(() => {
        options.log.warn({ game: manifest.game.id }, 'game.sound-lost');
        this.#beSilent();
      });
    }
  }

  key({ event }: KeyFrame): void {
    if (this.#injector.key(event)) this.#inputs++;
  }

  motion(frame: MotionFrame): void {
    if (this.#injector.motion(frame)) this.#inputs++;
  }

  releaseAll(): void {
    this.#injector.releaseAll();
  }

  state(): number {
    return ((this.#tag & 0xff) << 16) | (this.#inputs & INPUTS_MASK);
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
    const { saves } = this.#manifest;
    if (saves.length === 0 || this.#saveLook !== undefined) return;
    const { home } = this.#parts.sandbox;
    let before = saveFingerprint(home, saves);
    this.#saveLook = setInterval(() => {
      const now = saveFingerprint(home, saves);
      if (now !== before) for (const tell of this.#saveListeners) tell();
      before = now;
    }, SAVE_LOOK_MS);
  }

  async packSave(): Promise<Uint8Array | undefined> {
    const files = readSaveFiles(this.#parts.sandbox.home, this.#manifest.saves);
    if (files.length === 0) return undefined;
    const packed = packSave(files);
    if (!packed.ok) throw new OutageError(`cannot pack the save of ${this.#manifest.game.id}: ${packed.error}`);
    return packed.value;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#exitListeners.length = 0;
    clearInterval(this.#saveLook);
    this.#injector.releaseAll();
    await endParts(this.#parts);
    this.#silence?.stop();
    this.#pcmListeners.length = 0;
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
      this.#silence ??= new PcmClock(this.#options.clock, () => this.#tellPcm(new Uint8Array(PCM_PIECE_BYTES)));
  }
}
