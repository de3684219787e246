// test/unit/pool/presence.test.ts - a node that is silent or gone is noticed in time, and one that comes back is welcome.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Presence, type PresenceEvent, stepPresence } from '../../../src/pool/presence.ts';
import { timings } from '../../../src/protocol/limits.ts';

const joined = (nowMs: number): Presence => stepPresence({ state: 'gone' }, 'joined', nowMs).next;

test('silence makes a node lost, within the time that lets its player know within 3 s', () => {
  const here = joined(0);
  expect(stepPresence(here, 'deadline', timings.nodeSilenceMs - 1).effect).toBe('none');
  expect(stepPresence(here, 'deadline', timings.nodeSilenceMs).effect).toBe('lost');
  expect(timings.nodeSilenceMs).toBeLessThan(3_000);
});

test('a heartbeat moves the deadline, an early one does nothing', () => {
  const beaten = stepPresence(joined(0), 'heard', 2_000).next;
  expect(stepPresence(beaten, 'deadline', 2_500)).toEqual({ next: beaten, effect: 'none' });
});

test('a closed socket gives a short grace, a new one ends it', () => {
  const away = stepPresence(joined(0), 'closed', 100).next;
  expect(away).toEqual({ state: 'away', untilMs: 100 + timings.nodeSocketGraceMs });
  expect(stepPresence(away, 'joined', 200).next.state).toBe('here');
  expect(stepPresence(away, 'deadline', 100 + timings.nodeSocketGraceMs).effect).toBe('lost');
});

test('a lost node may come back while its sessions are held, then it is gone', () => {
  const lost = stepPresence(joined(0), 'deadline', 5_000).next;
  expect(stepPresence(lost, 'joined', 6_000).next.state).toBe('here');
  expect(stepPresence(lost, 'deadline', 5_000 + timings.sessionCloseMs).effect).toBe('gone');
});

// Goal: no order of events makes a node lost twice without coming back between, or gone before it was lost.
test('lost and gone are told once each', () => {
  const events = fc.constantFrom<PresenceEvent>('heard', 'closed', 'joined', 'deadline');
  fc.assert(
    fc.property(fc.array(fc.tuple(events, fc.nat(60_000)), { maxLength: 60 }), (steps) => {
      let [presence, nowMs, told] = [joined(0), 0, 'here'];
      for (const [event, waitMs] of steps) {
        nowMs += waitMs;
        const { next, effect } = stepPresence(presence, event, nowMs);
        if (event === 'joined') told = 'here';
        if (effect === 'lost') expect(told).toBe('here');
        if (effect === 'gone') expect(told).toBe('lost');
        if (effect !== 'none') told = effect;
        presence = next;
      }
    }),
  );
});
