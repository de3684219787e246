// src/signaling/peer-routes.ts - who may talk to whom. A peer connection has one player's socket at one end and one node
// at the other; SDP and candidates pass between exactly these two. Everything not in this table is refused.
import type { IdempotencyKey, NodeId, PeerId, SessionId } from '../base/ids.ts';
import type { Path } from '../protocol/shapes.ts';

/** What a peer connection is for: measuring a path, or carrying a session. */
export type RoutePurpose =
  | { readonly kind: 'probe'; readonly re: IdempotencyKey; readonly untilMs: number }
  | { readonly kind: 'session'; readonly session: SessionId };

/** One peer connection. `Link` is the player's socket. */
export type PeerRoute<Link> = {
  readonly peer: PeerId;
  readonly link: Link;
  readonly node: NodeId;
  readonly path: Path;
  readonly purpose: RoutePurpose;
};

const none: ReadonlySet<PeerId> = new Set();

/** All open peer connections, by id, by player's socket and by node. */
export class PeerRoutes<Link> {
  readonly #routes = new Map<PeerId, PeerRoute<Link>>();
  readonly #ofLink = new Map<Link, Set<PeerId>>();
  readonly #ofNode = new Map<NodeId, Set<PeerId>>();

  /** How many peer connections are open. */
  get size(): number {
    return this.#routes.size;
  }

  /** Opens a route; an id already open is replaced. */
  open(route: PeerRoute<Link>): void {
    this.close(route.peer);
    this.#routes.set(route.peer, route);
    const ofLink = this.#ofLink.get(route.link) ?? new Set<PeerId>();
    this.#ofLink.set(route.link, ofLink.add(route.peer));
    const ofNode = this.#ofNode.get(route.node) ?? new Set<PeerId>();
    this.#ofNode.set(route.node, ofNode.add(route.peer));
  }

  /** Closes a route and returns it; `undefined` when it was not open. */
  close(peer: PeerId): PeerRoute<Link> | undefined {
    const route = this.#routes.get(peer);
    if (route === undefined) return undefined;
    this.#routes.delete(peer);
    drop(this.#ofLink, route.link, peer);
    drop(this.#ofNode, route.node, peer);
    return route;
  }

  /** The route, whoever asks. */
  find(peer: PeerId): PeerRoute<Link> | undefined {
    return this.#routes.get(peer);
  }

  /** The route when `link` is its player's end. */
  fromPlayer(peer: PeerId, link: Link): PeerRoute<Link> | undefined {
    const route = this.#routes.get(peer);
    return route?.link === link ? route : undefined;
  }

  /** The route when `node` is its other end. */
  fromNode(peer: PeerId, node: NodeId): PeerRoute<Link> | undefined {
    const route = this.#routes.get(peer);
    return route?.node === node ? route : undefined;
  }

  /** Every route of one socket; safe to close them while going through. */
  ofLink(link: Link): PeerRoute<Link>[] {
    return this.#all(this.#ofLink.get(link) ?? none);
  }

  /** Every route of one node; safe to close them while going through. */
  ofNode(node: NodeId): PeerRoute<Link>[] {
    return this.#all(this.#ofNode.get(node) ?? none);
  }

  #all(peers: ReadonlySet<PeerId>): PeerRoute<Link>[] {
    return [...peers].flatMap((peer) => this.#routes.get(peer) ?? []);
  }
}

function drop<Key>(index: Map<Key, Set<PeerId>>, key: Key, peer: PeerId): void {
  const peers = index.get(key);
  peers?.delete(peer);
  if (peers?.size === 0) index.delete(key);
}
