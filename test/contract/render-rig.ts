// test/contract/render-rig.ts - real games for tests: started small, looked at by a second X client, cleaned up.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { GameRun, StartGame } from '../../src/media/ports.ts';
import { systemClock, systemRandom } from '../../src/observe/clock.ts';
import { silentLog } from '../../src/observe/log.ts';
import type { KeyEvent } from '../../src/protocol/input-frames.ts';
import { hidByCode } from '../../src/protocol/key-codes.ts';
import { type Library, openLibrary } from '../../src/render/library.ts';
import { Display } from '../../src/render/x11/display.ts';
import { pidsOf } from '../../src/render/x11/processes.ts';

export const SIZE = { width: 640, height: 400, fps: 30 };
export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
export const noPointer = { totalX: 0, totalY: 0, x: 0, y: 0 };

export function library(more: Partial<Parameters<typeof openLibrary>[0]> = {}): Promise<Library> {
  return openLibrary({ clock: systemClock, random: systemRandom, log: silentLog, ...more });
}

export function command(game: string, more: Partial<StartGame> = {}): StartGame {
  return { game, tag: 0x33, settings: { codecs: ['h264'], picture: SIZE, seed: 1 }, ...more };
}

/** A running X11 game with eyes and fingers. */
export type Played = {
  readonly run: GameRun;
  readonly display: string;
  readonly authority: string;
  /** Folder of the session. */
  readonly folder: string;
  readonly eyes: Display;
  readonly pids: () => number[];
  press(code: string, holdMs?: number): Promise<void>;
  send(event: KeyEvent): void;
  look(): Promise<Uint8Array>;
};

export async function play(games: Library, start: StartGame): Promise<Played> {
  const run = await games.start(start);
  if (run.video.kind !== 'x11') throw new Error(`${start.game} is no X11 game`);
  const { display, authority } = run.video;
  const cookie = readFileSync(authority).subarray(-16);
  const eyes = await Display.open({ display, cookie });
  const folder = dirname(dirname(authority));
  let seq = 0;
  const send = (event: KeyEvent): void => run.key({ seq: ++seq, event });
  return {
    run,
    display,
    authority,
    folder,
    eyes,
    pids: () => pidsOf(whoseOf(folder)),
    send,
    async press(code, holdMs = 60) {
      const hid = hidByCode.get(code) ?? 0;
      send({ kind: 'key', hid, down: true });
      await sleep(holdMs);
      send({ kind: 'key', hid, down: false });
    },
    look: () => eyes.grab(0, 0, SIZE.width, SIZE.height),
  };
}

/** The mark finds a session's processes whoever they run as: the tests look with our own eyes, not with the code's. */
export function whoseOf(folder: string): { mark: string } {
  return { mark: basename(folder) };
}

/** Everything of a session that can still be found. */
export function tracesOf(played: Pick<Played, 'folder' | 'display'>): string[] {
  const number = played.display.slice(1);
  const paths = [played.folder, `${played.folder}.owner`, `${played.folder}.sockets`, `/tmp/.X11-unix/X${number}`];
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(basename(played.folder));
      } catch {
        return false;
      }
    });
  return [...paths.filter((path) => existsSync(path)), ...processes.map((pid) => `process ${pid}`)];
}

/** Share of the pixels of a part of the screen that differ by more than a little. */
export function changed(
  before: Uint8Array,
  after: Uint8Array,
  part = { x: 0, y: 0, width: SIZE.width, height: SIZE.height },
): number {
  let different = 0;
  for (let y = part.y; y < part.y + part.height; y++) {
    for (let x = part.x; x < part.x + part.width; x++) {
      const at = 4 * (y * SIZE.width + x);
      const apart = [0, 1, 2].map((index) => Math.abs((before[at + index] ?? 0) - (after[at + index] ?? 0)));
      if (Math.max(...apart) > 24) different++;
    }
  }
  return different / (part.width * part.height);
}
