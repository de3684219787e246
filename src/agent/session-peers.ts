// src/agent/session-peers.ts - the peer connection that carries a session, and the one that is about to replace it: a
// reloaded page, another network, another device. The old one goes on until the new one is connected.
import type { PeerId } from '../base/ids.ts';
import type { SessionPeer } from '../media/ports.ts';
import type { Log } from '../observe/log.ts';
import type { PlayerToNode } from '../protocol/control-messages.ts';
import type { MotionFrame } from '../protocol/input-frames.ts';
import type { Codec } from '../protocol/shapes.ts';
import type { Outside } from './advertise.ts';
import { PeerLink } from './peer-link.ts';
import { hasMoved, isHandMade } from './sign-of-life.ts';
import type { SlotToAgent } from './slot-messages.ts';

/** What the session wants to hear of its peers. */
export type SessionPeersDeps<Peer extends SessionPeer> = {
  readonly open: (codecs: readonly Codec[]) => Peer;
  readonly outside: () => Outside;
  readonly send: (message: SlotToAgent) => void;
  readonly log: Log;
  /** `peer` carries the session from now on; it may not be connected yet when it is the first. */
  readonly onCurrent: (peer: Peer) => void;
  readonly onPath: (path: 'connected' | 'lost') => void;
  readonly onControl: (message: PlayerToNode) => void;
  /** Somebody pressed or moved something. */
  readonly onHand: () => void;
};

/** At most two peers: `current` and `next`. */
export class SessionPeers<Peer extends SessionPeer> {
  readonly #deps: SessionPeersDeps<Peer>;
  #current: PeerLink<Peer> | undefined;
  #next: PeerLink<Peer> | undefined;

  constructor(deps: SessionPeersDeps<Peer>) {
    this.#deps = deps;
  }

  /** The peer that carries the session. */
  get current(): Peer | undefined {
    return this.#current?.peer;
  }

  /** Opens a peer and offers it; resolves when the offer is sent. Rejects with what the edge throws when it cannot. */
  async open(id: PeerId, codecs: readonly Codec[]): Promise<void> {
    if (this.find(id) !== undefined) return;
    const { send, log, onControl, onHand } = this.#deps;
    const peer = this.#deps.open(codecs);
    const link = new PeerLink({ id, peer, outside: this.#deps.outside(), send, log, onGone: () => this.#drop(link) });
    peer.onControl((message) => onControl(message));
    peer.onKey((frame) => isHandMade(frame) && onHand());
    let motion: MotionFrame | undefined;
    peer.onMotion((frame) => {
      if (hasMoved(motion, frame)) onHand();
      motion = frame;
    });
    peer.onState((state) => {
      if (state === 'connected') this.#connected(link);
      if (state === 'lost' && link === this.#current) this.#deps.onPath('lost');
    });
    if (this.#current === undefined) {
      this.#current = link;
      this.#deps.onCurrent(peer);
    } else {
      this.#next?.close();
      this.#next = link;
    }
    await link.offer();
  }

  #connected(link: PeerLink<Peer>): void {
    if (link === this.#next) {
      const old = this.#current;
      this.#current = link;
      this.#next = undefined;
      this.#deps.onCurrent(link.peer);
      old?.close();
    }
    if (link === this.#current) this.#deps.onPath('connected');
  }

  #drop(link: PeerLink<Peer>): void {
    if (link === this.#next) this.#next = undefined;
    if (link !== this.#current) return;
    this.#deps.onPath('lost');
    this.#current = this.#next;
    this.#next = undefined;
    if (this.#current !== undefined) this.#deps.onCurrent(this.#current.peer);
  }

  /** Offers again with fresh ICE credentials on the peer that carries the session. */
  restart(): void {
    void this.#current?.offer(true);
  }

  /** The link of one of the two. */
  find(id: PeerId): PeerLink<Peer> | undefined {
    return [this.#current, this.#next].find((link) => link?.id === id);
  }

  /** Closes both. */
  closeAll(): void {
    const both = [this.#next, this.#current];
    this.#current = undefined;
    this.#next = undefined;
    for (const link of both) link?.close();
  }
}
