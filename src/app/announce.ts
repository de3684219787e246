// src/app/announce.ts - a word to everybody who is on a page, now and until it is over.
import { ANNOUNCEMENTS_MAX } from '../protocol/shapes.ts';
import type { Announcement, Hub } from './hub.ts';
import type { Now } from './ports.ts';

/** Tells every page, and every page that comes until `untilMs`. The same id again replaces the text. */
export function announce(hub: Hub, announcement: Announcement, now: Now): void {
  const others = hub.announcements.filter(({ id, untilMs }) => id !== announcement.id && now.wallMs < untilMs);
  hub.announcements = [announcement, ...others].slice(0, ANNOUNCEMENTS_MAX);
  for (const links of hub.links.values()) for (const link of links) link.send({ t: 'announce', announcement });
}
