// src/app/operate-nodes.ts - what an operator does from the page: tokens that bind machines, and the list of machines.
import { type NodeId, newId, type OperatorId } from '../base/ids.ts';
import { checkNode, nodeStage } from '../pool/node-life.ts';
import { type NodeRecord, nodeState } from '../pool/node-record.ts';
import type { OperatorNodes } from '../protocol/http-api.ts';
import { isSuspended } from './admin/gate.ts';
import { leftOn } from './free-nodes.ts';
import type { Hub } from './hub.ts';
import { sessionsOn } from './node-here.ts';
import type { KeptNode, NodeLink, Now } from './ports.ts';

/** A token binds a machine within a day: time to install it. */
export const NODE_TOKEN_MS = 24 * 3_600_000;

/** Makes a one-time token that binds one machine key to `operator`. */
export async function giveNodeToken(
  hub: Hub,
  operator: OperatorId,
  now: Now,
): Promise<{ readonly token: string; readonly expiresAtMs: number }> {
  const token = newId<NodeId>('t', hub.ports.random);
  const expiresAtMs = now.wallMs + NODE_TOKEN_MS;
  await hub.ports.nodes.addToken(hub.ports.seals.digest(token), operator, expiresAtMs);
  return { token, expiresAtMs };
}

/**
 * Sets what an operator asks for a machine on top of the base price. Plans made from now on have it; games that run, and
 * plans that a player already sees, keep theirs.
 * @param premiumBps share of the base price, 0..10,000
 * @returns false when the operator has no such machine
 */
export async function setPremium(hub: Hub, node: NodeId, operator: OperatorId, premiumBps: number): Promise<boolean> {
  if (!(await hub.ports.nodes.setPremium(node, operator, premiumBps))) return false;
  const record = hub.nodes.get(node);
  if (record !== undefined) record.terms = { ...record.terms, premiumBps };
  return true;
}

type Listed = OperatorNodes['nodes'][number];

/** A machine's stage and checks, from what the hub holds now: a page that comes back finds the same. */
function lifeOf(hub: Hub, kept: KeptNode, record: NodeRecord<NodeLink> | undefined): Pick<Listed, 'stage' | 'checks'> {
  const { node, operator } = kept;
  const here = record !== undefined && nodeState(record, 0) !== 'lost';
  const checks = here
    ? checkNode({ machine: record.machine, games: record.games.size, addresses: record.scope.length })
    : [];
  const suspended =
    kept.suspended || isSuspended(hub.gate, 'node', node) || isSuspended(hub.gate, 'operator', operator);
  const staked = hub.ports.chain?.mayServe(node) !== false;
  const stage = nodeStage({ suspended, here, draining: here && record.draining, staked, checks });
  return { stage, checks: [...checks] };
}

/** All machines of an operator, there or not. */
export async function listNodes(hub: Hub, operator: OperatorId): Promise<OperatorNodes> {
  const [kept, earned] = await Promise.all([hub.ports.nodes.ofOperator(operator), hub.ports.book.earned(operator)]);
  const nodes = kept.map((each): Listed => {
    const { node, name, region, slots, seenAtMs, premiumBps } = each;
    const record = hub.nodes.get(node);
    const left = record === undefined ? 0 : leftOn(hub, record);
    const state = record === undefined ? 'lost' : nodeState(record, left);
    return {
      node,
      name,
      region,
      state: state === 'lost' ? 'offline' : state === 'draining' ? 'draining' : 'online',
      ...lifeOf(hub, each, record),
      slots,
      freeSlots: left,
      sessions: sessionsOn(hub, node).length,
      earnedWei: (earned.get(node) ?? 0n).toString(),
      premiumBps,
      seenAtMs,
    };
  });
  return { operator, nodes };
}
