// test/unit/media/rate-controller.test.ts - goal: whatever a browser reports, the rate stays a sane number within its
// bounds; cuts and growth follow their causes. How it does on a path: test/sim/media/rate-controller.test.ts.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DelayRateController } from '../../../src/media/rate-controller.ts';
import type { PacketResult } from '../../../src/media/send-ledger.ts';

const OFFSET_MS = 1e6;

let packets = 0;

/** 50 ms of packets at `kbps` that waited `queueMs` on the way. */
function report(fromMs: number, kbps: number, queueMs: number, lossShare = 0): PacketResult[] {
  const count = Math.max(1, Math.round((kbps / 8) * 50) / 1_000);
  return Array.from({ length: Math.floor(count) }, (_, i) => {
    const sentMs = fromMs + (i * 50) / count;
    const lost = (packets++ * 37) % 100 < lossShare * 100;
    return { sentMs, bytes: 1_000, arrivedMs: lost ? undefined : sentMs + OFFSET_MS + queueMs, wasMissing: false };
  });
}

function drive(
  controller: DelayRateController,
  fromMs: number,
  forMs: number,
  queueMs: (ms: number) => number,
  loss = 0,
): number {
  for (let ms = fromMs; ms < fromMs + forMs; ms += 50) {
    controller.feedback(report(ms, controller.targetKbps, queueMs(ms), loss), ms + 60);
    controller.tick(ms + 60, true);
  }
  return controller.targetKbps;
}

test('any reports leave the target within the bounds', () => {
  const result = fc.record({
    sentMs: fc.double({ min: 0, max: 1e7, noNaN: true }),
    bytes: fc.nat(1_200),
    arrivedMs: fc.option(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { nil: undefined }),
    wasMissing: fc.boolean(),
  });
  const step = fc.oneof(
    fc.record({ kind: fc.constant('feedback' as const), results: fc.array(result, { maxLength: 40, size: 'max' }) }),
    fc.record({ kind: fc.constant('tick' as const), sending: fc.boolean() }),
    fc.record({ kind: fc.constant('rtt' as const), ms: fc.double({ min: 0, max: 1e5, noNaN: true }) }),
    fc.record({ kind: fc.constant('max' as const), kbps: fc.integer({ min: 1, max: 60_000 }) }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(500), step), { maxLength: 100, size: 'max' }), (steps) => {
      const controller = new DelayRateController(20_000);
      let [nowMs, max] = [0, 20_000];
      for (const [waitMs, act] of steps) {
        nowMs += waitMs;
        if (act.kind === 'feedback') controller.feedback(act.results, nowMs);
        else if (act.kind === 'tick') controller.tick(nowMs, act.sending);
        else if (act.kind === 'rtt') controller.roundTrip(act.ms);
        else {
          max = Math.max(300, act.kbps);
          controller.setMaxKbps(max);
        }
        expect(controller.targetKbps).toBeGreaterThanOrEqual(300);
        expect(controller.targetKbps).toBeLessThanOrEqual(max);
        expect(controller.lossShare).toBeGreaterThanOrEqual(0);
        expect(controller.lossShare).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test("a good path is used up to the player's bound", () => {
  const controller = new DelayRateController(12_000);
  expect(drive(controller, 0, 6_000, () => 0)).toBe(12_000);
  controller.setMaxKbps(5_000);
  expect(controller.targetKbps).toBe(5_000);
});

test('a growing queue cuts within one report, and growth comes back after it', () => {
  const controller = new DelayRateController(12_000);
  const before = drive(controller, 0, 6_000, () => 0);
  const cut = drive(controller, 6_000, 50, () => 100);
  expect(cut).toBeLessThan(before * 0.6);
  const drained = drive(controller, 6_050, 500, () => 0);
  expect(drained).toBeGreaterThan(cut);
  expect(drained).toBeLessThan(before);
  expect(drive(controller, 6_550, 20_000, () => 0)).toBe(before);
});

test('one lost packet in a hundred changes nothing, a fifth of them does', () => {
  const some = new DelayRateController(12_000);
  expect(drive(some, 0, 6_000, () => 0, 0.01)).toBe(12_000);
  const many = new DelayRateController(12_000);
  drive(many, 0, 6_000, () => 0);
  expect(drive(many, 6_000, 2_000, () => 0, 0.2)).toBeLessThan(9_000);
});

test('silence while sending goes down to the floor; the first report brings half of it back', () => {
  const controller = new DelayRateController(12_000);
  drive(controller, 0, 6_000, () => 0);
  for (let ms = 6_000; ms < 9_000; ms += 50) controller.tick(ms, true);
  expect(controller.targetKbps).toBe(300);
  controller.feedback(report(9_000, 300, 0), 9_060);
  expect(controller.targetKbps).toBe(6_000);
});

test('a short silence, as of a busy browser, changes nothing once it is over', () => {
  const controller = new DelayRateController(12_000);
  drive(controller, 0, 6_000, () => 0);
  for (let ms = 6_000; ms < 7_000; ms += 50) controller.tick(ms, true);
  expect(controller.targetKbps).toBeLessThan(1_000);
  controller.feedback(report(7_000, 300, 0), 7_060);
  expect(controller.targetKbps).toBe(12_000);
});

test('silence while nothing is sent means nothing', () => {
  const controller = new DelayRateController(12_000);
  const before = drive(controller, 0, 6_000, () => 0);
  for (let ms = 6_000; ms < 60_000; ms += 50) controller.tick(ms, false);
  expect(controller.targetKbps).toBe(before);
});

test('a quiet picture does not talk the target up', () => {
  const controller = new DelayRateController(20_000);
  for (let ms = 0; ms < 20_000; ms += 50) {
    controller.feedback(report(ms, 1_000, 0), ms + 60);
    controller.tick(ms + 60, true);
  }
  expect(controller.targetKbps).toBeLessThanOrEqual(4_000); // Where it started: 1 Mbit/s proves no more.
});
