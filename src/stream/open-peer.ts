// src/stream/open-peer.ts - makes the two kinds of WebRTC peers of a slot process. Both offer; the page answers.
import type { RTCDataChannel } from 'werift';
import type { MediaPeer, PeerOptions } from '../media/ports.ts';
import { decodeProbe, PROBE_CHANNEL } from '../protocol/probe-frames.ts';
import type { Codec } from '../protocol/shapes.ts';
import { PeerCore } from './peer-core.ts';
import { StreamPeer } from './stream-peer.ts';

function echo(channel: RTCDataChannel): void {
  channel.onMessage.subscribe((data) => {
    if (typeof data !== 'string' && decodeProbe(data).ok && channel.readyState === 'open') channel.send(data);
  });
}

/**
 * A peer with one data channel `probe` (unordered, no retransmission) that sends every 12-byte frame back at once.
 * It shows the same DTLS fingerprint as the session that this process may become.
 */
export function openProbePeer(options: PeerOptions): MediaPeer {
  return new PeerCore(options, { codecs: {} }, (pc) => {
    echo(pc.createDataChannel(PROBE_CHANNEL, { ordered: false, maxRetransmits: 0 }));
  });
}

/** What a session's peer needs beyond its network. */
export type SessionPeerOptions = PeerOptions & {
  /** Codecs the browser said it can decode, best first; the offer holds only these, in this order. */
  readonly codecs: readonly Codec[];
};

/** A peer with the channels `keys`, `motion` and `control`, one video and one audio stream, each sent only. */
export function openSessionPeer(options: SessionPeerOptions): StreamPeer {
  return new StreamPeer(options, options.codecs);
}
