// Goal: `up` is everything, disturbs nobody, and is gone when it is stopped, however it is stopped. Method: the real command
// in folders and on ports of its own; processes are looked for in /proc by a mark in their environment and by their
// folder, not by what the product writes down about them.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { measureStart } from '../../bench/start/main.ts';
import { repositoryRoot } from '../../src/main/build-web.ts';
import { freePort } from '../support/free-port.ts';
import { FakePlayer } from '../support/hub/fake-player.ts';
import { launch } from './support/browser.ts';
import { type Product, startProduct } from './support/product.ts';

const ROLES = ['postgres', 'hub', 'relay', 'node'];
const folders: string[] = [];
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'nearcade-up-'));
  folders.push(made);
  return made;
};

let quiet: Product; // Runs beside all that is done to the others.
beforeAll(async () => {
  quiet = await startProduct(['--slots', '2']);
});
afterAll(async () => {
  await quiet?.stop();
  for (const each of folders) rmSync(each, { recursive: true, force: true });
});

/** `up` as from a terminal: a process group of its own, in which a Ctrl-C reaches everybody. */
type Up = { readonly url: string; readonly group: number; readonly child: ChildProcess; readonly mark: string };
async function start(data: string, http: string, relay: string, ...more: readonly string[]): Promise<Up> {
  const mark = randomUUID();
  const child = spawn(
    join(repositoryRoot, 'nearcade'),
    ['up', '--http', http, '--relay', relay, '--data', data, '--slots', '1', '--chain', 'off', ...more],
    { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, UP_TEST_MARK: mark } },
  );
  let text = '';
  child.stderr.on('data', (chunk) => {
    text += chunk;
  });
  const url = await new Promise<string>((done, fail) => {
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const match = /ready: (http\S+)/.exec(text);
      if (match?.[1] !== undefined) done(match[1]);
    });
    child.once('exit', (code) => fail(new Error(`up ended with ${code}:\n${text}`)));
  });
  return { url, group: child.pid ?? 0, child, mark };
}
const exited = ({ child }: Up): Promise<unknown> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((done) => child.once('exit', done));

/** Living processes that have the mark in their environment or the folder on their command line. */
function processesOf(mark: string, data: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const [command, environment] = ['cmdline', 'environ'].map((file) =>
          readFileSync(`/proc/${pid}/${file}`, 'latin1'),
        );
        const ours = environment?.includes(mark) || command?.includes(data);
        return ours ? [`${pid} ${command?.replaceAll('\0', ' ').slice(0, 80)}`] : [];
      } catch {
        return []; // It ended meanwhile.
      }
    });
}

const portOf = (address: string) => Number(address.split(':')[1]);
async function canBindUdp(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  const bound = new Promise<boolean>((done) => {
    socket.once('error', () => done(false));
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => done(true));
  });
  const free = await bound;
  if (free) await new Promise<void>((done) => socket.close(() => done()));
  return free;
}
async function canListen(port: number): Promise<boolean> {
  const server = createServer();
  const free = await new Promise<boolean>((done) => {
    server.once('error', () => done(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => done(true));
  });
  if (free) await new Promise((done) => server.close(done));
  return free;
}

const ready = async (url: string) => (await fetch(`${url}/readyz`)).json();

test('everything is there: alive, ready, counted, described', async () => {
  const get = async (path: string) => {
    const response = await fetch(`${quiet.url}${path}`, {
      headers: { accept: path.startsWith('/play') ? 'text/html' : '*/*' },
    });
    return { status: response.status, text: await response.text() };
  };
  expect(JSON.parse((await get('/healthz')).text)).toEqual({ ok: true });
  await expect.poll(() => ready(quiet.url)).toEqual({ ready: true, store: true, relay: true, nodes: 1 });
  expect((await get('/metrics')).text).toMatch(/^# TYPE nearcade_\w+ (counter|gauge|histogram)$/m);
  const api = JSON.parse((await get('/openapi.json')).text);
  expect(api.openapi).toMatch(/^3\./);
  expect(Object.keys(api.paths)).toEqual(expect.arrayContaining(['/healthz', '/api/login', '/api/config']));
  expect(await get('/docs')).toMatchObject({ status: 200, text: expect.stringContaining('<html') });
  expect((await get('/play')).text).toContain('<title>');
});

test('from the press of play to the first picture (the bench, on a small input)', async () => {
  const browser = await launch('chromium');
  try {
    const [figures] = await measureStart(quiet.url, browser, 1);
    expect(figures?.totalMs).toBeGreaterThan(0);
    expect(Object.keys(figures?.steps ?? {})).toEqual(expect.arrayContaining(['seat', 'game', 'path', 'frame']));
    expect(figures?.measuredMs).toBeLessThan(60_000);
  } finally {
    await browser.close();
  }
});

test('Ctrl-C in the middle of a game leaves no process, no port and no lock; another instance does not notice', async () => {
  const data = folder();
  const [http, relay] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const before = ROLES.map((role) => quiet.pid(role));
  const up = await start(data, http, relay);
  const page = await new FakePlayer(up.url).connect();
  await page.play(); // The game runs, with a slot of its own.
  expect(processesOf(up.mark, data).length).toBeGreaterThanOrEqual(6); // Supervisor, four roles, slots: the search finds them.
  expect([await canListen(portOf(http)), await canBindUdp(portOf(relay))]).toEqual([false, false]);
  process.kill(-up.group, 'SIGINT');
  await exited(up);
  expect(up.child.exitCode).toBe(0);
  expect(processesOf(up.mark, data)).toEqual([]);
  expect([await canListen(portOf(http)), await canListen(portOf(relay)), await canBindUdp(portOf(relay))]).toEqual([
    true,
    true,
    true,
  ]);
  expect(readdirSync(join(data, 'run')).filter((name) => name.endsWith('.child') || name === 'up.pid')).toEqual([]);
  expect(existsSync(join(data, 'postgres', 'postmaster.pid'))).toBe(false);
  page.cut();
  expect(ROLES.map((role) => quiet.pid(role))).toEqual(before);
  expect(await ready(quiet.url)).toMatchObject({ ready: true, nodes: 1 });
});

test('kill -9 of the supervisor, with children that hang: the next start ends them and goes on with the same book', async () => {
  const data = folder();
  const [http, relay] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const first = await start(data, http, relay);
  const player = new FakePlayer(first.url, 'who stays');
  const page = await player.connect();
  const { session } = await page.play();
  page.send({ t: 'end', session });
  await page.next('ended');
  page.cut();
  const pidIn = (role: string) => Number(readFileSync(join(data, 'run', `${role}.child`), 'utf8').split(' ')[0]);
  const hanging = [pidIn('hub'), pidIn('relay')];
  for (const pid of hanging) process.kill(pid, 'SIGSTOP'); // They cannot see that the supervisor is gone.
  const supervisor = Number(readFileSync(join(data, 'run', 'up.pid'), 'utf8').split(' ')[0]);
  process.kill(supervisor, 'SIGKILL');
  await exited(first);
  expect(processesOf(first.mark, data).length).toBeGreaterThanOrEqual(2); // There is something to clean up.

  const second = await start(data, http, relay);
  await expect
    .poll(() => processesOf(first.mark, data).filter((line) => !processesOf(second.mark, data).includes(line)), {
      timeout: 10_000,
    })
    .toEqual([]);
  const again = await new FakePlayer(second.url, 'who stays').login();
  const sessions = await (await again.fetch('/api/sessions')).text();
  expect(sessions).toContain(session);
  process.kill(-second.group, 'SIGINT');
  await exited(second);
  expect(processesOf(second.mark, data)).toEqual([]);
});

// Goal: a café tries the product over HTTPS with one command. Method: the page asked with the authority of the folder alone; its
// relay and its node have come to the hub over TLS.
test('up --tls auto serves HTTPS by an authority of its own, and its relay and node reach it', async () => {
  const data = folder();
  const [http, relay] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const up = await start(data, http, relay, '--tls', 'auto');
  expect(up.url).toBe(`https://${http}`);
  const ask = (ca?: Buffer) =>
    new Promise<unknown>((done, fail) => {
      get(`${up.url}/readyz`, { ...(ca && { ca }) }, (answer) => json(answer).then(done, fail)).once('error', fail);
    });
  await expect(ask()).rejects.toThrow(); // The control: nobody else vouches for it.
  const ca = readFileSync(join(data, 'tls-ca.pem'));
  await expect.poll(() => ask(ca), { timeout: 30_000 }).toMatchObject({ ready: true, relay: true, nodes: 1 });
  process.kill(-up.group, 'SIGINT');
  await exited(up);
});

test('a second start on the same folder, and a taken port, are refused in one plain sentence', async () => {
  const refused = (args: readonly string[]) =>
    new Promise<{ code: number | null; text: string }>((done) => {
      const child = spawn(join(repositoryRoot, 'nearcade'), ['up', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
      let text = '';
      child.stderr.on('data', (chunk) => {
        text += chunk;
      });
      child.once('exit', (code) => done({ code, text }));
    });
  const own = await refused(['--data', quiet.data]);
  expect(own).toMatchObject({ code: 1, text: expect.stringContaining('already runs on') });
  const taken = await refused(['--data', folder(), '--http', quiet.url.replace('http://', '')]);
  expect(taken).toMatchObject({ code: 1, text: expect.stringContaining('--http') });
  expect([own, taken].map(({ text }) => text.trim().split('\n').length)).toEqual([1, 1]);
  expect(await ready(quiet.url)).toMatchObject({ ready: true, nodes: 1 });
});
