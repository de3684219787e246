// src/main/store-access.ts - the database of a data folder for commands beside a hub: the one that runs, or one that is
// started for the moment. Also backups as files.
import { accessSync, constants, createReadStream, createWriteStream, existsSync, renameSync, rmSync } from 'node:fs';
import { access, open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { OutageError } from '../base/assert.ts';
import type { Log } from '../observe/log.ts';
import { restoreBackup, writeBackup } from '../storage/backup.ts';
import { type Database, openDatabase, PATIENT } from '../storage/database.ts';
import { migrateAt } from '../storage/migrate.ts';
import { startPostgres } from '../storage/postgres/launch.ts';
import { type DatabaseAddress, postgresAddress } from '../storage/postgres/places.ts';
import { StartError } from './role.ts';

/** Where the database is. `fresh`: the folder may be new. */
export type StoreWish = { readonly data: string; readonly url: string | undefined; readonly fresh?: boolean };

async function answers(address: DatabaseAddress): Promise<boolean> {
  const database = openDatabase(address);
  try {
    await database.query('select 1');
    return true;
  } catch (cause) {
    if (cause instanceof OutageError) return false;
    throw cause;
  } finally {
    await database.close();
  }
}

async function reach({ data, url, fresh }: StoreWish, log: Log) {
  if (url !== undefined) return { address: { kind: 'url', url } as const, stop: async () => {} };
  if (fresh !== true && !existsSync(join(data, 'postgres', 'cluster'))) {
    if (existsSync(join(data, 'postgres'))) accessSync(join(data, 'postgres'), constants.R_OK | constants.X_OK);
    throw new StartError(`there is no database in ${data}; name the folder of the hub with --data`);
  }
  if (existsSync(join(data, 'postgres', 'cluster')) && (await answers(postgresAddress(data)))) {
    return { address: postgresAddress(data), stop: async () => {} };
  }
  const server = await startPostgres(data, log);
  return { address: server.address, stop: () => server.stop() };
}

/**
 * Opens the database, brought to this version, for `act` and closes it again.
 * @throws StartError with a sentence when it cannot be reached, and what `act` throws
 */
export async function withDatabase<T>(wish: StoreWish, log: Log, act: (database: Database) => Promise<T>): Promise<T> {
  try {
    const { address, stop } = await reach({ ...wish, data: resolve(wish.data) }, log);
    try {
      await migrateAt(address);
      const database = openDatabase(address, PATIENT);
      try {
        return await act(database);
      } finally {
        await database.close();
      }
    } finally {
      await stop();
    }
  } catch (cause) {
    throw cause instanceof OutageError ? new StartError(cause.message) : cause;
  }
}

const FILE_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'there is no such folder',
  EISDIR: 'it is a folder',
  ENOSPC: 'no space is left on its disk',
  EDQUOT: 'no space is left on its disk',
  EACCES: 'you may not; try as its owner',
  EROFS: 'its disk cannot be written',
};

/** What the system said of a file, as a sentence; undefined when it is no such fault. */
function fileFault(cause: unknown, file: string, act = 'write'): StartError | undefined {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const words = Object.hasOwn(FILE_FAULTS, code) ? FILE_FAULTS[code] : undefined;
  return words === undefined ? undefined : new StartError(`cannot ${act} ${file}: ${words}`);
}

/** Throws StartError with a sentence when a backup file cannot be read. */
export async function mustRead(file: string): Promise<void> {
  try {
    await access(file, constants.R_OK);
  } catch (cause) {
    throw fileFault(cause, file, 'read') ?? cause;
  }
}

/** Writes a backup file: whole or not at all, readable by its owner only. Answers how many rows it has. */
export async function backupTo(database: Database, file: string, version: string): Promise<number> {
  const draft = `${file}.${process.pid}.part`;
  const packed = createGzip();
  const done = pipeline(packed, createWriteStream(draft, { mode: 0o600 }));
  done.catch(() => {}); // Told where it is waited for.
  try {
    const write = async (line: string): Promise<void> => {
      if (!packed.write(line)) await Promise.race([done, new Promise((resume) => packed.once('drain', resume))]);
    };
    const rows = await writeBackup(database, { atMs: Date.now(), version }, write);
    packed.end();
    await done;
    const handle = await open(draft, 'r');
    await handle.sync().finally(() => handle.close());
    renameSync(draft, file);
    return rows;
  } catch (cause) {
    packed.destroy();
    const fault: unknown = await done.catch((why: unknown) => why);
    rmSync(draft, { force: true });
    // What the file met counts: the database only tells it on.
    throw fileFault(fault, file) ?? cause;
  }
}

/** Lines of a backup file; a damaged one throws while it is read. Only a line feed ends a line. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const unpacked = createGunzip();
  pipeline(createReadStream(file), unpacked).catch(() => {}); // Whoever reads `unpacked` is told.
  unpacked.setEncoding('utf8');
  let rest = '';
  for await (const chunk of unpacked) {
    const parts = (rest + String(chunk)).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
  if (rest !== '') yield rest;
}

/** Puts a backup file into an empty database. Throws OutageError with a sentence when it cannot. */
export function restoreFrom(database: Database, file: string) {
  return restoreBackup(database, () => linesOf(file));
}
