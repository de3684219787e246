// src/main/node.ts - `./nearcade node`: a rendering node. Reads its settings, starts the agent, leaves in order.
import { readFileSync } from 'node:fs';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { readForward } from '../agent/advertise.ts';
import { type RunningNode, startNode } from '../agent/start-agent.ts';
import type { Values } from '../config/load.ts';
import type { nodeSettings } from '../config/settings.ts';
import { systemClock, systemRandom } from '../observe/clock.ts';
import type { Log } from '../observe/log.ts';
import { fenceWords, findFence } from '../render/x11/fence.ts';
import { sweepLeftovers } from '../render/x11/sandbox.ts';
import { findWall, WITHOUT_WALL } from '../render/x11/wall.ts';
import { type Role, report, StartError } from './role.ts';

/** EX_CONFIG of sysexits.h: a start with the same settings cannot succeed, so a service manager need not try. */
export const EXIT_REFUSED = 78;

/** EX_TEMPFAIL of sysexits.h: ended to be started again, as another version. */
export const EXIT_AGAIN = 75;

const SLOT_MODULE = join(import.meta.dirname, 'slot.ts');
const SLOTS_MAX = 8; // More only by the operator's word: memory, not processors, is what runs out first.
const SESSION_MEMORY_LEAST_MB = 1_024; // A display, sound and a small game.
const BYTES_PER_MB = 1024 * 1024;
const GRACE_LIMIT_S = 86_400;
/** What an end takes after the grace: last voucher, save, wiping (agent.ts cuts it at 12 s). */
const END_MS = 14_000;

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const parsed: unknown = JSON.parse(text);
  const found = typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : undefined;
  return typeof found === 'string' ? found : 'unknown';
}

/** One session takes about two cores where the processor encodes. */
function slotsByProcessor(): number {
  return Math.min(SLOTS_MAX, Math.max(1, Math.floor(availableParallelism() / 2)));
}

/** What the machine has, less a fifth for itself and the slots' own processes, shared among the slots. */
function memoryBySlots(slots: number): number {
  return Math.max(SESSION_MEMORY_LEAST_MB, Math.floor((0.8 * totalmem()) / BYTES_PER_MB / slots));
}

/**
 * Starts a rendering node.
 * @throws StartError with one plain sentence when settings are missing or wrong; OutageError when the machine cannot
 */
export async function runNode(values: Values<typeof nodeSettings>, log: Log): Promise<Role> {
  const { hub } = values;
  if (hub === undefined) throw new StartError('a node needs a hub: --hub http://HOST:PORT');
  const forwards = (values.advertise ?? []).map((text) => {
    const forward = readForward(text);
    if (!forward.ok) {
      throw new StartError(`--advertise '${text}' is neither ADDRESS nor ADDRESS:PORTS=LOCAL-PORTS`);
    }
    return forward.value;
  });
  const only = values.advertiseOnly ?? false;
  if (only && forwards.length === 0) throw new StartError('--advertise-only needs an address: --advertise ADDRESS');
  const graceMs = Math.min(GRACE_LIMIT_S, values.drainSeconds ?? 0) * 1_000;
  const slots = values.slots ?? slotsByProcessor();
  const fence = findFence();
  log.info({ by: fence.by, words: fenceWords(fence) }, 'limits.ready');
  const wall = findWall(values.sandbox ?? 'auto');
  if (wall.by === 'none') log.warn({ reason: wall.reason, lost: WITHOUT_WALL }, 'sandbox.none');
  else log.info({ by: wall.by }, 'sandbox.ready');
  let running: RunningNode | undefined;
  const leave = async (code: number): Promise<void> => {
    await running?.stop(0);
    process.exit(code);
  };
  running = await startNode({
    ...{
      hub,
      token: values.token,
      data: values.data ?? '.nearcade',
      name: values.name,
      region: values.region ?? 'local',
    },
    slots,
    icePorts: values.icePorts,
    outside: { forwards, only },
    games: values.games,
    sandbox: values.sandbox ?? 'auto',
    limits: {
      memoryMb: values.sessionMemoryMb ?? memoryBySlots(slots),
      ...(values.sessionCpus === undefined ? {} : { cpus: values.sessionCpus }),
    },
    encoder: values.encoder ?? 'auto',
    version: version(),
    slotModule: SLOT_MODULE,
    sweep: () => sweepLeftovers(tmpdir()),
    ...{ clock: systemClock, random: systemRandom, log, logLevel: values.logLevel ?? 'info' },
    onJoined: (node) => report({ kind: 'ready', facts: { node } }),
    onRefused: (sentence) => {
      log.error({ sentence }, 'node.refused');
      report({ kind: 'failed', sentence, again: false });
      process.stderr.write(`nearcade: ${sentence}\n`);
      void leave(EXIT_REFUSED);
    },
    onDrained: () => void leave(0),
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
