// test/contract/relay-namespaces.test.ts - goal: several relays are one service. Credentials and nonces hold on each, one
// that is killed costs its players less than two seconds, one that drains costs them nothing, and the counters tell the
// truth. Method: three relays in network namespaces of their own, made inside a namespace of this test and gone with it.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const DRIVER = join(import.meta.dirname, 'relay-namespaces/driver.ts');
// `ip netns` keeps its names under /run: a file system of our own there, so that nobody else's names are touched.
const SCRIPT = 'mount -t tmpfs none /run && exec "$0" "$1"';

test('three relays: one credential and nonce for all, one killed, one drained, counters true', async () => {
  const words = ['--user', '--map-root-user', '--net', '--mount', '--pid', '--fork', '--kill-child'];
  const { stdout } = await promisify(execFile)('unshare', [...words, 'sh', '-c', SCRIPT, process.execPath, DRIVER], {
    timeout: 100_000,
  });
  const seen = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
  expect(seen.challenges).toEqual([0, 0, 0]); // Nobody asked the roamer to prove itself again.
  expect(seen.underA).toBe(51);
  expect(seen.gapsMs).toHaveLength(50);
  expect(Math.min(...seen.gapsMs)).toBeGreaterThan(100); // They did feel it.
  expect(Math.max(...seen.gapsMs)).toBeLessThan(2_000);
  expect(seen.lostByKill).toBeGreaterThan(0); // The control: a relay that is killed loses what was on its way.
  expect(seen.lateCode).toBe(508);
  expect(seen.lostByDrain).toBe(0);
  expect(seen.drained).toBe(0);
  expect(seen.bytes.clientsUp).toBeGreaterThan(100_000);
  expect(Math.abs(seen.bytes.relaysUp / seen.bytes.clientsUp - 1)).toBeLessThan(0.001);
  expect(Math.abs(seen.bytes.relaysDown / seen.bytes.clientsDown - 1)).toBeLessThan(0.001);
});
