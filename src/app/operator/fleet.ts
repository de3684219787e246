// src/app/operator/fleet.ts - an operator's machines as a fleet: tags, one act on many of them, and when those that leave will
// have no game left.
import type { NodeId, OperatorId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import { type Fleet, type FleetAct, type FleetDone, TAGS_MAX } from '../../protocol/operator-api.ts';
import { drainNode, leavesAt } from '../drain-node.ts';
import type { Hub } from '../hub.ts';
import { sessionsOn } from '../node-here.ts';
import { setPremium } from '../operate-nodes.ts';
import type { Now } from '../ports.ts';
import { ownNodes } from './live-play.ts';
import { windowsOf } from './maintain.ts';

/** The latest moment at which a game on a machine that leaves can end: by its deadline, or sooner by its player's money. */
function lastEnd(hub: Hub, node: NodeId, leavesAtMs: number, now: Now): number | undefined {
  const ends = sessionsOn(hub, node).map(({ session }) => {
    return Math.min(leavesAtMs, now.wallMs + (hub.ports.book.state(session, now.nowMs)?.timeLeftMs ?? 0));
  });
  return ends.length === 0 ? undefined : Math.ceil(Math.max(...ends));
}

/** Tags, departures and plans of an operator's machines. Throws OutageError. */
export async function fleetOf(hub: Hub, operator: OperatorId, now: Now): Promise<Fleet> {
  const [own, tags] = await Promise.all([ownNodes(hub, operator), hub.ports.operators.tags(operator)]);
  const nodes = [...own.keys()].map((node) => {
    const leavesAtMs = leavesAt(hub, node);
    const lastEndsAtMs = leavesAtMs === undefined ? undefined : lastEnd(hub, node, leavesAtMs, now);
    return {
      node,
      tags: [...(tags.get(node) ?? [])],
      ...(leavesAtMs !== undefined && { leavesAtMs }),
      ...(lastEndsAtMs !== undefined && { lastEndsAtMs }),
    };
  });
  const windows = [...own.keys()]
    .flatMap((node) => windowsOf(hub, node).map(({ id, fromMs, untilMs }) => ({ id, node, fromMs, untilMs })))
    .toSorted((a, b) => a.fromMs - b.fromMs);
  return { nodes, windows };
}

async function retag(hub: Hub, operator: OperatorId, node: NodeId, change: (tags: readonly string[]) => string[]) {
  const tags = change((await hub.ports.operators.tags(operator)).get(node) ?? []);
  if (tags.length > TAGS_MAX) return false;
  await hub.ports.operators.setTags(node, operator, tags);
  return true;
}

async function actOn(hub: Hub, operator: OperatorId, node: NodeId, act: FleetAct, now: Now): Promise<boolean> {
  if (act.t === 'premium') return setPremium(hub, node, operator, act.premiumBps);
  if (act.t === 'drain') return drainNode(hub, node, now.wallMs + act.minutes * 60_000, now);
  const others = (tags: readonly string[]) => tags.filter((tag) => tag !== act.tag);
  return retag(hub, operator, node, (tags) => (act.t === 'tag' ? [...others(tags), act.tag] : others(tags)));
}

/**
 * Does one act on many machines.
 * @returns where it was done and where it could not be: drained ones must be there, and a machine has few tags. NOT_FOUND,
 *   and nothing was done, when one of them is not the operator's. Throws OutageError
 */
export async function actOnFleet(
  hub: Hub,
  operator: OperatorId,
  nodes: readonly NodeId[],
  act: FleetAct,
  now: Now,
): Promise<Result<FleetDone, Refusal>> {
  const own = await ownNodes(hub, operator);
  if (nodes.some((node) => !own.has(node))) return err(refusal('NOT_FOUND'));
  const outcome: FleetDone = { done: [], left: [] };
  for (const node of new Set(nodes)) {
    ((await actOn(hub, operator, node, act, now)) ? outcome.done : outcome.left).push(node);
  }
  return ok(outcome);
}
