// src/app/tell-started.ts - the one message that tells a page all about its session: at the start, on a repeat, and when
// it comes back.
import type { IdempotencyKey, PlayerId } from '../base/ids.ts';
import { refusal } from '../protocol/error-codes.ts';
import { timings } from '../protocol/limits.ts';
import { toWire } from '../protocol/voucher.ts';
import { extendRental, giveIce } from './give-ice.ts';
import type { Hub, LiveSession } from './hub.ts';
import type { Now, PlayerLink } from './ports.ts';

/**
 * The token with which a page comes back to its session. It follows from the key of the play, so that a repeat of the
 * same play is given the same one, also by a hub that was started anew.
 */
export function resumeToken(hub: Hub, player: PlayerId, re: IdempotencyKey): string {
  return hub.ports.seals.seal(`resume ${player} ${re}`);
}

/** Sends `started`. Refuses SESSION_ENDED when the book does not know the session any more. */
export function tellStarted(
  hub: Hub,
  live: LiveSession,
  link: PlayerLink,
  { re, token, resumed }: { readonly re: IdempotencyKey; readonly token: string; readonly resumed: boolean },
  now: Now,
): void {
  const { session, node, region, wish, path, game, peer } = live;
  const booked = hub.ports.book.find(session);
  if (booked === undefined || peer === undefined) {
    link.refuse(refusal('SESSION_ENDED'), { re, session });
    return;
  }
  const given = giveIce(hub, { node, region, wish, path, rental: session }, now);
  live.refreshAtMs =
    given === undefined || given.ice.length > 0
      ? now.nowMs + timings.relayCredentialRefreshMs
      : Number.POSITIVE_INFINITY;
  link.send({
    t: 'started',
    re,
    session,
    token,
    peer,
    node,
    nodeName: booked.nodeName,
    region,
    game,
    path,
    policy: given?.policy ?? (path === 'direct' ? 'all' : 'relay'),
    ice: given?.ice ?? [],
    quote: booked.quote,
    open: toWire(booked.open),
    lease: booked.lease,
    choice: booked.choice,
    resumed,
    goodMs: booked.goodMs,
    badMs: booked.badMs,
    voucherSeq: booked.voucherSeq,
    ...(booked.continues === undefined ? {} : { continues: booked.continues }),
  });
}

/**
 * Keeps a session's way through relays open: its allocations live on, and fresh credentials are there for new ones.
 * @returns true when the page was given a relay for its next ICE restart
 */
export function refreshIce(hub: Hub, live: LiveSession, now: Now): boolean {
  const { session, node, region, wish, path } = live;
  const given = giveIce(hub, { node, region, wish, path, rental: session }, now);
  live.refreshAtMs = now.nowMs + timings.relayCredentialRefreshMs;
  extendRental(hub, session, now);
  if (given === undefined || given.ice.length === 0 || live.link === undefined) return false;
  live.link.send({ t: 'ice', session, ice: given.ice });
  return true;
}
