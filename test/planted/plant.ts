// test/planted/plant.ts - plants a fault in a copy of the tree and runs the test that should notice it.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `patch`: file of this folder; `suite`: vitest project; `test`: the file and the name of the test that goes red. */
export type PlantedFault = {
  readonly patch: string;
  readonly suite: string;
  readonly test: { readonly file: string; readonly name: string };
};
/** A copy of the tree to work in. */
export type Garden = { readonly folder: string; remove(): void };

const root = join(import.meta.dirname, '../..');
const COPIED = [
  'src',
  'test',
  'assets',
  'bench',
  'clients',
  'tools',
  'nearcade',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'vitest.config.ts',
];

/** Copies what tests need; packages and Node are shared. */
export function makeGarden(): Garden {
  const folder = mkdtempSync(join(tmpdir(), 'nc-planted-'));
  for (const name of COPIED) cpSync(join(root, name), join(folder, name), { recursive: true });
  for (const name of ['node_modules', '.runtime']) symlinkSync(join(root, name), join(folder, name));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Applies a patch, or takes it back. Throws when it does not fit any more: the patch must follow the code. */
function patch(garden: Garden, name: string, ...flags: string[]): void {
  const file = join(root, 'test/planted', name);
  const done = spawnSync('git', ['apply', ...flags, file], { cwd: garden.folder, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${name} does not fit the code any more: ${done.stderr}`);
}

type Report = { testResults: { assertionResults: { title: string; status: string; failureMessages?: string[] }[] }[] };
/** What a run said about one test. */
export type Outcome = { readonly status: string; readonly message: string };

/** Runs one test in the garden. `env`: fewer seeds, say. */
export async function runTest(
  garden: Garden,
  { suite, test }: Omit<PlantedFault, 'patch'>,
  env: Record<string, string>,
): Promise<Outcome> {
  const output = join(garden.folder, `report-${Math.trunc(performance.now() * 1_000)}.json`);
  const name = test.name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--project', suite, test.file, '-t', name, '--reporter=json', `--outputFile=${output}`];
  const child = spawn(process.execPath, args, {
    cwd: garden.folder,
    env: { ...process.env, ...env },
    stdio: 'ignore',
  });
  await new Promise((done) => child.once('close', done));
  const report: Report = JSON.parse(readFileSync(output, 'utf8'));
  rmSync(output);
  const named = report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ title }) => title === test.name);
  // One test over several stores has several results under its name: it is red when one of them is.
  const found = named.find(({ status }) => status === 'failed') ?? named[0];
  return { status: found?.status ?? 'missing', message: found?.failureMessages?.[0] ?? '' };
}

/** Plants a fault, runs its test, and digs it out again. */
export async function plant(garden: Garden, fault: PlantedFault, env: Record<string, string>): Promise<Outcome> {
  patch(garden, fault.patch);
  try {
    return await runTest(garden, fault, env);
  } finally {
    patch(garden, fault.patch, '-R');
  }
}

/**
 * Plants each fault, one after the other in each garden: a run is one busy process, so two gardens are enough.
 * @returns what its test said, by the name of the patch
 */
export function plantAll(
  gardens: readonly Garden[],
  faults: readonly PlantedFault[],
  env: Record<string, string>,
): ReadonlyMap<string, Promise<Outcome>> {
  const outcomes = new Map<string, Promise<Outcome>>();
  gardens.forEach((garden, line) => {
    let before: Promise<unknown> = Promise.resolve();
    for (const fault of faults.filter((_, at) => at % gardens.length === line)) {
      const outcome = before.then(() => plant(garden, fault, env));
      before = outcome.catch(() => {}); // Whoever waits for this one hears of it; the next one is planted all the same.
      outcomes.set(fault.patch, outcome);
    }
  });
  return outcomes;
}
