// test/unit/pool/maintenance.test.ts - what plans say about a moment, and which plans can be made.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAINTENANCE_LEAD_MS, upkeepAt, WINDOWS_MAX, windowFault } from '../../../src/pool/maintenance.ts';

const MIN = 60_000;
const NOW = 1_000 * MIN;
const window = (fromMin: number, untilMin: number) => ({ fromMs: NOW + fromMin * MIN, untilMs: NOW + untilMin * MIN });

test('a machine serves, takes nobody new for ten minutes, is away, and serves again by itself', () => {
  const plans = [window(30, 60)];
  const phases = [0, 19.99, 20, 29.99, 30, 59.99, 60].map((min) => upkeepAt(plans, NOW + min * MIN).phase);
  expect(phases).toEqual(['serving', 'serving', 'leaving', 'leaving', 'away', 'away', 'serving']);
  expect(upkeepAt(plans, NOW + 20 * MIN)).toEqual({ phase: 'leaving', atMs: NOW + 30 * MIN });
  expect(upkeepAt(plans, NOW + 30 * MIN)).toEqual({ phase: 'away', atMs: NOW + 60 * MIN });
});

test('windows that touch or overlap are one absence; in a short gap nobody new comes', () => {
  const plans = [window(60, 90), window(30, 60), window(40, 50), window(95, 99)];
  expect(upkeepAt(plans, NOW + 35 * MIN)).toEqual({ phase: 'away', atMs: NOW + 90 * MIN });
  expect(upkeepAt(plans, NOW + 91 * MIN)).toEqual({ phase: 'leaving', atMs: NOW + 95 * MIN });
});

test('a plan is refused when it is empty, too soon, too long, too far or one too many', () => {
  const fault = (fromMin: number, untilMin: number, plans: ReturnType<typeof window>[] = []) =>
    windowFault(window(fromMin, untilMin), plans, NOW);
  expect(fault(10, 20)).toBeUndefined();
  expect(fault(20, 20)).toBe('empty');
  expect(fault(9, 20)).toBe('soon');
  expect(fault(10, 10 + 14 * 1_440)).toBeUndefined();
  expect(fault(10, 11 + 14 * 1_440)).toBe('long');
  expect(fault(90 * 1_440 + 1, 90 * 1_440 + 2)).toBe('far');
  const full = Array.from({ length: WINDOWS_MAX }, () => window(30, 40));
  expect(fault(10, 20, full)).toBe('many');
  expect(fault(10, 20, [...full.slice(1), window(-40, -30)])).toBeUndefined();
});

// Goal: no moment is missed. Method: any plans and moment, against a look at each minute.
test('a machine is away exactly inside its windows, and what is said to end does end then', () => {
  const any = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 30 }));
  fc.assert(
    fc.property(fc.array(any, { maxLength: 6 }), (raw) => {
      const plans = raw.map(([from, long]) => window(from, from + long));
      const inside = (wallMs: number) => plans.some(({ fromMs, untilMs }) => fromMs <= wallMs && wallMs < untilMs);
      const state = upkeepAt(plans, NOW);
      expect(state.phase === 'away').toBe(inside(NOW));
      if (state.phase === 'serving') return;
      expect(inside(state.atMs)).toBe(state.phase === 'leaving');
      for (let atMs = NOW; atMs < state.atMs; atMs += MIN) expect(inside(atMs)).toBe(state.phase === 'away');
      if (state.phase === 'leaving') expect(state.atMs - NOW).toBeLessThanOrEqual(MAINTENANCE_LEAD_MS);
    }),
  );
});
