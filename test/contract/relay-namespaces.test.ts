// test/contract/relay-namespaces.test.ts - goal: several relays are one service. Credentials and nonces hold on each, one
// that is killed costs its players less than two seconds, one that drains costs them nothing, and the counters tell the
// truth. Method: three relays in network namespaces of their own, made inside a namespace of this test and gone with it;
// once with bare TURN clients, once with whole WebRTC sessions that move by ICE restart (25, with --long 50).
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

// One process is all of their pages and nodes: half of them leave room for what else the suite runs.
const SESSIONS = process.env.NEARCADE_LONG === '1' ? 50 : 25;
// `ip netns` keeps its names under /run: a file system of our own there, so that nobody else's names are touched.
const SCRIPT = 'mount -t tmpfs none /run && exec "$0" "$@"';

/** Runs a driver as root of a namespace; its last line is what it saw. */
async function drive(driver: string, ...args: string[]) {
  const words = [
    '--user',
    '--map-root-user',
    '--net',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    'sh',
    '-c',
    SCRIPT,
  ];
  const program = [process.execPath, join(import.meta.dirname, 'relay-namespaces', driver)];
  // By SIGKILL: `unshare` waits for its child before it heeds anything milder.
  const limits = { timeout: 100_000, killSignal: 'SIGKILL' } as const;
  const { stdout } = await promisify(execFile)('unshare', [...words, ...program, ...args], limits);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
}

test('three relays: one credential and nonce for all, one killed, one drained, counters true', async () => {
  const seen = await drive('driver.ts');
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

test('WebRTC sessions: media on another relay within 2 s of a kill, and on a third without a loss before a drain', async () => {
  const seen = await drive('webrtc-driver.ts', String(SESSIONS));
  expect(seen.before).toEqual({ relays: ['10.77.0.2'], missing: 0 });
  expect(seen.gapsMs).toHaveLength(SESSIONS);
  expect(Math.max(...seen.gapsMs)).toBeLessThan(2_000);
  expect(seen.afterKill).toEqual(['10.77.0.3']);
  expect(seen.lostByKill).toBeGreaterThan(0); // The control: what is lost is seen to be lost.
  expect(seen.afterDrain).toEqual(['10.77.0.4']);
  expect(seen.lostByDrain).toBe(0);
  expect(seen.bytes.down).toBeGreaterThan(150_000);
  expect(Math.abs(seen.bytes.relaysDown / seen.bytes.down - 1)).toBeLessThan(0.001);
  expect(Math.abs(seen.bytes.relaysUp / seen.bytes.up - 1)).toBeLessThan(0.001);
});
