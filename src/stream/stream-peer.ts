// src/stream/stream-peer.ts - the peer that carries a session: three data channels, a picture and a sound, to the page.
import {
  MediaStream,
  type RTCDataChannel,
  type RTCPeerConnection,
  type RTCPeerConnectionConfig,
  RTCRtpCodecParameters,
  RTCRtpHeaderExtensionParameters,
  type RTCRtpTransceiver,
} from 'werift';
import { OutageError, present } from '../base/assert.ts';
import { InputGate } from '../media/input-gate.ts';
import type { MediaPeer, PeerOptions, SessionPeer } from '../media/ports.ts';
import { extensionUris, payloadTypes, readAnswer } from '../media/session-sdp.ts';
import { TokenBucket } from '../media/token-bucket.ts';
import { messageCodec } from '../protocol/codec.ts';
import {
  MOTION_LIFETIME_MS,
  type NodeToPlayer,
  type PlayerToNode,
  playerToNode,
  sessionChannels,
} from '../protocol/control-messages.ts';
import type { KeyFrame, MotionFrame } from '../protocol/input-frames.ts';
import type { Codec, IceCandidate } from '../protocol/shapes.ts';
import { PeerCore, type PeerState } from './peer-core.ts';
import { RtpLink } from './rtp-link.ts';

/** Largest `control` message: a voucher with its signature takes 600 bytes. */
const CONTROL_BYTES_MAX = 4 * 1024;
/** A page says something on `control` a few times a second. */
const CONTROL_PER_SECOND = 50;
/** Unsent bytes on `control` beyond which we stop: a page that reads nothing is gone. */
const CONTROL_BACKLOG_BYTES = 128 * 1024;
/** The browser reports on arrived packets every 50-100 ms while pictures flow; after this much silence the path is gone. */
const SILENCE_MS = 2_000;
const SILENCE_CHECK_MS = 250;

const controlCodec = messageCodec<PlayerToNode, NodeToPlayer>(playerToNode, CONTROL_BYTES_MAX);

const videoFeedback = [
  { type: 'nack' },
  { type: 'nack', parameter: 'pli' },
  { type: 'ccm', parameter: 'fir' },
  { type: 'transport-cc' },
];

const codecRows: Readonly<Record<Codec, { mimeType: string; rtx: number; parameters?: string }>> = {
  h264: {
    mimeType: 'video/H264',
    rtx: payloadTypes.h264Rtx,
    // Constrained baseline; browsers compare the profile, not the level, which is the lowest that all accept.
    parameters: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
  },
  vp8: { mimeType: 'video/VP8', rtx: payloadTypes.vp8Rtx },
};

function videoCodecs(codecs: readonly Codec[]): RTCRtpCodecParameters[] {
  return codecs.flatMap((codec) => {
    const { mimeType, rtx, parameters } = codecRows[codec];
    const payloadType = payloadTypes[codec];
    return [
      new RTCRtpCodecParameters({
        mimeType,
        clockRate: 90_000,
        payloadType,
        rtcpFeedback: videoFeedback,
        ...(parameters === undefined ? {} : { parameters }),
      }),
      new RTCRtpCodecParameters({
        mimeType: 'video/rtx',
        clockRate: 90_000,
        payloadType: rtx,
        parameters: `apt=${payloadType}`,
        rtcpFeedback: [],
      }),
    ];
  });
}

function mediaConfig(codecs: readonly Codec[]): RTCPeerConnectionConfig {
  const opus = new RTCRtpCodecParameters({
    mimeType: 'audio/opus',
    clockRate: 48_000,
    channels: 2,
    payloadType: payloadTypes.opus,
    parameters: 'minptime=10;ptime=10;stereo=1;sprop-stereo=1;useinbandfec=0',
    rtcpFeedback: [{ type: 'transport-cc' }],
  });
  const extension = (uri: string) => new RTCRtpHeaderExtensionParameters({ uri });
  // The same objects for both: werift numbers each, and one URI should have one number in a BUNDLE.
  const shared = [extensionUris.mid, extensionUris.transportSeq, extensionUris.absSendTime].map(extension);
  return {
    codecs: { video: videoCodecs(codecs), audio: [opus] },
    headerExtensions: {
      video: [...shared, extension(extensionUris.playoutDelay)],
      audio: shared,
    },
    maxMessageSize: CONTROL_BYTES_MAX,
  };
}

type Made = {
  channels: { keys: RTCDataChannel; motion: RTCDataChannel; control: RTCDataChannel };
  video: RTCRtpTransceiver;
  audio: RTCRtpTransceiver;
};

/** Each in a MediaStream of its own: a browser delays pictures to the sound of their stream, and sound waits longer. */
function prepare(pc: RTCPeerConnection): Made {
  const channels = {
    keys: pc.createDataChannel(sessionChannels.keys),
    motion: pc.createDataChannel(sessionChannels.motion, { ordered: false, maxPacketLifeTime: MOTION_LIFETIME_MS }),
    control: pc.createDataChannel(sessionChannels.control),
  };
  const video = pc.addTransceiver('video', { direction: 'sendonly' });
  const audio = pc.addTransceiver('audio', { direction: 'sendonly' });
  video.sender.setStreams([new MediaStream()]);
  audio.sender.setStreams([new MediaStream()]);
  return { channels, video, audio };
}

type Listener<T> = (value: T) => void;

/** A session's peer. To the slot it is a `SessionPeer`; `link` and `inputsRefused` are for the stream. */
export class StreamPeer implements SessionPeer {
  readonly link: RtpLink;
  #core: PeerCore;
  #control: RTCDataChannel;
  #gate = new InputGate();
  #controlBucket = new TokenBucket(CONTROL_PER_SECOND, CONTROL_PER_SECOND);
  #listeners = {
    key: [] as Listener<KeyFrame>[],
    motion: [] as Listener<MotionFrame>[],
    control: [] as Listener<PlayerToNode>[],
    ready: [] as (() => void)[],
  };
  #silence: NodeJS.Timeout;

  constructor(options: PeerOptions, codecs: readonly Codec[]) {
    let made: Made | undefined;
    this.#core = new PeerCore(options, mediaConfig(codecs), (pc) => {
      made = prepare(pc);
    });
    const { channels, video, audio } = present(made, 'prepare was called');
    this.#control = channels.control;
    this.link = new RtpLink(this.#core.pc, {
      video: video.sender.ssrc,
      videoRtx: video.sender.rtxSsrc,
      audio: audio.sender.ssrc,
    });
    this.#core.onAnswer = (sdp) => {
      const agreed = readAnswer(sdp, codecs);
      if (!agreed.ok) throw new OutageError('the page takes none of our codecs');
      this.link.agreed ??= agreed.value;
    };
    this.#listen(channels);
    this.#silence = setInterval(
      () => this.#core.setSilent(this.link.unansweredMs(performance.now()) > SILENCE_MS),
      SILENCE_CHECK_MS,
    );
    this.#silence.unref();
  }

  #listen({ keys, motion, control }: Made['channels']): void {
    keys.onMessage.subscribe((data) => {
      const frame = this.#gate.key(data, performance.now());
      if (frame !== undefined) for (const listener of this.#listeners.key) listener(frame);
    });
    motion.onMessage.subscribe((data) => {
      const frame = this.#gate.motion(data, performance.now());
      if (frame !== undefined) for (const listener of this.#listeners.motion) listener(frame);
    });
    control.onMessage.subscribe((data) => {
      if (typeof data === 'string' || !this.#controlBucket.take(performance.now())) return;
      const message = controlCodec.decode(data);
      if (message.ok) for (const listener of this.#listeners.control) listener(message.value);
    });
    control.stateChange.subscribe((state) => {
      if (state === 'open') for (const listener of this.#listeners.ready) listener();
    });
  }

  get codec(): Codec | undefined {
    return this.link.agreed?.codec;
  }

  get state(): PeerState {
    return this.#core.state;
  }

  /** Input messages that were not let in. */
  get inputsRefused(): number {
    return this.#gate.refused;
  }

  offer(options?: { iceRestart?: boolean }): Promise<string> {
    return this.#core.offer(options);
  }

  answer(sdp: string): Promise<void> {
    return this.#core.answer(sdp);
  }

  addCandidate(candidate: IceCandidate): Promise<void> {
    return this.#core.addCandidate(candidate);
  }

  onCandidate(listener: Listener<IceCandidate>): void {
    this.#core.onCandidate(listener);
  }

  onState(listener: Parameters<MediaPeer['onState']>[0]): void {
    this.#core.onState(listener);
  }

  onKey(listener: Listener<KeyFrame>): void {
    this.#listeners.key.push(listener);
  }

  onMotion(listener: Listener<MotionFrame>): void {
    this.#listeners.motion.push(listener);
  }

  onControl(listener: Listener<PlayerToNode>): void {
    this.#listeners.control.push(listener);
  }

  /** Called when `control` opens; at once when it is open already. */
  onControlOpen(listener: () => void): void {
    this.#listeners.ready.push(listener);
    if (this.#control.readyState === 'open') listener();
  }

  control(message: NodeToPlayer): boolean {
    if (this.#control.readyState !== 'open' || this.#control.bufferedAmount > CONTROL_BACKLOG_BYTES) return false;
    this.#control.send(Buffer.from(controlCodec.encode(message)));
    return true;
  }

  close(): Promise<void> {
    clearInterval(this.#silence);
    return this.#core.close();
  }
}
