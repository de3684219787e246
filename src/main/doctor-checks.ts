// src/main/doctor-checks.ts - what `./nearcade doctor` looks at, one function a row. Each tries the real thing (opens the
// encoder, starts the database, binds the port) and says in plain words what it saw; none throws.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, statfsSync } from 'node:fs';
import { availableParallelism, cpus, freemem, tmpdir, totalmem, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { findGpus } from '../agent/graphics.ts';
import { hasVirtualPads } from '../agent/machine-report.ts';
import { anvilBinary } from '../chain/anvil.ts';
import { type HostPort, hostPortText } from '../config/setting.ts';
import { systemClock, systemRandom } from '../observe/clock.ts';
import { silentLog } from '../observe/log.ts';
import { gpuClassOf } from '../pool/gpu-class.ts';
import { openLibrary } from '../render/library.ts';
import { findCardUse } from '../render/x11/card-use.ts';
import { findDrawing, tryDrawing } from '../render/x11/drawing.ts';
import { fenceWords, findFence } from '../render/x11/fence.ts';
import { internetFault } from '../render/x11/internet.ts';
import { canPlaySound } from '../render/x11/sound-server.ts';
import { findWall, type SandboxWish, type Wall, WITHOUT_WALL } from '../render/x11/wall.ts';
import { openBatchUdp } from '../server/udp/open-batch-udp.ts';
import { openDatabase } from '../storage/database.ts';
import { startPostgres } from '../storage/postgres/launch.ts';
import { probeEncoders } from '../stream/open-encoder.ts';
import { listenFault } from './can-listen.ts';

/** One thing seen. `less`: something is missing that `up` can do without. `bad`: `up` or a session would fail. */
export type Finding = { readonly level: 'ok' | 'less' | 'bad'; readonly text: string };

const GB_BYTES = 2 ** 30;
const MB_BYTES = 2 ** 20;
const MEMORY_LEAST_BYTES = 1.5 * GB_BYTES; // Hub, relay, node, one warm slot and the database take about 1 GB.
const ANVIL_MS = 5_000;
const DISK_LEAST_BYTES = GB_BYTES; // The database's log alone may take half of it.

const ok = (text: string): Finding => ({ level: 'ok', text });
const less = (text: string): Finding => ({ level: 'less', text });
const bad = (text: string): Finding => ({ level: 'bad', text });
const words = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
const gb = (bytes: number): string => `${(bytes / GB_BYTES).toFixed(1)} GB`;

/** Runtime, processor, memory, user and home. */
export function machineFindings(): Finding[] {
  const memory = `memory: ${gb(totalmem())}, ${gb(freemem())} of it unused`;
  const processors = `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown processor'}`;
  const home = process.env.HOME;
  const writable = home !== undefined && canWrite(home);
  return [
    ok(`Node ${process.versions.node} for ${process.arch}`),
    availableParallelism() < 2
      ? less(`${processors}: one processor draws and encodes 720p at 30 only with luck`)
      : ok(processors),
    totalmem() < MEMORY_LEAST_BYTES ? bad(`${memory}; everything on one machine takes 1.5 GB`) : ok(memory),
    writable
      ? ok(`runs as ${userName()}, home can be written`)
      : less(`runs as ${userName()}, home cannot be written; nothing of ours needs it`),
  ];
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.()} without a name`;
  }
}

/** Tries it: for root, asking the kernel says yes even where nothing can be made. */
function canWrite(folder: string): boolean {
  try {
    rmdirSync(mkdtempSync(join(folder, '.nearcade-doctor-')));
    return true;
  } catch {
    return false;
  }
}

/** Whether `up` would get its address. A default that is taken gives way; one that was asked for does not. `holder`: the `up` that runs on this data folder. */
export async function portFinding(
  flag: 'http' | 'relay',
  { host, port }: HostPort,
  { given, holder }: { readonly given: boolean; readonly holder: number | undefined },
): Promise<Finding> {
  const address = hostPortText({ host, port });
  const failure = await listenFault({ host, port }, flag === 'relay');
  if (failure === undefined) return ok(`${address} is free (--${flag})`);
  // Whoever looks while it runs would read of its own address as a fault.
  if (failure === 'EADDRINUSE' && holder !== undefined) {
    return ok(`${address} is taken; Nearcade runs on this data folder (process ${holder})`);
  }
  const taken = failure === 'EADDRINUSE' ? `${address} is taken` : `${address} cannot be used (${failure})`;
  return given || failure !== 'EADDRINUSE'
    ? bad(`${taken}; choose another with --${flag}`)
    : less(`${taken}; 'up' takes the next free port, or choose one with --${flag}`);
}

/** The data folder: can it be written, is there room. Makes nothing that was not there. */
export function dataFinding(data: string): Finding {
  const path = resolve(data);
  const there = nearestFolder(path);
  if (!canWrite(there)) return bad(`data folder ${path} cannot be written; choose another with --data`);
  const { bavail, bsize } = statfsSync(there);
  const room = bavail * bsize;
  const text = `data folder ${path}${existsSync(path) ? '' : ' (not made yet)'}, ${gb(room)} free`;
  return room < DISK_LEAST_BYTES ? bad(`${text}; it needs 1 GB`) : ok(text);
}

function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path));
}

/** Starts an embedded database in a folder of its own beside the data folder, asks it something, stops and removes it. */
export async function databaseFinding(data: string): Promise<Finding> {
  const startedMs = performance.now();
  let folder: string | undefined;
  try {
    const beside = dirname(resolve(data));
    mkdirSync(beside, { recursive: true });
    folder = mkdtempSync(join(beside, '.nearcade-doctor-'));
    const server = await startPostgres(folder, silentLog);
    try {
      const database = openDatabase(server.address);
      const [row] = await database.query<{ server_version: string }>('show server_version');
      await database.close();
      const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
      return ok(`Postgres ${row?.server_version} made a new database and answered, ${seconds} s (${server.as})`);
    } finally {
      await server.stop();
    }
  } catch (cause) {
    return bad(`database: ${words(cause)}`);
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

/** Whether the development chain's program is there and runs. */
export function chainFinding(): Finding {
  const binary = anvilBinary();
  if (binary === undefined) return less('no anvil for this machine: no development chain, the ledger alone');
  const { status, stdout, error } = spawnSync(binary, ['--version'], { encoding: 'utf8', timeout: ANVIL_MS });
  return status === 0
    ? ok(`development chain: ${stdout.split('\n')[0]?.trim()}`)
    : less(`anvil does not run here (${error?.message ?? `code ${status}`}): no development chain, the ledger alone`);
}

/** How the relay would move datagrams. */
export async function relayFinding(): Promise<Finding> {
  try {
    const { udp, fallback } = await openBatchUdp('auto', { records: 16 });
    const { kind } = udp;
    udp.stop();
    return fallback === undefined
      ? ok(`relay backend ${kind}: many datagrams a system call`)
      : less(`relay backend ${kind}, the slower one: ${fallback}`);
  } catch (cause) {
    return bad(`relay backend: ${words(cause)}`);
  }
}

/** NVIDIA cards that draw but encode nothing here: some have no encoder, and some drivers come without its library. */
export function idleNvidia(gpus: readonly { readonly name: string }[], encoders: readonly string[]): string[] {
  if (encoders.includes('h264_nvenc')) return [];
  const cards = gpus.filter(({ name }) => /nvidia|geforce|quadro|tesla/i.test(name));
  return cards.map(
    ({ name }) =>
      `${name}: its encoder (NVENC) does not open, pictures are encoded by the processor. Compute cards such as A100 and H100 have none; for others install the driver's libnvidia-encode`,
  );
}

/** Every encoder, opened and tried at 720p60; one that is missing matters only when none of its codec is left. */
export async function encoderFindings(): Promise<Finding[]> {
  const faults: Finding[] = [];
  const reports = await probeEncoders(({ name, reason }) => faults.push(less(`${name} does not work here: ${reason}`)));
  const good = reports.map(({ name, codec, msPerFrame }) =>
    ok(`${name} (${codec}) encodes a 720p picture in ${msPerFrame.toFixed(1)} ms`),
  );
  const lacking = (['h264', 'vp8'] as const)
    .filter((codec) => !reports.some((report) => report.codec === codec))
    .map((codec) => bad(`no encoder for ${codec} is left`));
  const gpus = await findGpus();
  const cards = gpus.map(({ name, memoryMb }) => (memoryMb === 0 ? name : `${name}, ${gb(memoryMb * MB_BYTES)}`));
  const names = reports.map(({ name }) => name);
  const idle = idleNvidia(gpus, names).map(less);
  const priceRow = `price row '${gpuClassOf(
    gpus.map(({ memoryMb }) => memoryMb),
    names,
  )}'`;
  const card = cards.length === 0 ? less(`no graphics card; ${priceRow}`) : ok(`${cards.join('; ')}; ${priceRow}`);
  return [card, ...idle, ...good, ...faults, ...lacking];
}

/** Whether X11 games are shut in here, and what is lost where they are not. */
function wallFinding(wish: SandboxWish, wall: Wall): Finding {
  const how = { user: 'in a user namespace of its own', root: 'by root: the kernel lets no user make namespaces' };
  if (wall.by !== 'none') return ok(`sandbox: bubblewrap shuts each X11 game in, ${how[wall.by]}`);
  return wish === 'require'
    ? bad(`no sandbox (${wall.reason}), and --sandbox require: no X11 games`)
    : less(`no sandbox (${wall.reason}): ${WITHOUT_WALL}`);
}

function fenceFinding(): Finding {
  const fence = findFence();
  const words = fenceWords(fence, findCardUse() !== undefined);
  return fence.by === 'rlimit' ? less(words) : ok(words);
}

function networkFinding({ by }: Wall): Finding[] {
  if (by === 'none') return [];
  const fault = internetFault(by);
  return [
    fault === undefined
      ? ok('pasta: games that ask get the internet, not the LAN')
      : less(`no game with network: ${fault}`),
  ];
}

/** Who draws X11 games, tried. */
async function drawingFinding(wall: Wall): Promise<Finding> {
  const options = { random: systemRandom, tempFolder: tmpdir(), wall };
  const drawing = await findDrawing(options);
  if (drawing.by === 'card') return ok(`X11 games are drawn by ${drawing.renderer}`);
  const tried = await tryDrawing('processor', options);
  if ('reason' in tried) return less(`X11 games with OpenGL do not run: ${tried.reason}`);
  const why = drawing.reason === undefined ? '' : `; the card is not used: ${drawing.reason}`;
  return less(`X11 games are drawn by the processor (${tried.renderer})${why}`);
}

/** Which games a node here offers, and why not the others. Draws the built-in one once: a font that is missing shows. */
export async function gameFindings(gamesFolder: string | undefined, sandbox: SandboxWish): Promise<Finding[]> {
  const wall = findWall(sandbox);
  const tools = [
    ...(existsSync('/usr/bin/Xvfb')
      ? [ok('Xvfb: X11 games get displays of their own'), await drawingFinding(wall)]
      : [less('no Xvfb: no X11 games')]),
    wallFinding(sandbox, wall),
    ...networkFinding(wall),
    fenceFinding(),
    canPlaySound() ? ok('PulseAudio: X11 games have sound') : less('no PulseAudio: X11 games are silent'),
    hasVirtualPads()
      ? ok('/dev/uinput: X11 games can get virtual gamepads')
      : less('no /dev/uinput for us: X11 games get gamepads as keys and mouse'),
  ];
  try {
    const options = { clock: systemClock, random: systemRandom, log: silentLog, tempFolder: tmpdir(), sandbox };
    const library = await openLibrary({ ...options, ...(gamesFolder === undefined ? {} : { gamesFolder }) });
    const offered = library.games.map(({ id, title }) => ok(`game ${id}: ${title.en} is offered`));
    const missing = library.missing.map(({ id, reason }) => less(`game ${id} is not offered: ${reason}`));
    const run = await library.start({ game: 'arcade', settings: { codecs: ['h264'] }, tag: 0 });
    await run.close();
    return [...tools, ...offered, ...missing];
  } catch (cause) {
    return [...tools, bad(`games: ${words(cause)}`)];
  }
}
