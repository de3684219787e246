// test/contract/relay-clients.test.ts - Debian's own TURN client against our relay: every transport, both backends, and its
// misbehaving modes. `turnutils_uclient` and `turnutils_peer` come with the package coturn.
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RelayUnderTest, SECRET, startRelay } from './relay-harness.ts';

const PEER_PORT = 21_190;
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'nearcade-relay-'));
let peer: ChildProcess;

beforeAll(async () => {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, ...files]);
  peer = spawn('turnutils_peer', ['-p', String(PEER_PORT), '-L', '127.0.0.1', '-L', '::1'], { stdio: 'ignore' });
  await once(peer, 'spawn');
});
afterAll(async () => {
  peer.kill();
  await once(peer, 'exit');
  rmSync(folder, { recursive: true });
});

const tls = ['--tls-cert', join(folder, 'cert.pem'), '--tls-key', join(folder, 'key.pem')];

/** Runs the client; what it says of losses. */
async function client(relay: RelayUnderTest, flags: readonly string[], count = 50) {
  const words = ['-W', SECRET, '-e', '127.0.0.1', '-r', String(PEER_PORT), '-n', String(count), '-m', '2', '-z', '5'];
  const command = [...words, '-l', '172', '-p', String(relay.port), ...flags, '127.0.0.1'];
  const { stdout } = await run('turnutils_uclient', command, { timeout: 60_000 }).catch((cause) => {
    // It says why on its standard output, which an error of `execFile` leaves out.
    const end = `${cause.signal ?? `code ${cause.code}`}, ${String(cause.stdout).slice(-600)}`;
    throw new Error(`${cause.message} ended with ${end}; the relay: ${JSON.stringify(relay.log.slice(-5))}`);
  });
  const sent = /tot_send_msgs=(\d+), tot_recv_msgs=(\d+)\s*$/gm;
  const totals = [...stdout.matchAll(sent)].at(-1);
  return {
    sent: Number(totals?.[1]),
    received: Number(totals?.[2]),
    lost: Number(/Total lost packets (\d+)/.exec(stdout)?.[1]),
  };
}

describe.each(['ffi', 'dgram'])('%s', (backend) => {
  let relay: RelayUnderTest;
  beforeAll(async () => {
    relay = await startRelay(`--backend=${backend}`, ...tls);
  });
  afterAll(() => relay.stop());

  // Name, flags of the client, and whether only `ffi` serves it (or one backend is enough).
  const modes: [string, string[], boolean][] = [
    ['channels over UDP', [], false],
    ['Send and Data over UDP', ['-s'], false],
    ['TCP', ['-t'], false],
    ['TCP, Send and Data', ['-t', '-s'], true],
    ['TLS', ['-t', '-S'], false],
    ['IPv6 relayed addresses', ['-x'], false],
    ['dual allocations', ['-Z'], false],
    ['padded channels', ['-D'], true],
    ['extra requests', ['-G'], true],
    ['DONT-FRAGMENT', ['-g'], true],
  ] as const;
  test.each(modes.filter(([name]) => backend === 'ffi' || name !== 'DONT-FRAGMENT'))(
    '%s: nothing lost',
    async (_, flags) => {
      const made = await relay.metric('allocations_total');
      expect(await client(relay, flags)).toEqual({ sent: 100, received: 100, lost: 0 });
      expect(await relay.metric('allocations_total')).toBeGreaterThan(made);
    },
  );
});

// Goal: -N and -R send what no client should, -O floods, -B drops connections at random; the relay lives, serves the next
// client without loss, and its memory returns. The client itself ends with an error in some of these, against any server.
test('negative tests, floods and broken connections: the relay lives and forgets them', async () => {
  const relay = await startRelay('--backend=ffi', ...tls);
  await client(relay, []);
  const before = relay.memoryBytes();
  const abuse = [['-N', '-R'], ['-O'], ['-B'], ['-t', '-N', '-R'], ['-t', '-O'], ['-t', '-B']].map((flags) => {
    const words = ['-W', SECRET, '-e', '127.0.0.1', '-r', String(PEER_PORT), '-n', '20', '-m', '4', '-l', '172'];
    return run('turnutils_uclient', [...words, '-p', String(relay.port), ...flags, '127.0.0.1'], { timeout: 10_000 });
  });
  await Promise.allSettled(abuse);
  expect(relay.process.exitCode).toBeNull();
  expect(await client(relay, [])).toEqual({ sent: 100, received: 100, lost: 0 });
  expect(await relay.metric('requests_total')).toBeGreaterThan(100);
  expect(relay.memoryBytes() - before).toBeLessThan(64 * 1024 * 1024);
  expect(relay.log.filter(({ level }) => level === 'error')).toEqual([]);
  await relay.stop();
});
