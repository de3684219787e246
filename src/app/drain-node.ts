// src/app/drain-node.ts - a node takes no new sessions; the ones it has are told how long it stays.
import type { NodeId } from '../base/ids.ts';
import type { Hub } from './hub.ts';
import { sessionsOn } from './node-here.ts';
import type { Now } from './ports.ts';

/** A node that does not say when it leaves stays this long: time to finish a round. */
export const DRAIN_MS = 600_000;

/** The node leaves: its players are told until when (Unix ms; in 10 minutes when nobody has said). */
export function leaveNode(hub: Hub, node: NodeId, deadlineMs: number | undefined, now: Now): void {
  const record = hub.nodes.get(node);
  if (record === undefined) return;
  record.draining = true;
  const untilMs = deadlineMs ?? now.wallMs + DRAIN_MS;
  for (const { link, session } of sessionsOn(hub, node)) {
    link?.send({ t: 'node.leaving', session, deadlineMs: untilMs });
  }
}

/** Asks a node to leave by `deadlineMs` (Unix ms). False when it is not there. */
export function drainNode(hub: Hub, node: NodeId, deadlineMs: number, now: Now): boolean {
  const link = hub.nodes.get(node)?.link;
  if (link === undefined) return false;
  link.send({ t: 'drain', deadlineMs });
  leaveNode(hub, node, deadlineMs, now);
  return true;
}
