// test/contract/relay-operation.test.ts - running a relay: health, draining, stopping, its hub, its certificate, its workers,
// its logs. Real processes, real sockets.

import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { newId, type SessionId } from '../../src/base/ids.ts';
import { seededRandom } from '../../src/base/random.ts';
import { messageCodec } from '../../src/protocol/codec.ts';
import { type HubToRelay, type RelayToHub, relayHelloText, relayToHub } from '../../src/protocol/relay-messages.ts';
import { PROTOCOL_VERSION } from '../../src/protocol/version.ts';
import { mintCredential } from '../../src/relay/credentials.ts';
import { type RelayUnderTest, SECRET, startRelay, startRelayUnder } from './relay-harness.ts';
import { echoPeer, local, TurnSocket } from './turn-socket.ts';

const running: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const thing of running.splice(0).reverse()) await thing.stop();
});
async function relay(...flags: string[]): Promise<RelayUnderTest> {
  const started = await startRelay(...flags);
  running.push(started);
  return started;
}
async function client(options: Parameters<typeof TurnSocket.open>[0]): Promise<TurnSocket> {
  const turn = await TurnSocket.open(options);
  running.push({ stop: () => turn.close() });
  return turn;
}
async function echo() {
  const peer = await echoPeer();
  running.push({ stop: () => peer.close() });
  return peer;
}
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const bytes = (words: string) => new TextEncoder().encode(words);

test.each(['udp', 'tcp', 'tls'] as const)('%s: payload goes through and comes back', async (transport) => {
  const certificate = makeCertificate('localhost');
  const { port } = await relay('--tls-cert', certificate.cert, '--tls-key', certificate.key);
  const turn = await client({ port, transport });
  const peer = await echo();
  await turn.relayed();
  expect(await turn.bind(0x4000, peer.address)).toBe(0);
  for (let i = 0; i < 50; i++) turn.send(0x4000, bytes(`packet ${i} `.repeat(1 + (i % 30))));
  await turn.until(50);
  expect(turn.payloads.map(text)).toEqual(Array.from({ length: 50 }, (_, i) => `packet ${i} `.repeat(1 + (i % 30))));
});

test('two relayed clients of two workers reach each other through their relayed addresses', async () => {
  const { port } = await relay('--workers', '2', '--listen', '127.0.0.1:21180');
  const [a, b] = [await client({ port }), await client({ port: port + 1 })];
  const [ofA, ofB] = [await a.relayed(), await b.relayed()];
  expect(await a.bind(0x4000, ofB)).toBe(0);
  expect(await b.bind(0x4000, ofA)).toBe(0);
  a.send(0x4000, bytes('to b'));
  await b.until(1);
  b.send(0x4000, bytes('to a'));
  await a.until(1);
  expect([text(b.payloads[0]), text(a.payloads[0])]).toEqual(['to b', 'to a']);
});

test('health and metrics: ok while it runs, 503 while it drains, counters that move', async () => {
  const started = await relay('--drain-seconds', '60');
  const health = async () => (await fetch(`http://127.0.0.1:${started.metricsPort}/healthz`)).status;
  expect(await health()).toBe(200);
  const turn = await client({ port: started.port });
  const peer = await echo();
  await turn.relayed();
  await turn.bind(0x4000, peer.address);
  turn.send(0x4000, new Uint8Array(100));
  await turn.until(1);
  expect(await started.metric('payload_bytes_total', 'to_node')).toBe(100);
  expect(await started.metric('payload_bytes_total', 'to_player')).toBe(100);
  expect(await started.metric('allocations')).toBe(1);
  started.signal('SIGTERM');
  await started.event('relay.draining');
  expect(await health()).toBe(503);
});

// Drain: nobody new, everybody there goes on; the process ends when the last one has gone.
test('SIGTERM drains: no new allocation, no loss for those there, exit when empty', async () => {
  const started = await relay('--drain-seconds', '60');
  const peer = await echo();
  const stays = await client({ port: started.port });
  await stays.relayed();
  await stays.bind(0x4000, peer.address);
  started.signal('SIGTERM');
  await started.event('relay.draining');
  const late = await client({ port: started.port });
  expect(await late.allocate()).toBe(508);
  for (let i = 0; i < 200; i++) stays.send(0x4000, bytes(`${i}`));
  await stays.until(200);
  expect(await stays.refresh(600)).toBe(0);
  expect(started.process.exitCode).toBeNull();
  expect(await stays.refresh(0)).toBe(0);
  expect(await started.exited).toBe(0);
});

test('a drain ends at its deadline, a second SIGTERM ends it at once', async () => {
  const deadline = await relay('--drain-seconds', '1');
  await (await client({ port: deadline.port })).relayed();
  deadline.signal('SIGTERM');
  expect(await deadline.exited).toBe(0);
  const impatient = await relay('--drain-seconds', '600');
  await (await client({ port: impatient.port })).relayed();
  impatient.signal('SIGTERM');
  await impatient.event('relay.draining');
  impatient.signal('SIGTERM');
  expect(await impatient.exited).toBe(0);
});

test('a parent that goes away takes the relay with it', async () => {
  const started = await relay();
  started.process.disconnect();
  expect(await started.exited).toBe(0);
});

test.each([
  ['a port that is taken', ['--listen'], 'is taken'],
  ['half a certificate', ['--tls-cert=/nonexistent.pem'], 'come together'],
  ['a certificate that is not there', ['--tls-cert=/nonexistent.pem', '--tls-key=/nonexistent.pem'], 'cannot read'],
  ['a secret by word and by file', ['--secret-file=/nonexistent'], 'not both'],
  ['three secrets', [`--secret=${SECRET},${SECRET},${SECRET}`], 'at most two'],
  ['too few ports', ['--relay-ports=21200-21201', '--workers=2'], 'fewer than two ports'],
])('%s stops the start, saying so', async (_, flags, words) => {
  const { port } = await relay();
  const wrong = flags[0] === '--listen' ? [`--listen=127.0.0.1:${port}`] : flags;
  await expect(startRelay(...wrong)).rejects.toThrow(words);
});

// The system finds a port for TCP; half of those it can find are another program's for UDP, as browsers' are. That all six
// workers meet a good one at once happens one time in 64.
test('a port that the system chose is passed over when another program has it for UDP', async () => {
  const others = Array.from({ length: 32 }, (_, i) => 40_001 + 4 * i);
  const hold = `import { createSocket } from 'node:dgram';
    import { isMainThread } from 'node:worker_threads';
    if (isMainThread) for (const port of ${JSON.stringify(others)})
      await new Promise((done) => createSocket('udp4').unref().bind(port, '127.0.0.1', done));`;
  const alone = 'ip link set lo up && echo 40000 40127 > /proc/sys/net/ipv4/ip_local_port_range && exec "$@"';
  const program = [process.execPath, '--import', `data:text/javascript,${encodeURIComponent(hold)}`];
  const words = ['unshare', '--net', '--map-root-user', 'sh', '-c', alone, 'sh', ...program];
  const started = await startRelayUnder(words, '--metrics=', '--workers=6', '--relay-ip=127.0.0.1');
  running.push(started);
  const { shards } = (await started.event('relay.ready')) as { shards: readonly { udp: string }[] };
  const ports = shards.map(({ udp }) => Number(/:(\d+)\?/.exec(udp)?.[1]));
  expect(new Set(ports).size).toBe(6);
  for (const port of ports) expect(others).not.toContain(port);
});

function makeCertificate(name: string) {
  const folder = mkdtempSync(join(tmpdir(), 'nearcade-relay-'));
  running.push({ stop: () => rmSync(folder, { recursive: true }) });
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const write = (common: string) =>
    spawnSync('openssl', [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      `/CN=${common}`,
      '-keyout',
      key,
      '-out',
      cert,
    ]);
  write(name);
  return { cert, key, write };
}

test('a new certificate serves new connections and drops nobody', async () => {
  const certificate = makeCertificate('old.example');
  const started = await relay('--tls-cert', certificate.cert, '--tls-key', certificate.key);
  const shown = async () => {
    const socket = connectTls({ port: started.port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const { subject } = socket.getPeerCertificate();
    socket.destroy();
    return subject.CN;
  };
  expect(await shown()).toBe('old.example');
  const stays = await client({ port: started.port, transport: 'tls' });
  await stays.relayed();
  certificate.write('new.example');
  started.signal('SIGHUP');
  await started.event('certificate.reloaded');
  expect(await shown()).toBe('new.example');
  expect(await stays.refresh(600)).toBe(0);
});

// Rotation: NEW is added before OLD, credentials of both count; when OLD is taken out, its credentials are void at once, also
// for allocations that live: they get their last lifetime and no other.
test('secrets rotate in a running relay: both count together, the old one ends when it is taken out', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nearcade-relay-'));
  running.push({ stop: () => rmSync(folder, { recursive: true }) });
  const file = join(folder, 'secrets');
  const next = 'the next secret of the whole fleet';
  writeFileSync(file, `${SECRET}\n`);
  const started = await relay('--secret=', `--secret-file=${file}`);
  const stays = await client({ port: started.port });
  await stays.relayed();
  expect(await (await client({ port: started.port, secret: next })).allocate()).toBe(401);

  writeFileSync(file, `${next}\n${SECRET}\n`);
  started.signal('SIGHUP');
  await started.logged('secrets.reloaded', 1);
  const fresh = await client({ port: started.port, secret: next });
  await fresh.relayed();
  await (await client({ port: started.port })).relayed();
  expect(await stays.refresh(600)).toBe(0);

  writeFileSync(file, `${next}\n`);
  started.signal('SIGHUP');
  await started.logged('secrets.reloaded', 2);
  expect(await (await client({ port: started.port })).allocate()).toBe(401);
  expect(await stays.refresh(600)).toBe(401);
  expect(await fresh.refresh(600)).toBe(0);

  writeFileSync(file, 'short');
  started.signal('SIGHUP');
  await started.event('secrets.unreadable');
  expect(await fresh.refresh(600)).toBe(0);
});

test('a stream that is no TURN, or has no allocation, is closed; one that has stays', async () => {
  const { port } = await relay();
  const stays = await client({ port, transport: 'tcp' });
  await stays.relayed();
  const junk = await client({ port, transport: 'tcp' });
  junk.raw(bytes('GET / HTTP/1.1\r\n\r\n'));
  const idle = await client({ port, transport: 'tcp' });
  await Promise.all([junk.untilClosed(), idle.untilClosed()]);
  expect(await stays.refresh(600)).toBe(0);
});

test('a client that closes its stream frees its allocation', async () => {
  const started = await relay();
  const turn = await client({ port: started.port, transport: 'tcp' });
  await turn.relayed();
  expect(await started.metric('allocations')).toBe(1);
  turn.close();
  await started.event('allocation.freed');
  expect(await started.metric('allocations')).toBe(0);
});

test('names with control bytes, quotes and formats are harmless in logs and metrics', async () => {
  const started = await relay();
  const names = [
    '%n%s%x',
    "'; DROP TABLE x; --",
    'a\nb\r\u0000c',
    '"}\n{"level":"error","event":"forged"}',
    '<script>',
  ];
  for (const name of names) {
    const turn = await client({ port: started.port, username: `1900000000:${name}` });
    await turn.relayed();
  }
  await started.logged('allocation.made', names.length);
  expect(started.log.some(({ event }) => event === 'forged' || event === 'text')).toBe(false);
  const page = await started.metricsPage();
  expect(names.some((name) => page.includes(name))).toBe(false);
  expect(JSON.stringify(started.log)).not.toContain('127.0.0.1"');
  expect(
    page
      .split('\n')
      .every((line) => line === '' || /^(# (HELP|TYPE) |nearcade_relay_[a-z_]+(\{[^}]*\})? \S+$)/.test(line)),
  ).toBe(true);
});

const session = newId<SessionId>('s', seededRandom(1));

/** A hub that does what docs/PROTOCOL.md says of it, as far as relays see. */
async function fakeHub() {
  const codec = messageCodec<RelayToHub, HubToRelay>(relayToHub);
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/ws/relay' });
  await once(server, 'listening');
  const messages: RelayToHub[] = [];
  const waiting = new Set<() => void>();
  let socket: WebSocket | undefined;
  const say = (message: HubToRelay) => socket?.send(codec.encode(message));
  server.on('connection', (connection) => {
    socket = connection;
    const nonce = `nonce-${messages.length}-0123456789abcdef`;
    say({ t: 'challenge', nonce });
    connection.on('message', (data) => {
      const read = codec.decode(data as Uint8Array);
      if (!read.ok) throw new Error(JSON.stringify(read.error));
      const message = read.value;
      messages.push(message);
      if (message.t === 'hello') {
        const proof = createHmac('sha256', SECRET).update(relayHelloText(message.name, nonce)).digest('base64url');
        say(message.proof === proof ? { t: 'welcome', v: PROTOCOL_VERSION } : { t: 'refused', code: 'TOKEN_UNKNOWN' });
      }
      for (const check of [...waiting]) check();
    });
  });
  const bound = server.address();
  running.push({
    stop: () => {
      for (const open of server.clients) open.terminate();
      server.close();
    },
  });
  return {
    url: `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`,
    messages,
    say,
    cut: () => socket?.terminate(),
    until: (done: (all: readonly RelayToHub[]) => boolean) =>
      new Promise<void>((resolve) => {
        const check = () => {
          if (!done(messages)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}

function minted(peer: { port: number }, seconds = 600): string {
  const scope = [{ address: '127.0.0.1', portFirst: peer.port, portLast: peer.port }];
  return mintCredential(SECRET, { expiresAtS: Math.floor(Date.now() / 1_000) + seconds, session, scope }).username;
}

test('with a hub: proves itself, tells its shards, status and usage, ends a session, comes back after a break', async () => {
  const hub = await fakeHub();
  const started = await relay(`--hub=${hub.url}`, '--name=relay-1', '--region=here');
  await started.event('hub.joined');
  expect(hub.messages[0]).toMatchObject({ t: 'hello', name: 'relay-1', region: 'here', relayAddress: '127.0.0.1' });
  const peer = await echo();
  const turn = await client({ port: started.port, username: minted(peer.address) });
  await turn.relayed();
  expect(await turn.bind(0x4000, peer.address)).toBe(0);
  for (let i = 0; i < 30; i++) turn.send(0x4000, new Uint8Array(1_000));
  await turn.until(30);
  const usage = { session, toPlayerBytes: 30_000, toNodeBytes: 30_000 };
  await hub.until((all) =>
    all.some((message) => message.t === 'usage' && message.sessions.some((row) => row.toPlayerBytes === 30_000)),
  );
  expect(hub.messages.findLast(({ t }) => t === 'usage')).toEqual({ t: 'usage', sessions: [usage] });
  await hub.until((all) => all.some((message) => message.t === 'status' && message.allocations === 1));

  const before = hub.messages.length;
  hub.cut();
  turn.send(0x4000, new Uint8Array(1_000));
  await turn.until(31);
  await hub.until((all) => all.slice(before).some(({ t }) => t === 'usage'));
  expect(hub.messages.slice(before).find(({ t }) => t === 'usage')).toMatchObject({
    sessions: [{ toNodeBytes: 31_000 }],
  });

  hub.say({ t: 'end', session });
  await started.event('allocation.freed');
  expect(await turn.refresh(600)).toBe(437);
});

test('with a hub: names without a scope are refused; a rental that goes on keeps its allocation; the hub may drain', async () => {
  const hub = await fakeHub();
  const started = await relay(`--hub=${hub.url}`);
  await started.event('hub.joined');
  expect(await (await client({ port: started.port })).allocate()).toBe(401);
  const peer = await echo();
  const turn = await client({ port: started.port, username: minted(peer.address, 3) });
  await turn.relayed();
  hub.say({ t: 'extend', session, expiresAtS: Math.floor(Date.now() / 1_000) + 600 });
  await new Promise((resolve) => setTimeout(resolve, 3_100));
  expect(await turn.refresh(600)).toBe(401); // It was not refreshed before its first lifetime ended.
  const kept = await client({ port: started.port, username: minted(peer.address, 3) });
  await kept.relayed();
  hub.say({ t: 'extend', session, expiresAtS: Math.floor(Date.now() / 1_000) + 600 });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await kept.refresh(600)).toBe(0);
  await new Promise((resolve) => setTimeout(resolve, 3_100));
  expect(await kept.refresh(600)).toBe(0);
  hub.say({ t: 'drain', deadlineMs: 60_000 });
  await hub.until((all) => all.some((message) => message.t === 'status' && message.draining));
  expect(await kept.refresh(0)).toBe(0);
  expect(await started.exited).toBe(0);
});

test('a hub that does not know the secret is asked again, and the relay serves meanwhile', async () => {
  const hub = await fakeHub();
  const other = 'another secret of the fleet';
  const started = await relay(`--hub=${hub.url}`, `--secret=${other}`);
  await started.event('hub.refused');
  const peer = await echo();
  const scope = [{ address: '127.0.0.1', portFirst: peer.address.port, portLast: peer.address.port }];
  const { username } = mintCredential(other, { expiresAtS: 1_900_000_000, session, scope });
  const turn = await client({ port: started.port, username, secret: other });
  await turn.relayed();
  expect(await turn.bind(0x4000, peer.address)).toBe(0);
  expect(await turn.bind(0x4001, local(started.port))).toBe(403);
});
