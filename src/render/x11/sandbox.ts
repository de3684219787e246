// src/render/x11/sandbox.ts - where a session's programs live: a folder of their own with a home in it, a user of their
// own when we are root, no more of our environment than a path, and an end that leaves nothing. What they see of the
// machine is decided in wall.ts.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OutageError } from '../../base/assert.ts';
import { toHex } from '../../base/bytes.ts';
import { newId } from '../../base/ids.ts';
import type { Random } from '../../base/random.ts';
import { renderNodes } from './card-view.ts';
import { fenceIn, findFence, type Limits, listsOf, removeFence } from './fence.ts';
import { RESOLVER } from './internet.ts';
import { killAll, MARK, pidsOf, startOf, type Whose } from './processes.ts';
import { syscallFilter } from './syscall-filter.ts';
import { type Room, type Wall, type Who, walled } from './wall.ts';

const PREFIX = 'nearcade-game';
/** Users that belong to nobody: what systemd keeps for services that come and go. */
const [UID_FIRST, UID_LAST] = [61_184, 65_519];
/** Files beside the folder: who made it, and which sockets go with it. */
const [OWNER, SOCKETS] = ['.owner', '.sockets'];
const [CLOSING_TURNS, CLOSING_TURN_MS] = [10, 20];
const SETPRIV = '/usr/bin/setpriv';
/** Folders behind the wall that are memory: all four of a program together take no more than its session may. */
const SHARED_PARTS = 4;
const [SHARED_MB, BYTES_PER_MB] = [256, 1_048_576]; // Where no limit is set.
const PATH = '/usr/games:/usr/local/games:/usr/local/bin:/usr/bin:/bin';

/**
 * Gives a folder to a user that nobody else is. Two processes may choose the same number at the same time: both own
 * their folder first and look around then, so at least one of them sees the other and chooses anew.
 */
function claimUid(folder: string, random: Random): number {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  const known = new Set(lines.map((line) => Number(line.split(':')[2])));
  for (let tries = 0; tries < 100; tries++) {
    const uid = UID_FIRST + random.below(UID_LAST - UID_FIRST + 1);
    if (known.has(uid) || pidsOf({ uid }).length > 0) continue;
    chownSync(folder, uid, uid);
    const others = readdirSync(dirname(folder)).filter(
      (name) => name.startsWith(`${PREFIX}_`) && name !== basename(folder),
    );
    if (!others.some((name) => ownerOf(join(dirname(folder), name)) === uid)) return uid;
  }
  throw new OutageError('no free user number for a game');
}

function ownerOf(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.uid;
}

/** Groups that may use the graphics cards, so that a game may draw on one. */
function cardGroups(): number[] {
  return [...new Set(renderNodes().map((path) => statSync(path).gid))];
}

/** The users that games run as must be able to come to their folder. */
function assertReachable(folder: string): void {
  for (let path = resolve(folder); path !== '/'; path = dirname(path)) {
    if ((statSync(path).mode & 0o001) === 0)
      throw new OutageError(`${path} must be open to all (chmod o+x) for games to run below it`);
  }
}

/** One session's folder, user and programs. */
export class Sandbox {
  /** Folder of everything below; 0700. */
  readonly folder: string;
  /** The programs' HOME. */
  readonly home: string;
  /** Sockets, cookies; the programs' XDG_RUNTIME_DIR. */
  readonly run: string;
  readonly #uid: number | undefined;
  readonly #wall: Wall;
  /** What stands before each program. */
  readonly #fence: readonly string[];
  readonly #etc: Readonly<Record<string, string>>;
  readonly #filter: string;
  readonly #sharedBytes: number;

  /** Makes a fresh one in `tempFolder`. @throws OutageError when the machine lacks what it takes */
  constructor(tempFolder: string, random: Random, wall: Wall, limits: Limits = {}) {
    this.#wall = wall;
    if (!existsSync(SETPRIV)) throw new OutageError(`${SETPRIV} is missing: install util-linux`);
    const root = process.getuid?.() === 0;
    if (root) assertReachable(tempFolder);
    this.folder = join(tempFolder, newId(PREFIX, random));
    // Who made it lies beside it, where the session's own user cannot change it.
    const owner = `${process.pid} ${startOf(process.pid)} ${pidNamespace()} ${bootId()}\n`;
    writeFileSync(`${this.folder}${OWNER}`, owner, { mode: 0o600, flag: 'wx' });
    mkdirSync(this.folder, { mode: 0o700 });
    this.#uid = root ? claimUid(this.folder, random) : undefined;
    this.home = join(this.folder, 'home');
    this.run = join(this.folder, 'run');
    for (const path of [this.home, this.run, join(this.folder, 'tmp')]) {
      mkdirSync(path, { mode: 0o700 });
      this.give(path);
    }
    // Programs ask who they are; who else there is on this machine is not theirs to know.
    const uid = this.#uid ?? process.getuid?.() ?? 0;
    const line = (id: number): string => `player:x:${id}:${id}:player:${this.home}:/bin/sh\n`;
    const sharedMb = limits.memoryMb === undefined ? SHARED_MB : Math.ceil(limits.memoryMb / SHARED_PARTS);
    this.#sharedBytes = sharedMb * BYTES_PER_MB;
    this.#fence = fenceIn(findFence(), basename(this.folder), limits);
    // 0 is the player behind pasta. The machine's own id would tell one machine from another wherever a game speaks to.
    const machineId = `${toHex(random.bytes(16)).replace('0x', '')}\n`;
    const etc = { passwd: `${line(uid)}${line(0)}`, 'resolv.conf': RESOLVER, 'machine-id': machineId };
    for (const [name, text] of Object.entries(etc)) writeFileSync(join(this.folder, name), text, { mode: 0o644 });
    const paths = Object.keys(etc).map((name) => [name, join(this.folder, name)] as const);
    this.#etc = Object.fromEntries(paths);
    this.#filter = join(this.folder, 'filter');
    writeFileSync(this.#filter, syscallFilter(process.arch === 'arm64' ? 'arm64' : 'x64'), { mode: 0o644 });
  }

  /** Hands a file of ours to the session's user. */
  give(path: string): void {
    if (this.#uid !== undefined) chownSync(path, this.#uid, this.#uid);
  }

  /** Writes down a socket outside of the folder that must go with it: a killed program cannot remove it. */
  noteSocket(path: string): void {
    appendFileSync(`${this.folder}${SOCKETS}`, `${path}\n`, { mode: 0o600 });
  }

  /** Starts a program in a room of its own. It dies with us, gains no rights, and sees these variables and no others. */
  spawn(
    argv: readonly string[],
    env: Readonly<Record<string, string>>,
    stdio: SpawnOptions['stdio'],
    room: Room,
  ): ChildProcess {
    const own = { folder: this.folder, etc: this.#etc, filter: this.#filter, sharedBytes: this.#sharedBytes };
    const place = { room, who: this.#who(), ...own };
    const [command, ...args] = [...this.#fence, ...walled(this.#wall, argv, place)];
    return spawn(command ?? SETPRIV, args, {
      cwd: this.home,
      detached: true, // A process group of its own, so that it is ended with all it started.
      stdio,
      env: { ...this.#environment(), ...env },
    });
  }

  /** Ends every program and removes the folder. @throws OutageError naming what is still there */
  async end(): Promise<void> {
    const left = await killAll(whoseOf(this.folder, this.#uid));
    await removeAll(this.folder);
    if (left.length > 0) throw new OutageError(`processes of an ended game are still there: ${left.join(', ')}`);
    if (existsSync(this.folder)) throw new OutageError(`an ended game's folder is still there: ${this.folder}`);
  }

  /** Numbers of the session's living processes. */
  pids(): number[] {
    return pidsOf(whoseOf(this.folder, this.#uid));
  }

  #who(): Who | undefined {
    return this.#uid === undefined ? undefined : { uid: this.#uid, groups: cardGroups() };
  }

  #environment(): Record<string, string> {
    const inHome = (name: string): string => join(this.home, name);
    return {
      [MARK]: basename(this.folder),
      PATH,
      HOME: this.home,
      USER: 'player',
      LANG: 'C.UTF-8',
      TMPDIR: join(this.folder, 'tmp'),
      XDG_RUNTIME_DIR: this.run,
      XDG_CONFIG_HOME: inHome('.config'),
      XDG_DATA_HOME: inHome('.local/share'),
      XDG_STATE_HOME: inHome('.local/state'),
      XDG_CACHE_HOME: inHome('.cache'),
    };
  }
}

/** The processes of a session. `uid`: its user, where it has one of its own. */
function whoseOf(folder: string, uid: number | undefined): Whose {
  const name = basename(folder);
  return { ...(uid === undefined ? { mark: name } : { uid }), lists: listsOf(findFence(), name) };
}

/** Numbers of processes mean something only within one of these (pid_namespaces(7)). */
function pidNamespace(): string {
  return readlinkSync('/proc/self/ns/pid');
}

/** Names this run of the machine. */
function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

function readOwn(path: string): string {
  try {
    // Another user's file is not ours to judge by.
    return lstatSync(path).uid === process.getuid?.() ? readFileSync(path, 'utf8').trim() : '';
  } catch {
    return ''; // Never written, or its owner just removed it.
  }
}

/** True when the process that made a session's folder is certainly gone. */
function isOrphan(folder: string): boolean {
  const [pid, start, namespace, boot = bootId()] = readOwn(`${folder}${OWNER}`).split(' ');
  if (start === undefined) return false;
  return boot !== bootId() || (namespace === pidNamespace() && startOf(Number(pid)) !== start);
}

/**
 * True when nobody listens on a socket any more; false when its number is by now somebody else's. A killed process is
 * not found by its mark any more a moment before its sockets close.
 */
async function isStale(path: string): Promise<boolean> {
  for (let turn = 0; turn < CLOSING_TURNS; turn++) {
    if (await isDeaf(path)) return true;
    await sleep(CLOSING_TURN_MS);
  }
  return false;
}

function isDeaf(path: string): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect(path);
    const answer = (stale: boolean): void => {
      socket.destroy();
      settle(stale);
    };
    socket.once('connect', () => answer(false));
    socket.once('error', () => answer(true));
  });
}

/**
 * Removes a folder that an enemy filled: with a million files, which would hold up everybody else here, or with folders
 * that are shut to their own owner. Programs beside us do it; what they cannot remove is told by who looks for it.
 */
async function wipe(folder: string): Promise<void> {
  const done = (program: string, ...args: string[]): Promise<void> =>
    new Promise((settle) => {
      const child = spawn(program, [...args, folder], { stdio: 'ignore' });
      for (const event of ['close', 'error']) child.once(event, () => settle());
    });
  await done('/bin/rm', '-rf');
  if (!existsSync(folder)) return;
  await done('/bin/chmod', '-R', 'u+rwX');
  await done('/bin/rm', '-rf');
}

async function removeAll(folder: string): Promise<void> {
  const sockets = readOwn(`${folder}${SOCKETS}`)
    .split('\n')
    .filter((path) => path !== '');
  for (const socket of sockets) if (await isStale(socket)) rmSync(socket, { force: true });
  await wipe(folder);
  removeFence(findFence(), basename(folder));
  for (const beside of [SOCKETS, OWNER]) rmSync(`${folder}${beside}`, { force: true });
}

/** Ends and removes what processes that are gone have left in `tempFolder`; answers how many sessions that were. */
export async function sweepLeftovers(tempFolder: string): Promise<number> {
  const names = readdirSync(tempFolder).filter((name) => name.startsWith(`${PREFIX}_`) && name.endsWith(OWNER));
  const orphans = names.map((name) => join(tempFolder, name.slice(0, -OWNER.length))).filter(isOrphan);
  for (const folder of orphans) {
    const uid = ownerOf(folder) ?? -1;
    await killAll(whoseOf(folder, uid >= UID_FIRST && uid <= UID_LAST ? uid : undefined));
    await removeAll(folder);
  }
  return orphans.length;
}
