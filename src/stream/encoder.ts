// src/stream/encoder.ts - one video encoder as the stream sees it. Four kinds stand behind it (encoder-rows.ts); which
// one is used is found by trying (open-encoder.ts).
import {
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_TRC_BT709,
} from 'node-av/constants';
import { Codec, CodecContext, Dictionary, type Frame, Packet, Rational } from 'node-av/lib';
import { OutageError, present } from '../base/assert.ts';
import { coarseStep } from '../media/bitrate-steps.ts';
import type { EncoderName } from '../media/ports.ts';
import { checked } from './av.ts';
import type { EncoderRow, EncoderShape } from './encoder-rows.ts';

/** One encoded picture; the bytes belong to the receiver. */
export type EncodedPicture = { readonly data: Uint8Array; readonly key: boolean };

/** Makes pictures small. One call at a time; every error throws OutageError and leaves the encoder only to be closed. */
export interface VideoEncoder extends EncoderName {
  /** Encodes `frame` off the event loop. The frame may be reused when the promise settles. */
  encode(frame: Frame, forceKey: boolean): Promise<EncodedPicture>;
  /** What the next pictures may weigh together. Where the encoder cannot change in place it is opened anew, in coarse steps. */
  setKbps(kbps: number, nowMs: number): void;
  close(): void;
}

type Opened = { context: CodecContext; packet: Packet };

/** Pictures that the rate bound covers. Three use 90 % of the rate, one or two 74-85 %, and make no picture above 3x (ADR-0022). */
export const VBV_PICTURES = 3;

function setRate(context: CodecContext, row: EncoderRow, kbps: number, fps: number): void {
  const bits = BigInt(Math.round(kbps * 1000));
  context.bitRate = bits;
  context.rcMaxRate = bits;
  if (row.constantRate) context.rcMinRate = bits;
  context.rcBufferSize = Math.round(((kbps * 1000) / fps) * VBV_PICTURES);
}

async function openContext(row: EncoderRow, shape: EncoderShape): Promise<Opened> {
  const codec = Codec.findEncoderByName(row.ffmpegName);
  if (codec === null) throw new OutageError(`${row.name} is not in this build`);
  const context = new CodecContext();
  context.allocContext3(codec);
  try {
    context.width = shape.width;
    context.height = shape.height;
    context.pixelFormat = row.pixelFormat;
    context.timeBase = new Rational(1, shape.fps);
    context.framerate = new Rational(shape.fps, 1);
    context.gopSize = 2 ** 30; // Key frames only when asked for.
    context.maxBFrames = 0;
    context.threadCount = row.threads;
    context.colorRange = AVCOL_RANGE_MPEG;
    context.colorSpace = row.matrix;
    context.colorPrimaries = AVCOL_PRI_BT709;
    context.colorTrc = AVCOL_TRC_BT709;
    setRate(context, row, shape.kbps, shape.fps);
    row.prepare?.(context, shape);
    checked(await context.open2(codec, Dictionary.fromObject(row.options)), `${row.name} does not open`);
  } catch (error) {
    context.freeContext();
    throw error;
  }
  const packet = new Packet();
  packet.alloc();
  return { context, packet };
}

class FfmpegEncoder implements VideoEncoder {
  readonly name: string;
  readonly codec: EncoderName['codec'];
  #row: EncoderRow;
  #shape: EncoderShape;
  #opened: Opened;
  #pts = 0n;
  #kbps: number;
  #wantedKbps: number;
  #steppedMs = Number.NEGATIVE_INFINITY;
  #upload: ((frame: Frame) => Promise<Frame>) | undefined;

  constructor(row: EncoderRow, shape: EncoderShape, opened: Opened) {
    this.name = row.ffmpegName;
    this.codec = row.codec;
    this.#row = row;
    this.#shape = shape;
    this.#opened = opened;
    this.#kbps = shape.kbps;
    this.#wantedKbps = shape.kbps;
    this.#upload = row.uploader?.(opened.context);
  }

  setKbps(kbps: number, nowMs: number): void {
    if (this.#row.ratesInPlace) {
      if (Math.abs(kbps - this.#kbps) < this.#kbps * 0.02) return;
      this.#kbps = kbps;
      this.#wantedKbps = kbps;
      setRate(this.#opened.context, this.#row, kbps, this.#shape.fps);
      return;
    }
    const step = coarseStep(this.#wantedKbps, kbps, nowMs - this.#steppedMs);
    if (step === undefined) return;
    this.#wantedKbps = step;
    this.#steppedMs = nowMs;
  }

  async encode(frame: Frame, forceKey: boolean): Promise<EncodedPicture> {
    if (this.#wantedKbps !== this.#kbps) {
      const opened = await openContext(this.#row, { ...this.#shape, kbps: this.#wantedKbps });
      this.close();
      this.#opened = opened;
      this.#kbps = this.#wantedKbps;
    }
    const { context, packet } = this.#opened;
    const picture = this.#upload === undefined ? frame : await this.#upload(frame);
    picture.pts = this.#pts++;
    picture.pictType = forceKey ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    checked(await context.sendFrame(picture), `${this.name} refuses a picture`);
    if (picture !== frame) picture.free();
    checked(context.receivePacketSync(packet), `${this.name} gives no picture`);
    const encoded = { data: Uint8Array.from(present(packet.data, 'a packet has bytes')), key: packet.isKeyframe };
    packet.unref();
    return encoded;
  }

  close(): void {
    this.#opened.packet.free();
    this.#opened.context.freeContext();
  }
}

/**
 * Opens one kind of encoder. That it opens proves little: see `tryEncoder`.
 * @throws OutageError when it is not in the build, or hardware or driver are missing
 */
export async function openEncoder(row: EncoderRow, shape: EncoderShape): Promise<VideoEncoder> {
  return new FfmpegEncoder(row, shape, await openContext(row, shape));
}
