// Goal: a node measures itself once when nobody plays, tells the hub, and gives way to a player at once; relays and hub answer
// what a bench asks; a node that never measured works as before. Method: a scripted hub with a real agent, a real hub, a real
// relay over loopback, and the real encoders for one picture size.

import { createSocket } from 'node:dgram';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { relaysOf, uploadMbps } from '../../src/agent/bench-hub.ts';
import { benchSessions } from '../../src/agent/bench-sessions.ts';
import { askRelays } from '../../src/agent/bench-stun.ts';
import { keepBench, keptBench } from '../../src/agent/kept-bench.ts';
import { startNode } from '../../src/agent/start-agent.ts';
import { BENCH_UPLOAD_BYTES, type NodeBench } from '../../src/protocol/node-bench.ts';
import { benchEncoders } from '../../src/stream/bench-encoders.ts';
import { nodeOptions, Stage } from '../support/agent/node.ts';
import { bodyOf } from '../support/hub/body.ts';
import { FakeNode, MACHINE } from '../support/hub/fake-node.ts';
import { FakePlayer } from '../support/hub/fake-player.ts';
import { type TestHub, testHub } from '../support/hub/service.ts';
import { startRelay } from './relay-harness.ts';

const MODULES = join(import.meta.dirname, '../support/agent');
const bench = { module: join(MODULES, 'fake-bench.ts'), idleMs: 0, loadMost: 1 };
const FIGURES: NodeBench = {
  atMs: 1_700_000_000_000,
  version: '0.1.0',
  encodes: [{ encoder: 'libx264', codec: 'h264', height: 720, fps: 40, msPerFrame: 25 }],
  sessions: { count: 1, most: 8 },
  uploadMbps: 100,
  nat: 'none',
  relays: [],
};

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.dispose());

test('an idle node measures itself, says hello anew with the figures, and keeps them for the next start', async () => {
  await stage.open({ bench });
  const { bench: told } = await stage.hub.next('hello');
  expect(told).toMatchObject({ version: '0.0.0', sessions: { count: 1, most: 8 } });
  expect(keptBench(stage.data)).toEqual(told);
  await stage.node?.stop(0);
  stage.node = await startNode(nodeOptions(stage.hub.origin, stage.data));
  expect(await stage.hub.next('hello')).toMatchObject({ bench: told });
});

test('a bench that finds fewer sessions takes slots away at once; one that finds more than the node has ports for does not', async () => {
  const slotsBy = ({ sessions }: NodeBench) => sessions.count;
  const told: string[] = [];
  await stage.open({ slots: 3, bench, slotsBy, onTold: (sentence) => told.push(sentence) });
  expect((await stage.hub.next('hello', (hello) => hello.bench !== undefined)).slots).toBe(1);
  await stage.hub.next('status', ({ freeSlots }) => freeSlots === 1);
  await vi.waitFor(() => expect(readdirSync(join(stage.data, 'slots'))).toHaveLength(1), 20_000);
  await stage.play();
  await stage.dispose();
  stage = new Stage();
  await stage.open({ slots: 2, bench: { ...bench, idleMs: 600_000 }, slotsBy, onTold: (said) => told.push(said) });
  keepBench(stage.data, { ...FIGURES, sessions: { count: 5, most: 8 } });
  expect((await stage.hub.next('hello', (hello) => hello.bench !== undefined)).slots).toBe(2);
  expect(told).toEqual([expect.stringContaining('room for 5 games at once')]);
});

test('figures that an operator measured by hand are told while the node runs', async () => {
  await stage.open({ bench: { ...bench, idleMs: 600_000 } });
  keepBench(stage.data, FIGURES);
  expect((await stage.hub.next('hello')).bench).toEqual(FIGURES);
});

test('a player ends a bench that runs, and plays', async () => {
  const mark = join(stage.data, 'bench-pid'); // The fake bench takes it as its version, stays, and says nothing.
  await stage.open({ bench, version: mark });
  const pid = await vi.waitFor(() => {
    expect(existsSync(mark) && readFileSync(mark, 'utf8')).toMatch(/^\d+$/);
    return Number(readFileSync(mark, 'utf8'));
  }, 20_000);
  process.kill(pid, 0); // It is there.
  await stage.play();
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 20_000);
  expect(stage.hub.hellos).toBe(1);
});

test('the hub judges what a node tells; one that never measured has no bench and is active all the same', async () => {
  const hub = await testHub();
  try {
    const owner = await new FakePlayer(hub.url).login();
    const join = async (name: string, hello: object) => {
      const { token } = await bodyOf<{ token: string }>(owner.post('/api/operator/node-tokens'));
      return new FakeNode(hub.url, { name, token, slots: 2, hello }).joined();
    };
    const encoders = [{ name: 'libx264', codec: 'h264', msPerFrame: 5 }];
    const machine = (name: string) => ({ ...MACHINE, name, encoders });
    const nodes = [
      await join('Measured-1', { machine: machine('Measured-1'), bench: FIGURES }),
      await join('Older-1', { machine: machine('Older-1') }),
    ];
    const list = await bodyOf<{ nodes: { name: string; stage: string; bench?: object }[] }>(
      owner.fetch('/api/operator/nodes'),
    );
    const of = (name: string) => list.nodes.find((each) => each.name === name);
    expect(of('Measured-1')?.bench).toEqual({
      atMs: FIGURES.atMs,
      lines: [
        { check: 'encode', of: 'libx264', height: 720, ms: 25, value: 40, limit: 60, verdict: 'less' },
        { check: 'sessions', value: 1, limit: 2, verdict: 'less' },
        { check: 'upload', value: 100, limit: 24, verdict: 'ok' },
        { check: 'nat', of: 'none', verdict: 'ok' },
      ],
    });
    expect(of('Older-1')).toMatchObject({ stage: 'active' });
    expect(of('Older-1')).not.toHaveProperty('bench');
    for (const node of nodes) node.stop();
    expect(hub.faults).toEqual([]);
  } finally {
    await hub.remove();
  }
});

test('a relay is measured over UDP; one that is not there counts as lost', async () => {
  const relay = await startRelay();
  const closed = createSocket('udp4');
  await new Promise<void>((done) => closed.bind(0, '127.0.0.1', done));
  const there = { name: 'there', region: 'r', udp: [`127.0.0.1:${relay.port}`] };
  const silent = { name: 'silent', region: 'r', udp: [`127.0.0.1:${closed.address().port}`] };
  try {
    const report = await askRelays([there, silent]);
    expect(report.nat).toBe('none');
    expect(report.relays).toMatchObject([{ name: 'there' }, { name: 'silent', loss: 1 }]);
    expect(report.relays[0]?.rttMs).toBeGreaterThan(0);
    expect(report.relays[0]?.loss).toBeLessThan(1);
    expect(report.relays[1]).not.toHaveProperty('rttMs');
  } finally {
    closed.close();
    await relay.stop();
  }
});

test('the hub counts an upload, refuses one that is too long and more than it takes side by side', async () => {
  const hub: TestHub = await testHub();
  try {
    expect(await relaysOf(hub.url)).toEqual([]);
    expect(await uploadMbps(hub.url)).toBeGreaterThan(0);
    const send = (body: ReadableStream | Uint8Array) =>
      fetch(`${hub.url}/api/bench/upload`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        ...{ body, duplex: 'half' },
      } as RequestInit);
    const piece = new Uint8Array(1024 * 1024);
    expect((await send(piece)).status).toBe(200);
    let left = BENCH_UPLOAD_BYTES / piece.length + 1;
    const long = new ReadableStream({
      pull: (to) => (left-- > 0 ? to.enqueue(piece) : to.close()),
    });
    expect((await send(long).catch(() => undefined))?.status ?? 413).toBe(413);
    const open: ReadableStreamDefaultController[] = [];
    const start = (to: ReadableStreamDefaultController): void => {
      open.push(to);
      to.enqueue(piece);
    };
    const waiting = () => send(new ReadableStream({ start }));
    const both = [waiting(), waiting()];
    const third = async () => {
      const answer = await send(piece);
      return answer.status;
    };
    await vi.waitFor(async () => expect(await third()).toBe(429), 20_000);
    for (const each of open) each.close();
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 200]);
    expect(await third()).toBe(200);
    expect(hub.faults).toEqual([]);
  } finally {
    await hub.remove();
  }
});

test('the encoders of this machine are measured, and a pretended session runs and leaves nothing', async () => {
  const encodes = await benchEncoders([720]);
  expect(encodes.map(({ encoder }) => encoder)).toEqual(expect.arrayContaining(['libx264', 'libvpx']));
  for (const { fps, msPerFrame, height } of encodes) {
    expect(height).toBe(720);
    expect(fps).toBeGreaterThan(0);
    expect(msPerFrame).toBeGreaterThan(0);
  }
  const module = join(import.meta.dirname, '../../src/main/bench-session.ts');
  const sessions = await benchSessions({ module, most: 1 });
  expect(sessions.most).toBe(1); // Whether it kept its promise is the machine's affair.
  expect(await benchSessions({ module: join(MODULES, 'no-such-module.ts'), most: 2 })).toEqual({ count: 0, most: 2 });
});
