// src/main/bench.ts - `./nearcade bench NAME`: runs bench/NAME/main.ts, which exports `bench(options)`.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from './build-web.ts';

const FOLDER = join(repositoryRoot, 'bench');

/** Where figures come from: without it nobody can tell two of them apart. A load above the processors says 'noisy'. */
function origin(name: string): string {
  const git = spawnSync('git', ['describe', '--always', '--dirty', '--abbrev=12'], { cwd: FOLDER, encoding: 'utf8' });
  const commit = git.status === 0 ? git.stdout.trim() : 'unknown';
  const [load = 0] = loadavg();
  const noisy = load > availableParallelism() ? ' (busy with other work: noisy)' : '';
  const machine = `${availableParallelism()} processors, load ${load.toFixed(1)}${noisy}`;
  return `bench ${name}: commit ${commit}, Node ${process.version}, ${process.arch}, ${machine}\n\n`;
}

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
  process.stdout.write(origin(name));
  await module.bench({ long });
  return 0;
}
