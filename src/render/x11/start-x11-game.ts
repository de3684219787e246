// src/render/x11/start-x11-game.ts - starts an X11 program for one player: home, display, sound, then the game, and waits
// for its first picture.
import { OutageError } from '../../base/assert.ts';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { toUtf8 } from '../../base/utf8.ts';
import type { GameRun, StartGame } from '../../media/ports.ts';
import type { Log } from '../../observe/log.ts';
import type { Picture } from '../../protocol/shapes.ts';
import { filledIn, type Manifest } from '../manifest.ts';
import { writeHomeFiles } from '../saves/save-files.ts';
import { isWithin, unpackSave } from '../saves/save-pack.ts';
import type { ReadCardUse } from './card-use.ts';
import { lastWords, waitUntil } from './child.ts';
import { Display } from './display.ts';
import { DRAW_ENV, type DrawnBy } from './drawing.ts';
import type { Limits } from './fence.ts';
import { Injector } from './injector.ts';
import { Sandbox } from './sandbox.ts';
import { canPlaySound, SILENT_ENV, type SoundServer, startSoundServer } from './sound-server.ts';
import type { Room, Wall } from './wall.ts';
import { displayEnv, startXServer } from './x-server.ts';
import { endParts, type Parts, X11Run } from './x11-run.ts';

type Options = {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly tempFolder: string;
  readonly wall: Wall;
  readonly limits?: Limits;
  readonly cardUse?: ReadCardUse | undefined;
  readonly drawnBy?: DrawnBy;
};

const FIRST_PICTURE_MS = 25_000; // Neverball needs 3 s on an idle machine, and machines are not always idle.
const LOOK_SIZE = 96;
const NICE = ['/usr/bin/nice', '-n', '5']; // A game that draws as fast as it can must not starve the encoder of its own pictures.

/** The picture that a manifest's game draws when asked for `wanted`. */
export function x11Picture({ game, resizable }: Manifest, wanted: Picture | undefined): Picture {
  if (wanted === undefined) return game.picture;
  const fps = Math.min(wanted.fps, game.picture.fps);
  return resizable ? { ...wanted, fps } : { ...game.picture, fps };
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

/** A game without sound is better than none. */
async function soundOrSilence(
  sandbox: Sandbox,
  game: string,
  { clock, log }: Options,
): Promise<SoundServer | undefined> {
  try {
    if (canPlaySound()) return await startSoundServer(sandbox, clock);
    log.warn({ game, reason: 'PulseAudio is not installed' }, 'game.silent');
  } catch (error) {
    log.warn({ game, reason: String(error) }, 'game.silent');
  }
  return undefined;
}

/** What a game is made of, where that is not the system's own. */
function ownPaths({ command, needs }: Manifest): string[] {
  return [command[0] ?? '', ...needs].filter((path) => path !== '' && !path.startsWith('/usr/'));
}

/** Starts an X11 game. @throws OutageError when anything of it does not come up; nothing is left then */
export async function startX11Game(manifest: Manifest, command: StartGame, options: Options): Promise<GameRun> {
  const picture = x11Picture(manifest, command.settings.picture);
  const parts: Parts = { sandbox: new Sandbox(options.tempFolder, options.random, options.wall, options.limits) };
  try {
    const { sandbox } = parts;
    const values = { width: picture.width, height: picture.height, home: sandbox.home };
    prepareHome(manifest, sandbox, command.save, values);
    const sounds = soundOrSilence(sandbox, command.game, options);
    parts.server = await startXServer(sandbox, picture, options.random);
    const sound = await sounds;
    if (sound !== undefined) parts.sound = sound;
    parts.display = await Display.open(parts.server);
    const { display } = parts;
    display.moveTo(0, 0); // Away from the menus' middle, where it would choose for the player.
    const spare = await display.spareKeycodes();
    const env = { ...displayEnv(parts.server), ...DRAW_ENV[options.drawnBy ?? 'processor'] };
    const argv = manifest.command.map((argument) => filledIn(argument, values));
    const network = manifest.network ? 'internet' : 'none';
    const room: Room = { network, reads: [parts.server.socket, ...ownPaths(manifest)] };
    const variables = { ...env, ...(sound?.env ?? SILENT_ENV), ...manifest.env };
    parts.game = sandbox.spawn([...NICE, ...argv], variables, ['ignore', 'ignore', 'pipe'], room);
    const words = lastWords(parts.game);
    if (!(await waitUntil(parts.game, FIRST_PICTURE_MS, () => hasPicture(display)))) {
      throw new OutageError(`${command.game} shows no picture: ${words() || 'it said nothing'}`);
    }
    const injector = new Injector(display, manifest.game.input.mouse, manifest.pad, spare);
    const up = { ...parts, server: parts.server, game: parts.game };
    return new X11Run({ manifest, tag: command.tag, picture, parts: up, injector, words, ...options });
  } catch (cause) {
    await endParts(parts).catch((left) => options.log.error({ cause: String(left) }, 'game.leftover'));
    const fromSystem = cause instanceof Error && 'code' in cause; // A disk or a process said no; anything else is our bug.
    throw fromSystem ? new OutageError(`could not start ${command.game}`, { cause }) : cause;
  }
}
