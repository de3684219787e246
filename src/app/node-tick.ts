// src/app/node-tick.ts - what a node that has joined says about itself and its sessions, apart from money.
import type { NodeId } from '../base/ids.ts';
import { gpuClassOf } from '../pool/gpu-class.ts';
import { errorCodes, refusal } from '../protocol/error-codes.ts';
import type { NodeToHub } from '../protocol/node-messages.ts';
import { leaveNode, saidLeave } from './drain-node.ts';
import { freeSeat, lastWord } from './end-play.ts';
import type { Hub } from './hub.ts';
import { dropProbe } from './open-probe.ts';
import type { NodeLink, Now } from './ports.ts';

type FromNode<T extends NodeToHub['t']> = Extract<NodeToHub, { t: T }>;

/** So much sooner is a new deadline; less is the time that two heartbeats took. */
const SOONER_MS = 1_000;

/** Node's heartbeat. */
export function nodeStatus(hub: Hub, node: NodeId, status: FromNode<'status'>, now: Now): void {
  const record = hub.nodes.get(node);
  if (record === undefined) return;
  record.freeSlots = status.freeSlots;
  hub.seats.heartbeat(node);
  record.load = status.load;
  if (status.draining) {
    const untilMs = saidLeave(status, now);
    const sooner = untilMs !== undefined && record.leavesAtMs !== undefined && untilMs < record.leavesAtMs - SOONER_MS;
    if (!record.draining || sooner) leaveNode(hub, node, untilMs, now);
  } else {
    // With a deadline it does leave: this heartbeat crossed our `drain` on the way.
    record.draining = record.leavesAtMs !== undefined;
  }
}

/** The game runs: the node's next heartbeat counts it, and the encoder it uses decides the price of the next game. */
export function nodeReady(hub: Hub, node: NodeId, { session, encoder }: FromNode<'ready'>): void {
  if (hub.sessions.get(session)?.node !== node) return;
  hub.seats.ready(session);
  const record = hub.nodes.get(node);
  if (record === undefined) return;
  record.machine = { ...record.machine, gpuClass: gpuClassOf(record.machine.gpuMemoryMb ?? [], [encoder]) };
}

/** A code we know, or NODE_REFUSED: a node's words go to no player. */
function refusalBy(code: string) {
  return Object.hasOwn(errorCodes, code) ? refusal(code as keyof typeof errorCodes) : refusal('NODE_REFUSED');
}

/** A probe or a session cannot be had there. */
export function nodeRefuses(hub: Hub, node: NodeId, message: FromNode<'refused'>, now: Now): void {
  const { peer, session, code } = message;
  const route = peer === undefined ? undefined : hub.routes.fromNode(peer, node);
  if (route?.purpose.kind === 'probe') {
    dropProbe(hub, route);
    route.link.refuse(refusalBy(code), { re: route.purpose.re });
  }
  const live = session === undefined ? undefined : hub.sessions.get(session);
  if (live?.node !== node) return;
  live.link?.send({ t: 'refused', code: 'NODE_REFUSED', session: live.session });
  lastWord(hub, live, 'node-refused', now);
}

/** A session is over on its node: its last count and voucher, then the books close. A repeat is only acknowledged. */
export async function nodeEnds(
  hub: Hub,
  node: NodeId,
  link: NodeLink,
  message: FromNode<'ended'>,
  now: Now,
): Promise<void> {
  const { session, reason } = message;
  const live = hub.sessions.get(session);
  if (live === undefined && hub.seats.on(node).includes(session)) freeSeat(hub, session);
  if (live?.node === node) {
    const kept = await hub.ports.book.nodeEnded(node, message, now.nowMs, now.wallMs);
    lastWord(hub, live, reason, now);
    if (!kept.ok && kept.error.code === 'STORE_UNAVAILABLE') return; // The node says it again after its next hello.
  }
  link.send({ t: 'ended.kept', session });
}
