// test/unit/render/x11/fence.test.ts - where a session's limits are written. Method: control groups of version 2 played by
// plain files (the kernel of the tests lends version 1 at most); limits of single programs by a real one.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fenceIn, findFence, removeFence } from '../../../../src/render/x11/fence.ts';

function lent(files: Record<string, string>): { root: string; base: string } {
  const root = mkdtempSync(join(tmpdir(), 'nearcade-fence-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const base = join(root, 'node.service');
  mkdirSync(base);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(base, name), text);
  return { root, base };
}
const V2 = { 'cgroup.procs': '41\n', 'cgroup.controllers': 'cpu memory pids\n', 'cgroup.subtree_control': '\n' };

test('version 2: node and slots step aside, then each session has a group with its limits, removed at the end', () => {
  const { root, base } = lent(V2);
  expect(findFence(root, '0::/node.service\n', false)).toEqual({ by: 'rlimit' }); // A group of other people's programs.
  const fence = findFence(root, '0::/node.service\n', true);
  expect(fence).toEqual({ by: 'cgroup2', base });
  expect(readFileSync(join(base, 'nearcade-node/cgroup.procs'), 'utf8')).toBe('41');
  expect(findFence(root, '0::/node.service/nearcade-node\n', true)).toEqual(fence); // As a slot sees it.
  const group = join(base, 'one');
  mkdirSync(group);
  for (const file of ['memory.max', 'cpu.max', 'pids.max']) writeFileSync(join(group, file), 'max');
  expect(fenceIn(fence, 'one', { memoryMb: 2, cpus: 3 }).at(-1)).toBe(join(group, 'cgroup.procs'));
  const written = ['memory.max', 'cpu.max', 'pids.max'].map((file) => readFileSync(join(group, file), 'utf8'));
  expect(written).toEqual(['2097152', '300000 100000', '1024']);
  fenceIn(fence, 'two', {});
  expect(existsSync(join(base, 'two'))).toBe(true);
  removeFence(fence, 'two');
  expect(existsSync(join(base, 'two'))).toBe(false);
});

test('version 2 that is lent without memory, and none at all: programs have a limit each', () => {
  const { root } = lent({ ...V2, 'cgroup.controllers': 'hugetlb\n' });
  expect(findFence(root, '0::/node.service\n')).toEqual({ by: 'rlimit' });
  expect(findFence('/nowhere', '0::/\n4:memory:/\n')).toEqual({ by: 'rlimit' });
});

test('a limit of its own ends a program that wants more; without, the same program goes on', () => {
  const eat = ['/usr/bin/perl', '-e', 'my @x = map { "x" x 1048576 . $_ } 1 .. 200; print "full"'];
  const [command = '', ...args] = [...fenceIn({ by: 'rlimit' }, 'one', { memoryMb: 100 }), ...eat];
  expect(spawnSync(command, args, { encoding: 'utf8' }).stdout).toBe('');
  const [free = '', ...rest] = [...fenceIn({ by: 'rlimit' }, 'one', {}), ...eat];
  expect(spawnSync(free, rest, { encoding: 'utf8' }).stdout).toBe('full');
});

test('no program leaves a dump of itself, and without a group no user starts programs without end', () => {
  const limitsUnder = (...before: string[]): string =>
    spawnSync('/usr/bin/prlimit', ['--core=9', ...before, '/bin/cat', '/proc/self/limits'], { encoding: 'utf8' })
      .stdout;
  const fence = fenceIn({ by: 'rlimit' }, 'one', {});
  const most = process.getuid?.() === 0 ? 1_024 : 8_192;
  expect(limitsUnder(...fence)).toMatch(/^Max core file size +0 +0 /m);
  const [, processes] = /^Max processes +\d+ +(\d+)/m.exec(limitsUnder(...fence)) ?? [];
  expect(Number(processes)).toBeLessThanOrEqual(most);
  expect(limitsUnder()).toMatch(/^Max core file size +9 +9 /m); // The control.
  // A machine that allows fewer keeps its own limit, and the program starts.
  const few = [...fenceIn({ by: 'rlimit' }, 'one', {}), '/bin/true'];
  expect(spawnSync('/usr/bin/prlimit', ['--core=0', '--', ...few]).status).toBe(0);
});
