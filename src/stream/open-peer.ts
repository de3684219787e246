// src/stream/open-peer.ts - makes the two kinds of WebRTC peers of a slot process. Both offer; the page answers.
import { OutageError } from '../base/assert.ts';
import type { MediaPeer, PeerOptions, SessionPeer } from '../media/ports.ts';

/**
 * A peer with one data channel `probe` (unordered, no retransmission) that sends every 12-byte frame back at once.
 * It shows the same DTLS fingerprint as the session that this process may become.
 */
export function openProbePeer(_options: PeerOptions): MediaPeer {
  throw new OutageError('the probe peer is not built yet');
}

/** What a session's peer needs beyond its network. */
export type SessionPeerOptions = PeerOptions & {
  /** Codecs the browser said it can decode, best first; the offer holds only these, in this order. */
  readonly codecs: readonly ('h264' | 'vp8')[];
};

/** A session's peer as `openSessionStream` wants it; to everybody else it is a `SessionPeer`. */
export type StreamPeer = SessionPeer;

/** A peer with the channels `keys`, `motion` and `control`, one video and one audio stream, each sent only. */
export function openSessionPeer(_options: SessionPeerOptions): StreamPeer {
  throw new OutageError('the session peer is not built yet');
}
