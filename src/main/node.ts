// src/main/node.ts - `./nearcade node`: a rendering node. Reads its settings, starts the agent, leaves in order.
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { readForward } from '../agent/advertise.ts';
import { awayWords } from '../agent/away-words.ts';
import { findGpus, type Gpu } from '../agent/graphics.ts';
import { keptBench } from '../agent/kept-bench.ts';
import { type RunningNode, startNode } from '../agent/start-agent.ts';
import { DEV_CHAIN_ID } from '../chain/anvil.ts';
import type { Values } from '../config/load.ts';
import type { nodeSettings } from '../config/settings.ts';
import { systemClock, systemRandom } from '../observe/clock.ts';
import type { Log } from '../observe/log.ts';
import type { NodeBench } from '../protocol/node-bench.ts';
import { findCardUse } from '../render/x11/card-use.ts';
import { findDrawing } from '../render/x11/drawing.ts';
import { fenceWords, findFence } from '../render/x11/fence.ts';
import { sweepLeftovers } from '../render/x11/sandbox.ts';
import { findWall, WITHOUT_WALL } from '../render/x11/wall.ts';
import { SESSIONS_MOST } from './node-measure.ts';
import { gasKey, openOwnChain } from './own-chain.ts';
import { type Role, report, StartError, UsageError } from './role.ts';

/** EX_CONFIG of sysexits.h: a start with the same settings cannot succeed, so a service manager need not try. */
export const EXIT_REFUSED = 78;

/** EX_TEMPFAIL of sysexits.h: ended to be started again, as another version. */
export const EXIT_AGAIN = 75;

const SLOT_MODULE = join(import.meta.dirname, 'slot.ts');
const BENCH_MODULE = join(import.meta.dirname, 'bench-process.ts');
/** A node is left alone for so long before it measures itself: somebody may be about to play. */
const BENCH_IDLE_MS = 30_000;
const BENCH_LOAD_MOST = 0.5;
const SESSION_MEMORY_LEAST_MB = 1_024; // A display, sound and a small game.
const CARD_MEMORY_LEAST_MB = 512; // Pictures and textures of a small game.
const SESSION_DISK_MB = 4_096; // Saves are 64 MB at most; the rest is what a game keeps while it runs.
const BYTES_PER_MB = 1024 * 1024;
const GRACE_LIMIT_S = 86_400;
/** What an end takes after the grace: last voucher, save, wiping (agent.ts cuts it at 12 s). */
const END_MS = 14_000;

const UNWATCHED =
  'this hub settles in coins, and its word is taken that your leases are on the chain; look for yourself with --chain-rpc URL,URL';

/** A sentence for whoever sits before the machine; the log is for programs. */
const say = (sentence: string): void => void process.stderr.write(`nearcade: ${sentence}\n`);

/** The version of this checkout. */
export function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const parsed: unknown = JSON.parse(text);
  const found = typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : undefined;
  return typeof found === 'string' ? found : 'unknown';
}

/**
 * Sessions at once: as the operator says, else as many as a bench saw side by side, else one for two cores, which is
 * about what one takes where the processor encodes. More than `SESSIONS_MOST` only by the operator's word: memory runs out.
 */
export function slotsFor(wished: number | undefined, bench: NodeBench | undefined): number {
  if (wished !== undefined) return wished;
  const carried = bench?.sessions.count ?? Math.floor(availableParallelism() / 2);
  return Math.min(SESSIONS_MOST, Math.max(1, carried));
}

/** What the machine has, less a fifth for itself and the slots' own processes, shared among the slots. */
function memoryBySlots(slots: number): number {
  return Math.max(SESSION_MEMORY_LEAST_MB, Math.floor((0.8 * totalmem()) / BYTES_PER_MB / slots));
}

/** The same of the largest card; undefined where no card says how much it has. */
export function cardMemoryBySlots(gpus: readonly Gpu[], slots: number): number | undefined {
  const largestMb = Math.max(0, ...gpus.map(({ memoryMb }) => memoryMb));
  return largestMb === 0 ? undefined : Math.max(CARD_MEMORY_LEAST_MB, Math.floor((0.8 * largestMb) / slots));
}

/**
 * Starts a rendering node.
 * @throws StartError with one plain sentence when settings are missing or wrong; OutageError when the machine cannot
 */
export async function runNode(values: Values<typeof nodeSettings>, log: Log): Promise<Role> {
  const { hub } = values;
  if (hub === undefined) throw new UsageError('a node needs a hub: --hub http://HOST:PORT');
  const forwards = (values.advertise ?? []).map((text) => {
    const forward = readForward(text);
    if (!forward.ok) {
      throw new UsageError(`--advertise '${text}' is neither ADDRESS nor ADDRESS:PORTS=LOCAL-PORTS`);
    }
    return forward.value;
  });
  const only = values.advertiseOnly ?? false;
  if (only && forwards.length === 0) throw new UsageError('--advertise-only needs an address: --advertise ADDRESS');
  if (values.games !== undefined && !existsSync(values.games)) {
    throw new StartError(`there is no folder ${values.games}; name the one with your game manifests with --games`);
  }
  const graceMs = Math.min(GRACE_LIMIT_S, values.drainSeconds ?? 0) * 1_000;
  const data = values.data ?? '.nearcade';
  const slots = slotsFor(values.slots, keptBench(data));
  const fence = findFence();
  const cardMemoryMb = values.sessionCardMemoryMb ?? cardMemoryBySlots(await findGpus(), slots);
  const limits = {
    memoryMb: values.sessionMemoryMb ?? memoryBySlots(slots),
    ...(values.sessionCpus === undefined ? {} : { cpus: values.sessionCpus }),
    ...(cardMemoryMb === undefined ? {} : { cardMemoryMb }),
    diskMb: values.sessionDiskMb ?? SESSION_DISK_MB,
  };
  const words = fenceWords(fence, findCardUse() !== undefined);
  log.info({ by: fence.by, words, ...limits }, 'limits.ready');
  const wall = findWall(values.sandbox ?? 'auto');
  if (wall.by === 'none') log.warn({ reason: wall.reason, lost: WITHOUT_WALL }, 'sandbox.none');
  else log.info({ by: wall.by }, 'sandbox.ready');
  const drawing = await findDrawing({ random: systemRandom, tempFolder: tmpdir(), wall });
  log.info(drawing, 'graphics.ready');
  const { chainRpc, chainEscrow, chainKey } = values;
  const ownChain =
    chainRpc &&
    openOwnChain({
      ...{ urls: chainRpc, clock: systemClock },
      ...(chainEscrow && { escrow: chainEscrow }),
      ...(chainKey !== undefined && { key: gasKey(chainKey) }),
    });
  let running: RunningNode | undefined;
  const leave = async (code: number): Promise<void> => {
    await running?.stop(0);
    process.exit(code);
  };
  running = await startNode({
    ...{
      hub,
      token: values.token,
      data,
      name: values.name,
      region: values.region ?? 'local',
    },
    slots,
    slotsBy: (bench) => slotsFor(values.slots, bench),
    icePorts: values.icePorts,
    outside: { forwards, only },
    games: values.games,
    sandbox: values.sandbox ?? 'auto',
    limits,
    walledBy: wall.by,
    drawing,
    encoder: values.encoder ?? 'auto',
    version: version(),
    ...(ownChain && { ownChain }),
    slotModule: SLOT_MODULE,
    ...(values.bench !== 'off' && {
      bench: { module: BENCH_MODULE, idleMs: BENCH_IDLE_MS, loadMost: BENCH_LOAD_MOST },
    }),
    sweep: () => sweepLeftovers(tmpdir()),
    ...{ clock: systemClock, random: systemRandom, log, logLevel: values.logLevel ?? 'info' },
    onJoined: (node, { chainId }) => {
      report({ kind: 'ready', facts: { node } });
      if (ownChain === undefined && chainId !== 0n && chainId !== DEV_CHAIN_ID) {
        log.warn({ chainId: chainId.toString() }, 'lease.unwatched');
        say(UNWATCHED);
      }
      say(`joined ${hub}; what this machine still needs stands on ${hub}/node`);
    },
    onAway: (trouble) => say(`${hub} does not answer: ${awayWords(trouble)} (it is tried again all the time)`),
    onRefused: (sentence) => {
      log.error({ sentence }, 'node.refused');
      report({ kind: 'failed', sentence, again: false });
      say(sentence);
      void leave(EXIT_REFUSED);
    },
    onTold: say,
    onDrained: () => {
      say(`drained by ${hub}: the last game is over. To serve again, start it as before`);
      void leave(0);
    },
  });
  const node = running;
  // 'Now', also when a drain with time goes on already.
  process.on('SIGHUP', () => void node.drain(0));
  // A new version waits: sessions play on, then the service manager starts it.
  process.on('SIGUSR2', () => {
    log.info({}, 'node.waits-for-empty');
    void node.drain(GRACE_LIMIT_S * 1_000).then(() => leave(EXIT_AGAIN));
  });
  return {
    stopLimitMs: graceMs + END_MS,
    // Without a supervisor nobody is left who meant the grace.
    stop: (reason) => node.stop(reason === 'SIGTERM' || reason === 'SIGINT' ? graceMs : 0),
  };
}
