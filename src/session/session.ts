// src/session/session.ts - one player's time on one node, as states. What is billed is decided by the meter; this says
// whether play goes on, waits, or is over, and when waiting ends. Once ended, every event is late.
//   state       first-frame  progress   node-lost, player-gone   node-back, player-back   deadline     end
//   connecting  paused       playing    connecting               connecting               ended        ended
//   playing     playing      playing    paused                   playing                  paused       ended
//   paused      paused       playing*   paused                   paused                   ended        ended
// * only when neither side is missing: a late tick of a lost node does not bring it back. Pictures below the promise are
// free, but they are pictures: after the first one a session has the time of a pause to become good.
import { unreachable } from '../base/assert.ts';
import { timings } from '../protocol/limits.ts';
import type { EndReason } from '../protocol/shapes.ts';

/** Which side the hub has lost sight of. */
export type Missing = { readonly player: boolean; readonly node: boolean };
/** A session's state. Deadlines are on the monotonic clock. */
export type Session =
  | { readonly state: 'connecting'; readonly missing: Missing; readonly deadlineMs: number }
  | { readonly state: 'playing'; readonly progressAtMs: number; readonly deadlineMs: number }
  | { readonly state: 'paused'; readonly missing: Missing; readonly deadlineMs: number }
  | { readonly state: 'ended'; readonly reason: EndReason };
/** What can happen to a session. `first-frame`: the player decoded a picture; `progress`: billable time grew. */
export type SessionEvent =
  | {
      readonly kind:
        | 'first-frame'
        | 'progress'
        | 'node-lost'
        | 'node-back'
        | 'player-gone'
        | 'player-back'
        | 'deadline';
    }
  | { readonly kind: 'end'; readonly reason: EndReason };

/** Two ticks and a half without progress: one lost tick is not yet a pause. */
export const QUIET_MS = 2.5 * timings.tickMs;
const NONE: Missing = { player: false, node: false };

/** A session that waits for its first decoded frame. */
export function newSession(nowMs: number): Session {
  return { state: 'connecting', missing: NONE, deadlineMs: nowMs + timings.firstFrameMs };
}

/** A session found in the store after a restart of the hub: both sides must come back. `played`: a picture was seen. */
export function recoveredSession(played: boolean, nowMs: number): Session {
  const missing: Missing = { player: true, node: true };
  return played
    ? { state: 'paused', missing, deadlineMs: nowMs + timings.sessionCloseMs }
    : { state: 'connecting', missing, deadlineMs: nowMs + timings.firstFrameMs };
}

/**
 * Advances a session by one event.
 * @param nowMs monotonic, never smaller than in the call before
 * @returns the next state; the very same object when nothing changed
 */
export function stepSession(session: Session, event: SessionEvent, nowMs: number): Session {
  if (session.state === 'ended') return session;
  switch (event.kind) {
    case 'first-frame':
      if (session.state !== 'connecting') return session;
      return { state: 'paused', missing: session.missing, deadlineMs: nowMs + timings.sessionCloseMs };
    case 'progress':
      if (session.state === 'paused' && (session.missing.player || session.missing.node)) return session;
      return { state: 'playing', progressAtMs: nowMs, deadlineMs: nowMs + QUIET_MS };
    case 'node-lost':
      return miss(session, { node: true }, nowMs);
    case 'player-gone':
      return miss(session, { player: true }, nowMs);
    case 'node-back':
      return session.state === 'playing' ? session : { ...session, missing: { ...session.missing, node: false } };
    case 'player-back':
      return session.state === 'playing' ? session : { ...session, missing: { ...session.missing, player: false } };
    case 'deadline':
      return nowMs < session.deadlineMs ? session : overdue(session);
    case 'end':
      return { state: 'ended', reason: event.reason };
    default:
      return unreachable(event);
  }
}

type Open = Exclude<Session, { state: 'ended' }>;

function miss(session: Open, missing: Partial<Missing>, nowMs: number): Session {
  if (session.state === 'playing') {
    return { state: 'paused', missing: { ...NONE, ...missing }, deadlineMs: nowMs + timings.sessionCloseMs };
  }
  return { ...session, missing: { ...session.missing, ...missing } };
}

function overdue(session: Open): Session {
  if (session.state === 'playing') {
    return { state: 'paused', missing: NONE, deadlineMs: session.progressAtMs + timings.sessionCloseMs };
  }
  const { missing, state } = session;
  const silent = state === 'connecting' ? 'first-frame-timeout' : 'media-timeout';
  return { state: 'ended', reason: missing.node ? 'node-lost' : missing.player ? 'player-lost' : silent };
}
