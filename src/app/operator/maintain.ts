// src/app/operator/maintain.ts - planned maintenance: an operator plans it, each second the hub keeps to it. A machine that is
// away by plan is no trouble: nobody is alarmed, and it costs no reliability.
import { type NodeId, newId, type OperatorId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { type Upkeep, upkeepAt, windowFault } from '../../pool/maintenance.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import { endPlay } from '../end-play.ts';
import type { Hub } from '../hub.ts';
import { sessionsOn } from '../node-here.ts';
import type { Now } from '../ports.ts';
import { ownNodes } from './live-play.ts';
import type { KeptWindow } from './ports.ts';

/** Plans of a machine that are not over. */
export function windowsOf(hub: Hub, node: NodeId): readonly KeptWindow[] {
  return hub.windows.get(node) ?? [];
}

function put(hub: Hub, window: KeptWindow): void {
  hub.windows.set(window.node, [...windowsOf(hub, window.node), window]);
}

function drop(hub: Hub, { node, id }: KeptWindow): void {
  const left = windowsOf(hub, node).filter((window) => window.id !== id);
  if (left.length > 0) hub.windows.set(node, left);
  else hub.windows.delete(node);
}

/** Reads all plans; call once before anybody is let in. Throws OutageError. */
export async function openWindows(hub: Hub, now: Now): Promise<void> {
  for (const window of await hub.ports.operators.windows(now.wallMs)) put(hub, window);
  keepWindows(hub, now);
}

/** Acts on where a machine stands now, when that is news. */
function turn(hub: Hub, node: NodeId, next: Upkeep, now: Now): void {
  const before = hub.upkeep.get(node);
  if (next.phase === 'serving') hub.upkeep.delete(node);
  else hub.upkeep.set(node, next);
  if (next.phase === 'away') {
    // Each time, not only at first: one that was being started when it began is found here.
    for (const live of sessionsOn(hub, node)) endPlay(hub, live, 'node-drained', now);
  }
  if (next.phase !== 'leaving' || (before?.phase === 'leaving' && before.atMs === next.atMs)) return;
  for (const { link, session } of sessionsOn(hub, node)) {
    link?.send({ t: 'node.leaving', session, deadlineMs: next.atMs });
  }
}

/** Does what plans ask for by now; forgets those that are over. */
export function keepWindows(hub: Hub, now: Now): void {
  for (const node of new Set([...hub.windows.keys(), ...hub.upkeep.keys()])) {
    for (const window of windowsOf(hub, node)) if (window.untilMs <= now.wallMs) drop(hub, window);
    turn(hub, node, upkeepAt(windowsOf(hub, node), now.wallMs), now);
  }
}

/**
 * Plans maintenance for machines of an operator, for all of them or for none.
 * @returns the plans, or NOT_FOUND when one is not the operator's, MAINTENANCE_BAD with the first fault. Throws OutageError
 */
export async function planMaintenance(
  hub: Hub,
  operator: OperatorId,
  { nodes, fromMs, untilMs }: { readonly nodes: readonly NodeId[]; readonly fromMs: number; readonly untilMs: number },
  now: Now,
): Promise<Result<readonly KeptWindow[], Refusal>> {
  const own = await ownNodes(hub, operator);
  if (nodes.some((node) => !own.has(node))) return err(refusal('NOT_FOUND'));
  for (const node of nodes) {
    const fault = windowFault({ fromMs, untilMs }, windowsOf(hub, node), now.wallMs);
    if (fault !== undefined) return err(refusal('MAINTENANCE_BAD', { fault }));
  }
  const planned = [...new Set(nodes)].map((node): KeptWindow => {
    return { id: newId('w', hub.ports.random), node, operator, fromMs, untilMs };
  });
  await hub.ports.operators.addWindows(planned);
  for (const window of planned) put(hub, window);
  keepWindows(hub, now);
  return ok(planned);
}

/** Takes a plan back; a machine that is away by it serves at once. False when the operator has none. Throws OutageError. */
export async function cancelMaintenance(hub: Hub, operator: OperatorId, id: string, now: Now): Promise<boolean> {
  const window = [...hub.windows.values()].flat().find((each) => each.id === id && each.operator === operator);
  if (window === undefined) return false;
  await hub.ports.operators.removeWindow(id);
  drop(hub, window);
  keepWindows(hub, now);
  return true;
}
