// src/main/bench.ts - `./nearcade bench NAME`: runs bench/NAME/main.ts, which exports `bench(options)`.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './build-web.ts';

const FOLDER = join(repositoryRoot, 'bench');

/** @returns the exit code; 2 when there is no such bench */
export async function runBench([name]: readonly string[], long: boolean): Promise<number> {
  const names = readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(FOLDER, entry.name, 'main.ts')))
    .map((entry) => entry.name);
  if (name === undefined || !names.includes(name)) {
    process.stderr.write(`usage: ./nearcade bench NAME [--long]\nbenches: ${names.join(', ')}\n`);
    return 2;
  }
  const module: { bench(options: { long: boolean }): Promise<void> } = await import(join(FOLDER, name, 'main.ts'));
  await module.bench({ long });
  return 0;
}
