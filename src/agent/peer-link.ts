// src/agent/peer-link.ts - one peer connection and its way to the page through the hub: offers and candidates out, with
// the machine's outside addresses in them; answers and candidates in. Whatever fails ends the peer, never the slot.
import type { PeerId } from '../base/ids.ts';
import type { MediaPeer } from '../media/ports.ts';
import type { Log } from '../observe/log.ts';
import type { IceCandidate } from '../protocol/shapes.ts';
import { type Outside, shownCandidates, shownSdp, usedAnswer } from './advertise.ts';
import type { SlotToAgent } from './slot-messages.ts';

/** What a link is made of. */
export type PeerLinkOptions<Peer extends MediaPeer> = {
  readonly id: PeerId;
  readonly peer: Peer;
  readonly outside: Outside;
  readonly send: (message: SlotToAgent) => void;
  readonly log: Log;
  /** Called once, when the connection is gone for good. */
  readonly onGone: () => void;
};

/** Offers a peer to the page and keeps it until one side closes it. */
export class PeerLink<Peer extends MediaPeer> {
  readonly id: PeerId;
  readonly peer: Peer;
  readonly #options: PeerLinkOptions<Peer>;
  /** Candidates that came before their offer was sent; undefined once it was. */
  #early: IceCandidate[] | undefined = [];
  #offering = false;
  #restartWanted = false;
  #gone = false;

  constructor(options: PeerLinkOptions<Peer>) {
    this.id = options.id;
    this.peer = options.peer;
    this.#options = options;
    options.peer.onCandidate((candidate) => this.#show(candidate));
    options.peer.onState((state) => {
      if (state === 'closed') this.close();
    });
  }

  #show(candidate: IceCandidate): void {
    if (this.#early !== undefined) {
      this.#early.push(candidate);
      return;
    }
    for (const shown of shownCandidates(candidate, this.#options.outside)) {
      this.#options.send({ t: 'candidate', peer: this.id, candidate: shown });
    }
  }

  /** Makes an offer and sends it. A restart asked for while an offer is being made follows it. */
  async offer(iceRestart = false): Promise<void> {
    if (this.#offering) {
      this.#restartWanted ||= iceRestart;
      return;
    }
    this.#offering = true;
    try {
      const sdp = await this.peer.offer({ iceRestart });
      if (this.#gone) return;
      this.#options.send({ t: 'sdp', peer: this.id, kind: 'offer', sdp: shownSdp(sdp, this.#options.outside) });
      const early = this.#early ?? [];
      this.#early = undefined;
      for (const candidate of early) this.#show(candidate);
    } catch (cause) {
      this.#fail('peer.offer-failed', cause);
      return;
    } finally {
      this.#offering = false;
    }
    if (!this.#restartWanted) return;
    this.#restartWanted = false;
    await this.offer(true);
  }

  /** Takes the page's answer. One that cannot be used ends the peer. */
  async answer(sdp: string): Promise<void> {
    const used = usedAnswer(sdp, this.#options.outside);
    await this.peer.answer(used).catch((cause: unknown) => this.#fail('peer.answer-refused', cause));
  }

  /** Takes a candidate of the page; a node that only answers calls nobody. A bad one is skipped. */
  async candidate(candidate: IceCandidate): Promise<void> {
    if (this.#options.outside.only && candidate !== null) return;
    await this.peer.addCandidate(candidate).catch((cause: unknown) => {
      this.#options.log.debug({ peer: this.id, cause: String(cause) }, 'peer.candidate-refused');
    });
  }

  /** Closes the connection and says so, once. */
  close(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.peer.close().catch((cause: unknown) => {
      this.#options.log.warn({ peer: this.id, cause: String(cause) }, 'peer.close-failed');
    });
    this.#options.send({ t: 'peer.closed', peer: this.id });
    this.#options.onGone();
  }

  #fail(event: string, cause: unknown): void {
    this.#options.log.warn({ peer: this.id, cause: String(cause) }, event);
    this.close();
  }
}
