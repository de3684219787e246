// Goal: a session waits for its player for exactly as long as it says, in every state. Method: each row of the table in
// the file, then a property: without a person every story ends, and an over session stays over.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectPlayer, type Presence, type PresenceEvent, stepPresence } from '../../../src/agent/presence.ts';
import { timings } from '../../../src/protocol/limits.ts';

const AFK_MS = timings.afkWarningMs + timings.afkGraceMs;
const present = stepPresence(expectPlayer(0), 'connected', 100);
const away = stepPresence(present, 'lost', 200);

test('a player who never comes ends it after 30 s, not before', () => {
  expect(stepPresence(expectPlayer(0), 'deadline', timings.firstFrameMs - 1).state).toBe('waiting');
  expect(stepPresence(expectPlayer(0), 'deadline', timings.firstFrameMs)).toEqual({
    state: 'over',
    reason: 'first-frame-timeout',
  });
  expect(stepPresence(expectPlayer(0), 'input', 5)).toEqual(expectPlayer(0));
  expect(stepPresence(expectPlayer(0), 'lost', 5)).toEqual(expectPlayer(0));
});

test('a lost player has 120 s to come back', () => {
  expect(away).toEqual({ state: 'away', deadlineMs: 200 + timings.sessionCloseMs });
  expect(stepPresence(away, 'lost', 300)).toEqual(away); // A second break does not move the end away.
  expect(stepPresence(away, 'connected', 300).state).toBe('present');
  expect(stepPresence(away, 'input', 300).state).toBe('present');
  expect(stepPresence(away, 'deadline', 200 + timings.sessionCloseMs)).toEqual({
    state: 'over',
    reason: 'player-lost',
  });
});

test('nine minutes without a hand end it; a hand or an answer starts them anew', () => {
  const touched = stepPresence(present, 'input', 1_000);
  expect(stepPresence(present, 'deadline', 100 + AFK_MS)).toEqual({ state: 'over', reason: 'afk' });
  expect(stepPresence(touched, 'deadline', 100 + AFK_MS)).toEqual(touched);
  expect(stepPresence(touched, 'connected', 5_000)).toEqual(touched); // ICE may find another path: no sign of life.
});

const events = fc.array(
  fc.record({
    event: fc.constantFrom<PresenceEvent>('connected', 'lost', 'input', 'deadline'),
    waitMs: fc.integer({ min: 0, max: 200_000 }),
  }),
);
test('every story ends when nobody is there any more, and an end is for ever', () => {
  fc.assert(
    fc.property(events, (story) => {
      let nowMs = 0;
      let presence: Presence = expectPlayer(0);
      for (const { event, waitMs } of story) {
        nowMs += waitMs;
        const next = stepPresence(presence, event, nowMs);
        if (presence.state === 'over') expect(next).toBe(presence);
        presence = next;
      }
      expect(stepPresence(presence, 'deadline', nowMs + AFK_MS).state).toBe('over');
    }),
  );
});
