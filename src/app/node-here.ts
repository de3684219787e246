// src/app/node-here.ts - a node that was there is silent, gone or back, and what its sessions are told.
import type { NodeId } from '../base/ids.ts';
import type { NodeRecord } from '../pool/node-record.ts';
import { stepPresence } from '../pool/presence.ts';
import type { Hub, LiveSession } from './hub.ts';
import { dropProbe } from './open-probe.ts';
import { unlessOut } from './player-here.ts';
import type { NodeLink, Now } from './ports.ts';

/** Sessions that run on `node`. */
export function sessionsOn(hub: Hub, node: NodeId): LiveSession[] {
  return [...hub.sessions.values()].filter((live) => live.node === node);
}

/** Advances a node's presence and sets its next deadline. */
export function stepNode(
  hub: Hub,
  record: NodeRecord<NodeLink>,
  event: 'heard' | 'closed' | 'joined' | 'deadline',
  now: Now,
): 'none' | 'lost' | 'gone' {
  const { next, effect } = stepPresence(record.presence, event, now.nowMs);
  record.presence = next;
  if (next.state === 'gone') hub.nodes.delete(record.node);
  // A node speaks thousands of times between two deadlines: the one that is set looks again when it is due.
  else if (event !== 'heard') hub.due.nodes.set(record.node, next.untilMs);
  return effect;
}

/** A session's node is dead: the clock stops, the page is told, both at once. */
export async function loseSession(hub: Hub, live: LiveSession, now: Now): Promise<void> {
  if (live.nodeLost || live.ending !== undefined) return;
  live.nodeLost = true;
  hub.ports.counters.nodeLost();
  live.link?.send({ t: 'node.lost', session: live.session, node: live.node, sinceMs: now.wallMs });
  await unlessOut(hub.ports.book.nodeLost(live.session, now.nowMs));
}

/** A node is lost: its probes end, its sessions stop, and its operator reads when it was last heard. */
export async function loseNode(hub: Hub, node: NodeId, now: Now): Promise<void> {
  const record = hub.nodes.get(node);
  if (record !== undefined) {
    record.link?.close('silent for too long');
    record.link = undefined;
  }
  for (const route of hub.routes.ofNode(node)) {
    if (route.purpose.kind !== 'probe') continue;
    dropProbe(hub, route);
    route.link.send({ t: 'peer.closed', peer: route.peer });
  }
  await Promise.all(sessionsOn(hub, node).map((live) => loseSession(hub, live, now)));
  if (record !== undefined) await unlessOut(hub.ports.nodes.seen(node, record.machine, record.slots, now.wallMs));
}

/** A node's deadline is due. Going away is noted; of a machine that had drained as a word that it gave, which costs no points: that it stays away is told all the same. A node of which only the book knew, and that did not join in time, is lost as well. */
export async function nodeDue(hub: Hub, node: NodeId, now: Now): Promise<void> {
  const record = hub.nodes.get(node);
  if (record !== undefined && stepNode(hub, record, 'deadline', now) !== 'lost') return;
  const drained = record?.draining === true && sessionsOn(hub, node).length === 0;
  await loseNode(hub, node, now);
  const { nodes, operators } = hub.ports;
  const operator = record?.terms.operator ?? (await nodes.find(node))?.operator;
  const planned = drained || hub.upkeep.get(node)?.phase === 'away';
  if (operator !== undefined) await operators.wentAway(node, operator, now.wallMs, planned);
}

/** A node's socket closed. An older socket of a node that has joined anew means nothing. */
export function nodeWent(hub: Hub, node: NodeId, link: NodeLink, now: Now): void {
  const record = hub.nodes.get(node);
  if (record === undefined || record.link !== link) return;
  record.link = undefined;
  stepNode(hub, record, 'closed', now);
}
