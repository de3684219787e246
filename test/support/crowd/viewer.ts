// test/support/crowd/viewer.ts - a page made of werift: answers a node's offer, really decodes the VP8 that comes, and reads
// of each picture its mean colour and the strip under it.
import { AV_CODEC_ID_VP8 } from 'node-av/constants';
import { Codec, CodecContext, Frame, Packet } from 'node-av/lib';
import {
  type RTCDataChannel,
  type RTCIceServer,
  RTCPeerConnection,
  RTCRtpCodecParameters,
  Vp8RtpPayload,
} from 'werift';
import { messageCodec } from '../../../src/protocol/codec.ts';
import { type NodeToPlayer, nodeToPlayer, type PlayerToNode } from '../../../src/protocol/control-messages.ts';
import { type PictureCode, readPictureCode } from '../../../src/protocol/picture-code.ts';
import type { IceCandidate } from '../../../src/protocol/shapes.ts';
import { checked, planeOf, strideOf } from '../../../src/stream/av.ts';
import { dropBadChannelData } from '../../../src/stream/werift-quirks.ts';

/** What one decoded picture shows. `rgb`: of the middle of the game's picture. */
export type SeenPicture = { readonly rgb: readonly [number, number, number]; readonly code: PictureCode | undefined };

/** How a viewer gets at its pictures. */
export type ViewerOptions = {
  /** TURN servers; with any, nothing but relayed candidates is used. */
  readonly relays: readonly RTCIceServer[];
  readonly height: number;
};

const control = messageCodec<NodeToPlayer, PlayerToNode>(nodeToPlayer);
const vp8 = () => new RTCRtpCodecParameters({ mimeType: 'video/VP8', clockRate: 90_000, payloadType: 96 });

/** The colour of one 4:2:0 pixel (ITU-R BT.601, video range), which browsers assume for VP8. */
function rgbAt(frame: Frame, x: number, y: number): [number, number, number] {
  const at = (plane: number, px: number, py: number) => planeOf(frame, plane)[py * strideOf(frame, plane) + px] ?? 0;
  const luma = 1.164 * (at(0, x, y) - 16);
  const [u, v] = [at(1, x >> 1, y >> 1) - 128, at(2, x >> 1, y >> 1) - 128];
  return [luma + 1.596 * v, luma - 0.392 * u - 0.813 * v, luma + 2.017 * u];
}

function codeOf(frame: Frame, height: number): PictureCode | undefined {
  const { width } = frame;
  const strip = new Uint8Array(width * (frame.height - height) * 4);
  const [luma, stride] = [planeOf(frame, 0), strideOf(frame, 0)];
  for (let at = 0; at * 4 < strip.length; at++) {
    strip[at * 4 + 1] = luma[(height + Math.floor(at / width)) * stride + (at % width)] ?? 0;
  }
  return readPictureCode(strip, width);
}

/** Turns VP8 frames into what they show. */
class Decoder {
  readonly seen: SeenPicture[] = [];
  readonly #height: number;
  readonly #context = new CodecContext();
  readonly #frame = new Frame();

  constructor(height: number) {
    this.#height = height;
    const codec = Codec.findDecoder(AV_CODEC_ID_VP8);
    this.#context.allocContext3(codec);
    checked(this.#context.open2Sync(codec), 'the decoder opens');
    this.#frame.alloc();
  }

  take(bytes: Buffer): void {
    const packet = new Packet();
    packet.alloc();
    packet.data = bytes;
    if (this.#context.sendPacketSync(packet) >= 0) {
      while (this.#context.receiveFrameSync(this.#frame) >= 0) {
        const [x, y] = [this.#frame.width / 2, this.#height / 2];
        this.seen.push({ rgb: rgbAt(this.#frame, x, y), code: codeOf(this.#frame, this.#height) });
        this.#frame.unref();
      }
    }
    packet.free();
  }

  close(): void {
    this.#frame.free();
    this.#context.freeContext();
  }
}

/** One viewer. */
export class Viewer {
  readonly #pc: RTCPeerConnection;
  readonly #decoder: Decoder;
  readonly #channels = new Map<string, RTCDataChannel>();

  constructor({ relays, height }: ViewerOptions) {
    this.#decoder = new Decoder(height);
    this.#pc = new RTCPeerConnection({
      iceServers: [...relays],
      iceTransportPolicy: relays.length > 0 ? 'relay' : 'all',
      iceAdditionalHostAddresses: ['127.0.0.1'],
      iceUseIpv6: false,
      codecs: { video: [vp8()] },
    });
    this.#pc.onDataChannel.subscribe((channel) => this.#channels.set(channel.label, channel));
    this.#pc.onTrack.subscribe((track) => {
      if (track.kind !== 'video') return;
      let parts: Buffer[] = [];
      track.onReceiveRtp.subscribe(({ header, payload }) => {
        if (payload.length === 0) return;
        parts.push(Vp8RtpPayload.deSerialize(payload).payload);
        if (!header.marker) return;
        this.#decoder.take(Buffer.concat(parts));
        parts = [];
      });
    });
  }

  /** Every picture so far. */
  get seen(): readonly SeenPicture[] {
    return this.#decoder.seen;
  }

  /** Kind of the local candidate of the pair in use. */
  get pair(): string | undefined {
    return this.#pc.iceTransports[0]?.connection.nominated?.localCandidate.type;
  }

  /** How far the connection is, for a message. */
  get state(): string {
    return `${this.#pc.connectionState}, ${[...this.#channels.keys()].join(' ')}`;
  }

  /** Asks for a picture that needs no earlier one, as a browser does that missed the first. */
  askKeyFrame(): void {
    this.channel('control')?.send(Buffer.from(control.encode({ t: 'key-frame' })));
  }

  async answer(offer: string): Promise<string> {
    await this.#pc.setRemoteDescription({ type: 'offer', sdp: offer });
    dropBadChannelData(this.#pc); // This page is werift too, and would die of its own answers.
    await this.#pc.setLocalDescription(await this.#pc.createAnswer());
    return this.#pc.localDescription?.sdp ?? '';
  }

  async candidate(candidate: IceCandidate): Promise<void> {
    if (candidate !== null) await this.#pc.addIceCandidate(candidate);
  }

  /** A channel that is open, or nothing yet. */
  channel(label: string): RTCDataChannel | undefined {
    const found = this.#channels.get(label);
    return found?.readyState === 'open' ? found : undefined;
  }

  async close(): Promise<void> {
    await this.#pc.close();
    this.#decoder.close();
  }
}
