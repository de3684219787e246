// src/main/node-stop.ts - `./nearcade node stop`: the kill switch of a node on this machine. Players are told, saves are
// brought to the hub, the last vouchers waited for; nothing is cut off.
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { markedProcess } from '../agent/process-mark.ts';
import { LOCK_FILE } from '../agent/start-agent.ts';
import type { Values } from '../config/load.ts';
import type { nodeStopSettings } from '../config/settings.ts';
import { StartError } from './role.ts';

const LOOK_MS = 50;

/**
 * Tells the node of a data folder to end and waits until it is gone.
 * @param say takes a line for the operator
 * @throws StartError when none runs there, or it is somebody else's
 */
export async function runNodeStop(values: Values<typeof nodeStopSettings>, say: (line: string) => void): Promise<void> {
  const folder = resolve(values.data ?? '.nearcade');
  const mark = join(folder, LOCK_FILE);
  const pid = markedProcess(mark);
  if (pid === undefined) throw new StartError(`no node runs on ${folder}; name its folder with --data`);
  try {
    process.kill(pid, values.now ? 'SIGHUP' : 'SIGTERM');
  } catch {
    throw new StartError(`the node on ${folder} (process ${pid}) belongs to another user; try as that user or as root`);
  }
  say(
    values.now
      ? 'Ending every session kindly: players are told, saves kept.'
      : 'No new sessions; those that run may go on for the drain time of the node, then they end kindly.',
  );
  while (markedProcess(mark) === pid) await sleep(LOOK_MS);
  say('The node has ended.');
}
