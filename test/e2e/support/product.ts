// test/e2e/support/product.ts - the real product as a person starts it: `./nearcade up` in a folder and on ports of its
// own, with every process known by pid so that a test can kill exactly one of them.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { present } from '../../../src/base/assert.ts';
import { repositoryRoot } from '../../../src/main/build-web.ts';
import { freePort } from '../../support/free-port.ts';

/** A running `up`. */
export type Product = {
  readonly url: string;
  /** The same for other machines, where `up` prints it. */
  readonly urlElsewhere: string | undefined;
  readonly data: string;
  readonly relay: string;
  /** Milliseconds from the start to the printed URL. */
  readonly readyMs: number;
  readonly process: ChildProcess;
  /** Pid of a supervised child now: 'hub', 'relay', 'node' or 'postgres'; undefined between its death and its next start. */
  pidNow(role: string): number | undefined;
  /** The same of one that must run. */
  pid(role: string): number;
  /** Text of a role's log so far. */
  log(role: string): string;
  stop(): Promise<void>;
};

/** Starts the product and waits for its URL. `flags` are added to the command line; `host` of the pages: loopback unless given. */
export async function startProduct(
  flags: readonly string[] = [],
  options: { data?: string; env?: Record<string, string>; host?: string } = {},
): Promise<Product> {
  const { data = mkdtempSync(join(tmpdir(), 'nearcade-e2e-')), host = '127.0.0.1' } = options;
  const [http, relay] = [`${host}:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const startedMs = performance.now();
  const child = spawn(
    join(repositoryRoot, 'nearcade'),
    ['up', '--http', http, '--relay', relay, '--data', data, ...flags],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
    },
  );
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const [url, urlElsewhere] = await new Promise<[string, string | undefined]>((done, fail) => {
    child.stdout.on('data', (text) => {
      const match = /ready: (http\S+)(?:\n {2}from other machines: (http\S+))?/.exec(String(text));
      if (match?.[1] !== undefined) done([match[1], match[2]]);
    });
    child.once('exit', (code) => fail(new Error(`up ended with ${code} before it was ready:\n${errors}`)));
  });
  const run = join(data, 'run');
  const pidNow = (role: string): number | undefined => {
    try {
      const pid = Number(readFileSync(join(run, `${role}.child`), 'utf8').split(' ')[0]);
      return pid > 0 ? pid : undefined;
    } catch {
      return undefined;
    }
  };
  return {
    url,
    urlElsewhere,
    data,
    relay,
    readyMs: performance.now() - startedMs,
    process: child,
    pidNow,
    pid: (role) => present(pidNow(role), `${role} runs`),
    log: (role) => readFileSync(join(data, 'log', `${role}.log`), 'utf8'),
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = new Promise((done) => child.once('exit', done));
        child.kill('SIGINT');
        await gone;
      }
      const left = existsSync(run) ? readdirSync(run).filter((name) => name.endsWith('.child')) : [];
      if (left.length > 0) throw new Error(`up left ${left.join(', ')} running`);
      if (options.data === undefined) rmSync(data, { recursive: true, force: true });
    },
  };
}
