// src/agent/start-agent.ts - puts a node together in its data folder: cleans up after a killed one, finds key and ports,
// warms the first slot to learn what the machine can do, then knocks at the hub.
import { readdirSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { OutageError } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Log, LogLevel } from '../observe/log.ts';
import { makeFolder } from '../observe/make-folder.ts';
import { LOGS_FOLDER, sessionLogs } from '../observe/session-logs.ts';
import { bounds } from '../protocol/limits.ts';
import type { NodeBench } from '../protocol/node-bench.ts';
import type { Machine } from '../protocol/node-messages.ts';
import type { Game } from '../protocol/shapes.ts';
import type { SigningDomain } from '../protocol/typed-data.ts';
import { type InterfaceAddress, ownAddresses } from './addresses.ts';
import { mediaAddresses, type Outside, type Ports } from './advertise.ts';
import { Agent } from './agent.ts';
import { openClaims } from './claims.ts';
import { DiskRoom } from './disk-room.ts';
import { openJournal } from './journal.ts';
import { keptBench } from './kept-bench.ts';
import { dropDrafts, openKeptSaves } from './kept-saves.ts';
import type { OwnChain } from './lease-watch.ts';
import { type MachineKey, openMachineKey } from './machine-key.ts';
import { describeMachine } from './machine-report.ts';
import { findPortBlock, givenPortBlock, type PortBlock } from './port-block.ts';
import { markedProcess, removeMark, writeMark } from './process-mark.ts';
import { SelfBench, type SelfBenchOptions } from './self-bench.ts';
import type { EncoderWish, SlotSetup, SlotToAgent } from './slot-messages.ts';
import { SlotPool } from './slot-pool.ts';
import { endLeftover } from './slot-process.ts';

/** What an operator decides, and what the process lends. */
export type NodeOptions = {
  readonly hub: string;
  readonly token: string | undefined;
  readonly data: string;
  readonly name: string | undefined;
  readonly region: string;
  readonly slots: number;
  /** How many slots it should be by a new bench; absent: what it began with. */
  readonly slotsBy?: (bench: NodeBench) => number;
  readonly icePorts: Ports | undefined;
  readonly outside: Outside;
  readonly games: string | undefined;
  readonly sandbox: SlotSetup['sandbox'];
  readonly limits: SlotSetup['limits'];
  /** How X11 games are shut in here. */
  readonly walledBy: NonNullable<Machine['sandbox']>;
  /** Who draws X11 games. `renderer`: the card, as OpenGL names it. */
  readonly drawing: { readonly by: SlotSetup['drawnBy']; readonly renderer?: string };
  readonly encoder: EncoderWish;
  readonly version: string;
  /** The chain as the operator reaches it; absent: leases are not watched. */
  readonly ownChain?: OwnChain;
  /** Path of the module that a slot's process runs. */
  readonly slotModule: string;
  /** Measures itself when it is idle; absent: never. */
  readonly bench?: Pick<SelfBenchOptions, 'module' | 'idleMs' | 'loadMost'>;
  /** Ends and wipes what games of dead slots left on this machine; answers how many there were. */
  readonly sweep: () => Promise<number>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly logLevel: LogLevel;
  readonly interfaces?: () => readonly InterfaceAddress[];
  readonly onJoined: (node: string, domain: SigningDomain) => void;
  readonly onAway: (trouble: string) => void;
  readonly onRefused: (sentence: string) => void;
  readonly onTold: (sentence: string) => void;
  readonly onDrained: () => void;
};
/** A node at work. */
export type RunningNode = {
  readonly node: string;
  /** Takes no more sessions; resolves when the last has ended, by itself or kindly after `graceMs`. A later call may shorten it. */
  drain(graceMs: number): Promise<void>;
  stop(graceMs: number): Promise<void>;
};

type Warm = Extract<SlotToAgent, { t: 'warm' }>;

/** Starts of the first slot that may fail before the node gives up: the second may find a driver the first woke. */
const WARM_TRIES = 3;
/** In the data folder: which process is the node. */
export const LOCK_FILE = 'node.pid';
/** `hello` must stay below `bounds.signalMessageBytes`; its other fields take some 10 kB, 4 of them the bench. */
const GAMES_BYTES = bounds.signalMessageBytes - 12 * 1024;

const systemInterfaces = (): InterfaceAddress[] => Object.values(networkInterfaces()).flatMap((list) => list ?? []);

/** One agent per data folder: two would share a key, and the hub would hear two voices of one machine. */
function lock(folder: string): () => void {
  const file = join(folder, LOCK_FILE);
  const holder = markedProcess(file);
  if (holder !== undefined) {
    throw new OutageError(`a node already runs on ${folder} (process ${holder}); choose another folder with --data`);
  }
  writeMark(file, process.pid);
  return () => removeMark(file);
}

async function cleanUp(slotsFolder: string, { sweep, log }: NodeOptions): Promise<void> {
  const marks = readdirSync(slotsFolder).map((name) => join(slotsFolder, name));
  const slots = (await Promise.all(marks.map(endLeftover))).filter(Boolean).length;
  const games = await sweep();
  if (slots + games > 0) log.warn({ slots, games }, 'node.leftovers-ended');
}

/** As many games as fit into one `hello`, the built-in one first. */
export function gamesThatFit(games: readonly Game[], limitBytes = GAMES_BYTES): Game[] {
  let bytes = 0;
  return games.filter((game) => {
    bytes += JSON.stringify(game).length; // MessagePack takes less.
    return bytes <= limitBytes;
  });
}

/** The same machine looks in the same place first, so that its ports seldom change. */
const preferredPlace = ({ address }: MachineKey): number => Number.parseInt(address.slice(2, 10), 16);

function openPorts({ slots, icePorts }: NodeOptions, key: MachineKey): Promise<PortBlock> {
  return icePorts === undefined ? findPortBlock(slots, preferredPlace(key)) : givenPortBlock(slots, icePorts);
}

/** Starts the pool and waits until its first slot is warm. */
async function openPool(
  options: NodeOptions,
  key: MachineKey,
  folder: string,
  ports: PortBlock,
  agent: () => Agent | undefined,
) {
  const { hub, outside, encoder, games, sandbox, limits, drawing, slotModule, sweep, log, logLevel, clock } = options;
  const first = Promise.withResolvers<Warm>();
  let isWarm = false;
  let detail = 'the process ended';
  const interfaces = options.interfaces ?? systemInterfaces;
  const addresses = () => ownAddresses(interfaces(), hub);
  const pool: SlotPool = new SlotPool({
    ...{
      module: slotModule,
      folder: join(folder, 'slots'),
      logs: join(folder, LOGS_FOLDER),
      ports: ports.slots,
      disk: new DiskRoom({ folders: [folder, tmpdir()], log, tell: options.onTold }),
      sweep,
      logLevel,
      log,
    },
    setup: {
      ...{ node: key.node, hub, encoder, sandbox, limits, drawnBy: drawing.by },
      ...{ journal: join(folder, 'journal'), saves: join(folder, 'saves') },
      ...(games === undefined ? {} : { games: resolve(games) }),
    },
    net: () => ({ addresses: addresses(), forwards: [...outside.forwards], only: outside.only }),
    clockMs: () => clock.monotonicMs(),
    onMessage: (slot, message) => {
      if (message.t === 'failed') detail = message.detail;
      if (message.t === 'warm') {
        log.info({ slot: slot.index, warmMs: Math.round(message.warmMs) }, 'slot.warm');
        isWarm = true;
        first.resolve(message);
      }
      agent()?.fromSlot(message);
    },
    onGone: (slot) => {
      if (!isWarm && pool.failures >= WARM_TRIES) first.reject(new OutageError(`no slot could start: ${detail}`));
      agent()?.slotGone(slot);
    },
  });
  pool.open();
  const media = () => mediaAddresses(addresses(), ports.whole, outside);
  try {
    return { pool, media, warm: await first.promise };
  } catch (cause) {
    await pool.close();
    throw cause;
  }
}

/**
 * Starts a node. Resolves when it is warm and knocks at the hub; `onJoined` says when the hub took it.
 * @throws OutageError with one plain sentence when it cannot: the folder, the ports or the first slot
 */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const folder = resolve(options.data);
  try {
    makeFolder(join(folder, 'slots'), 0o700);
  } catch (cause) {
    throw new OutageError(`cannot write to the data folder ${folder}; choose another with --data`, { cause });
  }
  const unlock = lock(folder);
  try {
    return await openNode(options, folder, unlock);
  } catch (cause) {
    unlock();
    throw cause;
  }
}

/** A line with a whole page in it is no news of a session. */
const linesToSend = (lines: readonly string[]): string[] =>
  lines.filter(({ length }) => length <= bounds.logLineChars).slice(-bounds.logLines);

/** Fewer slots than before count at once. For more there are ports and shares of memory only after a new start. */
function followBench({ slots, slotsBy, log, onTold }: NodeOptions, pool: SlotPool, bench: NodeBench | undefined): void {
  const most = bench === undefined ? undefined : slotsBy?.(bench);
  if (most === undefined) return;
  log.info({ before: pool.most, most }, 'slots.by-bench');
  pool.limit(most);
  if (most > slots)
    onTold(`the bench found room for ${most} games at once; a new start makes use of it (now ${slots})`);
}

async function openNode(options: NodeOptions, folder: string, unlock: () => void): Promise<RunningNode> {
  const { log, clock, random, name, region, version, hub, token, drawing } = options;
  await cleanUp(join(folder, 'slots'), options);
  await dropDrafts(join(folder, 'saves'));
  const key = openMachineKey(folder, random);
  const ports = await openPorts(options, key);
  let agent: Agent | undefined;
  const { pool, media, warm } = await openPool(options, key, folder, ports, () => agent);
  const drawnBy = drawing.by === 'card' ? drawing.renderer : undefined;
  const facts = { name, region, agentVersion: version, encoders: warm.encoders, drawnBy, sandbox: options.walledBy };
  const machine: Machine = await describeMachine(facts);
  const encoders = warm.encoders.map((encoder) => encoder.name);
  log.info({ node: key.node, slots: options.slots, encoders }, 'node.ready');
  const bench = options.bench && new SelfBench({ ...options.bench, ...{ folder, hub, version, encoders, log } });
  const saves = openKeptSaves(join(folder, 'saves'), hub, () => clock.wallMs());
  const running = new Agent({
    bench: bench ?? { bench: keptBench(folder), beat: () => {}, stop: () => {} },
    ...{ hub, token, key, machine, media, pool, clock, random, log },
    games: gamesThatFit(warm.games),
    slots: options.slots,
    records: join(folder, 'records'),
    lastWords: { journal: openJournal(join(folder, 'journal')), saves, log },
    claims: openClaims(join(folder, 'claims')),
    logOf: (session) => linesToSend(sessionLogs(join(folder, LOGS_FOLDER)).read(session, bounds.logBytes)),
    ...(options.ownChain && { ownChain: options.ownChain }),
    onJoined: (domain) => options.onJoined(key.node, domain),
    onAway: options.onAway,
    onRefused: options.onRefused,
    onTold: options.onTold,
    onDrained: options.onDrained,
  });
  agent = running;
  if (bench !== undefined) {
    bench.onBench = () => {
      followBench(options, pool, bench.bench);
      running.helloAgain();
    };
  }
  let stopped: Promise<void> | undefined;
  const stop = async (graceMs: number): Promise<void> => {
    await running.stop(graceMs);
    ports.close();
    unlock();
  };
  return {
    node: key.node,
    drain: (graceMs) => running.drain(graceMs),
    stop: (graceMs) => {
      stopped ??= stop(graceMs);
      return stopped;
    },
  };
}
