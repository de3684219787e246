// test/support/keeper.ts - a process that keeps a database, to be killed by a test.
// Usage: node keeper.ts FOLDER [WAYS]. Prints one JSON line when ready or refused; stops the database on SIGTERM.
import { silentLog } from '../../src/observe/log.ts';
import { startPostgres } from '../../src/storage/postgres/launch.ts';

const [folder = '', ways] = process.argv.slice(2);
const startedMs = performance.now();
try {
  const server = await startPostgres(folder, silentLog, ways === undefined ? {} : { ways: ways.split(',') });
  const { pid, adopted, address } = server;
  const facts = { pid, adopted, address, uid: process.getuid?.(), tookMs: performance.now() - startedMs };
  process.stdout.write(`${JSON.stringify(facts)}\n`);
  process.on('SIGTERM', () => void server.stop().then(() => process.exit(0)));
  void server.ended.then((how) => process.stdout.write(`${JSON.stringify({ ended: how })}\n`));
  setInterval(() => {}, 1_000);
} catch (cause) {
  process.stdout.write(`${JSON.stringify({ refused: cause instanceof Error ? cause.message : String(cause) })}\n`);
}
