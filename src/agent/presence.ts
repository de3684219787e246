// src/agent/presence.ts - is the player there? A session may wait for its player for a while, never for ever. Pure.
//
//   state     connected   lost      input     deadline
//   waiting   present     -         -         over: first-frame-timeout
//   present   -           away      present   over: afk
//   away      present     -         present   over: player-lost
//   over      -           -         -         -
import { unreachable } from '../base/assert.ts';
import { timings } from '../protocol/limits.ts';
import type { EndReason } from '../protocol/shapes.ts';

/** Where the player is; deadlines are on the monotonic clock. */
export type Presence =
  | { readonly state: 'waiting' | 'present' | 'away'; readonly deadlineMs: number }
  | { readonly state: 'over'; readonly reason: EndReason };
/** `lost`: no path, or the page said bye. `input`: a sign of life, also the answer to 'still playing?'. */
export type PresenceEvent = 'connected' | 'lost' | 'input' | 'deadline';

const AFK_MS = timings.afkWarningMs + timings.afkGraceMs; // The hub asks and ends first; this counts when it is away.
const OVER_REASON = {
  waiting: 'first-frame-timeout',
  present: 'afk',
  away: 'player-lost',
} as const satisfies Record<string, EndReason>;

/** A session that starts at `nowMs`: the player has `timings.firstFrameMs` to arrive. */
export function expectPlayer(nowMs: number): Presence {
  return { state: 'waiting', deadlineMs: nowMs + timings.firstFrameMs };
}

/** Advances by one event. `deadline` may come at any time and counts only when it is due. */
export function stepPresence(presence: Presence, event: PresenceEvent, nowMs: number): Presence {
  if (presence.state === 'over') return presence;
  switch (event) {
    case 'connected':
      return presence.state === 'present' ? presence : { state: 'present', deadlineMs: nowMs + AFK_MS };
    case 'input':
      return presence.state === 'waiting' ? presence : { state: 'present', deadlineMs: nowMs + AFK_MS };
    case 'lost':
      return presence.state === 'present' ? { state: 'away', deadlineMs: nowMs + timings.sessionCloseMs } : presence;
    case 'deadline':
      return nowMs < presence.deadlineMs ? presence : { state: 'over', reason: OVER_REASON[presence.state] };
    default:
      return unreachable(event);
  }
}
