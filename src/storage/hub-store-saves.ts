// src/storage/hub-store-saves.ts - saves as files, one a player and game. A save arrives beside the one that counts and takes
// its place in one step, whole and with the hash it was sent with, or not at all.
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { SaveIndex } from '../app/ports.ts';
import type { SaveAccess } from '../app/save-access.ts';
import { assert, OutageError } from '../base/assert.ts';
import type { PlayerId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { type Refusal, refusal } from '../protocol/error-codes.ts';
import { bounds } from '../protocol/limits.ts';

/** What is known of a save beside its bytes. `sha256` is hex. */
export type KeptSave = {
  readonly file: string;
  readonly session: string;
  readonly startedAtMs: number;
  readonly bytes: number;
  readonly sha256: string;
};

/** Saves that nodes put and get. Every call throws OutageError when the disk fails. */
export type SaveFiles = SaveIndex & {
  /** Removes all saves of a player; answers how many there were. */
  erase(player: PlayerId): Promise<number>;
  /** The save of a player and game; `undefined` when there is none. */
  find(player: PlayerId, game: string): Promise<{ readonly kept: KeptSave; readonly stream: Readable } | undefined>;
  /**
   * Keeps `body` as the save. Refuses SAVE_TOO_LARGE, MESSAGE_MALFORMED (`declared` is not its hash) and FORBIDDEN (a
   * later session of this player and game has stored one).
   * @param declared SHA-256 as hex that the sender says the bytes have
   */
  put(access: SaveAccess, body: Readable, declared: string | undefined): Promise<Result<KeptSave, Refusal>>;
};

const NAME_FILE = 'current.json';

/** Runs `act`; whatever the disk throws becomes an outage. */
async function onDisk<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw cause instanceof OutageError ? cause : new OutageError('saves: the disk failed', { cause });
  }
}

async function currentOf(folder: string): Promise<KeptSave | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, NAME_FILE), 'utf8')) as KeptSave; // Our own file, renamed whole.
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Writes `body` to `path` and returns size and hash, or SAVE_TOO_LARGE as soon as it is. */
async function receive(path: string, body: Readable): Promise<Result<{ bytes: number; sha256: string }, Refusal>> {
  const hash = createHash('sha256');
  const file = await open(path, 'w', 0o600);
  let bytes = 0;
  try {
    for await (const part of body) {
      bytes += part.length;
      if (bytes > bounds.saveBytes) return err(refusal('SAVE_TOO_LARGE', { limitBytes: bounds.saveBytes }));
      hash.update(part);
      await file.write(part);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return ok({ bytes, sha256: hash.digest('hex') });
}

async function place(folder: string, kept: KeptSave): Promise<void> {
  await writeWhole(join(folder, `${NAME_FILE}.new`), Buffer.from(JSON.stringify(kept)));
  await rename(join(folder, `${NAME_FILE}.new`), join(folder, NAME_FILE));
  const directory = await open(folder, 'r');
  await directory.sync().finally(() => directory.close());
  for (const name of await readdir(folder)) {
    if (name !== NAME_FILE && name !== kept.file) await rm(join(folder, name), { force: true });
  }
}

/** Saves under `root`, which is made when it is not there. */
export function saveFiles(root: string): SaveFiles {
  const busy = new Map<string, Promise<unknown>>(); // Two saves of one player and game take turns.
  const folderOf = (player: string, game: string): string => {
    assert(/^0x[0-9a-f]{40}$/.test(player) && /^[a-z0-9][a-z0-9-]{0,39}$/.test(game), 'names come from a sealed token');
    return join(root, player, game);
  };
  const inTurn = async <T>(folder: string, act: () => Promise<T>): Promise<T> => {
    const turn = (busy.get(folder) ?? Promise.resolve()).then(act, act);
    busy.set(folder, turn);
    return turn.finally(() => {
      if (busy.get(folder) === turn) busy.delete(folder);
    });
  };
  const store = async (access: SaveAccess, body: Readable, declared: string | undefined) => {
    const folder = folderOf(access.player, access.game);
    const before = await currentOf(folder);
    if (before !== undefined && before.startedAtMs > access.startedAtMs) return err(refusal('FORBIDDEN'));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = `${randomBytes(12).toString('hex')}.save`;
    let placed = false;
    try {
      const received = await receive(join(folder, file), body);
      if (!received.ok) return received;
      if (declared !== undefined && declared !== received.value.sha256) {
        return err(refusal('MESSAGE_MALFORMED', { field: 'content-digest' }));
      }
      const kept = { file, session: access.session, startedAtMs: access.startedAtMs, ...received.value };
      await place(folder, kept);
      placed = true;
      return ok(kept);
    } finally {
      if (!placed) await rm(join(folder, file), { force: true });
    }
  };
  return {
    has: (player, game) => onDisk(async () => (await currentOf(folderOf(player, game))) !== undefined),
    find: (player, game) =>
      onDisk(async () => {
        const folder = folderOf(player, game);
        const kept = await currentOf(folder);
        return kept && { kept, stream: createReadStream(join(folder, kept.file)) };
      }),
    erase: (player) =>
      onDisk(async () => {
        const folder = join(folderOf(player, 'any'), '..');
        const games = existsSync(folder) ? await readdir(folder) : [];
        await rm(folder, { recursive: true, force: true });
        return games.length;
      }),
    put: (access, body, declared) =>
      onDisk(() => inTurn(folderOf(access.player, access.game), () => store(access, body, declared))),
  };
}
