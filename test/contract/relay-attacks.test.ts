// test/contract/relay-attacks.test.ts - attacks that need a real process: what floods cost in memory, what a broken worker
// costs the others, what floods of connections cost. Each with its control.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { writeRecord } from '../../src/relay/endpoint.ts';
import { classes, MessageWriter } from '../../src/relay/stun/message.ts';
import { attributeTypes as A, methods } from '../../src/relay/stun/registry.ts';
import { Out } from '../../src/relay/turn/out.ts';
import { FfiUdp } from '../../src/server/udp/ffi-udp.ts';
import { type RelayUnderTest, startRelay, startRelayUnder } from './relay-harness.ts';
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
/** One whose garbage is collected all along, so that memory is what it holds and not what it has yet to give back. */
async function cleanRelay(...flags: string[]): Promise<RelayUnderTest> {
  const collect = join(import.meta.dirname, '../../bench/relay/force-gc.ts');
  const started = await startRelayUnder([process.execPath, '--expose-gc', '--import', collect], ...flags);
  running.push(started);
  return started;
}

/** Sends an Allocate from `count` different loopback addresses, no faster than the relay takes them. */
async function flood(started: RelayUnderTest, first: number, count: number): Promise<void> {
  const udp = new FfiUdp({ records: 4, merge: false });
  const to = udp.memory.takeRecord();
  writeRecord(udp.memory, to, local(started.port));
  const out = new Out();
  const before = await started.metric('requests_total');
  for (let sent = 1; sent <= count; sent++) {
    const i = first + sent;
    const socket = udp.open(Uint8Array.of(127, 1 + ((i >> 16) & 63), (i >> 8) & 255, i & 255), 0);
    const transactionId = new Uint8Array(12);
    new DataView(transactionId.buffer).setUint32(0, i);
    const writer = new MessageWriter(classes.REQUEST, methods.ALLOCATE, transactionId);
    writer.add(A.REQUESTED_TRANSPORT, Uint8Array.of(17, 0, 0, 0));
    udp.prepare(out);
    udp.memory.bytes.set(writer.bytes(), udp.memory.replyAt);
    Object.assign(out, { socket, to, headLength: 0, at: udp.memory.replyAt, length: writer.length, padLength: 0 });
    udp.send(out);
    udp.flush();
    udp.close(socket);
    while (sent % 2_000 === 0 && (await started.metric('requests_total')) - before < sent) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  udp.stop();
}

const SOURCES = 100_000;
const ROUNDS_MAX = 5;

// A spoofed Allocate cost coturn 18 KB for 60 s. Method: rounds of 100,000 sources that were not there before. What is kept
// for a source grows in every round; what a process takes once (compiled code, some 3 MB, after 100,000 requests or twice
// as many) does not: the quietest round may not grow by 1 MiB. Every one is answered (a 401), so each went all the way.
test('100,000 forged sources cost no memory, and the relay still serves', async () => {
  const started = await cleanRelay('--backend=ffi');
  const grown: number[] = [];
  while (grown.length < ROUNDS_MAX && !grown.some((bytes) => bytes < 1024 * 1024)) {
    const before = started.memoryBytes();
    await flood(started, grown.length * SOURCES, SOURCES);
    grown.push(started.memoryBytes() - before);
  }
  expect(Math.min(...grown), `bytes grown in each round: ${grown}`).toBeLessThan(1024 * 1024);
  expect(await started.metric('refusals_total', 'unauthorized')).toBe(grown.length * SOURCES);
  expect(await started.metric('dropped_total')).toBe(0);
  const turn = await TurnSocket.open({ port: started.port });
  await turn.relayed();
  turn.close();
}, 240_000);

test('a thousand user names leave the metrics page as long as one', async () => {
  const started = await relay('--user-quota=2');
  const lines = async () => (await started.metricsPage()).split('\n').length;
  const visit = async (name: string) => {
    const turn = await TurnSocket.open({ port: started.port, username: `1900000000:${name}` });
    await turn.relayed();
    await turn.refresh(0);
    turn.close();
  };
  await visit('first');
  const before = await lines();
  for (let i = 0; i < 1_000; i += 20) await Promise.all(Array.from({ length: 20 }, (_, n) => visit(`user-${i + n}`)));
  expect(await started.metric('allocations_total')).toBe(1_001);
  expect(await lines()).toBe(before);
});

test('connections of one address are bounded; those that never speak are closed', async () => {
  const started = await relay('--address-quota=20');
  const sockets: Socket[] = [];
  running.push({
    stop: () => {
      for (const socket of sockets) socket.destroy();
    },
  });
  for (let i = 0; i < 60; i++) {
    const socket = connect(started.port, '127.0.0.1');
    socket.on('error', () => {});
    sockets.push(socket);
    await once(socket, 'connect');
  }
  const refused = () => sockets.filter((socket) => socket.closed || socket.readyState === 'closed').length;
  for (const socket of sockets) socket.resume();
  while (refused() < 40) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(refused()).toBe(40);
  const elsewhere = await TurnSocket.open({ port: started.port, transport: 'tcp', from: '127.0.0.2' });
  await elsewhere.relayed();
  elsewhere.close();
  await Promise.all(sockets.map((socket) => (socket.closed ? undefined : once(socket, 'close')))); // After 10 s of silence.
  expect(await started.metric('streams')).toBe(0);
});

test('a slow reader loses its own packets and nobody else’s; the relay’s memory stays', async () => {
  const started = await relay();
  const [slow, quick] = [
    await TurnSocket.open({ port: started.port, transport: 'tcp' }),
    await TurnSocket.open({ port: started.port }),
  ];
  running.push({
    stop: () => {
      slow.close();
      quick.close();
    },
  });
  const peer = await echoPeer();
  running.push({ stop: () => peer.close() });
  const relayed = await slow.relayed();
  await slow.permit(peer.address);
  await quick.relayed();
  await quick.bind(0x4000, peer.address);
  slow.pause();
  const before = started.memoryBytes();
  for (let i = 0; i < 200; i++) {
    for (let n = 0; n < 50; n++) peer.socket.send(new Uint8Array(1_200), relayed.port, '127.0.0.1');
    quick.send(0x4000, Uint8Array.of(i));
    await quick.until(i + 1);
  }
  expect(await started.metric('dropped_total', 'slow_reader')).toBeGreaterThan(100);
  expect(started.memoryBytes() - before).toBeLessThan(32 * 1024 * 1024);
  expect(quick.payloads).toHaveLength(200);
  slow.resume();
  await slow.until(100);
});
