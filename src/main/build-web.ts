// src/main/build-web.ts - builds the page when its sources changed. The build goes into a folder of its own and takes
// the old one's place at the end, so that a running hub never serves half a page.
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OutageError } from '../base/assert.ts';

/** Repository root: two folders above this file. */
export const repositoryRoot = join(import.meta.dirname, '..', '..');

const SOURCES = [
  'clients/web/{src,public}/**/*',
  'clients/web/*.{html,ts,json}',
  'src/{base,protocol,pool,session,billing,cafe,relay,signaling,media,game}/**/*.ts',
  'package-lock.json',
];

function sourceSum(): string {
  const sum = createHash('sha256');
  for (const path of SOURCES.flatMap((glob) => globSync(glob, { cwd: repositoryRoot, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()) {
    sum.update(path.slice(repositoryRoot.length)).update('\0').update(readFileSync(path)).update('\0');
  }
  return sum.digest('hex');
}

/**
 * Makes clients/web/dist current.
 * @returns true when it had to build
 * @throws OutageError when the build fails
 */
export async function buildWeb(): Promise<boolean> {
  const web = join(repositoryRoot, 'clients/web');
  const [dist, stamp] = [join(web, 'dist'), join(web, 'dist', '.sources')];
  const sum = sourceSum();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sum) return false;
  const fresh = join(web, `dist-${process.pid}`);
  const { NODE_ENV } = process.env;
  try {
    // A test runner says 'test', and Vite would then build React for development: half as large again, and kept.
    process.env.NODE_ENV = 'production';
    const { build } = await import('vite');
    await build({
      root: web,
      configFile: join(web, 'vite.config.ts'),
      logLevel: 'error',
      build: { outDir: fresh, emptyOutDir: true },
    });
  } catch (cause) {
    rmSync(fresh, { recursive: true, force: true });
    throw new OutageError(`the page could not be built: ${cause instanceof Error ? cause.message : String(cause)}`);
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  }
  writeFileSync(join(fresh, '.sources'), sum);
  const old = join(web, `dist-old-${process.pid}`);
  mkdirSync(dist, { recursive: true });
  renameSync(dist, old);
  renameSync(fresh, dist);
  rmSync(old, { recursive: true, force: true });
  return true;
}
