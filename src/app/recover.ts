// src/app/recover.ts - a hub starts: sessions that were running go on. Nodes and pages find their way back by themselves;
// a node that does not is lost like any other.
import type { GameId } from '../base/ids.ts';
import { timings } from '../protocol/limits.ts';
import type { Hub } from './hub.ts';
import { placeOf } from './place.ts';
import type { Now } from './ports.ts';
import type { BookedSession } from './session-book.ts';

/** Nodes try again every 2 s at most (docs/PROTOCOL.md): three tries. */
export const REJOIN_MS = 6_000;

function recovered(booked: BookedSession, wallMs: number) {
  const { session, player, node, game, path, region } = booked;
  return {
    session,
    player,
    place: placeOf(booked),
    node,
    game: game as GameId,
    path,
    wish: 'auto' as const,
    region,
    codecs: ['h264', 'vp8'] as const, // The page's own list is gone; its answer names what it can decode.
    link: undefined,
    peer: undefined,
    attachWanted: false,
    nodeLost: false,
    nodeDone: false,
    refreshAtMs: Number.POSITIVE_INFINITY,
    relay: undefined,
    carried: new Map(),
    ending: undefined,
    heardAtMs: wallMs,
    seen: undefined,
    encodeMs: undefined,
  };
}

/** Takes over every session that the book finds open; returns how many. Machines that were there have a while to come back. */
export async function recoverSessions(hub: Hub, now: Now): Promise<number> {
  const booked = await hub.ports.book.recover(now.nowMs, now.wallMs);
  for (const session of booked) {
    hub.sessions.set(session.session, recovered(session, now.wallMs));
    hub.playing.set(placeOf(session), session.session);
    hub.seats.seat(session.session, session.node);
    hub.due.sessions.set(session.session, now.nowMs + timings.sessionStateMs);
    hub.due.nodes.set(session.node, now.nowMs + REJOIN_MS);
  }
  for (const node of await hub.ports.operators.watched()) hub.due.nodes.set(node, now.nowMs + REJOIN_MS);
  return booked.length;
}
