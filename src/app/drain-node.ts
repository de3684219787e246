// src/app/drain-node.ts - a node takes no new sessions; the ones it has are told how long it stays.
import type { NodeId } from '../base/ids.ts';
import { bounds } from '../protocol/limits.ts';
import type { Hub } from './hub.ts';
import { sessionsOn } from './node-here.ts';
import type { Now } from './ports.ts';

/** A node that does not say when it leaves stays this long: time to finish a round. */
export const DRAIN_MS = 600_000;

/** Until when a node that drains stays by its own word; Unix ms. */
export function saidLeave(
  { leavesInMs }: { readonly leavesInMs?: number | undefined },
  { wallMs }: Now,
): number | undefined {
  return leavesInMs === undefined ? undefined : Math.ceil(wallMs + leavesInMs);
}

/** When a machine is to be left: by a drain, or by plan. Unix ms; undefined while nobody has said. */
export function leavesAt(hub: Hub, node: NodeId): number | undefined {
  const upkeep = hub.upkeep.get(node);
  const record = hub.nodes.get(node);
  const drain = record?.draining === true ? record.leavesAtMs : undefined;
  const planned = upkeep?.phase === 'leaving' ? upkeep.atMs : undefined;
  return drain === undefined || planned === undefined ? (drain ?? planned) : Math.min(drain, planned);
}

/**
 * The node leaves: its players are told until when (Unix ms; in 10 minutes when nobody has said). A later deadline than the
 * one it has changes nothing: the node keeps the sooner one.
 */
export function leaveNode(hub: Hub, node: NodeId, deadlineMs: number | undefined, now: Now): void {
  const record = hub.nodes.get(node);
  if (record === undefined) return;
  record.draining = true;
  const untilMs = Math.min(deadlineMs ?? now.wallMs + DRAIN_MS, record.leavesAtMs ?? Number.POSITIVE_INFINITY);
  if (deadlineMs !== undefined) record.leavesAtMs = untilMs;
  for (const { link, session } of sessionsOn(hub, node)) {
    link?.send({ t: 'node.leaving', session, deadlineMs: untilMs });
  }
}

/** Asks a node to leave by `deadlineMs` (Unix ms). False when it is not there. */
export function drainNode(hub: Hub, node: NodeId, deadlineMs: number, now: Now): boolean {
  const link = hub.nodes.get(node)?.link;
  if (link === undefined) return false;
  const leavesInMs = Math.min(Math.max(0, Math.ceil(deadlineMs - now.wallMs)), bounds.drainMs);
  link.send({ t: 'drain', deadlineMs, leavesInMs });
  link.send({ t: 'drain', deadlineMs }); // For an older agent, which refuses the first; others have heard it.
  leaveNode(hub, node, deadlineMs, now);
  return true;
}
