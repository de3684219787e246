// src/app/move-play.ts - going on elsewhere: the earlier session leaves its node, with its save, before the new one
// starts. When its node is dead there is nothing to wait for: the last save is with the hub already.
import type { SessionId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { type Refusal, refusal } from '../protocol/error-codes.ts';
import { endPlay } from './end-play.ts';
import type { Hub } from './hub.ts';
import { placeOf } from './place.ts';
import type { Now, PlayerLink } from './ports.ts';

/** True when `session` is, or was, this player's own, and while it runs at this very place. Refuses SESSION_UNKNOWN. */
export async function mayContinue(
  hub: Hub,
  link: PlayerLink,
  session: SessionId,
  now: Now,
): Promise<Result<void, Refusal>> {
  const live = hub.sessions.get(session);
  if (live !== undefined && live.place !== placeOf(link)) return err(refusal('SESSION_UNKNOWN'));
  const owner = live?.player ?? hub.ended.get(session, now.nowMs)?.player;
  if (owner === link.player) return ok(undefined);
  const own = owner === undefined && (await hub.ports.book.receipt(session, link.player)).ok;
  return own ? ok(undefined) : err(refusal('SESSION_UNKNOWN'));
}

/** Ends the earlier session and goes on when its books are closed, which `endPlay` bounds; returns the time then. */
export async function leaveEarlier(hub: Hub, session: SessionId, now: Now): Promise<Now> {
  const live = hub.sessions.get(session);
  if (live === undefined) return now;
  const left = new Promise<Now>((resolve) => hub.moves.set(session, resolve));
  endPlay(hub, live, live.nodeLost ? 'node-lost' : 'moved', now);
  const then = await left;
  hub.moves.delete(session);
  return then;
}
