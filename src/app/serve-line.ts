// src/app/serve-line.ts - whose turn it is: when a seat is free, the first in line who waits for a game of that node starts.

import { nodeOptions } from './free-nodes.ts';
import type { Hub } from './hub.ts';
import { LINE_EVERY_MS, tellPlaces } from './join-line.ts';
import type { Now } from './ports.ts';
import { startFromPlan } from './start-play.ts';

/** Starts everybody whose turn has come; the caller awaits nothing but the outages. */
export function serveLine(hub: Hub, now: Now): Promise<void>[] {
  hub.line.expire(now.nowMs);
  const before = hub.line.length;
  const starts = hub.line.heads().flatMap(({ player, game, wish: { link, message, plan } }) => {
    if (hub.starting.has(player) || !nodeOptions(hub, link, game, now).some(({ free }) => free)) return [];
    return [startFromPlan(hub, { link, message, plan, turn: true }, now)];
  });
  if (hub.line.length !== before) tellPlaces(hub);
  hub.due.lineAtMs = hub.line.length > 0 ? now.nowMs + LINE_EVERY_MS : Number.POSITIVE_INFINITY;
  return starts;
}
