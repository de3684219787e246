import { expect, test } from 'vitest';
import { timings } from '../../../src/protocol/limits.ts';
import { newSession, QUIET_MS, recoveredSession, type Session, stepSession } from '../../../src/session/session.ts';

const run = (start: Session, ...events: readonly (readonly [Parameters<typeof stepSession>[1], number])[]): Session =>
  events.reduce((session, [event, nowMs]) => stepSession(session, event, nowMs), start);
const fresh = newSession(0);
const playing = run(fresh, [{ kind: 'progress' }, 1_000]);

test('good time starts play, silence pauses it, good time goes on', () => {
  expect(playing.state).toBe('playing');
  const quiet = run(playing, [{ kind: 'deadline' }, 1_000 + QUIET_MS]);
  expect(quiet).toEqual({
    state: 'paused',
    missing: { player: false, node: false },
    deadlineMs: 1_000 + timings.sessionCloseMs,
  });
  expect(run(quiet, [{ kind: 'progress' }, 20_000]).state).toBe('playing');
});
test.each([
  ['nothing was ever seen', fresh, timings.firstFrameMs, 'first-frame-timeout'],
  ['the node went before the first frame', run(fresh, [{ kind: 'node-lost' }, 5]), timings.firstFrameMs, 'node-lost'],
  [
    'the player went before the first frame',
    run(fresh, [{ kind: 'player-gone' }, 5]),
    timings.firstFrameMs,
    'player-lost',
  ],
  [
    'pictures came, but never a good second',
    run(fresh, [{ kind: 'first-frame' }, 4_000], [{ kind: 'first-frame' }, 20_000]),
    4_000 + timings.sessionCloseMs,
    'media-timeout',
  ],
  [
    'the player went after the first, bad pictures',
    run(fresh, [{ kind: 'first-frame' }, 4_000], [{ kind: 'player-gone' }, 5_000]),
    4_000 + timings.sessionCloseMs,
    'player-lost',
  ],
  ['the node was lost', run(playing, [{ kind: 'node-lost' }, 2_000]), 2_000 + timings.sessionCloseMs, 'node-lost'],
  [
    'the player left without a word',
    run(playing, [{ kind: 'player-gone' }, 2_000]),
    2_000 + timings.sessionCloseMs,
    'player-lost',
  ],
  [
    'both were there but no picture',
    run(playing, [{ kind: 'deadline' }, 1_000 + QUIET_MS]),
    1_000 + timings.sessionCloseMs,
    'media-timeout',
  ],
  ['nobody came back after a restart', recoveredSession(true, 0), timings.sessionCloseMs, 'node-lost'],
])('when %s the session ends in time and says why', (_, session, deadlineMs, reason) => {
  expect(stepSession(session, { kind: 'deadline' }, deadlineMs - 1)).toBe(session);
  expect(stepSession(session, { kind: 'deadline' }, deadlineMs)).toEqual({ state: 'ended', reason });
});
test('a picture below the promise keeps a session that waits, and changes none that plays', () => {
  const seen = run(fresh, [{ kind: 'first-frame' }, 4_000]);
  expect(seen.state).toBe('paused');
  expect(run(seen, [{ kind: 'progress' }, 60_000]).state).toBe('playing');
  expect(run(playing, [{ kind: 'first-frame' }, 2_000])).toBe(playing);
});
test('a late tick of a lost node does not bring it back, its return does', () => {
  const lost = run(playing, [{ kind: 'node-lost' }, 2_000]);
  expect(run(lost, [{ kind: 'progress' }, 2_100])).toBe(lost);
  expect(run(lost, [{ kind: 'node-back' }, 2_200], [{ kind: 'progress' }, 2_300]).state).toBe('playing');
});
test('coming and going does not push the end out', () => {
  const flapping = run(
    playing,
    [{ kind: 'player-gone' }, 2_000],
    [{ kind: 'player-back' }, 90_000],
    [{ kind: 'player-gone' }, 91_000],
  );
  expect(flapping).toMatchObject({ state: 'paused', deadlineMs: 2_000 + timings.sessionCloseMs });
});
test('once ended, every event is late', () => {
  const ended = run(playing, [{ kind: 'end', reason: 'player-left' }, 3_000]);
  for (const kind of [
    'first-frame',
    'progress',
    'node-lost',
    'node-back',
    'player-gone',
    'player-back',
    'deadline',
  ] as const)
    expect(stepSession(ended, { kind }, 9_000)).toBe(ended);
  expect(stepSession(ended, { kind: 'end', reason: 'afk' }, 9_000)).toBe(ended);
});
