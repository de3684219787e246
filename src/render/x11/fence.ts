// src/render/x11/fence.ts - how much of the machine one session may use. Where the kernel lends us a part of its control
// groups (version 2 delegated by systemd, version 1 writable), all programs of a session are one group. Elsewhere each
// program has a limit of its own, which is less. No kernel limits a graphics card or a
// folder: they are watched (card-use.ts, disk-use.ts).
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** What one session may use; what is left out is not limited. */
export type Limits = {
  readonly memoryMb?: number;
  readonly cpus?: number;
  /** Memory of graphics cards, all of them together. A session found above it is ended. */
  readonly cardMemoryMb?: number;
  /** Of the disk, for all that a session writes; a single file cannot be larger. A session found above it is ended. */
  readonly diskMb?: number;
};

/** Where groups are made: version 2 in one folder, version 1 in one for each thing that is limited. */
export type Fence =
  | { readonly by: 'cgroup2'; readonly base: string }
  | { readonly by: 'cgroup1'; readonly memory?: string; readonly cpu?: string; readonly pids?: string }
  | { readonly by: 'rlimit' };

const ROOT = '/sys/fs/cgroup';
/** In version 2 a group with groups below it holds no process: node and slots go into this one. */
const OURS = 'nearcade-node';
const PROCESSES_MAX = 1_024;
const PERIOD_US = 100_000;
/** Where all sessions run as one user, these many shall not be in each other's way. */
const USERS_SESSIONS = 8;
/** A dump would keep a player's game on this machine. */
const NO_CORE = '--core=0';
const PRLIMIT = '/usr/bin/prlimit';
const BYTES_PER_MB = 1024 * 1024;

const words = (path: string): string[] => readFileSync(path, 'utf8').trim().split(/\s+/);

function canWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    accessSync(join(folder, 'cgroup.procs'), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The group of this process for a controller; '' names that of version 2. */
function ownGroup(membership: string, controller: string): string | undefined {
  for (const line of membership.split('\n')) {
    const [, names, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (names?.split(',').includes(controller)) return path;
  }
  return undefined;
}

/**
 * Whether the group we are in is ours to divide. Root may write to every group, also to one that holds a shell or a whole
 * container: then only a service manager's word counts (INVOCATION_ID, systemd.exec(5)).
 */
const isOurs = (): boolean => process.getuid?.() !== 0 || process.env.INVOCATION_ID !== undefined;

function openVersion2(root: string, path: string, ours: boolean): Fence | undefined {
  const own = join(root, path);
  const base = basename(own) === OURS ? dirname(own) : own;
  try {
    if (!canWrite(base) || !words(join(base, 'cgroup.controllers')).includes('memory')) return undefined;
    if (!words(join(base, 'cgroup.subtree_control')).includes('memory')) {
      if (!ours) return undefined;
      mkdirSync(join(base, OURS), { recursive: true });
      for (const pid of words(join(base, 'cgroup.procs')).filter((word) => word !== '')) {
        writeFileSync(join(base, OURS, 'cgroup.procs'), pid);
      }
      writeFileSync(join(base, 'cgroup.subtree_control'), '+memory +pids');
      // The processor may not be lent with the rest.
      if (words(join(base, 'cgroup.controllers')).includes('cpu'))
        writeFileSync(join(base, 'cgroup.subtree_control'), '+cpu');
    }
    return { by: 'cgroup2', base };
  } catch {
    return undefined; // Not lent to us, or somebody else's processes are in it.
  }
}

/** Finds what this machine lends us. The parameters are for tests. */
export function findFence(root = ROOT, membership = readFileSync('/proc/self/cgroup', 'utf8'), ours = isOurs()): Fence {
  const path = ownGroup(membership, '');
  const second = path === undefined ? undefined : openVersion2(root, path, ours);
  if (second !== undefined) return second;
  const folder = (name: string): string | undefined => {
    const own = ownGroup(membership, name);
    const found = own === undefined ? undefined : join(root, name, own);
    return found !== undefined && existsSync(found) && canWrite(found) ? found : undefined;
  };
  const [memory, cpu, pids] = [folder('memory'), folder('cpu'), folder('pids')];
  if (memory === undefined) return { by: 'rlimit' };
  return { by: 'cgroup1', memory, ...(cpu === undefined ? {} : { cpu }), ...(pids === undefined ? {} : { pids }) };
}

/** The files of a session's group and what is written into them, by folder. */
function groupsOf(fence: Fence, name: string, { memoryMb, cpus }: Limits): [string, Record<string, string>][] {
  const bytes = memoryMb === undefined ? undefined : String(memoryMb * BYTES_PER_MB);
  const quota = cpus === undefined ? undefined : String(cpus * PERIOD_US);
  if (fence.by === 'rlimit') return [];
  if (fence.by === 'cgroup2') {
    const files = {
      'pids.max': String(PROCESSES_MAX),
      ...(bytes === undefined ? {} : { 'memory.max': bytes, 'memory.swap.max': '0', 'memory.oom.group': '0' }),
      ...(quota === undefined ? {} : { 'cpu.max': `${quota} ${PERIOD_US}` }),
    };
    return [[join(fence.base, name), files]];
  }
  const { memory, cpu, pids } = fence;
  return [
    ...(memory && bytes
      ? [[join(memory, name), { 'memory.limit_in_bytes': bytes }] as [string, Record<string, string>]]
      : []),
    ...(cpu && quota ? [[join(cpu, name), { 'cpu.cfs_quota_us': quota }] as [string, Record<string, string>]] : []),
    ...(pids ? [[join(pids, name), { 'pids.max': String(PROCESSES_MAX) }] as [string, Record<string, string>]] : []),
  ];
}

/** Enters the groups, then becomes the program. */
const ENTER = 'for file in $1; do echo $$ > "$file" || exit 71; done; shift; exec "$@"';

/**
 * Makes a session's group and answers what stands before each of its programs.
 * @param name of the session; no spaces
 */
export function fenceIn(fence: Fence, name: string, limits: Limits): readonly string[] {
  const groups = groupsOf(fence, name, limits);
  for (const [folder, files] of groups) {
    mkdirSync(folder, { recursive: true });
    for (const [file, text] of Object.entries(files)) {
      // A file that this kernel does not have (no swap counted, no processor lent) limits nothing.
      if (existsSync(join(folder, file))) writeFileSync(join(folder, file), text);
    }
  }
  const doors = groups.map(([folder]) => join(folder, 'cgroup.procs'));
  const [enter, own] =
    doors.length > 0 ? [['/bin/sh', '-c', ENTER, 'sh', doors.join(' ')], []] : [[], ownLimits(limits)];
  const file = limits.diskMb === undefined ? [] : [`--fsize=${limits.diskMb * BYTES_PER_MB}`];
  return existsSync(PRLIMIT) ? [PRLIMIT, NO_CORE, ...file, ...own, '--', ...enter] : enter;
}

/** What stands for a control group: each program's memory, and the processes of its user, which may be that of others. */
function ownLimits({ memoryMb }: Limits): string[] {
  const wanted = process.getuid?.() === 0 ? PROCESSES_MAX : PROCESSES_MAX * USERS_SESSIONS;
  const [, most] = /^Max processes +\S+ +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  const processes = Math.min(wanted, Number(most ?? wanted)); // A limit can be lowered, not raised.
  return [`--nproc=${processes}`, ...(memoryMb === undefined ? [] : [`--data=${memoryMb * BYTES_PER_MB}`])];
}

const foldersOf = (fence: Fence, name: string): string[] =>
  groupsOf(fence, name, { memoryMb: 1, cpus: 1 }).map(([folder]) => folder);

/** Paths of the files that list the processes of a session's group. */
export function listsOf(fence: Fence, name: string): string[] {
  return foldersOf(fence, name).map((folder) => join(folder, 'cgroup.procs'));
}

/** Removes a session's group; one that still holds a process stays. Never throws. */
export function removeFence(fence: Fence, name: string): void {
  for (const folder of foldersOf(fence, name)) {
    try {
      rmdirSync(folder);
    } catch {
      // Never made, or a process in it is still ending: the next sweep takes it.
    }
  }
}

/**
 * What is limited here and what is not, in plain words.
 * @param card whether there is a graphics card whose memory can be read
 */
export function fenceWords(fence: Fence, card: boolean): string {
  const graphics = card
    ? 'memory of a graphics card is watched, a session above its share is ended; time on it cannot be limited'
    : 'no graphics card whose memory could be watched';
  if (fence.by === 'cgroup2')
    return `each session is a control group (version 2): memory, processors, processes; ${graphics}`;
  if (fence.by === 'cgroup1') {
    const what = [
      ...(fence.memory ? ['memory'] : []),
      ...(fence.cpu ? ['processors'] : []),
      ...(fence.pids ? ['processes'] : []),
    ];
    return `each session is a control group (version 1): ${what.join(', ')}; ${graphics}`;
  }
  const has = spawnSync(PRLIMIT, ['--version']).status === 0;
  return `no control group is lent to us: ${has ? 'memory is limited for each program alone, processes for its user' : 'nothing is limited'}, processors are not; ${graphics}`;
}
