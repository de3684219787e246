// test/sim/media/rate-controller.test.ts - goal: on a path whose capacity drops, comes back, loses or goes away, the
// picture neither freezes nor stays bad. Method: a simulated bottleneck (bottleneck.ts), three seeds each.
import { describe, expect, test } from 'vitest';
import { DelayRateController } from '../../../src/media/rate-controller.ts';
import { type Moment, type Path, simulate } from './bottleneck.ts';

const seeds = [1, 2, 3];
const between = (moments: readonly Moment[], fromMs: number, toMs: number) =>
  moments.filter(({ ms }) => ms >= fromMs && ms < toMs);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const share = (values: readonly number[], part: number) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * part)] ?? 0;

describe.each(seeds)('seed %i', (seed) => {
  const run = (path: Path, ms: number) => simulate(new DelayRateController(20_000), path, ms, seed);

  test.each([
    { name: 'long queue', oneWayMs: 10, queueMs: 300, jitterMs: 0 },
    { name: 'long queue and jitter', oneWayMs: 10, queueMs: 300, jitterMs: 6 },
    { name: 'short queue, longer path', oneWayMs: 20, queueMs: 70, jitterMs: 0 },
  ])('25 -> 6 -> 25 Mbit/s, $name: no freeze, a short queue soon, back to speed', (path) => {
    const moments = run({ ...path, kbpsAt: (ms) => (ms >= 20_000 && ms < 40_000 ? 6_000 : 25_000) }, 62_000);
    const drop = between(moments, 20_000, 22_000);
    expect(Math.max(...drop.map(({ gapMs }) => gapMs))).toBeLessThanOrEqual(200);
    const longQueue = between(moments, 20_000, 40_000).filter(({ queueMs }) => queueMs > 60);
    expect(Math.max(...longQueue.map(({ ms }) => ms)) - 20_000).toBeLessThanOrEqual(1_100);
    const low = between(moments, 23_000, 40_000);
    expect(mean(low.map(({ receivedKbps }) => receivedKbps))).toBeGreaterThan(0.8 * 6_000);
    expect(
      share(
        low.map(({ queueMs }) => queueMs),
        0.95,
      ),
    ).toBeLessThan(50);
    const back = between(moments, 60_000, 62_000);
    expect(mean(back.map(({ targetKbps }) => targetKbps))).toBeGreaterThan(0.85 * 20_000);
  });

  test('a steady path is used well, with little queue and every picture', () => {
    const moments = between(run({ kbpsAt: () => 15_000, oneWayMs: 15, queueMs: 300 }, 40_000), 10_000, 40_000);
    expect(mean(moments.map(({ receivedKbps }) => receivedKbps))).toBeGreaterThan(0.85 * 15_000);
    expect(
      share(
        moments.map(({ queueMs }) => queueMs),
        0.95,
      ),
    ).toBeLessThan(40);
    expect(moments.reduce((sum, { pictures }) => sum + pictures, 0) / 30).toBeGreaterThan(58);
  });

  test('a slow path from the start is found within three seconds', () => {
    const moments = run({ kbpsAt: () => 2_000, oneWayMs: 20, queueMs: 300 }, 20_000);
    expect(Math.max(...between(moments, 3_000, 20_000).map(({ queueMs }) => queueMs))).toBeLessThan(100);
    expect(Math.max(...moments.map(({ gapMs }) => gapMs))).toBeLessThan(250);
  });

  test('scattered loss of 1 % does not slow it down', () => {
    const moments = run({ kbpsAt: () => 25_000, oneWayMs: 15, queueMs: 300, lossShare: 0.01 }, 15_000);
    expect(mean(between(moments, 8_000, 15_000).map(({ targetKbps }) => targetKbps))).toBeGreaterThan(0.95 * 20_000);
  });

  test.each([
    { name: 'a browser that is held up 60 ms of every 100', stalls: { everyMs: 100, forMs: 60 }, jitterMs: 10 },
    { name: 'a browser that is held up 450 ms of every second', stalls: { everyMs: 1_000, forMs: 450 }, jitterMs: 10 },
    { name: '25 ms of jitter', stalls: { everyMs: 1, forMs: 0 }, jitterMs: 25 },
  ])('$name is not taken for a narrow path', ({ stalls, jitterMs }) => {
    const moments = run({ kbpsAt: () => 25_000, oneWayMs: 15, queueMs: 300, stalls, jitterMs }, 30_000);
    const targets = between(moments, 15_000, 30_000).map(({ targetKbps }) => targetKbps);
    expect(share(targets, 0.5)).toBeGreaterThan(15_000);
  });

  test('after five seconds without a path it is back at half speed at once, and soon at full', () => {
    const moments = run(
      { kbpsAt: () => 15_000, oneWayMs: 15, queueMs: 300, isUpAt: (ms) => ms < 20_000 || ms > 25_000 },
      50_000,
    );
    expect(Math.max(...between(moments, 22_000, 25_000).map(({ targetKbps }) => targetKbps))).toBe(300);
    const first = between(moments, 25_000, 26_000).find(({ targetKbps }) => targetKbps > 5_000);
    expect(first?.ms).toBeLessThan(25_300);
    expect(mean(between(moments, 45_000, 50_000).map(({ receivedKbps }) => receivedKbps))).toBeGreaterThan(
      0.8 * 15_000,
    );
  });
});
