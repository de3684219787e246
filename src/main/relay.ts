// src/main/relay.ts - `./nearcade relay`: runs a relay until somebody ends it. SIGTERM drains, a second one or SIGINT stops
// at once, SIGHUP reads the certificate again; a parent that goes away takes its relay with it.
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
  const reload = (): void => relay.reloadCertificate();
  const handlers = [
    ['SIGTERM', terminate],
    ['SIGINT', stop],
    ['SIGHUP', reload],
    ['disconnect', stop],
  ] as const;
  for (const [event, handler] of handlers) signals.on(event, handler);
  signals.send?.({ kind: 'ready', shards: relay.shards });
  await relay.stopped;
  for (const [event, handler] of handlers) signals.off(event, handler);
}

if (import.meta.main) {
  const loaded = load(relaySettings, {
    argv: process.argv.slice(2),
    env: process.env,
    file: undefined,
    otherKeys: new Set(),
  });
  if (loaded.ok) {
    await runRelay(loaded.value.values, openLog('relay', loaded.value.values.logLevel));
    process.exit(0);
  }
  for (const problem of loaded.error) process.stderr.write(`relay: ${problem}\n`);
  process.exit(2);
}
