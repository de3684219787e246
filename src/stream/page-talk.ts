// src/stream/page-talk.ts - what a stream says to the page on `control`: what it can do, where the time of an answer went,
// how much it sends, and what time it is.
import type { Clock } from '../base/clock.ts';
import type { EncoderName, GameRun, StreamCounters } from '../media/ports.ts';
import type { MadePicture } from './picture-maker.ts';
import type { StreamPeer } from './stream-peer.ts';

/** Stage times of inputs that are not markers are told this often at most. */
const STAGES_GAP_MS = 100;
const RATE_MS = 1_000;

/** The talk of one stream, over a change of peer. */
export class PageTalk {
  peer: StreamPeer;
  #clock: Clock;
  #counters: StreamCounters;
  #lastStagesMs = Number.NEGATIVE_INFINITY;
  #before = { bytesSent: 0, framesSent: 0 };
  #timer: NodeJS.Timeout;

  constructor(peer: StreamPeer, counters: StreamCounters, clock: Clock) {
    this.peer = peer;
    this.#counters = counters;
    this.#clock = clock;
    this.#timer = setInterval(() => this.#rate(), RATE_MS);
  }

  /** Says what the pictures are made with; again whenever that changes. */
  ready({ name, codec }: EncoderName, { picture, virtualPads }: GameRun): void {
    const { width, height } = picture;
    this.peer.control({ t: 'ready', codec, encoder: name, width, height, fps: this.#counters.fps, virtualPads });
  }

  /** Answers a page that sets its clock by ours. */
  time(n: number, playerMs: number): void {
    this.peer.control({ t: 'clock', n, playerMs, nodeMs: this.#clock.monotonicMs() });
  }

  /** Says where the time went, if the picture was the first to answer an input. Markers always, others now and then. */
  stages(made: MadePicture, rtpTimestamp: number, sentMs: number): void {
    const { answered } = made;
    if (answered === undefined) return;
    if (!answered.isMarker && sentMs - this.#lastStagesMs < STAGES_GAP_MS) return;
    this.#lastStagesMs = sentMs;
    this.peer.control({
      t: 'stages',
      inputSeq: answered.seq,
      frameSeq: made.frameSeq,
      rtpTimestamp,
      inputAtMs: answered.atMs,
      waitMs: made.startMs - answered.atMs,
      renderMs: made.drawnMs - made.startMs,
      convertMs: made.convertedMs - made.drawnMs,
      encodeMs: made.encodedMs - made.convertedMs,
      sendMs: sentMs - made.encodedMs,
    });
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #rate(): void {
    const { bytesSent, framesSent, targetKbps } = this.#counters;
    const seconds = RATE_MS / 1000;
    const kbps = ((bytesSent - this.#before.bytesSent) * 8) / 1000 / seconds;
    const fps = (framesSent - this.#before.framesSent) / seconds;
    this.#before = { bytesSent, framesSent };
    if (kbps > 0) this.peer.control({ t: 'rate', kbps, targetKbps, fps });
  }
}
