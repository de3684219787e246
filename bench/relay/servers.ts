// bench/relay/servers.ts - the servers that are measured: ours as a person starts it, and Debian's coturn, both on one core
// of their own with authentication, permissions, quotas and a bound on each allocation's bandwidth switched on.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What both servers take for a credential. */
export const SECRET = 'a secret of the bench for both';
const ROOT = join(import.meta.dirname, '../..');
const ALLOCATIONS_MAX = 5_000;
const ALLOCATION_MBPS = 10_000; // Bounded, as in use, but beyond what one core can move.

/** A server that listens. */
export type ServerUnderTest = {
  readonly name: string;
  readonly pid: number;
  /** `127.0.0.1:PORT` */
  readonly address: string;
  stop(): Promise<void>;
};

/** Words that keep a program on one core; none where there is no `taskset`. */
export function pinned(core: number | undefined, program: string, args: readonly string[]): [string, string[]] {
  return core === undefined ? [program, [...args]] : ['taskset', ['-c', String(core), program, ...args]];
}

/** Resolves with the first line that `seen` finds something in. */
async function firstLine<T>(child: ChildProcess, seen: (line: string) => T | undefined): Promise<T> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('the server was started with pipes');
  return new Promise((resolve, reject) => {
    for (const stream of [stdout, stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        const found = seen(line);
        if (found !== undefined) resolve(found);
      });
    }
    child.once('exit', (code) => reject(new Error(`${child.spawnargs.join(' ')} ended with ${code}`)));
    child.once('error', reject);
  });
}

async function stopped(child: ChildProcess): Promise<void> {
  const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
  child.kill('SIGINT');
  const late = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await gone;
  clearTimeout(late);
}

/** Starts `./nearcade relay` with one worker. */
export async function startOurs(core: number | undefined): Promise<ServerUnderTest> {
  const flags = {
    listen: '127.0.0.1:0',
    secret: SECRET,
    'relay-ip': '127.0.0.1',
    'relay-ports': `12000-${12_000 + ALLOCATIONS_MAX}`,
    'allow-peer': '127.0.0.0/8',
    'allocation-mbps': ALLOCATION_MBPS,
    'user-quota': ALLOCATIONS_MAX,
    'address-quota': ALLOCATIONS_MAX,
    backend: 'ffi',
    metrics: '127.0.0.1:0',
  };
  const words = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  const child = spawn(...pinned(core, process.execPath, [join(ROOT, 'src/main/relay.ts'), ...words]), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const port = await firstLine(child, (line) =>
    line.includes('relay.ready') ? /127\.0\.0\.1:(\d+)\?transport=udp/.exec(line)?.[1] : undefined,
  );
  return { name: 'nearcade', pid: child.pid ?? 0, address: `127.0.0.1:${port}`, stop: () => stopped(child) };
}

/** What Debian's coturn says of itself, or `undefined` where it is not installed. */
export function coturnVersion(): string | undefined {
  const { stdout, stderr, error } = spawnSync('turnserver', ['--version'], { encoding: 'utf8' });
  if (error !== undefined) return undefined;
  return /\d+\.\d+\.\d+/.exec(`${stdout}${stderr}`)?.[0] ?? 'of unknown version';
}

/** Starts coturn with one relay thread. */
export async function startCoturn(core: number | undefined, port: number): Promise<ServerUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'nearcade-bench-'));
  const flags = ['-n', '-L', '127.0.0.1', '-E', '127.0.0.1', '-p', String(port), '-m', '1', '-r', 'nearcade'];
  flags.push('--min-port=22000', `--max-port=${22_000 + ALLOCATIONS_MAX}`, '--allow-loopback-peers');
  flags.push('--use-auth-secret', `--static-auth-secret=${SECRET}`, '--no-tls', '--no-dtls', '--no-cli');
  flags.push(`--user-quota=${ALLOCATIONS_MAX}`, `--total-quota=${ALLOCATIONS_MAX}`);
  flags.push(`--max-bps=${ALLOCATION_MBPS * 125_000}`, '--log-file=stdout', '--simple-log');
  flags.push(`--pidfile=${join(folder, 'pid')}`, `--db=${join(folder, 'db')}`);
  const child = spawn(...pinned(core, 'turnserver', flags), { stdio: ['ignore', 'pipe', 'pipe'] });
  await firstLine(child, (line) => (line.includes('Total General servers') ? true : undefined));
  const stop = async (): Promise<void> => {
    await stopped(child);
    rmSync(folder, { recursive: true });
  };
  return { name: 'coturn', pid: child.pid ?? 0, address: `127.0.0.1:${port}`, stop };
}
