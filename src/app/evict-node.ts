// src/app/evict-node.ts - an operator takes a machine's key back: lost, sold, or in wrong hands. At once, for ever, and
// whatever it serves: who wants to be kind drains first.
import type { NodeId, OperatorId } from '../base/ids.ts';
import type { Hub } from './hub.ts';
import { loseNode } from './node-here.ts';
import type { Now } from './ports.ts';

/**
 * Unbinds a machine and shuts it out. Its players are told that it is lost, and pay nothing from then on; vouchers that
 * are here stay valid. It comes back only with a new token.
 * @returns false when the operator has no such machine
 */
export async function evictNode(hub: Hub, node: NodeId, operator: OperatorId, now: Now): Promise<boolean> {
  if (!(await hub.ports.nodes.unbind(node, operator, now.wallMs))) return false;
  for (const { id } of hub.windows.get(node) ?? []) await hub.ports.operators.removeWindow(id);
  hub.windows.delete(node);
  hub.upkeep.delete(node);
  const record = hub.nodes.get(node);
  record?.link?.close('its operator took it out');
  if (record !== undefined) record.link = undefined;
  await hub.ports.operators.wentInPeace(node);
  await loseNode(hub, node, now);
  hub.nodes.delete(node);
  return true;
}
