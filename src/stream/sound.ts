// src/stream/sound.ts - from 10 ms pieces of PCM to Opus packets at an even pace. Games make sound in gulps; a browser
// answers uneven packets with a longer buffer, so the gulps are smoothed here by a few milliseconds.
import { AV_CHANNEL_LAYOUT_STEREO, AV_SAMPLE_FMT_S16, FF_ENCODER_LIBOPUS } from 'node-av/constants';
import { Codec, CodecContext, Dictionary, Frame, Packet, Rational } from 'node-av/lib';
import { OutageError, present } from '../base/assert.ts';
import { BoundedQueue } from '../base/bounded-queue.ts';
import type { Clock } from '../base/clock.ts';
import { PCM_PIECE_BYTES } from '../media/ports.ts';
import { checked, planeOf } from './av.ts';

const RATE = 48_000;
const PIECE_SAMPLES = 480;
const PIECE_MS = 10;
const KBPS = 96;
/** More than this waiting means that the game's clock is ahead of ours, or that we were held up. */
const QUEUE_MAX = 12;
/** With more than this waiting pieces leave faster until it is less. */
const QUEUE_FULL = 3;
const CATCH_UP_MS = 5;
/** A longer silence of the source is a pause: time went on, and the packet after it begins a new stretch. */
const PAUSE_MS = 100;

/** Encodes 480-sample pieces of interleaved stereo. */
export class OpusEncoder {
  #context = new CodecContext();
  #packet = new Packet();
  #frame = new Frame();

  private constructor() {}

  /** @throws OutageError when libopus is missing */
  static async open(): Promise<OpusEncoder> {
    const encoder = new OpusEncoder();
    await encoder.#open();
    return encoder;
  }

  async #open(): Promise<void> {
    const codec = Codec.findEncoderByName(FF_ENCODER_LIBOPUS);
    if (codec === null) throw new OutageError('libopus is not in this build');
    this.#context.allocContext3(codec);
    this.#context.sampleRate = RATE;
    this.#context.sampleFormat = AV_SAMPLE_FMT_S16;
    this.#context.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
    this.#context.bitRate = BigInt(KBPS * 1000);
    this.#context.timeBase = new Rational(1, RATE);
    const options = Dictionary.fromObject({ application: 'lowdelay', frame_duration: '10', vbr: 'on' });
    // Not open2Sync: node-av 6.1.1 frees the options twice after it, at the next garbage collection.
    checked(await this.#context.open2(codec, options), 'opus does not open');
    this.#packet.alloc();
    this.#frame.alloc();
    this.#frame.format = AV_SAMPLE_FMT_S16;
    this.#frame.sampleRate = RATE;
    this.#frame.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
    this.#frame.nbSamples = PIECE_SAMPLES;
    checked(this.#frame.getBuffer(0), 'sound buffer');
  }

  /** One packet for one piece of `PCM_PIECE_BYTES` bytes. Takes about 0.1 ms on the event loop. */
  encode(piece: Uint8Array, samples: number): Uint8Array {
    checked(this.#frame.makeWritable(), 'sound buffer');
    planeOf(this.#frame, 0).set(piece);
    this.#frame.pts = BigInt(samples);
    checked(this.#context.sendFrameSync(this.#frame), 'opus refuses sound');
    checked(this.#context.receivePacketSync(this.#packet), 'opus gives no packet');
    const bytes = Uint8Array.from(present(this.#packet.data, 'a packet has bytes'));
    this.#packet.unref();
    return bytes;
  }

  close(): void {
    this.#packet.free();
    this.#frame.free();
    this.#context.freeContext();
  }
}

/** Where encoded sound goes. `first`: begins after a pause. */
export type SoundSink = (opus: Uint8Array, samples: number, first: boolean) => void;

/** Smooths and encodes a game's sound. */
export class SoundStream {
  #clock: Clock;
  #sink: SoundSink;
  #encoder: OpusEncoder | undefined;
  #queue = new BoundedQueue<Uint8Array>(QUEUE_MAX);
  #timer: NodeJS.Timeout | undefined;
  #nextMs = 0;
  #samples = 0;
  #lastMs: number;
  #closed = false;

  constructor(clock: Clock, sink: SoundSink) {
    this.#clock = clock;
    this.#sink = sink;
    this.#lastMs = clock.monotonicMs();
    this.#samples = Math.round((this.#lastMs * RATE) / 1000);
    void OpusEncoder.open().then(
      (encoder) => {
        if (this.#closed) encoder.close();
        else this.#encoder = encoder;
      },
      () => {}, // Without libopus there is no sound; the picture goes on.
    );
  }

  /** Takes one piece; it may be reused after. One of the wrong length is left out. */
  push(piece: Uint8Array): void {
    if (this.#encoder === undefined || piece.length !== PCM_PIECE_BYTES) return;
    if (this.#queue.size === QUEUE_MAX) this.#queue.shift();
    this.#queue.push(Uint8Array.from(piece));
    this.#flush();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#encoder?.close();
    this.#encoder = undefined;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    for (;;) {
      const nowMs = this.#clock.monotonicMs();
      // A timer that fires a little late must not shift everything after it.
      if (this.#queue.size === 0) return;
      if (nowMs < this.#nextMs) {
        this.#timer = setTimeout(() => this.#flush(), this.#nextMs - nowMs);
        return;
      }
      const stepMs = this.#queue.size > QUEUE_FULL ? CATCH_UP_MS : PIECE_MS;
      this.#nextMs = nowMs - this.#nextMs > PIECE_MS ? nowMs + stepMs : this.#nextMs + stepMs;
      this.#sendOne(nowMs);
    }
  }

  #sendOne(nowMs: number): void {
    const piece = this.#queue.shift();
    if (piece === undefined || this.#encoder === undefined) return;
    const pausedMs = nowMs - this.#lastMs;
    const first = pausedMs > PAUSE_MS;
    if (first) this.#samples += Math.round((pausedMs * RATE) / 1000) - PIECE_SAMPLES;
    this.#lastMs = nowMs;
    this.#sink(this.#encoder.encode(piece, this.#samples), this.#samples, first);
    this.#samples += PIECE_SAMPLES;
  }
}
