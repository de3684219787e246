// bench/select/methods.ts - three ways to ask 'which node is near?': ours (16 echoes, the smallest counts, ranked by
// src/pool/choose-node.ts), one HTTP fetch (cloud-game), and the mean of three TCP connects after a first one (the open
// client of a commercial service). Each returns the place of the node it would take, and what it thinks the RTTs are.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { NodeId } from '../../src/base/ids.ts';
import { chooseNode } from '../../src/pool/choose-node.ts';
import { bounds } from '../../src/protocol/limits.ts';
import { decodeProbe, encodeProbe } from '../../src/protocol/probe-frames.ts';
import type { DelayLine } from './delay-line.ts';

/** What a method found: the index of its choice, and the round trip it reports for each node, in ms. */
export type Found = { readonly choice: number; readonly rttMs: readonly number[] };
/** A way to choose among nodes. */
export type Method = (nodes: readonly DelayLine[]) => Promise<Found>;

const ECHO_EVERY_MS = 20;
const ECHO_WAIT_MS = 1_000;

const nodeId = (index: number): NodeId => `0x${index.toString(16).padStart(40, '0')}` as NodeId;

async function echoes({ udpPort }: DelayLine): Promise<{ rttMs: number[]; loss: number }> {
  const socket = createSocket('udp4');
  const rttMs: number[] = [];
  socket.on('message', (bytes) => {
    const frame = decodeProbe(bytes);
    if (frame.ok) rttMs.push(performance.now() - frame.value.sentMs);
  });
  for (let seq = 0; seq < bounds.probeEchoes; seq++) {
    socket.send(encodeProbe({ seq, sentMs: performance.now() }), udpPort, '127.0.0.1');
    await new Promise((resolve) => setTimeout(resolve, ECHO_EVERY_MS));
  }
  const untilMs = performance.now() + ECHO_WAIT_MS;
  while (rttMs.length < bounds.probeEchoes && performance.now() < untilMs) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  socket.close();
  return { rttMs, loss: 1 - rttMs.length / bounds.probeEchoes };
}

/** Ours: the smallest of 16 echoes; ties within 3 ms by jitter, loss, load, price. */
export const ours: Method = async (nodes) => {
  const found = await Promise.all(nodes.map(echoes));
  const least = found.map(({ rttMs }) => Math.min(...rttMs));
  const chosen = chooseNode({
    candidates: nodes.map((_, i) => ({ node: nodeId(i), name: `${i}`, free: true, load: 0, rateWeiPerHour: 1n })),
    measurements: found.map(({ rttMs, loss }, i) => {
      const sorted = rttMs.toSorted((a, b) => a - b);
      const median = sorted[sorted.length >> 1] ?? 0;
      const jitterMs = rttMs.reduce((sum, ms) => sum + Math.abs(ms - median), 0) / Math.max(1, rttMs.length);
      return { node: nodeId(i), path: 'direct', rttMinMs: least[i] ?? 0, rttMedianMs: median, jitterMs, loss };
    }),
    wish: 'auto',
    unmeasuredPath: 'direct',
    unmeasuredOk: false,
  });
  return { choice: chosen.ok ? Number(chosen.value.node) : -1, rttMs: least };
};

const smallest = (rttMs: readonly number[]): Found => ({ choice: rttMs.indexOf(Math.min(...rttMs)), rttMs });

/** One cold HTTP GET a node, whole milliseconds by the wall clock. */
export const oneFetch: Method = async (nodes) =>
  smallest(
    await Promise.all(
      nodes.map(async ({ tcpPort }) => {
        const sentMs = Date.now();
        const response = await fetch(`http://127.0.0.1:${tcpPort}/echo`, { headers: { connection: 'close' } });
        await response.text();
        return Date.now() - sentMs;
      }),
    ),
  );

/** One round over a fresh connection: what a connect takes where the kernel's handshake cannot be delayed. */
async function handshakeMs(port: number): Promise<number> {
  const sentMs = performance.now();
  const socket = connect(port, '127.0.0.1');
  socket.write('HEAD /echo HTTP/1.0\r\n\r\n');
  await once(socket, 'data');
  socket.destroy();
  return (performance.now() - sentMs) / 2; // The modelled handshake and one request: two round trips.
}

/** A first connect to warm up, then the mean of three. */
export const threeConnects: Method = async (nodes) =>
  smallest(
    await Promise.all(
      nodes.map(async ({ tcpPort }) => {
        await handshakeMs(tcpPort);
        let sumMs = 0;
        for (let i = 0; i < 3; i++) sumMs += await handshakeMs(tcpPort);
        return sumMs / 3;
      }),
    ),
  );
