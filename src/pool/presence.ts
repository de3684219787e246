// src/pool/presence.ts - is a node there? By its heartbeat and its socket. A node that is lost may come back for as long as
// its sessions are held; after that it is gone.
//   state   heard   closed   joined       deadline
//   here    here    away     here         lost (silent too long)
//   away    -       -        here         lost (no new socket in time)
//   lost    -       -        here, back   gone
//   gone    -       -        here         -
import { unreachable } from '../base/assert.ts';
import { timings } from '../protocol/limits.ts';

/** Where a node stands; `untilMs` (monotonic) is when its deadline is due. */
export type Presence =
  | { readonly state: 'here'; readonly untilMs: number }
  | { readonly state: 'away'; readonly untilMs: number }
  | { readonly state: 'lost'; readonly untilMs: number; readonly sinceMs: number }
  | { readonly state: 'gone' };

/** heard: any message of the node. closed: its socket. joined: a socket that proved the machine key. */
export type PresenceEvent = 'heard' | 'closed' | 'joined' | 'deadline';

/** lost: stop the clocks of its sessions. gone: forget it. */
export type PresenceStep = { readonly next: Presence; readonly effect: 'none' | 'lost' | 'gone' };

/** A lost node is remembered for as long as its sessions are held. */
const FORGET_MS = timings.sessionCloseMs;

const stay = (next: Presence): PresenceStep => ({ next, effect: 'none' });
const here = (nowMs: number): PresenceStep => stay({ state: 'here', untilMs: nowMs + timings.nodeSilenceMs });

/** A node of which only the book knows, after a start of the hub: it has `graceMs` to join. */
export function awaited(nowMs: number, graceMs: number): Presence {
  return { state: 'away', untilMs: nowMs + graceMs };
}

/** Advances a node by one event at `nowMs` (monotonic). */
export function stepPresence(presence: Presence, event: PresenceEvent, nowMs: number): PresenceStep {
  switch (event) {
    case 'joined':
      return here(nowMs);
    case 'heard':
      return presence.state === 'here' ? here(nowMs) : stay(presence);
    case 'closed':
      if (presence.state !== 'here') return stay(presence);
      return stay({ state: 'away', untilMs: nowMs + timings.nodeSocketGraceMs });
    case 'deadline':
      if (presence.state === 'gone' || nowMs < presence.untilMs) return stay(presence);
      if (presence.state === 'lost') return { next: { state: 'gone' }, effect: 'gone' };
      return { next: { state: 'lost', untilMs: nowMs + FORGET_MS, sinceMs: nowMs }, effect: 'lost' };
    default:
      return unreachable(event);
  }
}
