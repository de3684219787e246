// src/app/operate-nodes.ts - what an operator does from the page: tokens that bind machines, and the list of machines.
import { type NodeId, newId, type OperatorId } from '../base/ids.ts';
import { judgeBench } from '../pool/bench-verdicts.ts';
import { cardsOf } from '../pool/gpu-class.ts';
import { nodeStage } from '../pool/node-life.ts';
import { type NodeRecord, nodeState } from '../pool/node-record.ts';
import type { OperatorNodes } from '../protocol/http-api.ts';
import { isNodeSuspended } from './admin/gate.ts';
import { leftOn } from './free-nodes.ts';
import type { Hub } from './hub.ts';
import { checksOf } from './node-checks.ts';
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
function lifeOf(
  hub: Hub,
  kept: KeptNode,
  record: NodeRecord<NodeLink> | undefined,
  nowMs: number,
): Pick<Listed, 'stage' | 'checks' | 'staked' | 'cards' | 'stakedCards' | 'agentVersion' | 'bench'> {
  const { node, operator } = kept;
  const here = record !== undefined && nodeState(record, 0) !== 'lost';
  const checks = here ? checksOf(record, nowMs) : [];
  const suspended = kept.suspended || isNodeSuspended(hub.gate, node, operator);
  const cards = record === undefined ? 1 : cardsOf(record.machine);
  const staked = hub.ports.chain?.mayServe(node, operator, cards) !== false;
  const stakedCards = hub.ports.chain?.stakedCards(node, operator);
  const upkeep = hub.upkeep.get(node)?.phase;
  const draining = here && record.draining;
  // Leaving by plan is no drain: the machine stays on, and its operator has nothing to start again.
  const maintained = upkeep === 'away' || (upkeep === 'leaving' && here && !draining);
  const stage = nodeStage({ suspended, maintained, here, draining, staked, checks });
  const bench = here ? record.bench : undefined;
  return {
    stage,
    checks: [...checks],
    ...{ staked, cards },
    ...(stakedCards !== undefined && { stakedCards }),
    ...(here && { agentVersion: record.machine.agentVersion }),
    ...(bench !== undefined && { bench: { atMs: bench.atMs, lines: judgeBench(bench, record?.slots ?? 1) } }),
  };
}

/** All machines of an operator, there or not, and those that were its own: a stake may lie for them. */
export async function listNodes(hub: Hub, operator: OperatorId, now: Now): Promise<OperatorNodes> {
  const [kept, former, earned] = await Promise.all([
    hub.ports.nodes.ofOperator(operator),
    hub.ports.nodes.formerOf(operator),
    hub.ports.book.earned(operator),
  ]);
  const nodes = kept.map((each): Listed => {
    const { node, name, region, slots, seenAtMs, premiumBps } = each;
    const record = hub.nodes.get(node);
    const left = record === undefined ? 0 : leftOn(hub, record);
    const state = record === undefined ? 'lost' : nodeState(record, left);
    const leaving = state === 'draining' || hub.upkeep.has(node);
    return {
      node,
      name,
      region,
      state: state === 'lost' ? 'offline' : leaving ? 'draining' : 'online',
      ...lifeOf(hub, each, record, now.nowMs),
      slots,
      freeSlots: left,
      sessions: sessionsOn(hub, node).length,
      earnedWei: (earned.get(node) ?? 0n).toString(),
      premiumBps,
      seenAtMs,
    };
  });
  return { operator, nodes, former: [...former] };
}
