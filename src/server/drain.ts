// src/server/drain.ts - a hub stops kindly: no new starts, what is being written is finished, then the sockets close.
// Sessions go on without it, from node to page, and are taken over by the next start.
import type { Hub } from '../app/hub.ts';
import type { Log } from '../observe/log.ts';

/** Starts and ends that are being written get this long; each is one transaction. */
const DRAIN_LIMIT_MS = 4_000;
const LOOK_EVERY_MS = 25;

/** What is still being written: starts, and ends that wait for a node's last word. */
export function underWay(hub: Hub): number {
  const ending = [...hub.sessions.values()].filter((live) => live.ending !== undefined).length;
  return hub.starting.size + ending;
}

/** Refuses new starts and resolves when nothing is being written, or after 4 s. */
export async function drain(hub: Hub, log: Log): Promise<void> {
  hub.stopping = true;
  const untilMs = performance.now() + DRAIN_LIMIT_MS;
  while (underWay(hub) > 0 && performance.now() < untilMs) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  log.info({ sessions: hub.sessions.size, unfinished: underWay(hub) }, 'hub.drained');
}
