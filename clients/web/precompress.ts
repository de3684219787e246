// clients/web/precompress.ts - compresses what was built, once, as well as it can be: the server then only picks a file.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const WORTH = /\.(js|css|html|svg|json|webmanifest|txt)$/;
/** Below this a response fits one packet anyway. */
const WORTH_BYTES = 1_024;
const brotliAsync = promisify(brotliCompress);
const gzipAsync = promisify(gzip);

async function compressFile(path: string): Promise<void> {
  const bytes = readFileSync(path);
  if (bytes.length < WORTH_BYTES) return;
  const [br, gz] = await Promise.all([
    brotliAsync(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
    gzipAsync(bytes, { level: 9 }),
  ]);
  writeFileSync(`${path}.br`, br);
  writeFileSync(`${path}.gz`, gz);
}

/** Writes `.br` and `.gz` beside every text file of the build. */
export function precompress(): Plugin {
  let outDir = '';
  return {
    name: 'nearcade-precompress',
    apply: 'build',
    configResolved({ root, build }) {
      outDir =
        join(root, build.outDir).startsWith(root) && !build.outDir.startsWith('/')
          ? join(root, build.outDir)
          : build.outDir;
    },
    async closeBundle() {
      const files = readdirSync(outDir, { recursive: true, encoding: 'utf8' }).filter((name) => WORTH.test(name));
      await Promise.all(files.map((name) => compressFile(join(outDir, name))));
    },
  };
}
