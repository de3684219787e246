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
import { newId } from '../../base/ids.ts';
import type { Random } from '../../base/random.ts';
import { fenceIn, findFence, type Limits, removeFence } from './fence.ts';
import { RESOLVER } from './internet.ts';
import { killAll, MARK, pidsOf, startOf, type Whose } from './processes.ts';
import { type Room, type Wall, type Who, walled } from './wall.ts';

const PREFIX = 'nearcade-game';
/** Users that belong to nobody: what systemd keeps for services that come and go. */
const [UID_FIRST, UID_LAST] = [61_184, 65_519];
/** Files beside the folder: who made it, and which sockets go with it. */
const [OWNER, SOCKETS] = ['.owner', '.sockets'];
const [CLOSING_TURNS, CLOSING_TURN_MS] = [10, 20];
const SETPRIV = '/usr/bin/setpriv';
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
  if (!existsSync('/dev/dri')) return [];
  const cards = readdirSync('/dev/dri').filter((name) => name.startsWith('render'));
  return [...new Set(cards.map((name) => statSync(join('/dev/dri', name)).gid))];
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

  /** Makes a fresh one in `tempFolder`. @throws OutageError when the machine lacks what it takes */
  constructor(tempFolder: string, random: Random, wall: Wall, limits: Limits = {}) {
    this.#wall = wall;
    if (!existsSync(SETPRIV)) throw new OutageError(`${SETPRIV} is missing: install util-linux`);
    const root = process.getuid?.() === 0;
    if (root) assertReachable(tempFolder);
    this.folder = join(tempFolder, newId(PREFIX, random));
    // Who made it lies beside it, where the session's own user cannot change it.
    const owner = `${process.pid} ${startOf(process.pid)} ${pidNamespace()}\n`;
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
    this.#fence = fenceIn(findFence(), basename(this.folder), limits);
    const etc = { passwd: `${line(uid)}${line(0)}`, 'resolv.conf': RESOLVER }; // 0 is the player behind pasta.
    for (const [name, text] of Object.entries(etc)) writeFileSync(join(this.folder, name), text, { mode: 0o644 });
    const paths = Object.keys(etc).map((name) => [name, join(this.folder, name)] as const);
    this.#etc = Object.fromEntries(paths);
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
    const place = { room, who: this.#who(), folder: this.folder, etc: this.#etc };
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
    const left = await killAll(this.#whose());
    await removeAll(this.folder);
    if (left.length > 0) throw new OutageError(`processes of an ended game are still there: ${left.join(', ')}`);
    if (existsSync(this.folder)) throw new OutageError(`an ended game's folder is still there: ${this.folder}`);
  }

  #whose(): Whose {
    return this.#uid === undefined ? { mark: basename(this.folder) } : { uid: this.#uid };
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

/** Numbers of processes mean something only within one of these (pid_namespaces(7)). */
function pidNamespace(): string {
  return readlinkSync('/proc/self/ns/pid');
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
  const [pid, start, namespace] = readOwn(`${folder}${OWNER}`).split(' ');
  return start !== undefined && namespace === pidNamespace() && startOf(Number(pid)) !== start;
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

async function removeAll(folder: string): Promise<void> {
  const sockets = readOwn(`${folder}${SOCKETS}`)
    .split('\n')
    .filter((path) => path !== '');
  for (const socket of sockets) if (await isStale(socket)) rmSync(socket, { force: true });
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  removeFence(findFence(), basename(folder));
  for (const beside of [SOCKETS, OWNER]) rmSync(`${folder}${beside}`, { force: true });
}

/** Ends and removes what processes that are gone have left in `tempFolder`; answers how many sessions that were. */
export async function sweepLeftovers(tempFolder: string): Promise<number> {
  const names = readdirSync(tempFolder).filter((name) => name.startsWith(`${PREFIX}_`) && name.endsWith(OWNER));
  const orphans = names.map((name) => join(tempFolder, name.slice(0, -OWNER.length))).filter(isOrphan);
  for (const folder of orphans) {
    const uid = ownerOf(folder) ?? -1;
    await killAll(uid >= UID_FIRST && uid <= UID_LAST ? { uid } : { mark: basename(folder) });
    await removeAll(folder);
  }
  return orphans.length;
}
