// clients/web/src/player/media-line.ts - the connection that carries a session, and the one that takes its place. After
// a reload or a new network a second one is made beside the first; it takes over when it works, so that a picture that
// still moves is not cut for one that is only promised.
import type { PeerId } from '../../../../src/base/ids.ts';
import type { NodeToPlayer, PlayerToNode } from '../../../../src/protocol/control-messages.ts';
import type { PlayerToHub } from '../../../../src/protocol/player-messages.ts';
import type { IceServer } from '../../../../src/protocol/shapes.ts';
import type { PeerSignal } from './answerer.ts';
import type { InputChannels } from './input/sender.ts';
import type { Screen } from './screen.ts';
import { createSessionPeer, type SessionPeer } from './session-peer.ts';
import type { StatRow } from './stream-stats.ts';

/** What a connection is made from: as `started` says it. */
export type LineTerms = { readonly peer: PeerId; readonly ice: readonly IceServer[]; readonly policy: 'all' | 'relay' };

/** What the line tells the session. */
export type LineHooks = {
  send(message: PlayerToHub): void;
  onOffer(): void;
  /** ICE and DTLS are up. */
  onPath(): void;
  /** A connection works and carries the session from now on. */
  onCarrier(channels: InputChannels): void;
  onControl(message: NodeToPlayer): void;
  /** The browser can make nothing of what the node offers. */
  onBroken(error: unknown): void;
};

/** The line of one session. */
export type MediaLine = {
  /** Makes a new connection, unless this very one exists. */
  connect(terms: LineTerms): void;
  take(signal: PeerSignal): void;
  /** Fresh relay credentials for what is there. */
  refresh(ice: readonly IceServer[]): void;
  /** False when no connection is open. */
  control(message: PlayerToNode): boolean;
  stats(): Promise<readonly StatRow[]>;
  readonly connected: boolean;
  readonly backlogBytes: number;
  /** The connection that carries the session, or else the one that is being made. */
  readonly peer: PeerId | undefined;
  close(): void;
};

/** Shows a new stream once it really brings pictures: until then the last picture of the old one stays. */
function showWhenFlowing(screen: Screen, streams: { video?: MediaStream; audio?: MediaStream }): void {
  const track = streams.video?.getVideoTracks()[0];
  if (track?.muted) track.addEventListener('unmute', () => screen.show(streams), { once: true });
  else screen.show(streams);
}

/** Makes an empty line. `relayOnly`: this browser shows its address to the relay only, whatever the hub says. */
export function createMediaLine(screen: Screen, relayOnly: boolean, hooks: LineHooks): MediaLine {
  let current: SessionPeer | undefined;
  let next: SessionPeer | undefined;
  let closed = false;
  const adopt = (peer: SessionPeer): void => {
    if (closed || peer !== next) return;
    const old = current;
    [current, next] = [peer, undefined];
    old?.close();
    hooks.onCarrier(peer.channels);
  };
  return {
    connect({ peer, ice, policy }) {
      if (peer === current?.peer || peer === next?.peer) return;
      next?.close();
      const made: SessionPeer = createSessionPeer(
        { peer, ice, policy: relayOnly ? 'relay' : policy },
        {
          send: hooks.send,
          onOffer: hooks.onOffer,
          onStreams: (streams) => showWhenFlowing(screen, streams),
          onReady: () => adopt(made),
          // `ready` may come before all three channels are open, and an old connection may still speak.
          onControl: (message) => (made === current || current === undefined ? hooks.onControl(message) : undefined),
          onState: (state) => (state === 'connected' ? hooks.onPath() : undefined),
          onBroken: hooks.onBroken,
        },
      );
      next = made;
    },
    take(signal) {
      for (const peer of [current, next]) if (peer?.peer === signal.peer) peer.take(signal);
    },
    refresh(ice) {
      for (const peer of [current, next]) peer?.refresh(ice);
    },
    control: (message) => current?.control(message) ?? false,
    async stats() {
      return current === undefined ? [] : [...(await current.pc.getStats()).values()];
    },
    get connected() {
      return current?.pc.connectionState === 'connected';
    },
    get backlogBytes() {
      return current?.backlogBytes ?? 0;
    },
    get peer() {
      return (current ?? next)?.peer;
    },
    close() {
      closed = true;
      for (const peer of [current, next]) peer?.close();
      [current, next] = [undefined, undefined];
    },
  };
}
