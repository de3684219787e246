// src/app/join-line.ts - waiting for a seat: joining, leaving, and being told one's place.
import type { GameId } from '../base/ids.ts';
import { refusal } from '../protocol/error-codes.ts';
import type { Hub, QueuedPlay } from './hub.ts';
import type { Now, PlayerLink } from './ports.ts';

/** The line is looked at this often while anybody waits. */
export const LINE_EVERY_MS = 250;

/** Somebody connected waits for this game already: a newcomer must not pass them. */
export function lineIsFor(hub: Hub, game: GameId): boolean {
  return hub.line.heads().some((waiting) => waiting.game === game);
}

/** Joins the line, or keeps the place; tells it. Refuses QUEUE_FULL. */
export function joinLine(hub: Hub, wish: QueuedPlay, now: Now): void {
  const { link, message, plan } = wish;
  if (!hub.line.join(link.player, plan.game, wish)) {
    link.refuse(refusal('QUEUE_FULL'), { re: message.re });
    return;
  }
  hub.due.lineAtMs = Math.min(hub.due.lineAtMs, now.nowMs + LINE_EVERY_MS);
  tellPlaces(hub, link);
}

/** Tells everybody who waits their place, or only the player of `link`. */
export function tellPlaces(hub: Hub, link?: PlayerLink): void {
  for (const { waiting, position, length } of hub.line.positions()) {
    if (waiting.awayUntilMs !== undefined || (link !== undefined && link.player !== waiting.player)) continue;
    waiting.wish.link.send({ t: 'queued', re: waiting.wish.message.re, position, length });
  }
}

/** Player's `queue.leave`. A seat has no place to leave: the one of its account is a person's. */
export function leaveLine(hub: Hub, link: PlayerLink): void {
  if (link.place === undefined && hub.line.leave(link.player) !== undefined) tellPlaces(hub);
}
