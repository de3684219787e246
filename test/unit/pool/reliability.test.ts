// test/unit/pool/reliability.test.ts - what costs a machine points, and what does not.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SessionId } from '../../../src/base/ids.ts';
import { type RanGame, reliabilityOf, TROUBLE_POINTS, troubleOf } from '../../../src/pool/reliability.ts';
import { endReasons } from '../../../src/protocol/shapes.ts';
import { noBadMs } from '../../support/hub/fake-node.ts';

const DAY_MS = 86_400_000;
const NOW = 100 * DAY_MS;
const game = (change: Partial<RanGame> = {}): RanGame => ({
  session: 's_1' as SessionId,
  endedAtMs: NOW - DAY_MS,
  reason: 'player-left',
  billedMs: 3_600_000,
  freeMs: noBadMs,
  ...change,
});

test('a machine without trouble has 100, also one that never played', () => {
  expect(reliabilityOf([], [], NOW)).toEqual({ score: 100, troubles: [] });
  expect(reliabilityOf([game(), game()], [], NOW)).toEqual({ score: 100, troubles: [] });
});

test('each end that is the machine’s fault costs its points, and every other end none', () => {
  const costs = Object.fromEntries(
    endReasons.map((reason) => [reason, 100 - reliabilityOf([game({ reason })], [], NOW).score]),
  );
  const { 'node-lost': lost, 'node-refused': refused, 'game-crashed': crashed, 'node-drained': cut, ...others } = costs;
  expect({ lost, refused, crashed, cut }).toEqual({ lost: 10, refused: 5, crashed: 3, cut: 3 });
  expect(Object.values(others).every((cost) => cost === 0)).toBe(true);
});

test('too few pictures sent make a game slow; a bad line, a short game and a little of it do not', () => {
  const free = (cause: 'few-sent' | 'rtt', ms: number, billedMs = 600_000) =>
    troubleOf(game({ billedMs, freeMs: { ...noBadMs, [cause]: ms } }));
  expect(free('few-sent', 70_000)).toBe('slow');
  expect(free('few-sent', 60_000)).toBeUndefined();
  expect(free('rtt', 500_000)).toBeUndefined();
  expect(free('few-sent', 20_000, 20_000)).toBeUndefined();
});

test('every event is named with its time and points, newest first, and is forgotten after 30 days', () => {
  const { score, troubles } = reliabilityOf(
    [game({ reason: 'node-lost' }), game({ reason: 'node-lost', endedAtMs: NOW - 30 * DAY_MS })],
    [NOW - 5_000, NOW - 31 * DAY_MS],
    NOW,
  );
  expect(troubles).toEqual([
    { kind: 'away', atMs: NOW - 5_000, points: 1 },
    { kind: 'lost', atMs: NOW - DAY_MS, session: 's_1', points: 10 },
  ]);
  expect(score).toBe(89);
});

test('on a machine with ten paid days an event costs a tenth', () => {
  const busy = Array.from({ length: 10 }, () => game({ billedMs: DAY_MS }));
  expect(reliabilityOf([...busy, game({ reason: 'node-lost', billedMs: 0 })], [], NOW)).toMatchObject({
    score: 99,
    troubles: [{ points: 1 }],
  });
});

// Goal: trouble never helps, play without trouble never harms. Method: any past, with one thing more.
test('the score lies in 0..100, falls with trouble and does not with good play', () => {
  const any = fc.record({
    reason: fc.constantFrom(...endReasons),
    billedMs: fc.integer({ min: 0, max: 10 * DAY_MS }),
    endedAtMs: fc.integer({ min: NOW - 40 * DAY_MS, max: NOW }),
  });
  fc.assert(
    fc.property(fc.array(any), fc.array(fc.integer({ min: NOW - 40 * DAY_MS, max: NOW })), (past, away) => {
      const games = past.map((change) => game(change));
      const { score } = reliabilityOf(games, away, NOW);
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(100);
      expect(
        reliabilityOf([...games, game({ reason: 'node-lost', billedMs: 0 })], away, NOW).score,
      ).toBeLessThanOrEqual(score);
      expect(reliabilityOf([...games, game({ billedMs: DAY_MS })], away, NOW).score).toBeGreaterThanOrEqual(score);
    }),
  );
  expect(Math.max(...Object.values(TROUBLE_POINTS))).toBe(TROUBLE_POINTS.lost);
});
