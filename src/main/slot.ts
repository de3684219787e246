// src/main/slot.ts - a slot's process, forked by the agent: games of src/render, peers and pictures of src/stream, one
// session of src/agent. Warm means: modules loaded, encoders opened, one picture of the built-in game drawn.

import { runSlot, slotExit } from '../agent/slot-host.ts';
import type { SlotSetup } from '../agent/slot-messages.ts';
import { OutageError } from '../base/assert.ts';
import { systemClock, systemRandom } from '../observe/clock.ts';
import { type LogLevel, openLog } from '../observe/log.ts';
import { sessionLogs } from '../observe/session-logs.ts';
import { type Library, openLibrary } from '../render/library.ts';
import { closeInherited } from '../render/x11/child.ts';
import { probeEncoders } from '../stream/open-encoder.ts';
import { openProbePeer, openSessionPeer } from '../stream/open-peer.ts';
import { openSessionStream } from '../stream/session-stream.ts';
import type { StreamPeer } from '../stream/stream-peer.ts';

closeInherited();
const levels: readonly LogLevel[] = ['error', 'warn', 'info', 'debug', 'trace'];
const [, , level, logs] = process.argv;
const kept = logs === undefined ? undefined : sessionLogs(logs);
const log = openLog('slot', levels.find((one) => one === level) ?? 'info', kept?.keep);
const clock = systemClock;

// A bug ends this process, and its session with it: the agent starts another. What it was stands in the log.
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (cause: unknown) => {
    log.error({ cause: cause instanceof Error ? cause.stack : String(cause) }, 'slot.crashed');
    process.exit(slotExit.failed);
  });
}

/** Draws once what a session will draw: fonts, sprites and code are in memory before anybody waits for them. */
async function drawOnce(library: Library): Promise<void> {
  const game = library.games[0]?.id;
  if (game === undefined) throw new OutageError('this machine has no game');
  const run = await library.start({ game, settings: { codecs: ['h264'] }, tag: 0 });
  if (run.video.kind === 'drawn') run.video.draw(clock.monotonicMs());
  await run.close();
}

/** Makes the certificate that probes and session show, and loads what the first offer of a process takes 0.1 s for. */
async function offerOnce({ net }: SlotSetup): Promise<void> {
  const peer = openSessionPeer({ ice: [], addresses: net.addresses, portRange: net.ports, codecs: ['h264', 'vp8'] });
  await peer.offer();
  await peer.close();
}

async function warmUp(setup: SlotSetup) {
  const library = await openLibrary({
    ...{ clock, random: systemRandom, log },
    ...{ sandbox: setup.sandbox, limits: setup.limits, drawnBy: setup.drawnBy },
    ...(setup.games === undefined ? {} : { gamesFolder: setup.games }),
  });
  for (const { id, reason } of library.missing) log.info({ game: id, reason }, 'game.not-offered');
  await drawOnce(library);
  await offerOnce(setup);
  const encoders = setup.probeEncoders ? await probeEncoders() : [];
  return {
    encoders,
    parts: {
      games: library.games,
      startGame: library.start.bind(library),
      openProbe: openProbePeer,
      openPeer: openSessionPeer,
      openStream: (options: Omit<Parameters<typeof openSessionStream>[0], 'clock' | 'log'>) =>
        openSessionStream({ ...options, clock, log }),
    },
  };
}

runSlot<StreamPeer>(warmUp, { clock, log });
