// clients/web/src/player/session-peer.ts - the peer connection that carries a session: video, sound and three data
// channels. Asks the browser for the least delay it can give, for the picture only: sound without a buffer crackles.

import type { PeerId } from '../../../../src/base/ids.ts';
import { messageCodec } from '../../../../src/protocol/codec.ts';
import {
  type NodeToPlayer,
  nodeToPlayer,
  type PlayerToNode,
  sessionChannels,
} from '../../../../src/protocol/control-messages.ts';
import type { PlayerToHub } from '../../../../src/protocol/player-messages.ts';
import type { IceServer } from '../../../../src/protocol/shapes.ts';
import { type Answerer, createAnswerer, type PeerSignal } from './answerer.ts';
import type { InputChannels } from './input/sender.ts';

/** Unsent bytes on a channel above which we stop: motion is newer soon, keys would arrive when nobody wants them. */
const MOTION_BACKLOG_BYTES = 4_096;
const KEYS_BACKLOG_BYTES = 65_536;

const codec = messageCodec<NodeToPlayer, PlayerToNode>(nodeToPlayer);

/** What happens on the connection. */
export type SessionPeerHooks = {
  send(message: PlayerToHub): void;
  onStreams(streams: { video?: MediaStream; audio?: MediaStream }): void;
  onControl(message: NodeToPlayer): void;
  /** All three channels are open. */
  onReady(): void;
  onState(state: RTCPeerConnectionState): void;
  onOffer(): void;
  onBroken(error: unknown): void;
};

/** The media connection of a session. */
export type SessionPeer = {
  readonly peer: PeerId;
  readonly pc: RTCPeerConnection;
  readonly channels: InputChannels;
  /** False when `control` is not open. */
  control(message: PlayerToNode): boolean;
  /** Bytes waiting in the browser's queues of all channels. */
  readonly backlogBytes: number;
  take(signal: PeerSignal): void;
  refresh(ice: readonly IceServer[]): void;
  close(): void;
};

/** H.264 first, then VP8; what helps them (retransmission, redundancy) stays. */
function preferCodecs(pc: RTCPeerConnection): void {
  const capabilities = RTCRtpReceiver.getCapabilities?.('video');
  if (capabilities === null || capabilities === undefined) return;
  const order = ['video/h264', 'video/vp8'];
  const place = ({ mimeType }: RTCRtpCodec): number => {
    const index = order.indexOf(mimeType.toLowerCase());
    return index < 0 ? order.length : index;
  };
  const useful = capabilities.codecs.filter(({ mimeType }) => !/\/(vp9|av1|h265)$/i.test(mimeType));
  for (const transceiver of pc.getTransceivers()) {
    if (transceiver.receiver.track.kind !== 'video') continue;
    try {
      transceiver.setCodecPreferences(useful.toSorted((a, b) => place(a) - place(b)));
    } catch {
      // A browser that knows the call but not for an answer keeps the node's order, which is the same.
    }
  }
}

/** Asks for no added delay, by the standard's name and by the older one. */
function hurryVideo(pc: RTCPeerConnection): void {
  for (const receiver of pc.getReceivers()) {
    if (receiver.track.kind !== 'video') continue;
    if ('jitterBufferTarget' in receiver) receiver.jitterBufferTarget = 0;
    if ('playoutDelayHint' in receiver) Reflect.set(receiver, 'playoutDelayHint', 0);
  }
}

/** Codecs this browser can decode, best first; empty when it can do neither. */
export function decodableCodecs(): readonly ('h264' | 'vp8')[] {
  const codecs = RTCRtpReceiver.getCapabilities?.('video')?.codecs ?? [];
  const has = (name: string): boolean => codecs.some(({ mimeType }) => mimeType.toLowerCase() === `video/${name}`);
  return (['h264', 'vp8'] as const).filter(has);
}

/** Makes the connection and waits for the node's offer. */
export function createSessionPeer(
  options: { peer: PeerId; ice: readonly IceServer[]; policy: 'all' | 'relay' },
  hooks: SessionPeerHooks,
): SessionPeer {
  const channels = new Map<string, RTCDataChannel>();
  const answerer: Answerer = createAnswerer({
    ...options,
    send: hooks.send,
    onBroken: hooks.onBroken,
    prepare(pc) {
      preferCodecs(pc);
      hurryVideo(pc);
      hooks.onOffer();
    },
  });
  const { pc } = answerer;
  const put = (label: string, bytes: Uint8Array, limitBytes: number): boolean => {
    const channel = channels.get(label);
    if (channel?.readyState !== 'open' || channel.bufferedAmount > limitBytes) return false;
    channel.send(bytes.slice()); // Codecs reuse their buffers.
    return true;
  };
  const heard = (data: unknown): void => {
    const message = data instanceof ArrayBuffer ? codec.decode(new Uint8Array(data)) : undefined;
    if (message?.ok) hooks.onControl(message.value);
    else console.warn('a message of the node could not be read', message?.error);
  };
  pc.ondatachannel = ({ channel }) => {
    if (!(channel.label in sessionChannels)) return;
    channel.binaryType = 'arraybuffer';
    channels.set(channel.label, channel);
    const opened = (): void => {
      const all = Object.keys(sessionChannels).every((label) => channels.get(label)?.readyState === 'open');
      if (all) hooks.onReady();
    };
    if (channel.label === sessionChannels.control) channel.onmessage = ({ data }) => heard(data);
    if (channel.readyState === 'open') opened();
    else channel.onopen = opened;
  };
  // One stream each: tracks of one stream are kept in step with the slower one, and the sound's buffer is the longer.
  pc.ontrack = ({ track }) => hooks.onStreams({ [track.kind]: new MediaStream([track]) });
  pc.onconnectionstatechange = () => hooks.onState(pc.connectionState);
  return {
    peer: options.peer,
    pc,
    channels: {
      keys: (bytes) => put(sessionChannels.keys, bytes, KEYS_BACKLOG_BYTES),
      motion: (bytes) => put(sessionChannels.motion, bytes, MOTION_BACKLOG_BYTES),
    },
    control: (message) => put(sessionChannels.control, codec.encode(message), KEYS_BACKLOG_BYTES),
    get backlogBytes() {
      return [...channels.values()].reduce((sum, { bufferedAmount }) => sum + bufferedAmount, 0);
    },
    take: answerer.take,
    refresh: answerer.refresh,
    close() {
      pc.onconnectionstatechange = null;
      pc.ontrack = null;
      for (const channel of channels.values()) channel.onmessage = null;
      answerer.close();
    },
  };
}
