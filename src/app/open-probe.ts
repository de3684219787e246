// src/app/open-probe.ts - a peer connection that only echoes, so that a page measures the path its media would take.
import { type NodeId, newId, type PeerId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { NodeRecord } from '../pool/node-record.ts';
import { type ProbeLeave, readProbeTicket } from '../pool/probe-ticket.ts';
import { type Refusal, refusal } from '../protocol/error-codes.ts';
import { bounds } from '../protocol/limits.ts';
import type { IceServer } from '../protocol/shapes.ts';
import type { PeerRoute } from '../signaling/peer-routes.ts';
import { endRental, giveIce, rentalOfProbe } from './give-ice.ts';
import type { Hub, PlayerMessage } from './hub.ts';
import type { NodeLink, Now, PlayerLink } from './ports.ts';

/** A probe takes 0.4 s of set-up and 0.3 s of echoes; a slow line gets ten times that. */
export const PROBE_MS = 10_000;

function probesOn(hub: Hub, node: NodeId): PeerRoute<PlayerLink>[] {
  return hub.routes.ofNode(node).filter(({ purpose }) => purpose.kind === 'probe');
}

type Ready = {
  readonly record: NodeRecord<NodeLink>;
  readonly leave: ProbeLeave;
  readonly peer: PeerId;
  readonly ice: IceServer[];
};

function ready(hub: Hub, link: PlayerLink, message: PlayerMessage<'probe'>, now: Now): Result<Ready, Refusal> {
  const { ticket, path } = message;
  const { seals, random } = hub.ports;
  const leave = readProbeTicket(ticket, link.player, now.wallMs, seals.seal, seals.same);
  // Each path is measured once with a ticket. A full table means a flood: refusing is right then, too.
  if (leave === undefined || !hub.usedTickets.add(`${path} ${ticket}`, true, now.nowMs)) {
    return err(refusal('PROBE_TICKET_BAD'));
  }
  const { node } = leave;
  const record = hub.nodes.get(node);
  if (record?.link === undefined) return err(refusal('NODE_LOST'));
  if (record.freeSlots === 0) return err(refusal('NODES_BUSY'));
  if (probesOn(hub, node).length >= bounds.probesPerNode) return err(refusal('PROBES_FULL'));
  const peer = newId<PeerId>('c', random);
  const { region } = record.machine;
  const given = giveIce(hub, { node, region, wish: path, path, rental: rentalOfProbe(peer) }, now);
  return given === undefined ? err(refusal('RELAY_UNAVAILABLE')) : ok({ record, leave, peer, ice: given.ice });
}

/** Answers `probe`. Refuses PROBE_TICKET_BAD, NODE_LOST, NODES_BUSY, PROBES_FULL, RELAY_UNAVAILABLE. */
export function openProbe(hub: Hub, link: PlayerLink, message: PlayerMessage<'probe'>, now: Now): void {
  const { re, path } = message;
  const probe = ready(hub, link, message, now);
  if (!probe.ok) {
    link.refuse(probe.error, { re });
    return;
  }
  const { record, leave, peer, ice } = probe.value;
  const untilMs = now.nowMs + PROBE_MS;
  hub.routes.open({ peer, link, node: leave.node, path, purpose: { kind: 'probe', re, untilMs } });
  hub.due.probes.set(peer, untilMs);
  record.link?.send({ t: 'probe.open', peer, path, game: leave.game });
  link.send({ t: 'peer', re, peer, path, ice });
}

/** Forgets a probe and what a relay keeps for it. The caller tells node and page, where they do not know. */
export function dropProbe(hub: Hub, { peer, path }: PeerRoute<PlayerLink>): void {
  hub.routes.close(peer);
  hub.due.probes.clear(peer);
  if (path !== 'direct') endRental(hub, rentalOfProbe(peer));
}

/** Ends a probe from the hub's side: the page is done or gone, or its time is over. */
export function closeProbe(hub: Hub, route: PeerRoute<PlayerLink>): void {
  dropProbe(hub, route);
  hub.nodes.get(route.node)?.link?.send({ t: 'peer.close', peer: route.peer });
}
