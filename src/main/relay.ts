// src/main/relay.ts - `./nearcade relay`: runs a relay until somebody ends it. SIGTERM drains, a second one or SIGINT stops
// at once, SIGHUP reads certificate and secrets again; a parent that goes away takes its relay with it.
import { OutageError } from '../base/assert.ts';
import { load } from '../config/load.ts';
import { relaySettings } from '../config/settings.ts';
import { type Log, openLog } from '../observe/log.ts';
import { RelayProcess } from './relay-process.ts';
import type { RelayValues } from './relay-setup.ts';

/** How a process is told to end; `process` itself, or a stand-in in tests. */
type Signals = Pick<NodeJS.Process, 'on' | 'off' | 'send' | 'connected'>;

/**
 * Runs the role until it has stopped. With an IPC channel it says `{ kind: 'ready', shards }` when it listens.
 * @param values settings, checked by the loader
 * @throws OutageError when the relay cannot start, saying which setting or port stands in its way
 */
export async function runRelay(values: RelayValues, log: Log, signals: Signals = process): Promise<void> {
  const relay = await RelayProcess.start(values, log);
  const stop = (): void => void relay.stop();
  const terminate = (): void => (relay.draining ? stop() : relay.drain((values.drainSeconds ?? 300) * 1_000));
  const reload = (): void => relay.reload();
  const handlers = [
    ['SIGTERM', terminate],
    ['SIGINT', stop],
    ['SIGHUP', reload],
    ['disconnect', stop],
  ] as const;
  for (const [event, handler] of handlers) signals.on(event, handler);
  // The parent may have gone while we started; then nobody would ever tell us to stop.
  if (signals.send !== undefined && !signals.connected) stop();
  else signals.send?.({ kind: 'ready', shards: relay.shards }, () => {});
  await relay.stopped;
  for (const [event, handler] of handlers) signals.off(event, handler);
}

/** Runs the role for the command line; what stood in its way, for the person who started it. */
async function problemsOf(values: RelayValues): Promise<readonly string[]> {
  try {
    await runRelay(values, openLog('relay', values.logLevel));
    return [];
  } catch (cause) {
    if (cause instanceof OutageError) return [cause.message];
    throw cause;
  }
}

if (import.meta.main) {
  const loaded = load(relaySettings, {
    argv: process.argv.slice(2),
    env: process.env,
    file: undefined,
    otherKeys: new Set(),
  });
  const problems = loaded.ok ? await problemsOf(loaded.value.values) : loaded.error;
  for (const problem of problems) process.stderr.write(`relay: ${problem}\n`);
  process.exit(problems.length === 0 ? 0 : 2);
}
