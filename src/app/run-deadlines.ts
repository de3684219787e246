// src/app/run-deadlines.ts - everything that is due by now. The loop of `main` calls it when the earliest deadline comes.

import { timings } from '../protocol/limits.ts';
import { closeDue } from './end-play.ts';
import type { Hub, LiveSession } from './hub.ts';
import { nodeDue } from './node-here.ts';
import { closeProbe } from './open-probe.ts';
import type { Now } from './ports.ts';
import { serveLine } from './serve-line.ts';
import { applyEffects, tellState } from './session-news.ts';
import { refreshIce } from './tell-started.ts';

/** The earliest moment (monotonic) at which `runDeadlines` has something to do. */
export function earliestMs(hub: Hub): number {
  const { nodes, leases, probes, sessions, lineAtMs } = hub.due;
  const heaps = [
    nodes.earliestMs,
    leases.earliestMs,
    probes.earliestMs,
    sessions.earliestMs,
    hub.ports.book.nextDueMs(),
  ];
  return Math.min(lineAtMs, ...heaps.map((atMs) => atMs ?? Number.POSITIVE_INFINITY));
}

/** Once a second for each session: its state to the page, fresh relay credentials, an end that is due. */
async function sessionDue(hub: Hub, live: LiveSession, now: Now): Promise<void> {
  if (live.ending !== undefined) return closeDue(hub, live, now);
  hub.due.sessions.set(live.session, now.nowMs + timings.sessionStateMs);
  tellState(hub, live, now);
  if (now.nowMs >= live.refreshAtMs) refreshIce(hub, live, now);
}

/**
 * Does what is due and returns what is under way; the caller awaits it only to learn of outages, each of which has set
 * its own next try.
 */
export function runDeadlines(hub: Hub, now: Now): Promise<void>[] {
  const { nodes, leases, probes, sessions } = hub.due;
  const work: Promise<void>[] = [];
  for (let node = nodes.popDue(now.nowMs); node !== undefined; node = nodes.popDue(now.nowMs)) {
    work.push(nodeDue(hub, node, now));
  }
  for (let key = leases.popDue(now.nowMs); key !== undefined; key = leases.popDue(now.nowMs)) {
    hub.seats.expire(key, now.nowMs);
  }
  for (let peer = probes.popDue(now.nowMs); peer !== undefined; peer = probes.popDue(now.nowMs)) {
    const route = hub.routes.find(peer);
    if (route === undefined) continue;
    closeProbe(hub, route);
    route.link.send({ t: 'peer.closed', peer });
  }
  for (let id = sessions.popDue(now.nowMs); id !== undefined; id = sessions.popDue(now.nowMs)) {
    const live = hub.sessions.get(id);
    if (live !== undefined) work.push(sessionDue(hub, live, now));
  }
  const { book } = hub.ports;
  if ((book.nextDueMs() ?? Number.POSITIVE_INFINITY) <= now.nowMs) {
    work.push(book.due(now.nowMs, now.wallMs).then((effects) => applyEffects(hub, effects, now)));
  }
  if (now.nowMs >= hub.due.lineAtMs) work.push(...serveLine(hub, now));
  return work;
}
