// clients/web/src/player/answerer.ts - one RTCPeerConnection that answers. The node always offers: a browser cannot open
// a data channel that the node's first offer did not hold. Signaling may come in any order and faster than WebRTC can
// take it, so it is queued.
import type { PeerId } from '../../../../src/base/ids.ts';
import type { PlayerToHub } from '../../../../src/protocol/player-messages.ts';
import type { IceCandidate, IceServer, Path } from '../../../../src/protocol/shapes.ts';

const QUEUE_MAX = 128; // A node trickles at most a few dozen candidates; more is a mistake.

/** What the hub sends for a peer connection. */
export type PeerSignal =
  | { readonly t: 'sdp'; readonly peer: PeerId; readonly kind: 'offer' | 'answer'; readonly sdp: string }
  | { readonly t: 'candidate'; readonly peer: PeerId; readonly candidate: IceCandidate };

/** One answering peer connection. */
export type Answerer = {
  readonly peer: PeerId;
  readonly pc: RTCPeerConnection;
  take(signal: PeerSignal): void;
  /** Uses fresh relay credentials from the next ICE restart on. */
  refresh(ice: readonly IceServer[]): void;
  close(): void;
};

/** What an answerer is made from. */
export type AnswererOptions = {
  readonly peer: PeerId;
  readonly ice: readonly IceServer[];
  readonly policy: 'all' | 'relay';
  send(message: PlayerToHub): void;
  /** Called after an offer was taken and before the answer is made: codecs, hints. */
  prepare?(pc: RTCPeerConnection): void;
  /** The browser refused an offer: nothing will come of this connection. */
  onBroken(error: unknown): void;
};

/** The servers that suit a path: none for a direct probe but STUN, TCP only for `relay-tcp`. */
export function iceFor(path: Path, ice: readonly IceServer[]): readonly IceServer[] {
  const suits = (url: string): boolean => {
    const relay = /^turns?:/.test(url);
    const tcp = /transport=tcp/.test(url) || url.startsWith('turns:');
    if (path === 'direct') return !relay;
    return path === 'relay-tcp' ? relay && tcp : relay && !tcp;
  };
  return ice.map((server) => ({ ...server, urls: server.urls.filter(suits) })).filter(({ urls }) => urls.length > 0);
}

/** Opens the connection and waits for the node's offer. */
export function createAnswerer(options: AnswererOptions): Answerer {
  const { peer, send } = options;
  const configuration = (ice: readonly IceServer[]): RTCConfiguration => ({
    iceServers: ice.map((server) => ({ ...server, urls: [...server.urls] })),
    iceTransportPolicy: options.policy,
    bundlePolicy: 'max-bundle',
  });
  const pc = new RTCPeerConnection(configuration(options.ice));
  const early: IceCandidate[] = [];
  let queued = 0;
  let queue = Promise.resolve();
  const enqueue = (job: () => Promise<void>): void => {
    if (queued >= QUEUE_MAX) return;
    queued++;
    queue = queue
      .then(() => (pc.signalingState === 'closed' ? undefined : job()))
      .catch((error: unknown) => options.onBroken(error))
      .finally(() => queued--);
  };
  const addCandidate = async (candidate: IceCandidate): Promise<void> => {
    // A candidate of an address family or transport we lack is no reason to give up the others.
    await pc.addIceCandidate(candidate ?? undefined).catch(() => undefined);
  };

  pc.onicecandidate = ({ candidate }) => {
    send({ t: 'candidate', peer, candidate: candidate === null ? null : wireCandidate(candidate) });
  };

  return {
    peer,
    pc,
    take(signal) {
      if (signal.t === 'candidate') {
        enqueue(async () => {
          if (pc.remoteDescription === null) early.push(signal.candidate);
          else await addCandidate(signal.candidate);
        });
        return;
      }
      if (signal.kind !== 'offer') return;
      enqueue(async () => {
        await pc.setRemoteDescription({ type: 'offer', sdp: signal.sdp });
        for (const candidate of early.splice(0)) await addCandidate(candidate);
        options.prepare?.(pc);
        await pc.setLocalDescription(await pc.createAnswer());
        send({ t: 'sdp', peer, kind: 'answer', sdp: pc.localDescription?.sdp ?? '' });
      });
    },
    refresh(ice) {
      pc.setConfiguration(configuration(ice));
    },
    close() {
      pc.onicecandidate = null;
      pc.close();
    },
  };
}

function wireCandidate(candidate: RTCIceCandidate): IceCandidate {
  return {
    candidate: candidate.candidate,
    sdpMid: candidate.sdpMid,
    sdpMLineIndex: candidate.sdpMLineIndex,
    usernameFragment: candidate.usernameFragment,
  };
}
