// src/render/x11/wall.ts - what keeps a session's programs from the rest of the machine: bubblewrap, with namespaces for
// mounts, processes, memory, host name and network. Found out by really starting something in it.
// Why not more of it by hand: bubblewrap is in every distribution, small, and does only this.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { cardView, foldersAbove, openFolder } from './card-view.ts';
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

/** The folders above these paths, but those that are memory. */
const above = (paths: readonly string[]): string[] => foldersAbove(paths).filter((path) => !SHARED.includes(path));

/** bubblewrap before 0.7 has no word for the size of such a folder: it may take half of the machine's memory there. */
export const canBound = (() => {
  let known: boolean | undefined;
  return (): boolean => {
    known ??=
      spawnSync(BWRAP, ['--help'], { encoding: 'utf8', timeout: TRY_MS }).stdout?.includes('--size BYTES') === true;
    return known;
  };
})();

/** Adds what stands before a program: a view of the machine that holds the system, the session's folder and `room`. */
function view({ room, folder, etc = {}, sharedBytes }: Place): string[] {
  const sized = sharedBytes !== undefined && canBound() ? ['--size', String(sharedBytes)] : [];
  const bind = (how: string, paths: readonly string[]): string[] => paths.flatMap((path) => [how, path, path]);
  const [reads, writes] = [room.reads ?? [], [...(folder === undefined ? [] : [folder]), ...(room.writes ?? [])]];
  const libraries = [...ETC.map((name) => `/etc/${name}`), '/var/cache/fontconfig'];
  return [
    ...[
      '--die-with-parent',
      '--unshare-pid',
      '--unshare-uts',
      '--unshare-ipc',
      '--unshare-cgroup-try',
      '--hostname',
      'nearcade',
    ],
    ...(room.network === 'none' ? ['--unshare-net'] : []),
    ...['--cap-drop', 'ALL'],
    ...['--ro-bind', '/usr', '/usr', ...systemFolders()],
    ...['--proc', '/proc', '--dev', '/dev', ...cardView(), ...sized, '--tmpfs', '/run'],
    ...SHARED.flatMap((path) => [...above([path]).flatMap(openFolder), '--perms', '1777', ...sized, '--tmpfs', path]),
    ...above([...libraries, ...reads, ...writes]).flatMap(openFolder),
    ...bind('--ro-bind-try', [...libraries, ...reads]),
    ...Object.entries(etc).flatMap(([name, path]) => ['--ro-bind', path, `/etc/${name}`]),
    ...bind('--bind', writes),
  ];
}

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
  /** Most bytes of each folder that is memory: /tmp and the like. */
  readonly sharedBytes?: number;
  /** Files that stand for some of /etc, by name. */
  readonly etc?: Readonly<Record<string, string>>;
  /** File with what it may not ask the kernel for (syscall-filter.ts). */
  readonly filter?: string;
};

/**
 * The whole command line of a program behind this wall. Asking it to end (SIGTERM to its process group) reaches the
 * program alone: bubblewrap, which would take it down at once, does not hear it.
 */
export function walled(wall: Wall, argv: readonly string[], place: Place): string[] {
  const { room, who, folder, filter } = place;
  if (wall.by === 'none') return [...privileges(who), '--', ...argv];
  const deaf = room.endsWithWall ? [] : [ENV, '--ignore-signal=TERM'];
  // Its folder is entered last: whom it belongs to may enter it, root without rights may not.
  const into = folder === undefined ? [] : [`--chdir=${join(folder, 'home')}`];
  const hears = [ENV, '--default-signal=TERM', ...into, ...argv];
  // Opened last of all: what stands before may close what it does not know.
  const filtered = filter === undefined ? [] : ['/bin/sh', '-c', 'exec "$@" 9< "$0"', filter];
  const box = [...filtered, BWRAP, ...(filter === undefined ? [] : ['--seccomp', '9']), ...view(place)];
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
