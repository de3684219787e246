// src/render/x11/sandbox.ts - where a session's programs live: a folder of their own with a home in it, a user of their
// own when we are root, no more of our environment than a path, and an end that leaves nothing. This is the seam for
// bubblewrap: `confined` decides how a program is started, nobody else does.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { OutageError } from '../../base/assert.ts';
import { newId } from '../../base/ids.ts';
import type { Random } from '../../base/random.ts';
import { killAll, MARK, pidsOf, startOf, type Whose } from './processes.ts';

const PREFIX = 'nearcade-game';
/** Users that belong to nobody: what systemd keeps for services that come and go. */
const [UID_FIRST, UID_LAST] = [61_184, 65_519];
const SETPRIV = '/usr/bin/setpriv';
const PATH = '/usr/games:/usr/local/games:/usr/local/bin:/usr/bin:/bin';

function freeUid(random: Random): number {
  const known = new Set(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => Number(line.split(':')[2])),
  );
  for (let tries = 0; tries < 100; tries++) {
    const uid = UID_FIRST + random.below(UID_LAST - UID_FIRST + 1);
    if (!known.has(uid) && pidsOf({ uid }).length === 0) return uid;
  }
  throw new OutageError('no free user number for a game');
}

/** Groups that may use the graphics cards, so that a game may draw on one. */
function cardGroups(): number[] {
  if (!existsSync('/dev/dri')) return [];
  const cards = readdirSync('/dev/dri').filter((name) => name.startsWith('render'));
  return [...new Set(cards.map((name) => statSync(join('/dev/dri', name)).gid))];
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

  /** Makes a fresh one in `tempFolder`. */
  constructor(tempFolder: string, random: Random) {
    if (!existsSync(SETPRIV)) throw new OutageError(`${SETPRIV} is missing: install util-linux`);
    this.#uid = process.getuid?.() === 0 ? freeUid(random) : undefined;
    this.folder = join(tempFolder, newId(PREFIX, random));
    // Who made it lies beside it, where the session's own user cannot change it.
    writeFileSync(`${this.folder}.owner`, `${process.pid} ${startOf(process.pid)}\n`, { mode: 0o600, flag: 'wx' });
    this.home = join(this.folder, 'home');
    this.run = join(this.folder, 'run');
    for (const path of [this.folder, this.home, this.run, join(this.folder, 'tmp')]) {
      mkdirSync(path, { mode: 0o700 });
      this.give(path);
    }
  }

  /** Hands a file of ours to the session's user. */
  give(path: string): void {
    if (this.#uid !== undefined) chownSync(path, this.#uid, this.#uid);
  }

  /** Starts a program. It dies with us, gains no rights, and sees these variables and no others. */
  spawn(argv: readonly string[], env: Readonly<Record<string, string>>, stdio: SpawnOptions['stdio']): ChildProcess {
    const [command, ...args] = this.#confined(argv);
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
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
    rmSync(`${this.folder}.owner`, { force: true });
    if (left.length > 0) throw new OutageError(`processes of an ended game are still there: ${left.join(', ')}`);
    if (existsSync(this.folder)) throw new OutageError(`an ended game's folder is still there: ${this.folder}`);
  }

  #whose(): Whose {
    return this.#uid === undefined ? { mark: basename(this.folder) } : { uid: this.#uid };
  }

  #confined(argv: readonly string[]): string[] {
    const privileges = ['--no-new-privs', '--pdeathsig=KILL'];
    if (this.#uid !== undefined) {
      const groups = cardGroups();
      privileges.push(`--reuid=${this.#uid}`, `--regid=${this.#uid}`);
      privileges.push(groups.length > 0 ? `--groups=${groups.join()}` : '--clear-groups');
    }
    return [SETPRIV, ...privileges, '--', ...argv];
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

/** Ends and removes what processes that are gone have left in `tempFolder`; answers how many sessions that were. */
export async function sweepLeftovers(tempFolder: string): Promise<number> {
  const names = readdirSync(tempFolder).filter((name) => name.startsWith(`${PREFIX}_`) && name.endsWith('.owner'));
  let swept = 0;
  for (const name of names) {
    const ownerPath = join(tempFolder, name);
    const folder = ownerPath.slice(0, -'.owner'.length);
    let [pid, start]: string[] = [];
    try {
      if (lstatSync(ownerPath).uid !== process.getuid?.()) continue; // Another user's: not ours to judge.
      [pid, start] = readFileSync(ownerPath, 'utf8').trim().split(' ');
    } catch {
      continue; // Its owner just removed it.
    }
    if (start !== undefined && startOf(Number(pid)) === start) continue;
    const uid = existsSync(folder) ? lstatSync(folder).uid : -1;
    await killAll(uid >= UID_FIRST && uid <= UID_LAST ? { uid } : { mark: basename(folder) });
    rmSync(folder, { recursive: true, force: true });
    rmSync(ownerPath, { force: true });
    swept++;
  }
  return swept;
}
