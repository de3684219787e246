// src/app/end-play.ts - the end of a session: the node packs and wipes, the book posts the charge, the page gets the
// receipt. It happens once, whoever asks for it and however often.
import type { IdempotencyKey, SessionId } from '../base/ids.ts';
import { refusal } from '../protocol/error-codes.ts';
import { timings } from '../protocol/limits.ts';
import type { Receipt } from '../protocol/receipt.ts';
import type { EndReason } from '../protocol/shapes.ts';
import { networkText } from './free-nodes.ts';
import { endRental } from './give-ice.ts';
import type { Hub, LiveSession, PlayerMessage } from './hub.ts';
import { placeOf } from './place.ts';
import type { Now, PlayerLink } from './ports.ts';

/** How long the books wait for the node's last word; it answers in milliseconds when it is there. */
const LAST_WORD_MS = 1_500;
/** How long they wait when the game goes on elsewhere and its save is on the way. */
const SAVE_MS = 3_000;
/** When the store is away the close is tried again after this. */
const RETRY_MS = 1_000;

/** Player's `end`. Refuses SESSION_UNKNOWN. */
export function leavePlay(hub: Hub, link: PlayerLink, { session }: PlayerMessage<'end'>, now: Now): void {
  const live = hub.sessions.get(session);
  if (live?.player === link.player && live.place === placeOf(link)) endPlay(hub, live, 'player-left', now);
  else refuseUnknown(hub, link, session, now);
}

/** The contract would not pay for what is played from now on: the player closed there, or the session was not taken. */
export function endUnpaid(hub: Hub, session: SessionId, reason: EndReason, now: Now): void {
  const live = hub.sessions.get(session);
  if (live !== undefined) endPlay(hub, live, reason, now);
}

/** SESSION_ENDED for a session of this player that ended lately, else SESSION_UNKNOWN. */
export function refuseUnknown(hub: Hub, link: PlayerLink, session: SessionId, now: Now, re?: IdempotencyKey): void {
  const ended = hub.ended.get(session, now.nowMs)?.player === link.player;
  link.refuse(refusal(ended ? 'SESSION_ENDED' : 'SESSION_UNKNOWN'), { session, ...(re === undefined ? {} : { re }) });
}

/**
 * Ends a session: asks the node for its last word and closes the books soon (at once when the node is away). The close
 * itself happens in `closeDue`, so that nothing waits here. A second call changes nothing.
 */
export function endPlay(hub: Hub, live: LiveSession, reason: EndReason, now: Now): void {
  if (live.ending !== undefined) return;
  const node = hub.nodes.get(live.node)?.link;
  node?.send({ t: 'end', session: live.session, reason });
  const waitMs = node === undefined ? 0 : reason === 'moved' ? SAVE_MS : LAST_WORD_MS;
  live.ending = { reason, closeAtMs: now.nowMs + waitMs, closing: false };
  hub.due.sessions.set(live.session, live.ending.closeAtMs);
}

/** The node's last word has come: the books can close. `reason` counts when nobody else has ended it before. */
export function lastWord(hub: Hub, live: LiveSession, reason: EndReason, now: Now): void {
  live.nodeDone = true;
  live.ending ??= { reason, closeAtMs: now.nowMs, closing: false };
  live.ending.closeAtMs = now.nowMs;
  hub.due.sessions.set(live.session, now.nowMs);
}

/** Closes the books of a session whose end is due. While the store is away it is tried again each second. */
export async function closeDue(hub: Hub, live: LiveSession, now: Now): Promise<void> {
  const { ending, session } = live;
  if (ending === undefined || ending.closing || now.nowMs < ending.closeAtMs) return;
  ending.closing = true;
  ending.closeAtMs = now.nowMs + RETRY_MS;
  hub.due.sessions.set(session, ending.closeAtMs);
  try {
    const closed = await hub.ports.book.close(session, ending.reason, now.nowMs, now.wallMs);
    if (!closed.ok && closed.error.code === 'STORE_UNAVAILABLE') return;
    forget(hub, live, now);
    if (closed.ok) remember(hub, live, closed.value, now);
    hub.ports.counters.ended(ending.reason);
    live.link?.send({ t: 'ended', session, reason: ending.reason, receipt: closed.ok });
    hub.moves.get(session)?.(now);
  } finally {
    ending.closing = false;
  }
}

/** Gives the seat of a session back, when its node has ended it or is gone. */
export function freeSeat(hub: Hub, session: SessionId): void {
  hub.due.leases.clear(session);
  const node = hub.seats.release(session);
  const record = node === undefined ? undefined : hub.nodes.get(node);
  if (record !== undefined) record.freeSlots = Math.max(0, record.freeSlots - 1); // Until its next heartbeat.
}

/** Everything but the books forgets the session. */
function forget(hub: Hub, live: LiveSession, now: Now): void {
  const { session, player, place, game, peer, ending } = live;
  hub.sessions.delete(session);
  hub.due.sessions.clear(session);
  if (hub.playing.get(place) === session) hub.playing.delete(place);
  hub.ended.add(session, { player, game, reason: ending?.reason }, now.nowMs);
  if (live.nodeDone || live.nodeLost || hub.nodes.get(live.node)?.link === undefined) freeSeat(hub, session);
  else {
    hub.seats.leave(session, now.nowMs + timings.sessionCloseMs);
    hub.due.leases.set(session, now.nowMs + timings.sessionCloseMs);
  }
  if (peer !== undefined) hub.routes.close(peer);
  endRental(hub, session);
}

/** What this session teaches for the next choice. Only paid play counts. */
function remember(hub: Hub, live: LiveSession, receipt: Receipt, now: Now): void {
  const { player, node, link, path } = live;
  if (receipt.billedMs === 0) return;
  const { 'no-frame-yet': _start, ...bad } = receipt.freeMs;
  const badMs = Object.values(bad).reduce((sum, ms) => sum + ms, 0);
  hub.record.played(node, player, receipt.billedMs, badMs);
  const measured = receipt.choice.ranked.find((entry) => entry.node === node && entry.path === path);
  if (measured === undefined || link === undefined) return;
  hub.rtts.paid(networkText(link.address), player, node, measured.rttMinMs, now.wallMs);
}
