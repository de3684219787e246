// src/stream/session-stream.ts - joins a running game and a peer: pictures and sound out, input in. The peer can be
// replaced while the game goes on (a reloaded page), so the two have separate lives.
//
// On `control` the stream itself answers `clock`, `quality` and `key-frame`, and sends `ready`, `stages`, `rate` and
// `rumble`. Vouchers, `bye` and `ending` belong to the slot, but keys are released here: when the path is lost, when
// the peer closes, and on `bye`.
import { InvariantError } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import { AppliedInputs } from '../media/applied-inputs.ts';
import { FrameClock } from '../media/frame-clock.ts';
import { KeyFrameGate } from '../media/key-frame-gate.ts';
import type { EncoderName, GameRun, SessionStream, StreamCounters } from '../media/ports.ts';
import type { Log } from '../observe/log.ts';
import type { PlayerToNode } from '../protocol/control-messages.ts';
import { pictureLimits } from '../protocol/limits.ts';
import { type Counting, newCounters } from './counters.ts';
import type { EncoderKind } from './encoder-rows.ts';
import { PageTalk } from './page-talk.ts';
import { PeerSender } from './peer-sender.ts';
import { type MadePicture, PictureMaker } from './picture-maker.ts';
import { SoundStream } from './sound.ts';
import type { StreamPeer } from './stream-peer.ts';

/** What a stream is made of. */
export type SessionStreamOptions = {
  readonly run: GameRun;
  readonly peer: StreamPeer;
  readonly clock: Clock;
  readonly log: Log;
  /** Most kbit/s of video; default 12,000. */
  readonly kbpsMax?: number;
  /** Frames a second to make; default `run.picture.fps`. */
  readonly fps?: number;
  /** Use this encoder only, where it makes the codec that the page takes; default: the best that opens. */
  readonly encoder?: 'auto' | EncoderKind;
};

/** A stream whose peer can be replaced. */
export interface AttachableStream extends SessionStream {
  /** Sends over `peer` from now on, beginning with a key frame. The old peer is left alone; its owner closes it. */
  attach(peer: StreamPeer): void;
  /** Called once when the stream cannot go on: display gone, no encoder left. Then only `close` makes sense. */
  onFault(listener: (reason: string) => void): void;
}

const KBPS_MAX = 12_000;
/** Of the target, for what is not video: sound, its headers, and a margin for the encoder's error. */
const OTHER_KBPS = 130;
const VIDEO_SHARE = 0.97;
const INTERVAL_MEMORY = 8;

/** Starts a stream. Nothing is drawn before the peer is connected for the first time. */
export function openSessionStream(options: SessionStreamOptions): AttachableStream {
  return new Stream(options);
}

class Stream implements AttachableStream {
  #run: GameRun;
  #clock: Clock;
  #log: Log;
  #counters: Counting;
  #maker: PictureMaker;
  #frames: FrameClock;
  #keyFrames = new KeyFrameGate();
  #inputs = new AppliedInputs(0);
  #settleMs = 0;
  #sound: SoundStream;
  #peer: StreamPeer;
  #sender: PeerSender | undefined;
  #refusedByOldPeers = 0;
  #fps: number;
  #kbpsMax: number;
  #timer: NodeJS.Timeout | undefined;
  #talk: PageTalk;
  #busy: Promise<void> | undefined;
  #started = false;
  #closed = false;
  #faulty = false;
  #lastStartMs: number | undefined;
  #intervalMs: number;
  #encoderListeners: ((encoder: EncoderName) => void)[] = [];
  #faultListeners: ((reason: string) => void)[] = [];
  #toldEncoder = '';

  constructor({ run, peer, clock, log, kbpsMax, fps, encoder = 'auto' }: SessionStreamOptions) {
    this.#run = run;
    this.#clock = clock;
    this.#log = log;
    this.#fps = fps ?? run.picture.fps;
    this.#kbpsMax = kbpsMax ?? KBPS_MAX;
    this.#intervalMs = 1000 / this.#fps;
    this.#counters = newCounters(this.#fps);
    this.#maker = new PictureMaker(run, {
      nowMs: () => clock.monotonicMs(),
      log,
      only: encoder === 'auto' ? undefined : encoder,
    });
    this.#frames = new FrameClock(this.#fps, clock.monotonicMs());
    this.#sound = new SoundStream(clock, (opus, samples, first) => this.#sender?.sendSound(opus, samples, first));
    run.onPcm((piece) => this.#sender !== undefined && this.#sound.push(piece));
    run.onRumble((rumble) => this.#peer.control({ t: 'rumble', ...rumble }));
    this.#talk = new PageTalk(peer, this.#counters, clock);
    this.#peer = peer;
    this.attach(peer);
  }

  get counters(): StreamCounters {
    return this.#counters;
  }

  get encoder(): EncoderName | undefined {
    return this.#maker.encoder;
  }

  onEncoder(listener: (encoder: EncoderName) => void): void {
    this.#encoderListeners.push(listener);
  }

  onFault(listener: (reason: string) => void): void {
    this.#faultListeners.push(listener);
  }

  setQuality({ kbpsMax, fps }: { readonly kbpsMax?: number; readonly fps?: number }): void {
    if (kbpsMax !== undefined) {
      this.#kbpsMax = Math.min(pictureLimits.kbpsMax, Math.max(pictureLimits.kbpsMin, kbpsMax));
      this.#sender?.rate.setMaxKbps(this.#kbpsMax);
    }
    if (fps !== undefined && fps !== this.#fps) {
      this.#fps = Math.min(pictureLimits.fpsMax, Math.max(pictureLimits.fpsMin, Math.round(fps)));
      this.#intervalMs = 1000 / this.#fps;
      this.#counters.fps = this.#fps;
      this.#frames.setFps(this.#fps, this.#clock.monotonicMs());
      this.#tellReady();
    }
  }

  keyFrame(): void {
    this.#keyFrames.want();
  }

  attach(peer: StreamPeer): void {
    if (this.#peer !== peer) this.#refusedByOldPeers += this.#peer.inputsRefused;
    this.#sender?.close();
    this.#sender = undefined;
    this.#peer = peer;
    this.#talk.peer = peer;
    this.#inputs = new AppliedInputs(this.#settleMs);
    this.#run.releaseAll();
    const isCurrent = () => this.#peer === peer && !this.#closed;
    peer.onKey((frame) => {
      if (!isCurrent()) return;
      this.#run.key(frame);
      const nowMs = this.#clock.monotonicMs();
      const isMarker = frame.event.kind === 'marker';
      this.#inputs.key(frame.seq, isMarker, nowMs);
      this.#counters.inputSeq = frame.seq;
      this.#inputAt(nowMs, !isMarker); // A marker comes from the page's clock, not from a hand.
    });
    peer.onMotion((frame) => {
      if (!isCurrent()) return;
      this.#run.motion(frame);
      const nowMs = this.#clock.monotonicMs();
      this.#inputs.motion(frame.seq, nowMs);
      this.#counters.motionSeq = frame.seq;
      this.#inputAt(nowMs, true);
    });
    peer.onControl((message) => isCurrent() && this.#control(message));
    peer.onControlOpen(() => isCurrent() && this.#tellReady());
    peer.onState(() => isCurrent() && this.#peerMoved());
    this.#peerMoved();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#talk.close();
    this.#sender?.close();
    this.#sound.close();
    await this.#busy;
    await this.#maker.close();
  }

  #peerMoved(): void {
    const { state, link } = this.#peer;
    if (state === 'connected') {
      if (this.#sender === undefined && link.agreed !== undefined) {
        this.#sender = new PeerSender(link, link.agreed, {
          clock: this.#clock,
          counters: this.#counters,
          keyFrames: this.#keyFrames,
          kbpsMax: this.#kbpsMax,
        });
      }
      this.#keyFrames.want();
      if (!this.#started) void this.#start();
      return;
    }
    if (state !== 'connecting') this.#run.releaseAll();
    if (state === 'closed') {
      this.#sender?.close();
      this.#sender = undefined;
    }
  }

  async #start(): Promise<void> {
    this.#started = true;
    try {
      this.#settleMs = await this.#maker.settleMs();
      this.#inputs = new AppliedInputs(this.#settleMs);
      this.#schedule();
    } catch (error) {
      this.#fault(error);
    }
  }

  #inputAt(nowMs: number, byHand: boolean): void {
    if (byHand) this.#counters.inputAtMs = nowMs;
    this.#counters.inputsRefused = this.#refusedByOldPeers + this.#peer.inputsRefused;
    this.#frames.hurry(nowMs + this.#settleMs);
    if (this.#started && this.#busy === undefined) this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#closed || this.#faulty) return;
    const waitMs = this.#frames.dueMs - this.#clock.monotonicMs();
    // At once, but after whatever else came in with the same datagrams.
    if (waitMs <= 0.5) setImmediate(() => this.#tick());
    else this.#timer = setTimeout(() => this.#tick(), waitMs);
  }

  #tick(): void {
    if (this.#closed || this.#busy !== undefined) return;
    const nowMs = this.#clock.monotonicMs();
    if (this.#frames.dueMs - nowMs > 0.5) {
      this.#schedule();
      return;
    }
    this.#frames.begin(nowMs);
    this.#busy = this.#frame(nowMs)
      .catch((error: unknown) => this.#fault(error))
      .finally(() => {
        this.#busy = undefined;
        this.#schedule();
      });
  }

  async #frame(nowMs: number): Promise<void> {
    const sender = this.#sender;
    const codec = this.#peer.codec;
    if (sender === undefined || codec === undefined) return this.#maker.drawOnly(nowMs);
    if (sender.backlogMs > this.#frames.intervalMs) return; // Later and newer is better than queued.
    this.#countInterval(nowMs);
    const made = await this.#maker.make({
      codec,
      inputs: this.#inputs,
      fps: this.#fps,
      kbps: this.#videoKbps(sender),
      key: this.#keyFrames.isDue(nowMs),
    });
    this.#counters.framesEncoded++;
    this.#counters.encodeMs += made.encodedMs - made.convertedMs;
    if (made.key) {
      this.#keyFrames.made(nowMs);
      this.#counters.keyFrames++;
    }
    this.#tellEncoder();
    if (sender !== this.#sender) return; // The peer was replaced meanwhile; the new one begins with a key frame.
    const timestamp = sender.videoTimestamp(made.startMs);
    sender.sendPicture(made.data, timestamp, (sentMs) => this.#sent(made, timestamp, sentMs));
  }

  /** Early pictures make the real rate higher than the clock's; each may then weigh less. */
  #videoKbps(sender: PeerSender): number {
    const share = Math.min(1, this.#intervalMs / (1000 / this.#fps));
    return Math.max(100, (sender.rate.targetKbps * VIDEO_SHARE - OTHER_KBPS) * share);
  }

  #countInterval(nowMs: number): void {
    const sinceMs = nowMs - (this.#lastStartMs ?? nowMs - this.#frames.intervalMs);
    this.#intervalMs += (Math.min(sinceMs, 2 * this.#frames.intervalMs) - this.#intervalMs) / INTERVAL_MEMORY;
    const skipped = Math.round(sinceMs / this.#frames.intervalMs) - 1;
    if (skipped > 0 && this.#lastStartMs !== undefined) this.#counters.framesSkipped += skipped;
    this.#lastStartMs = nowMs;
  }

  #sent(made: MadePicture, rtpTimestamp: number, sentMs: number): void {
    if (this.#peer.state === 'connected') {
      this.#counters.framesSent++;
      this.#counters.lastFrameAtMs = sentMs;
    }
    this.#talk.stages(made, rtpTimestamp, sentMs);
  }

  #control(message: PlayerToNode): void {
    if (message.t === 'clock') this.#talk.time(message.n, message.playerMs);
    else if (message.t === 'key-frame') this.keyFrame();
    else if (message.t === 'bye') this.#run.releaseAll();
    else if (message.t === 'quality') {
      const { kbpsMax, fps } = message;
      this.setQuality({ ...(kbpsMax === undefined ? {} : { kbpsMax }), ...(fps === undefined ? {} : { fps }) });
    }
  }

  #tellEncoder(): void {
    const encoder = this.#maker.encoder;
    if (encoder === undefined || this.#toldEncoder === encoder.name) return;
    this.#toldEncoder = encoder.name;
    this.#log.info({ encoder: encoder.name, codec: encoder.codec }, 'stream.encoder');
    for (const listener of this.#encoderListeners) listener(encoder);
    this.#tellReady();
  }

  #tellReady(): void {
    const { encoder } = this.#maker;
    if (encoder !== undefined) this.#talk.ready(encoder, this.#run);
  }

  #fault(error: unknown): void {
    if (error instanceof InvariantError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    this.#log.error({ reason }, 'stream.fault');
    this.#faulty = true;
    for (const listener of this.#faultListeners) listener(reason);
  }
}
