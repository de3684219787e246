// test/support/agent/remote-peer.ts - a node's peer as the page sees it through the hub: what the page's test harness wants
// of a peer, carried by a scripted hub.
import type { PeerId, SessionId } from '../../../src/base/ids.ts';
import type { MediaPeer } from '../../../src/media/ports.ts';
import type { IceCandidate } from '../../../src/protocol/shapes.ts';
import type { FakeHub } from './fake-hub.ts';

/** Forwards between one page and one peer of a node, as a hub does. */
export class RemotePeer implements MediaPeer {
  readonly #hub: FakeHub;
  readonly #id: PeerId;
  readonly #session: SessionId | undefined;

  /** @param session whose peer it is, for an ICE restart; a probe has none */
  constructor(hub: FakeHub, id: PeerId, session?: SessionId) {
    this.#hub = hub;
    this.#id = id;
    this.#session = session;
  }

  async offer(options?: { iceRestart?: boolean }): Promise<string> {
    const { iceRestart = false } = options ?? {};
    if (iceRestart && this.#session !== undefined) this.#hub.send({ t: 'restart', session: this.#session });
    return (await this.#hub.next('sdp', ({ peer, kind }) => peer === this.#id && kind === 'offer')).sdp;
  }

  answer(sdp: string): Promise<void> {
    this.#hub.send({ t: 'sdp', peer: this.#id, kind: 'answer', sdp });
    return Promise.resolve();
  }

  addCandidate(candidate: IceCandidate): Promise<void> {
    this.#hub.send({ t: 'candidate', peer: this.#id, candidate });
    return Promise.resolve();
  }

  onCandidate(listener: (candidate: IceCandidate) => void): void {
    const listen = async (): Promise<never> => {
      for (;;) listener((await this.#hub.next('candidate', ({ peer }) => peer === this.#id)).candidate);
    };
    void listen();
  }

  onState(): void {}

  close(): Promise<void> {
    this.#hub.send({ t: 'peer.close', peer: this.#id });
    return Promise.resolve();
  }
}
