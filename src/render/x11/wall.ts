// src/render/x11/wall.ts - what keeps a session's programs from the rest of the machine: bubblewrap, with namespaces for
// mounts, processes, memory, host name and network. Found out by really starting something in it.
// Why not more of it by hand: bubblewrap is in every distribution, small, and does only this.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { behindPasta } from './internet.ts';

/** The setting `--sandbox`: shut in where it works, refuse games where it does not, or never. */
export type SandboxWish = 'auto' | 'require' | 'off';

/**
 * How programs are shut in. `user`: in a user namespace, without a right. `root`: by root, where the kernel lets nobody
 * else make namespaces. `none`: not at all, and why.
 */
export type Wall = { readonly by: 'user' | 'root' } | { readonly by: 'none'; readonly reason: string };

/** What one program needs of the machine. */
export type Room = {
  /** `host`: the machine's own, for programs of ours that need its sockets. `internet`: all but what is private. */
  readonly network: 'none' | 'internet' | 'host';
  /** Shares System V memory with the rest of the machine: the display hands pictures to the encoder that way. */
  readonly sharesMemory?: true;
  /** Leaves its process group, so that only the end of its wall reaches it; it has nothing to put in order. */
  readonly endsWithWall?: true;
  /** Paths beside the system's own that it may read. */
  readonly reads?: readonly string[];
  /** Paths outside of its own folder that it may write. */
  readonly writes?: readonly string[];
};

/** What is lost without a wall, for whoever runs the node. */
export const WITHOUT_WALL =
  'X11 games see files that everybody may read, the processes of this machine, its network and LAN, and may leave files in shared folders';

const BWRAP = '/usr/bin/bwrap';
const ENV = '/usr/bin/env';
const SETPRIV = '/usr/bin/setpriv';
const TRY_MS = 10_000;
/** A user that nobody is, to try what a user without rights may. */
const NOBODY = 65_534;
/** Of /etc only what libraries read. Nothing in it says who runs this machine. */
const ETC = [
  ...['alternatives', 'fonts', 'glvnd', 'ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'localtime', 'nsswitch.conf'],
  ...['drirc', 'OpenCL', 'openal', 'pulse', 'ssl/certs', 'ca-certificates', 'timidity', 'vulkan', 'X11', 'protocols'],
];
/** Folders that everybody may write; in there they are memory that ends with it. */
const SHARED = ['/tmp', '/var/tmp', '/dev/shm'];
const MERGED = ['bin', 'lib', 'lib32', 'lib64', 'libx32', 'sbin'];

function systemFolders(): string[] {
  return MERGED.flatMap((name) => {
    const stat = lstatSync(`/${name}`, { throwIfNoEntry: false });
    if (stat === undefined) return [];
    return stat.isSymbolicLink()
      ? ['--symlink', readlinkSync(`/${name}`), `/${name}`]
      : ['--ro-bind', `/${name}`, `/${name}`];
  });
}

/** Devices and descriptions of graphics cards, so that a game may draw on one. */
function cards(): string[] {
  const nvidia = readdirSync('/dev').filter((name) => name.startsWith('nvidia'));
  const devices = ['dri', ...nvidia].map((name) => join('/dev', name)).filter((path) => existsSync(path));
  if (devices.length === 0) return [];
  return [...devices.flatMap((path) => ['--dev-bind', path, path]), '--ro-bind', '/sys', '/sys'];
}

/** The folders above these paths, outermost first. bubblewrap would make them for root alone. */
function above(paths: readonly string[]): string[] {
  const up = (path: string): string[] => (path === '/' ? [] : [...up(dirname(path)), path]);
  return [...new Set(paths.flatMap((path) => up(dirname(path))))].filter((path) => !SHARED.includes(path));
}

/** Adds what stands before a program: a view of the machine that holds the system, the session's folder and `room`. */
function view({ room, folder, etc = {} }: Place): string[] {
  const bind = (how: string, paths: readonly string[]): string[] => paths.flatMap((path) => [how, path, path]);
  const [reads, writes] = [room.reads ?? [], [...(folder === undefined ? [] : [folder]), ...(room.writes ?? [])]];
  const libraries = [...ETC.map((name) => `/etc/${name}`), '/var/lib/dbus/machine-id', '/var/cache/fontconfig'];
  return [
    ...['--die-with-parent', '--unshare-pid', '--unshare-uts', '--unshare-cgroup-try', '--hostname', 'nearcade'],
    ...(room.sharesMemory ? [] : ['--unshare-ipc']),
    ...(room.network === 'none' ? ['--unshare-net'] : []),
    ...['--cap-drop', 'ALL'],
    ...['--ro-bind', '/usr', '/usr', ...systemFolders()],
    ...['--proc', '/proc', '--dev', '/dev', ...cards(), '--tmpfs', '/run'],
    ...SHARED.flatMap((path) => [...above([path]).flatMap(openFolder), '--perms', '1777', '--tmpfs', path]),
    ...above([...libraries, ...reads, ...writes]).flatMap(openFolder),
    ...bind('--ro-bind-try', [...libraries, ...reads]),
    ...Object.entries(etc).flatMap(([name, path]) => ['--ro-bind', path, `/etc/${name}`]),
    ...bind('--bind', writes),
  ];
}

const openFolder = (path: string): string[] => ['--perms', '0755', '--dir', path];

/** Whom a program runs as. */
export type Who = { readonly uid: number; readonly groups: readonly number[] };

/** Takes every right away, and becomes somebody else where root asks for it. */
function privileges(who: Who | undefined): string[] {
  if (who === undefined) return [SETPRIV, '--no-new-privs', '--pdeathsig=KILL'];
  const groups = who.groups.length > 0 ? `--groups=${who.groups.join()}` : '--clear-groups';
  return [SETPRIV, '--no-new-privs', '--pdeathsig=KILL', `--reuid=${who.uid}`, `--regid=${who.uid}`, groups];
}

/** What a program stands in. */
export type Place = {
  readonly room: Room;
  readonly who: Who | undefined;
  readonly folder?: string;
  /** Files that stand for some of /etc, by name. */
  readonly etc?: Readonly<Record<string, string>>;
};

/**
 * The whole command line of a program behind this wall. Asking it to end (SIGTERM to its process group) reaches the
 * program alone: bubblewrap, which would take it down at once, does not hear it.
 */
export function walled(wall: Wall, argv: readonly string[], place: Place): string[] {
  const { room, who, folder } = place;
  if (wall.by === 'none') return [...privileges(who), '--', ...argv];
  const deaf = room.endsWithWall ? [] : [ENV, '--ignore-signal=TERM'];
  // Its folder is entered last: whom it belongs to may enter it, root without rights may not.
  const into = folder === undefined ? [] : [`--chdir=${join(folder, 'home')}`];
  const hears = [ENV, '--default-signal=TERM', ...into, ...argv];
  const box = [BWRAP, ...view(place)];
  // Root of pasta's user namespace to itself, without a right: it holds nothing but the one user.
  if (wall.by === 'user' && room.network === 'internet') {
    return [...deaf, ...privileges(who), '--', ...behindPasta([...box, '--', ...hears])];
  }
  if (wall.by === 'user') return [...deaf, ...privileges(who), '--', ...box, '--unshare-user', '--', ...hears];
  const mayChange = ['--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SETGID'];
  return [...deaf, ...box, ...mayChange, '--', ...privileges(who), '--', ...hears];
}

function holds(wall: Wall, who: Who | undefined): string | undefined {
  const [command = BWRAP, ...args] = walled(wall, ['/bin/true'], { room: { network: 'none' }, who });
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: TRY_MS });
  if (status === 0) return undefined;
  return error?.message ?? (stderr.trim().split('\n').at(-1) || `ended with ${status}`);
}

/** Finds out how programs can be shut in on this machine, by doing it; takes some milliseconds. Never throws. */
export function findWall(wish: SandboxWish): Wall {
  if (wish === 'off') return { by: 'none', reason: 'switched off by --sandbox off' };
  if (!existsSync(BWRAP)) return { by: 'none', reason: 'bubblewrap is not installed (Debian: bubblewrap)' };
  const root = process.getuid?.() === 0;
  const who = root ? { uid: NOBODY, groups: [] } : undefined;
  const refused = holds({ by: 'user' }, who);
  if (refused === undefined) return { by: 'user' };
  const refusedRoot = root ? holds({ by: 'root' }, who) : undefined;
  if (root && refusedRoot === undefined) return { by: 'root' };
  return { by: 'none', reason: `bubblewrap does not work here: ${refusedRoot ?? refused}` };
}
