// Goal: the agent's small rules, one by one: when to knock, what waits for the hub, what a card is worth, who is alive.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSmi } from '../../../src/agent/graphics.ts';
import { loadBetween } from '../../../src/agent/machine-report.ts';
import { Outbox } from '../../../src/agent/outbox.ts';
import { finalRefusal, reconnectDelayMs } from '../../../src/agent/reconnect.ts';
import { hasMoved, isHandMade } from '../../../src/agent/sign-of-life.ts';
import { pictureTag } from '../../../src/agent/slot-host.ts';
import { agentPipe, slotPipe } from '../../../src/agent/slot-messages.ts';
import { gamesThatFit } from '../../../src/agent/start-agent.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { errorCodes } from '../../../src/protocol/error-codes.ts';
import type { NodeToHub } from '../../../src/protocol/node-messages.ts';
import type { Game } from '../../../src/protocol/shapes.ts';
import { NO_BAD_MS } from '../../../src/session/good-time.ts';

test('knocks come after 0.25, 0.5, 1, 2, 2 s, each a quarter earlier or later by chance', () => {
  const random = seededRandom(1);
  for (const [attempt, base] of [250, 500, 1_000, 2_000, 2_000, 2_000].entries()) {
    const delays = Array.from({ length: 200 }, () => reconnectDelayMs(attempt, random));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(base * 0.75);
    expect(Math.max(...delays)).toBeLessThanOrEqual(base * 1.25);
    expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(base * 0.4);
  }
});

test('only refusals that never change end the agent; an unknown code does not', () => {
  for (const [code, { retry }] of Object.entries(errorCodes)) {
    expect(finalRefusal(code) !== undefined, code).toBe(retry === 'never');
  }
  expect(finalRefusal('SOMETHING_NEW')).toBeUndefined();
  expect(finalRefusal('toString')).toBeUndefined();
});

const tick = (session: string, seq: number): NodeToHub => ({
  ...{ t: 'tick', session: session as never, epoch: 1, seq, goodMs: seq * 5_000, badMs: NO_BAD_MS },
  ...{ framesSent: 0, bytesSent: 0, encodeMs: 0 },
});
test('while the hub is away the newest tick of each session waits, of no more sessions than there are slots', () => {
  const outbox = new Outbox(2);
  for (let seq = 1; seq <= 1_000; seq++) expect(outbox.keep(tick('a', seq))).toBe(true);
  expect(outbox.keep(tick('b', 1))).toBe(true);
  expect(outbox.keep(tick('c', 1))).toBe(false);
  expect(outbox.keep({ t: 'peer.closed', peer: 'p' as never })).toBe(false);
  outbox.forget('b' as never);
  expect(outbox.takeAll()).toEqual([tick('a', 1_000)]);
  expect(outbox.takeAll()).toEqual([]);
});

test('a voucher that waited goes before the tick', () => {
  const outbox = new Outbox(1);
  const voucher: NodeToHub = { t: 'voucher', session: 'a' as never, voucher: {} as never, signature: '0x' };
  outbox.keep(tick('a', 1));
  outbox.keep(voucher);
  expect(outbox.takeAll()).toEqual([voucher, tick('a', 1)]);
});

test('nvidia-smi lines become cards; noise does not', () =>
  expect(readSmi('NVIDIA GeForce RTX 4090, 24564, 580.159.04\nNVIDIA T4, 15360\nNo devices were found\n')).toEqual([
    { name: 'NVIDIA GeForce RTX 4090', memoryMb: 24_564, driver: '580.159.04' },
    { name: 'NVIDIA T4', memoryMb: 15_360 },
  ]));

test('load is the share of processor time used', () => {
  expect(loadBetween({ busy: 0, idle: 0 }, { busy: 30, idle: 70 })).toBe(0.3);
  expect(loadBetween({ busy: 5, idle: 5 }, { busy: 5, idle: 5 })).toBe(0);
});

test('markers, released keys and trembling sticks are no sign of life; a key, a mouse and a pushed stick are', () => {
  expect(isHandMade({ seq: 1, event: { kind: 'marker' } })).toBe(false);
  expect(isHandMade({ seq: 1, event: { kind: 'release-all' } })).toBe(false);
  expect(isHandMade({ seq: 1, event: { kind: 'key', hid: 4, down: true } })).toBe(true);
  const still = { seq: 1, pointer: { totalX: 5, totalY: 5, x: 1, y: 1 }, pads: [], touches: [] };
  const stick = (axis: number) => ({ ...still, pads: [{ pad: 0, axes: [0, 0, axis, 0] as const }] });
  expect(hasMoved(undefined, still)).toBe(false);
  expect(hasMoved(still, { ...still, seq: 2 })).toBe(false);
  expect(hasMoved(still, { ...still, pointer: { ...still.pointer, totalX: 6 } })).toBe(true);
  expect(hasMoved(still, stick(900))).toBe(false);
  expect(hasMoved(still, stick(-30_000))).toBe(true);
  expect(hasMoved(still, { ...still, touches: [{ id: 0, x: 1, y: 1 }] })).toBe(true);
});

test('sessions of one machine have different tags, always', () => {
  const tags = Array.from({ length: 64 }, (_, index) => pictureTag(index, 's_00000000000000000000000001'));
  expect(new Set(tags).size).toBe(64);
  expect(Math.max(...tags)).toBeLessThan(256);
});

test('bytes on the pipe that are no message are refused, never thrown; a message comes through whole', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      expect([agentPipe.decode(bytes).ok, slotPipe.decode(bytes).ok]).toEqual([false, false]);
    }),
  );
  const end = { t: 'end', session: `s_${'0'.repeat(26)}` as never, reason: 'moved' } as const;
  expect(slotPipe.decode(agentPipe.encode(end))).toEqual({ ok: true, value: end });
  expect(slotPipe.decode(agentPipe.encode({ ...end, reason: 'bored' as never })).ok).toBe(false);
});

test('a hello names as many games as fit, from the first on', () => {
  const game = (id: string) => ({ id, summary: 'x'.repeat(500) }) as unknown as Game;
  const games = Array.from({ length: 200 }, (_, i) => game(`g${i}`));
  const fitting = gamesThatFit(games);
  expect(fitting.length).toBeGreaterThan(50);
  expect(JSON.stringify(fitting).length).toBeLessThan(60_000);
  expect(fitting[0]).toBe(games[0]);
  expect(gamesThatFit(games.slice(0, 3))).toHaveLength(3);
});
