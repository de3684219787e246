// src/render/library.ts - the games this machine can run, and how one is started. The only door into this folder.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { OutageError } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { GameRun, StartGame } from '../media/ports.ts';
import type { Log } from '../observe/log.ts';
import { bounds } from '../protocol/limits.ts';
import type { Game } from '../protocol/shapes.ts';
import { ArcadeRun, arcadeGame } from './arcade/arcade-run.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { findCardUse, type ReadCardUse } from './x11/card-use.ts';
import type { DrawnBy } from './x11/drawing.ts';
import type { Limits } from './x11/fence.ts';
import { internetFault } from './x11/internet.ts';
import { sweepLeftovers } from './x11/sandbox.ts';
import { startX11Game } from './x11/start-x11-game.ts';
import { findWall, type SandboxWish, type Wall } from './x11/wall.ts';

/** What a library is opened with. */
export type LibraryOptions = {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Folder with further manifests (setting `--games`); read once, at opening. */
  readonly gamesFolder?: string;
  /** Where the sessions' own folders are made (mode 0700, wiped at their end). Default: the system's temp folder. */
  readonly tempFolder?: string;
  /** Setting `--sandbox`. Default: 'auto'. */
  readonly sandbox?: SandboxWish;
  /** What an X11 session may use; default: all. */
  readonly limits?: Limits;
  /** Who draws X11 games. Default: the processor. */
  readonly drawnBy?: DrawnBy;
  /** How memory of graphics cards is read. Default: as this machine tells it. */
  readonly cardUse?: ReadCardUse;
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

const OWN_MANIFESTS = join(import.meta.dirname, 'manifests');
const MANIFEST_BYTES_MAX = 64 * 1024;

/** Why a game is refused: it must be shut in and cannot, or cannot have its network that way. */
function wallFault(wish: SandboxWish, wall: Wall, { network }: Manifest): string | undefined {
  if (wish === 'require' && wall.by === 'none') return `no sandbox: ${wall.reason}`;
  return network ? internetFault(wall.by) : undefined;
}

type Found = { readonly id: string; readonly manifest?: Manifest; readonly reason?: string };

function readOne(path: string): Found {
  const id = basename(path, '.json');
  try {
    if (statSync(path).size > MANIFEST_BYTES_MAX) return { id, reason: `larger than ${MANIFEST_BYTES_MAX} bytes` };
    const read = readManifest(JSON.parse(readFileSync(path, 'utf8')));
    if (!read.ok) return { id, reason: read.error };
    const { game, needs, packages } = read.value;
    if (game.id !== id) return { id, reason: `id: must be the file's name, '${id}'` };
    const lacks = needs.filter((needed) => !existsSync(needed));
    if (lacks.length === 0) return { id, manifest: read.value };
    return { id, reason: `not installed: ${lacks.join(', ')} (Debian: ${packages.join(' ')})` };
  } catch (error) {
    return { id, reason: error instanceof Error ? error.message : String(error) };
  }
}

function readFolder(folder: string): Found[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => readOne(join(folder, name)));
}

/**
 * Opens the library: reads the manifests, looks for their commands, wipes what killed processes left behind.
 * @throws OutageError when `gamesFolder` cannot be read
 */
export async function openLibrary(options: LibraryOptions): Promise<Library> {
  const { log, gamesFolder, tempFolder = tmpdir(), sandbox = 'auto' } = options;
  const wall = findWall(sandbox);
  const cardUse = options.cardUse ?? findCardUse();
  const read = readFolder(OWN_MANIFESTS);
  try {
    if (gamesFolder !== undefined) read.push(...readFolder(gamesFolder));
  } catch (cause) {
    throw new OutageError(`cannot read the folder of games ${gamesFolder}`, { cause });
  }
  const found = read.map((one): Found => {
    const reason = one.manifest === undefined ? one.reason : wallFault(sandbox, wall, one.manifest);
    return reason === undefined ? one : { id: one.id, reason };
  });
  // The operator's manifest wins over ours of the same name.
  const manifests = new Map(
    found.flatMap(({ id, manifest }) => (manifest === undefined ? [] : [[id, manifest] as const])),
  );
  const missing = found.flatMap(({ id, reason }) => (reason === undefined ? [] : [{ id, reason }]));
  for (const one of missing) log.info(one, 'game.missing');
  const swept = await sweepLeftovers(tempFolder);
  if (swept > 0) log.warn({ swept }, 'game.leftovers-wiped');
  const games = [arcadeGame, ...[...manifests.values()].map(({ game }) => game)].slice(0, bounds.gamesPerNode);
  return {
    games,
    missing,
    async start(command) {
      if (command.game === arcadeGame.id) return new ArcadeRun(command, options);
      const manifest = manifests.get(command.game);
      if (manifest === undefined) throw new OutageError(`no game '${command.game}' on this machine`);
      return startX11Game(manifest, command, { ...options, tempFolder, wall, cardUse });
    },
  };
}
