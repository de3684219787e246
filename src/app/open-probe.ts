// src/app/open-probe.ts - a peer connection that only echoes, so that a page measures the path its media would take.
import { type NodeId, newId, type PeerId } from '../base/ids.ts';
import { readProbeTicket } from '../pool/probe-ticket.ts';
import { refusal } from '../protocol/error-codes.ts';
import { bounds } from '../protocol/limits.ts';
import type { PeerRoute } from '../signaling/peer-routes.ts';
import { endRental, giveIce, rentalOfProbe } from './give-ice.ts';
import type { Hub, PlayerMessage } from './hub.ts';
import type { Now, PlayerLink } from './ports.ts';

/** A probe takes 0.4 s of set-up and 0.3 s of echoes; a slow line gets ten times that. */
export const PROBE_MS = 10_000;

function probesOn(hub: Hub, node: NodeId): PeerRoute<PlayerLink>[] {
  return hub.routes.ofNode(node).filter(({ purpose }) => purpose.kind === 'probe');
}

/** Answers `probe`. Refuses PROBE_TICKET_BAD, NODE_LOST, NODES_BUSY, PROBES_FULL, RELAY_UNAVAILABLE. */
export function openProbe(hub: Hub, link: PlayerLink, message: PlayerMessage<'probe'>, now: Now): void {
  const { re, ticket, path } = message;
  const { seals, random } = hub.ports;
  const leave = readProbeTicket(ticket, link.player, now.wallMs, seals.seal, seals.same);
  // Each path is measured once with a ticket. A full table means a flood: refusing is right then, too.
  if (leave === undefined || !hub.usedTickets.add(`${path} ${ticket}`, true, now.nowMs)) {
    return link.refuse(refusal('PROBE_TICKET_BAD'), { re });
  }
  const { node, game } = leave;
  const record = hub.nodes.get(node);
  if (record?.link === undefined) return link.refuse(refusal('NODE_LOST'), { re });
  if (record.freeSlots === 0) return link.refuse(refusal('NODES_BUSY'), { re });
  if (probesOn(hub, node).length >= bounds.probesPerNode) return link.refuse(refusal('PROBES_FULL'), { re });
  const peer = newId<PeerId>('c', random);
  const { region } = record.machine;
  const given = giveIce(hub, { node, region, wish: path, path, rental: rentalOfProbe(peer) }, now);
  if (given === undefined) return link.refuse(refusal('RELAY_UNAVAILABLE'), { re });
  const untilMs = now.nowMs + PROBE_MS;
  hub.routes.open({ peer, link, node, path, purpose: { kind: 'probe', re, untilMs } });
  hub.due.probes.set(peer, untilMs);
  record.link.send({ t: 'probe.open', peer, path, game });
  link.send({ t: 'peer', re, peer, path, ice: given.ice });
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
