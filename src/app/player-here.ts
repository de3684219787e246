// src/app/player-here.ts - a page of a player comes and goes. A page that plays may come back; its session is held.
import { OutageError } from '../base/assert.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import { toWire } from '../protocol/voucher.ts';
import type { Hub } from './hub.ts';
import { tellPlaces } from './join-line.ts';
import { closeProbe } from './open-probe.ts';
import { placeOf } from './place.ts';
import type { Now, PlayerLink } from './ports.ts';

/** A page said hello with a good ticket. */
export function playerCame(hub: Hub, link: PlayerLink, now: Now): void {
  const { player } = link;
  const links = hub.links.get(player) ?? new Set<PlayerLink>();
  hub.links.set(player, links.add(link));
  link.send({
    t: 'welcome',
    v: PROTOCOL_VERSION,
    player,
    nowMs: now.wallMs,
    playMoney: hub.config.playMoney,
    domain: toWire(hub.config.domain),
    announcements: hub.announcements.filter(({ untilMs }) => now.wallMs < untilMs),
  });
  // A seat never waits in the line: the place there is of the person whose account pays for the seat.
  const waiting = link.place === undefined ? hub.line.find(player) : undefined;
  if (waiting === undefined) return;
  waiting.wish.link = link;
  waiting.awayUntilMs = undefined;
  tellPlaces(hub, link);
}

/** A page's socket closed. Its probes end, its place in the line is kept for a while, its session is held. */
export async function playerWent(hub: Hub, link: PlayerLink, now: Now): Promise<void> {
  const { player } = link;
  const links = hub.links.get(player);
  links?.delete(link);
  if (links?.size === 0) hub.links.delete(player);
  for (const route of hub.routes.ofLink(link)) {
    if (route.purpose.kind === 'probe') closeProbe(hub, route);
    else hub.routes.close(route.peer);
  }
  if (hub.line.find(player)?.wish.link === link) hub.line.away(player, now.nowMs);
  const session = hub.playing.get(placeOf(link));
  const live = session === undefined ? undefined : hub.sessions.get(session);
  if (live === undefined || live.link !== link) return;
  live.link = undefined;
  await unlessOut(hub.ports.book.playerGone(live.session, now.nowMs));
}

/** The book keeps such a fact in memory and writes it later: an outage of its store loses nothing. */
export async function unlessOut(done: Promise<unknown>): Promise<void> {
  try {
    await done;
  } catch (error) {
    if (!(error instanceof OutageError)) throw error;
  }
}
