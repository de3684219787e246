// test/contract/render-sandbox.test.ts - a 'game' that tries to read, reach and leave what it must not.
// Method: it plays twice, shut in and not. Each act must be refused shut in, and succeed without: the control.
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findWall } from '../../src/render/x11/wall.ts';
import { command, library, type Played, play, sleep, tracesOf } from './render-rig.ts';
import { type Guest, playGuest } from './render-sandbox/guest.ts';

const perl = (script: string): string => execFileSync('/usr/bin/perl', ['-e', script], { encoding: 'utf8' }).trim();
const machineId = ['/etc/machine-id', '/var/lib/dbus/machine-id']
  .filter((path) => existsSync(path))
  .map((path) => readFileSync(path, 'utf8').trim())[0];
const AF_VSOCK = 40; // To the machine's host, past every namespace of networks.
const STAYS = ['86397', '86398'] as const; // Seconds, and the name by which the process that stays is found.

function sleepers(seconds: string): number[] {
  const isIt = (pid: string): boolean => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1') === `/bin/sleep\0${seconds}\0`;
    } catch {
      return false;
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isIt(name))
    .map(Number);
}

/** Ends the game's own process and waits until the session has heard of it. */
async function endGame(guest: Guest): Promise<void> {
  const ended = new Promise<unknown>((resolve) => guest.run.onExit(resolve));
  const isDoom = (pid: number): boolean => readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'crispy-doom';
  for (const pid of guest.pids().filter(isDoom)) process.kill(pid, 'SIGKILL');
  await ended;
}

test('bubblewrap works on this machine', () => expect(findWall('auto').by).not.toBe('none'));

describe('a guest that tries what it must not', () => {
  const operator = mkdtempSync('/var/tmp/nearcade-operator-');
  const secret = join(operator, 'wallet');
  const left = (name: string, by: string): string => `${name}/nearcade-left-${process.pid}-${by}`;
  const key = (by: string): string => `nearcade-${process.pid}-${by}`;
  const places = ['/tmp', '/var/tmp', '/dev/shm'];
  const listener = createServer().listen(0, '127.0.0.1');
  const memory = perl('my $id = shmget(0, 64, 0666 | 01000); shmwrite($id, "text", 0, 4); print $id');
  let other: Played;
  let inside: Guest;
  let outside: Guest;

  beforeAll(async () => {
    chmodSync(operator, 0o755);
    writeFileSync(secret, 'key');
    const games = await library();
    other = await play(games, command('freedoom'));
    const address = listener.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const socket = `/tmp/.X11-unix/X${other.display.slice(1)}`;
    const acts = (by: string, stays: string): string[] => [
      ...[
        `read=${secret}`,
        `read=${other.authority}`,
        `process=${process.pid}`,
        `memory=${memory}`,
        `picture=${memory}`,
      ],
      ...[`socket=${socket}`, `abstract=${socket}`, `tcp=127.0.0.1:${port}`, `stay=${stays}`],
      ...[`keep=${key(by)}`, `find=${key(by)}`, 'users=', `family=${AF_VSOCK}`],
      `machine=${machineId}`,
      ...places.map((place) => `write=${left(place, by)}`),
    ];
    inside = await playGuest('require', acts('in', STAYS[0]));
    outside = await playGuest('off', acts('out', STAYS[1]));
  });
  afterAll(async () => {
    await Promise.all([other.run.close(), inside.run.close(), outside.run.close()]);
    for (const pid of STAYS.flatMap(sleepers)) process.kill(pid, 'SIGKILL');
    for (const path of places.flatMap((place) => [left(place, 'in'), left(place, 'out')]))
      rmSync(path, { force: true });
    rmSync(operator, { recursive: true });
    listener.close();
    perl(`shmctl(${memory}, 0, 0)`);
  });

  /** Whether an act succeeded, shut in and not. */
  const both = (begins: string): [boolean | undefined, boolean | undefined] => {
    const of = ({ got }: Guest) => [...got].find(([act]) => act.startsWith(begins))?.[1];
    return [of(inside), of(outside)];
  };

  test("does not read the operator's files", () => expect(both('read=/var/tmp')).toEqual([false, true]));
  test("does not reach another session's display by its path", () => expect(both('socket=')).toEqual([false, true]));
  test('nor by its abstract name', () => expect(both('abstract=')).toEqual([false, true]));
  test('does not see the processes of the machine', () => expect(both('process=')).toEqual([false, true]));
  test('does not read shared memory of others, in which pictures travel', () =>
    expect(both('memory=')).toEqual([false, true]));
  test('does not see it on its own display either, which would fetch it', () =>
    expect(both('picture=')).toEqual([false, true]));
  test('does not reach what listens on this machine', () => expect(both('tcp=')).toEqual([false, true]));
  test("does not read another session's cookie, shut in or not", () => {
    const isRoot = process.getuid?.() === 0;
    expect(both('read=/tmp')).toEqual([false, !isRoot]); // Without root both sessions are of one user.
  });

  test.skipIf(machineId === undefined)('does not learn which machine it is on', () =>
    expect(both('machine=')).toEqual([false, true]),
  );
  test('leaves no key in the keyring that the next player would have too', () =>
    expect([both('keep='), both('find=')]).toEqual([
      [false, true],
      [false, true],
    ]));
  test('makes no namespace of users', () => expect(both('users=')).toEqual([false, true]));
  test('opens no socket of a kind that knows no namespaces', () => {
    const known = spawnSync('/usr/bin/perl', ['-MSocket', '-e', `exit !socket(my $s, ${AF_VSOCK}, SOCK_STREAM, 0)`]);
    expect(both('family=')).toEqual([false, known.status === 0]);
  });

  test('leaves no process behind', async () => {
    expect([sleepers(STAYS[0]), sleepers(STAYS[1])]).toEqual([[expect.any(Number)], [expect.any(Number)]]);
    await Promise.all([endGame(inside), endGame(outside)]);
    for (let tries = 0; tries < 100 && sleepers(STAYS[0]).length > 0; tries++) await sleep(20);
    expect([sleepers(STAYS[0]), sleepers(STAYS[1])]).toEqual([[], [expect.any(Number)]]);
  });

  test('leaves no file behind, although it could write', async () => {
    expect(places.map((place) => inside.got.get(`write=${left(place, 'in')}`))).toEqual([true, true, true]);
    await Promise.all([inside.run.close(), outside.run.close()]);
    expect(places.filter((place) => existsSync(left(place, 'in')))).toEqual([]);
    expect(places.filter((place) => existsSync(left(place, 'out')))).toEqual(places);
    expect([tracesOf(inside), tracesOf(outside)]).toEqual([[], []]);
  });
});

test('where no sandbox can be had, --sandbox require offers no X11 game and says why; auto offers them', async () => {
  const driver = `
    const { openLibrary } = await import(process.argv[1] + '/src/render/library.ts');
    const { systemClock, systemRandom } = await import(process.argv[1] + '/src/observe/clock.ts');
    const { silentLog } = await import(process.argv[1] + '/src/observe/log.ts');
    const open = (sandbox) => openLibrary({ clock: systemClock, random: systemRandom, log: silentLog, sandbox });
    const [strict, free] = [await open('require'), await open('auto')];
    console.log(JSON.stringify({ strict: strict.games.length, free: free.games.length, missing: strict.missing }));`;
  const root = join(import.meta.dirname, '../..');
  const hide = 'mount --bind /dev/null /usr/bin/bwrap && exec "$@"';
  const node = [process.execPath, '--input-type=module', '-e', driver, root];
  const { stdout } = spawnSync('unshare', ['--mount', '--map-root-user', 'sh', '-c', hide, 'sh', ...node]);
  const seen = JSON.parse(String(stdout)) as { strict: number; free: number; missing: { reason: string }[] };
  expect([seen.strict, seen.free]).toEqual([1, 3]);
  expect(seen.missing.map(({ reason }) => reason)).toEqual(Array(2).fill(expect.stringContaining('no sandbox')));
});

test.runIf(process.getuid?.() === 0)(
  'a game with network reaches the internet, not the LAN, the metadata service, the machine; one without reaches nothing',
  async () => {
    // File systems of our own: `ip netns` keeps names under /run, and the tunnel device is open to all, as udev has it.
    const own = `mount -t tmpfs none /run; mount -t tmpfs none /dev/net; mknod -m 666 /dev/net/tun c 10 200
    echo nameserver 9.9.9.9 > /run/resolv.conf; mount --bind /run/resolv.conf /etc/resolv.conf; exec "$@"`;
    const unshare = ['--net', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child', 'sh', '-c', own, 'sh'];
    const driver = [process.execPath, join(import.meta.dirname, 'render-sandbox/driver.ts')];
    const limits = { timeout: 100_000, killSignal: 'SIGKILL' } as const;
    const { stdout } = await promisify(execFile)('unshare', [...unshare, ...driver], limits);
    const seen = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as {
      none: string[];
      asked: string[];
      off: string[];
    };
    expect(seen.none).toEqual([]);
    expect(seen.asked).toEqual(['internet', 'internet, bound', 'names']); // Not past the routes by a bound socket either.
    expect(seen.off).toHaveLength(15);
  },
);

test.runIf(process.getuid?.() === 0)(
  'root shuts games in also where the kernel lets no user make namespaces',
  async () => {
    // A user namespace with every number in it whose own limit of further ones is zero.
    const closed = `
    unshare --user sleep 600 & holder=$!
    until [ "$(readlink /proc/$holder/ns/user)" != "$(readlink /proc/self/ns/user)" ]; do :; done
    echo '0 0 65536' > /proc/$holder/uid_map && echo '0 0 65536' > /proc/$holder/gid_map
    zero='echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"'
    nsenter --user --target $holder --setuid 0 --setgid 0 sh -c "$zero" sh "$@"
    kill $holder`;
    const left = `/tmp/nearcade-left-${process.pid}-closed`;
    const acts = ['read=/etc/hostname', `process=${process.pid}`, 'read=/etc/passwd', `write=${left}`];
    const driver = [process.execPath, join(import.meta.dirname, 'render-sandbox/closed.ts'), ...acts];
    const { stdout } = await promisify(execFile)('sh', ['-c', closed, 'sh', ...driver], { timeout: 60_000 });
    const seen: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
    expect(seen).toEqual({ by: 'root', got: [false, false, true, true] });
    expect(existsSync(left)).toBe(false);
  },
);
