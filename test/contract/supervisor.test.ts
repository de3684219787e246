// Goal: the supervisor keeps roles running and ends them in order. Method: a role of a few lines, started as a process.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Supervised, supervise } from '../../src/main/supervisor.ts';
import { silentLog } from '../../src/observe/log.ts';

const folder = mkdtempSync(join(tmpdir(), 'nc-supervisor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const cli = join(folder, 'role.mjs');
writeFileSync(
  cli,
  `process.on('SIGTERM', () => setTimeout(() => process.exit(0), 50));
process.send({ kind: 'ready', facts: { pid: process.pid } });
setInterval(() => {}, 1000);`,
);

function start(onSpawn: (pid: number) => void = () => {}): Supervised {
  const hooks = { onSpawn: (_: string, pid: number) => onSpawn(pid), onGone: () => {}, onRestart: () => {} };
  return supervise(cli, { name: 'role', argv: [], env: {}, logFile: join(folder, 'role.log') }, hooks, silentLog);
}
/** Process group of a process: the third field after its name (proc_pid_stat(5)). */
function groupOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
}

test("a terminal's Ctrl-C passes the roles by: each has a process group of its own", async () => {
  const role = start();
  const { pid } = await role.ready;
  expect(groupOf(Number(pid))).toBe(pid);
  expect(groupOf(Number(pid))).not.toBe(groupOf(process.pid));
  await role.stop();
  expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
});

test('a role that is killed is started again, and not after a stop', async () => {
  const pids: number[] = [];
  const second = Promise.withResolvers<void>();
  const role = start((pid) => {
    if (pids.push(pid) === 2) second.resolve();
  });
  await role.ready;
  process.kill(pids[0] ?? 0, 'SIGKILL');
  await second.promise;
  await role.stop();
  expect(pids).toHaveLength(2);
  expect(() => process.kill(pids[1] ?? 0, 0)).toThrow('ESRCH');
});
