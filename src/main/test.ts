// src/main/test.ts - `./nearcade test`: installs what the tests need, runs every suite, prints one line of figures.
// A skipped test is a failure unless test/skips.json lists it with its reason.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { buildWeb, repositoryRoot } from './build-web.ts';
import { StartError } from './role.ts';

/** In this order: what fails fastest first, what needs a quiet machine last. */
const SUITES = ['checks', 'unit', 'contract', 'sim', 'planted', 'pages', 'e2e'];
/** Files at once, where it is not vitest's own choice: these mostly wait for processes and browsers that they started. */
const WORKERS: Readonly<Record<string, number>> = { contract: 2, pages: 2 };

/** `reasons`: what failed, in words, told once more at the end, where a log that was cut short still has it. */
type Figures = { passed: number; failed: number; skipped: number; readonly reasons: string[] };
type JsonReport = {
  readonly success: boolean;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
};

function debianPackages(): string[] {
  return readFileSync(join(repositoryRoot, 'tools/test-packages.txt'), 'utf8')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
}

function isInstalled(name: string): boolean {
  const state = spawnSync('dpkg', ['-s', name], { encoding: 'utf8' });
  return state.status === 0 && state.stdout.includes('Status: install ok installed');
}

function installDebianPackages(): void {
  const missing = debianPackages().filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  process.stdout.write(`The tests need these Debian packages, which are installed now: ${missing.join(' ')}\n`);
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo'];
  const run = (...words: string[]): boolean => {
    const [program, ...args] = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', ...words];
    return spawnSync(program ?? 'env', args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
  };
  run('apt-get', 'update', '-qq');
  if (!run('apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...missing)) {
    throw new StartError(
      `could not install ${missing.join(' ')}; install them by hand and run the tests again with --no-install`,
    );
  }
}

function allowedSkips(): ReadonlySet<string> {
  const file = join(repositoryRoot, 'test/skips.json');
  const entries: readonly { readonly test: string; readonly reason: string }[] = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : [];
  return new Set(entries.map(({ test }) => test));
}

function fail(figures: Figures, what: string, message = ''): void {
  figures.failed++;
  figures.reasons.push([what, ...message.split('\n').slice(0, 12)].join('\n    '));
}

function addReport(report: JsonReport, figures: Figures, skips: ReadonlySet<string>): void {
  for (const file of report.testResults) {
    const name = relative(repositoryRoot, file.name);
    if (file.status === 'failed' && file.assertionResults.length === 0) fail(figures, name, file.message);
    for (const { fullName, status, failureMessages } of file.assertionResults) {
      if (status === 'passed') figures.passed++;
      else if (status === 'failed') fail(figures, `${name} > ${fullName}`, failureMessages?.join('\n'));
      else {
        figures.skipped++;
        if (!skips.has(fullName)) fail(figures, `${name} > ${fullName}: skipped, and not in test/skips.json`);
      }
    }
  }
}

/**
 * Runs the suites and prints the figures.
 * @param wish.suites names of suites, or none for all; further words go to vitest as file filters
 * @returns the exit code: 0 when nothing failed
 */
export async function runTests(wish: { suites: readonly string[]; long: boolean; install: boolean }): Promise<number> {
  if (wish.install) installDebianPackages();
  await buildWeb();
  const folder = mkdtempSync(join(tmpdir(), 'nearcade-test-'));
  const figures: Figures = { passed: 0, failed: 0, skipped: 0, reasons: [] };
  const skips = allowedSkips();
  const filters = wish.suites.filter((word) => !SUITES.includes(word));
  const suites = SUITES.filter((suite) => wish.suites.length === filters.length || wish.suites.includes(suite));
  for (const suite of suites) {
    const startedMs = performance.now();
    process.stdout.write(`\n== ${suite}\n`);
    const output = join(folder, `${suite}.json`);
    const args = [
      'run',
      '--project',
      suite,
      '--passWithNoTests',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${output}`,
      ...(WORKERS[suite] === undefined ? [] : [`--maxWorkers=${WORKERS[suite]}`]),
      ...filters,
    ];
    const run = spawnSync(process.execPath, [join(repositoryRoot, 'node_modules/vitest/vitest.mjs'), ...args], {
      cwd: repositoryRoot,
      stdio: 'inherit',
      env: { ...process.env, ...(wish.long ? { NEARCADE_LONG: '1' } : {}) },
    });
    const before = figures.failed;
    if (existsSync(output)) addReport(JSON.parse(readFileSync(output, 'utf8')), figures, skips);
    if (run.status !== 0 && figures.failed === before)
      fail(figures, `${suite}: ended with ${run.status}, no test named`);
    process.stdout.write(`== ${suite}: ${((performance.now() - startedMs) / 1_000).toFixed(0)} s\n`);
  }
  rmSync(folder, { recursive: true, force: true });
  for (const reason of figures.reasons) process.stdout.write(`\nfailed: ${reason}\n`);
  process.stdout.write(`\n${figures.passed} passed, ${figures.failed} failed, ${figures.skipped} skipped\n`);
  return figures.failed === 0 ? 0 : 1;
}
