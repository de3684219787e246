// src/storage/postgres/places.ts - where the embedded database keeps what. Every process of an instance works these out
// from the data folder alone, so nobody has to be told.
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { OutageError } from '../../base/assert.ts';
import { makeFolder } from '../../observe/make-folder.ts';

/** How to reach a database: a socket folder, or a URL of a server. */
export type DatabaseAddress =
  | { readonly kind: 'socket'; readonly folder: string; readonly user: string; readonly database: string }
  | { readonly kind: 'url'; readonly url: string };

/** Folders of one embedded database. */
export type PostgresPlaces = {
  readonly folder: string;
  readonly cluster: string;
  /** Begins the names of clusters that initdb has not finished, one for each try. */
  readonly unfinished: string;
  readonly lib: string;
  readonly copy: string;
  readonly socket: string;
  /** Names the process that looks after the database. */
  readonly keeper: string;
};

/** Role and database of the product; the superuser `postgres` is used once, to make them. */
export const APP_NAME = 'nearcade';
const SOCKET_FILE = '.s.PGSQL.5432';
const SOCKET_BYTES_MAX = 107; // sun_path has 108 bytes with its final zero (unix(7)).

function fits(folder: string): boolean {
  return Buffer.byteLength(join(folder, SOCKET_FILE)) <= SOCKET_BYTES_MAX;
}

/** Where everything lies for a data folder; makes the data folder, so that its real path is known. */
export function postgresPlaces(dataDir: string): PostgresPlaces {
  makeFolder(dataDir, 0o711);
  const folder = join(realpathSync(resolve(dataDir)), 'postgres');
  const near = join(folder, 'socket');
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const far = [tmpdir(), '/tmp'].map((base) => join(base, `nearcade-${hash}`)).find(fits);
  return {
    folder,
    cluster: join(folder, 'cluster'),
    unfinished: join(folder, 'cluster.new'),
    lib: join(folder, 'lib'),
    copy: join(folder, 'native'),
    socket: fits(near) ? near : (far ?? near),
    keeper: join(folder, 'keeper'),
  };
}

/** How to reach the embedded database of a data folder, whether it runs or not. */
export function postgresAddress(dataDir: string, database = APP_NAME): DatabaseAddress {
  return { kind: 'socket', folder: postgresPlaces(dataDir).socket, user: APP_NAME, database };
}

/**
 * Makes a private folder for the socket.
 * @param owner who must own it
 * @throws OutageError when somebody else made it first: in a shared folder that could be anybody
 */
export function makeSocketFolder(folder: string, owner: number): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new OutageError(`cannot make the folder ${folder}: ${String(cause)}`);
  }
  const stat = lstatSync(folder);
  const trusted = stat.uid === owner || stat.uid === process.getuid?.();
  if (!stat.isDirectory() || !trusted || (stat.mode & 0o077) !== 0) {
    throw new OutageError(`${folder} was made by somebody else; remove it, or choose a shorter path with --data`);
  }
}
