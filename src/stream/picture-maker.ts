// src/stream/picture-maker.ts - one picture from the game to encoded bytes: capture, convert, write the strip, encode.
// Falls to the next encoder when one fails. One call at a time.
import { OutageError } from '../base/assert.ts';
import type { AnsweredInput, AppliedInputs } from '../media/applied-inputs.ts';
import type { EncoderName, GameRun } from '../media/ports.ts';
import type { Log } from '../observe/log.ts';
import { codeStripHeight, drawPictureCode, packPictureCode } from '../protocol/picture-code.ts';
import type { Codec } from '../protocol/shapes.ts';
import { planeOf, strideOf } from './av.ts';
import { ColourConverter } from './colour.ts';
import type { EncodedPicture, VideoEncoder } from './encoder.ts';
import type { EncoderKind } from './encoder-rows.ts';
import { findEncoder } from './open-encoder.ts';
import { openPictureSource, type PictureSource } from './picture-source.ts';

/** An encoded picture and when its making passed each stage, on the clock of `nowMs`. */
export type MadePicture = EncodedPicture & {
  readonly frameSeq: number;
  readonly answered: AnsweredInput | undefined;
  readonly startMs: number;
  readonly drawnMs: number;
  readonly convertedMs: number;
  readonly encodedMs: number;
};

/** What to make a picture with. */
export type PictureOrder = {
  readonly codec: Codec;
  readonly inputs: AppliedInputs;
  readonly fps: number;
  readonly kbps: number;
  readonly key: boolean;
};

/** Makes the pictures of one game. */
export class PictureMaker {
  #run: GameRun;
  #nowMs: () => number;
  #log: Log;
  #only: EncoderKind | undefined;
  #find: typeof findEncoder;
  #source: PictureSource | undefined;
  #converter: ColourConverter | undefined;
  #encoder: VideoEncoder | undefined;
  #fps = 0;
  #isFresh = true;
  #failed = new Set<EncoderKind>();
  #row: EncoderKind | undefined;
  #frameSeq = 0;
  #packed = new Uint8Array(packPictureCode({ inputSeq: 0, motionSeq: 0, frameSeq: 0, state: 0 }));

  /** @param options `find` is `findEncoder`, unless a test has its own */
  constructor(
    run: GameRun,
    options: { nowMs: () => number; log: Log; only: EncoderKind | undefined; find?: typeof findEncoder },
  ) {
    this.#run = run;
    this.#find = options.find ?? findEncoder;
    this.#nowMs = options.nowMs;
    this.#log = options.log;
    this.#only = options.only;
  }

  /** The encoder in use. */
  get encoder(): EncoderName | undefined {
    return this.#encoder === undefined ? undefined : { name: this.#encoder.name, codec: this.#encoder.codec };
  }

  /** How long after an input a picture can hold it; known once the source is open. */
  async settleMs(): Promise<number> {
    return (await this.#openSource()).settleMs;
  }

  /** Lets the game go on without showing anything. */
  async drawOnly(nowMs: number): Promise<void> {
    if (this.#run.video.kind === 'drawn') await (await this.#openSource()).capture(nowMs);
  }

  /**
   * Makes one picture.
   * @throws OutageError when the source is gone or no encoder works any more
   */
  async make(order: PictureOrder): Promise<MadePicture> {
    const source = await this.#openSource();
    const encoder = await this.#openEncoder(order);
    const key = order.key || this.#isFresh; // Its first pictures went into trying it out.
    const converter = this.#converter;
    if (converter === undefined) throw new OutageError('no colour converter');
    const startMs = this.#nowMs();
    const answered = order.inputs.capture(startMs);
    const captured = await source.capture(startMs);
    const state = this.#run.state();
    const drawnMs = this.#nowMs();
    await converter.convert(captured);
    const frameSeq = ++this.#frameSeq & 0xffff;
    const { inputSeq, motionSeq } = order.inputs;
    packPictureCode({ inputSeq, motionSeq, frameSeq, state }, this.#packed);
    const { width, height } = this.#run.picture;
    const yuv = converter.output;
    drawPictureCode(planeOf(yuv, 0), { stride: strideOf(yuv, 0), width, top: height }, this.#packed);
    const convertedMs = this.#nowMs();
    encoder.setKbps(order.kbps, convertedMs);
    const picture = await this.#encode(encoder, converter, { ...order, key });
    this.#isFresh = false;
    return { ...picture, frameSeq, answered, startMs, drawnMs, convertedMs, encodedMs: this.#nowMs() };
  }

  async close(): Promise<void> {
    this.#encoder?.close();
    this.#converter?.close();
    await this.#source?.close();
    this.#encoder = undefined;
    this.#converter = undefined;
    this.#source = undefined;
  }

  async #encode(encoder: VideoEncoder, converter: ColourConverter, order: PictureOrder): Promise<EncodedPicture> {
    try {
      return await encoder.encode(converter.output, order.key);
    } catch (error) {
      this.#log.warn({ encoder: encoder.name, reason: String(error) }, 'stream.encoder-failed');
      if (this.#row !== undefined) this.#failed.add(this.#row);
      encoder.close();
      this.#encoder = undefined;
      const next = await this.#openEncoder(order);
      return this.#converter === undefined ? Promise.reject(error) : next.encode(this.#converter.output, true);
    }
  }

  async #openSource(): Promise<PictureSource> {
    const { width, height } = this.#run.picture;
    this.#source ??= await openPictureSource(this.#run.video, {
      width,
      height,
      bufferHeight: height + codeStripHeight(width),
    });
    return this.#source;
  }

  async #openEncoder({ codec, fps, kbps }: PictureOrder): Promise<VideoEncoder> {
    if (this.#encoder?.codec === codec && this.#fps === fps) return this.#encoder;
    this.#encoder?.close();
    this.#encoder = undefined;
    const { width, height } = this.#run.picture;
    const shape = { width, height: height + codeStripHeight(width), fps, kbps };
    const isOfCodec = this.#only !== undefined && (this.#only === 'vp8') === (codec === 'vp8');
    const found = await this.#find(
      { codec, shape, except: this.#failed, ...(isOfCodec && this.#only !== undefined ? { only: this.#only } : {}) },
      ({ name, reason }) => this.#log.info({ encoder: name, reason }, 'stream.encoder-absent'),
    );
    if (found === undefined) throw new OutageError(`no encoder for ${codec} works`);
    this.#encoder = found.encoder;
    this.#row = found.row.name;
    this.#isFresh = true;
    this.#fps = fps;
    this.#converter?.close();
    this.#converter = new ColourConverter(width, shape.height, found.row.matrix);
    return found.encoder;
  }
}
