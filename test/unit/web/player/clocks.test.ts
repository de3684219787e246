// test/unit/web/player/clocks.test.ts - times that the page judges by: the node's clock, click to frame, the longest
// pause, the ladder, the question whether anyone is there.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afkAt } from '../../../../clients/web/src/player/afk.ts';
import { createClickClock, medianTotalMs } from '../../../../clients/web/src/player/click-clock.ts';
import { createClockSync } from '../../../../clients/web/src/player/clock-sync.ts';
import { longestGapMs } from '../../../../clients/web/src/player/gaps.ts';
import { hubPauseMs, restartDue, troubleAt } from '../../../../clients/web/src/player/recovery.ts';
import { timings } from '../../../../src/protocol/limits.ts';

// Goal: the offset is right to within half the fastest round trip. Method: a node whose clock runs 5,000 ms ahead, ways
// there and back with any delays.
test('the clock of the node is known to half the fastest round trip', () => {
  const ways = fc.array(
    fc.tuple(fc.double({ min: 0.1, max: 80, noNaN: true }), fc.double({ min: 0.1, max: 80, noNaN: true })),
    {
      minLength: 1,
      maxLength: 30,
    },
  );
  fc.assert(
    fc.property(ways, (exchanges) => {
      const sync = createClockSync();
      exchanges.forEach(([there, back], index) => {
        const sentMs = index * 1_000;
        sync.answer(sentMs, sentMs + there + 5_000, sentMs + there + back);
      });
      const fastest = Math.min(...exchanges.map(([there, back]) => there + back));
      expect(Math.abs((sync.offsetMs ?? 0) - 5_000)).toBeLessThanOrEqual(fastest / 2 + 1e-6);
    }),
  );
});

test('round trips: the least of the last five, and of the last two seconds for judging', () => {
  const sync = createClockSync();
  expect(sync.rttMs).toBeUndefined();
  for (const [atMs, rttMs] of [
    [0, 4],
    [1_000, 30],
    [2_000, 31],
    [3_000, 32],
    [4_000, 33],
    [5_000, 34],
  ] as const) {
    sync.answer(atMs, 0, atMs + rttMs);
  }
  expect(sync.rttMs).toBe(30);
  expect(sync.freshRttMs(5_100)).toBe(33);
  expect(sync.freshRttMs(9_000)).toBeUndefined();
});

test('an answer from the future is not an exchange', () => {
  const sync = createClockSync();
  sync.answer(500, 0, 400);
  expect(sync.rttMs).toBeUndefined();
});

const code = (inputSeq: number, frameSeq = 1) => ({ inputSeq, motionSeq: 0, frameSeq, state: 0 });
const stages = (inputSeq: number, inputAtMs: number) => ({
  t: 'stages' as const,
  inputSeq,
  frameSeq: 1,
  rtpTimestamp: 0,
  inputAtMs,
  waitMs: 3,
  renderMs: 4,
  convertMs: 1,
  encodeMs: 5,
  sendMs: 1,
});

test('the first picture with the number of an input or a later one answers it, once', () => {
  const clicks = createClickClock();
  for (const seq of [1, 2, 3]) clicks.sent({ seq, kind: 'marker', eventMs: seq * 10, sentMs: seq * 10 });
  expect(clicks.picture(code(2), { receivedMs: 70, presentedMs: 75, shownMs: 80 }).map(({ seq }) => seq)).toEqual([
    1, 2,
  ]);
  expect(clicks.picture(code(2), { receivedMs: 90, presentedMs: 95, shownMs: 96 })).toEqual([]);
  expect(clicks.waiting).toBe(true);
  expect(clicks.unansweredMs(130)).toBe(100);
  expect(medianTotalMs(clicks.history)).toBe(60);
});

// Goal: whatever order stages and picture come in, and however wrong the clocks, the stages add up and none of the two
// ways is negative unless the whole is.
test('stages add up to click to frame', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.double({ min: -40, max: 40, noNaN: true }),
      fc.double({ min: 0, max: 60, noNaN: true }),
      (stagesFirst, clockErrorMs, wayMs) => {
        const clicks = createClickClock();
        const node = stages(7, 1_000 + wayMs + clockErrorMs);
        const times = { receivedMs: 1_014 + 2 * wayMs, presentedMs: 1_020 + 2 * wayMs, shownMs: 1_030 + 2 * wayMs };
        clicks.sent({ seq: 7, kind: 'input', eventMs: 998, sentMs: 1_000 });
        if (stagesFirst) clicks.stages(node, 0);
        clicks.picture(code(7), times);
        if (!stagesFirst) clicks.stages(node, 0);
        const sample = clicks.history[0];
        const sum = Object.values(sample?.stages ?? {}).reduce((total, ms) => total + ms, 0);
        expect(sum).toBeCloseTo(sample?.totalMs ?? Number.NaN, 6);
        expect(sample?.stages?.uplink).toBeGreaterThanOrEqual(-1e-9);
        expect(sample?.stages?.downlink).toBeGreaterThanOrEqual(-1e-9);
      },
    ),
  );
});

test('stages of another picture, or a browser without arrival times, leave the total alone', () => {
  const clicks = createClickClock();
  clicks.sent({ seq: 1, kind: 'marker', eventMs: 0, sentMs: 0 });
  clicks.picture(code(1, 9), { receivedMs: 20, presentedMs: 25, shownMs: 30 });
  clicks.stages(stages(1, 5), 0);
  clicks.sent({ seq: 2, kind: 'marker', eventMs: 100, sentMs: 100 });
  clicks.picture(code(2, 1), { receivedMs: undefined, presentedMs: 125, shownMs: 130 });
  clicks.stages(stages(2, 105), 0);
  expect(clicks.history.map(({ totalMs, stages: split }) => [totalMs, split])).toEqual([
    [30, undefined],
    [30, undefined],
  ]);
});

// Goal: one long pause among even ones is found to the millisecond. Method: build the browser's sums by hand.
test('the longest pause comes out of the sums of pauses and squares', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 120 }),
      fc.integer({ min: 5, max: 60 }),
      fc.integer({ min: 61, max: 900 }),
      (n, even, long) => {
        const pauses = [...Array.from({ length: n - 1 }, () => even / 1_000), long / 1_000];
        const sum = pauses.reduce((total, pause) => total + pause, 0);
        const squares = pauses.reduce((total, pause) => total + pause * pause, 0);
        expect(longestGapMs(sum, squares, n)).toBeCloseTo(long, 3);
      },
    ),
  );
  expect(longestGapMs(0, 0, 0)).toBe(0);
});

test('the ladder climbs at 1, 3, 30 and 120 s, and at once when the node is known dead', () => {
  expect([900, 1_000, 3_000, 30_000, 120_000].map((ms) => troubleAt(ms, false))).toEqual([
    'none',
    'weak-network',
    'restarting',
    'other-node',
    'closed',
  ]);
  expect(troubleAt(0, true)).toBe('other-node');
});

test('an ICE restart is asked for at 3 s, not twice at once, and no more once the session closed', () => {
  expect(restartDue(2_999, Number.NEGATIVE_INFINITY, 0)).toBe(false);
  expect(restartDue(3_000, Number.NEGATIVE_INFINITY, 10_000)).toBe(true);
  expect(restartDue(4_000, 10_000, 11_000)).toBe(false);
  expect(restartDue(9_000, 10_000, 15_000)).toBe(true);
  expect(restartDue(timings.sessionCloseMs, 0, 500_000)).toBe(false);
});

test('the hub is tried again after 0.25, 0.5, 1, 2, 2 ... s', () => {
  expect([0, 1, 2, 3, 4, 99].map(hubPauseMs)).toEqual([250, 500, 1_000, 2_000, 2_000, 2_000]);
});

test('eight minutes without input ask, and a minute later it ends', () => {
  expect(afkAt(479_999)).toEqual({ kind: 'here' });
  expect(afkAt(480_000)).toEqual({ kind: 'ask', leftMs: 60_000 });
  expect(afkAt(545_000)).toEqual({ kind: 'ask', leftMs: 0 });
  expect(afkAt(550_000)).toEqual({ kind: 'end' });
});
