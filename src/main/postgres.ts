// src/main/postgres.ts - `./nearcade postgres`: the embedded database as a supervised role.
import type { Values } from '../config/load.ts';
import type { postgresSettings } from '../config/settings.ts';
import type { Log } from '../observe/log.ts';
import { startPostgres } from '../storage/postgres/launch.ts';
import { type Role, report } from './role.ts';

/** Starts the database of the data folder; ends with it, so that the supervisor starts both again. Throws OutageError. */
export async function runPostgres(values: Values<typeof postgresSettings>, log: Log): Promise<Role> {
  const server = await startPostgres(values.data ?? '.nearcade', log);
  void server.ended.then((how) => {
    log.error({ how }, 'postgres.ended');
    process.exit(1);
  });
  report({ kind: 'ready', facts: { pid: server.pid } });
  return { stop: () => server.stop() };
}
