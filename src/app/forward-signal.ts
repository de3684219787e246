// src/app/forward-signal.ts - SDP and candidates between the two ends of a peer connection, unchanged and to nobody else.

import type { NodeId } from '../base/ids.ts';
import { refusal } from '../protocol/error-codes.ts';
import type { NodeToHub } from '../protocol/node-messages.ts';
import type { Hub, PlayerMessage } from './hub.ts';
import { closeProbe, dropProbe } from './open-probe.ts';
import type { NodeLink, PlayerLink } from './ports.ts';

/** From a page to the node at the other end. Refuses PEER_UNKNOWN; a node that is away misses it and offers again. */
export function forwardToNode(hub: Hub, link: PlayerLink, message: PlayerMessage<'sdp' | 'candidate'>): void {
  const route = hub.routes.fromPlayer(message.peer, link);
  if (route === undefined) link.refuse(refusal('PEER_UNKNOWN'));
  else hub.nodes.get(route.node)?.link?.send(message);
}

/** From a node to the page at the other end. Refuses PEER_UNKNOWN. */
export function forwardToPlayer(
  hub: Hub,
  node: NodeId,
  link: NodeLink,
  message: Extract<NodeToHub, { t: 'sdp' | 'candidate' }>,
): void {
  const route = hub.routes.fromNode(message.peer, node);
  if (route === undefined) link.refuse(refusal('PEER_UNKNOWN'));
  else route.link.send(message);
}

/** The page closes a peer connection. Of a session's connection only the route is dropped: the session goes on. */
export function closePeer(hub: Hub, link: PlayerLink, { peer }: PlayerMessage<'peer.close'>): void {
  const route = hub.routes.fromPlayer(peer, link);
  if (route === undefined) return; // Closed from the other side at the same moment.
  hub.routes.close(peer);
  if (route.purpose.kind === 'probe') closeProbe(hub, route);
  else hub.nodes.get(route.node)?.link?.send({ t: 'peer.close', peer });
}

/** The node closed a peer connection. */
export function peerClosed(hub: Hub, node: NodeId, { peer }: Extract<NodeToHub, { t: 'peer.closed' }>): void {
  const route = hub.routes.fromNode(peer, node);
  if (route === undefined) return;
  if (route.purpose.kind === 'probe') dropProbe(hub, route);
  else hub.routes.close(peer);
  route.link.send({ t: 'peer.closed', peer });
}
