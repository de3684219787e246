// src/app/resume-play.ts - a page comes back to its session: after a reload, on a new network, or in another tab, which
// then takes over. Known by the token, never by an address.
import { newId, type PeerId } from '../base/ids.ts';
import { refusal } from '../protocol/error-codes.ts';
import { timings } from '../protocol/limits.ts';
import { leavesAt } from './drain-node.ts';
import { refuseUnknown } from './end-play.ts';
import type { Hub, LiveSession, PlayerMessage } from './hub.ts';
import type { Now, PlayerLink } from './ports.ts';
import { tellStarted } from './tell-started.ts';

/** The page that had the session until now is told that another one has it. */
function takeOver(hub: Hub, live: LiveSession, link: PlayerLink): void {
  const { session, link: before, peer } = live;
  if (peer !== undefined) hub.routes.close(peer);
  live.link = link;
  if (before !== link) before?.send({ t: 'refused', code: 'SESSION_TAKEN_OVER', session });
}

/** Tells the node of the page's new peer connection; a node that is away is told when it is back. */
export function attachPeer(hub: Hub, live: LiveSession): void {
  const { session, peer, codecs } = live;
  const node = hub.nodes.get(live.node)?.link;
  live.attachWanted = node === undefined;
  if (peer !== undefined) node?.send({ t: 'attach', session, peer, codecs: [...codecs] });
}

/** Answers `resume`. Refuses SESSION_UNKNOWN, SESSION_ENDED, TOKEN_UNKNOWN, NODE_LOST. */
export async function resumePlay(
  hub: Hub,
  link: PlayerLink,
  message: PlayerMessage<'resume'>,
  now: Now,
): Promise<void> {
  const { re, session, token } = message;
  const { book, seals, random } = hub.ports;
  const live = hub.sessions.get(session);
  if (live?.player !== link.player) return refuseUnknown(hub, link, session, now, re);
  const hash = book.find(session)?.resumeTokenHash;
  if (hash === undefined || !seals.same(hash, seals.digest(token))) {
    return link.refuse(refusal('TOKEN_UNKNOWN'), { re, session });
  }
  const back = await book.playerBack(session, now.nowMs);
  if (!back.ok) return link.refuse(back.error, { re, session });
  if (live.ending !== undefined) return link.refuse(refusal('SESSION_ENDED'), { re, session });
  takeOver(hub, live, link);
  if (live.nodeLost) return link.refuse(refusal('NODE_LOST'), { re, session });
  const kept = message.peer;
  const peer = kept ?? newId<PeerId>('c', random);
  live.peer = peer;
  hub.routes.open({ peer, link, node: live.node, path: live.path, purpose: { kind: 'session', session } });
  tellStarted(hub, live, link, { re, token, resumed: true }, now);
  if (kept === undefined) attachPeer(hub, live);
  const deadlineMs = leavesAt(hub, live.node);
  if (deadlineMs !== undefined) link.send({ t: 'node.leaving', session, deadlineMs });
  hub.due.sessions.set(session, now.nowMs + timings.sessionStateMs);
}

/** Player's `restart`: the node offers again. Refuses SESSION_UNKNOWN, NODE_LOST. */
export function restartMedia(hub: Hub, link: PlayerLink, { session }: PlayerMessage<'restart'>, now: Now): void {
  const live = hub.sessions.get(session);
  const node = live === undefined ? undefined : hub.nodes.get(live.node)?.link;
  if (live?.link !== link) refuseUnknown(hub, link, session, now);
  else if (node === undefined) link.refuse(refusal('NODE_LOST'), { session });
  else node.send({ t: 'restart', session });
}
