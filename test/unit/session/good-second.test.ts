import { expect, test } from 'vitest';
import { judgeNodeSecond, judgePlayerSecond, type PlayerSecond } from '../../../src/session/good-second.ts';
import { addSecond, goodTimeFrom, sumBadMs } from '../../../src/session/good-time.ts';

const promise = { fps: 60, height: 720, rttCapMs: 60 };
const good: PlayerSecond = {
  elapsedMs: 1_000,
  connected: true,
  firstFrameSeen: true,
  framesDecoded: 60,
  longestGapMs: 17,
  rttMs: 20,
  slowestAnswerMs: 50,
};
const { rttMs: _, ...noRtt } = good;

// Goal: each limb of the promise counts, exactly at its edge. Method: one fact at its limit, then just over it.
test.each([
  ['80 % of the frames', { framesDecoded: 48 }, { framesDecoded: 47 }, 'few-decoded'],
  ['gaps up to 250 ms', { longestGapMs: 250 }, { longestGapMs: 251 }, 'gap'],
  ['a round trip of cap + 40 ms', { rttMs: 100 }, { rttMs: 100.5 }, 'rtt'],
  ['an answer within RTT + 150 ms', { slowestAnswerMs: 170 }, { slowestAnswerMs: 171 }, 'input-unanswered'],
  ['an answer at all', { slowestAnswerMs: 0 }, { slowestAnswerMs: Number.POSITIVE_INFINITY }, 'input-unanswered'],
  ['a connection', { connected: true }, { connected: false }, 'disconnected'],
  ['a first frame', { firstFrameSeen: true }, { firstFrameSeen: false }, 'no-frame-yet'],
])('the player pays for %s and not for less', (_, within, over, cause) => {
  expect(judgePlayerSecond({ ...good, ...within }, promise)).toBe('good');
  expect(judgePlayerSecond({ ...good, ...over }, promise)).toBe(cause);
});
test('a late timer judges the span it really covered', () => {
  expect(judgePlayerSecond({ ...good, elapsedMs: 1_300, framesDecoded: 62 }, promise)).toBe('few-decoded');
  expect(judgePlayerSecond({ ...good, elapsedMs: 700, framesDecoded: 34 }, promise)).toBe('good');
});
test('what was not measured is not held against anybody', () => {
  const { slowestAnswerMs: __, ...nothingAsked } = noRtt;
  expect(judgePlayerSecond(nothingAsked, promise)).toBe('good');
  expect(judgePlayerSecond({ ...noRtt, slowestAnswerMs: 211 }, promise)).toBe('input-unanswered'); // Cap + 150 ms.
});
test('the node serves with nine tenths of the frames, after the signature', () => {
  const second = { elapsedMs: 1_000, connected: true, serving: true, framesSent: 54 };
  expect(judgeNodeSecond(second, promise)).toBe('good');
  expect(judgeNodeSecond({ ...second, framesSent: 53 }, promise)).toBe('few-sent');
  expect(judgeNodeSecond({ ...second, serving: false }, promise)).toBe('no-frame-yet');
  expect(judgeNodeSecond({ ...second, connected: false }, promise)).toBe('disconnected');
});
test('good spans add up to whole milliseconds without losing fractions; bad spans round down', () => {
  let time = goodTimeFrom();
  for (let i = 0; i < 1_000; i++) time = addSecond(time, 'good', 1_000.25);
  expect(time.goodMs).toBe(1_000_250);
  time = addSecond(time, 'gap', 999.9);
  expect([time.goodMs, time.badMs.gap, sumBadMs(time.badMs)]).toEqual([1_000_250, 999, 999]);
  expect(() => addSecond(time, 'good', -1)).toThrow('monotonic');
});
