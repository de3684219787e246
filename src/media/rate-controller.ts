// src/media/rate-controller.ts - how many kbit/s the path takes, from arrival times, losses and silence. It cuts at once
// to below what arrives, empties the queue it made, waits, and grows again. One interface; a fuller controller may
// take its place.
import type { PacketResult } from './send-ledger.ts';

/** What the controller tells the stream. */
export interface RateController {
  /** kbit/s that the encoder should make now, retransmissions and headers included. */
  readonly targetKbps: number;
  /** Standing queue on the path by our estimate. */
  readonly queueMs: number;
  /** Share of packets lost over about the last second, 0..1. */
  readonly lossShare: number;
  setMaxKbps(kbps: number): void;
  /** A browser's report, joined with our departures, in the order sent. */
  feedback(results: readonly PacketResult[], nowMs: number): void;
  roundTrip(rttMs: number): void;
  /** To be called about every 50 ms: notices silence, grows. `sending`: packets left since the last call. */
  tick(nowMs: number, sending: boolean): void;
}

const FLOOR_KBPS = 300;
const START_KBPS = 4_000;
/** A game wants little queue; jitter of a good path stays below this. */
const OVERUSE_QUEUE_MS = 25;
/** Arriving slower than it was sent proves a narrow path. Without that proof a delay may be jitter, or a busy receiver. */
const PROOF_SHARE = 0.9;
/** Delays that cuts do not cure are part of the path: the threshold without proof follows them, and comes back. */
const THRESHOLD_MAX_MS = 150;
const [THRESHOLD_RISE, THRESHOLD_FALL] = [0.1, 0.01];
const DRAINED_QUEUE_MS = 8;
/** Of what arrives while a queue stands: that is what the path carries. A long queue says that it got less. */
const MILD_CUT_SHARE = 0.93;
const HARD_CUT_SHARE = 0.85;
const LONG_QUEUE_MS = 60;
const GROWN_BY_MS = 20;
/** While a queue empties we send less still: a queue of this length would be emptied by sending nothing. */
const DRAIN_STOP_MS = 100;
const [DRAIN_SHARE_MIN, DRAIN_SHARE_MAX] = [0.5, 0.9];
const GROWTH_PER_S = 0.1;
/** And at least this much, so that a stream that was cut down to nothing is a picture again within seconds. */
const GROWTH_KBPS_PER_S = 200;
/** Growth goes on while the delay stays below this share of its threshold. */
const CALM_SHARE = 0.75;
/** Near the rate at which a queue last stood, so that the picture does not pulse. */
const CAREFUL_GROWTH_PER_S = 0.02;
const CAREFUL_FROM = 0.85;
const CAREFUL_TO = 1.1;
const CAREFUL_FOR_MS = 8_000;
const START_GROWTH_PER_S = 0.6;
/** No more than this times what was seen to arrive: a quiet picture proves nothing about a loud one. */
const PROVEN_FACTOR = 1.5;
const HOLD_AFTER_CUT_MS = 300;
const SILENCE_MS = 300;
const SILENCE_HALVING_MS = 100;
/** A busy browser may miss its reports this long; a path that was away longer may have become another one. */
const SHORT_SILENCE_MS = 1_500;
const HIGH_LOSS = 0.1;
const SOME_LOSS = 0.03;
const BASE_WINDOW_MS = 10_000;
const QUEUE_WINDOW_MS = 42; // One picture at 30 a second, whose first packet sees the standing queue.
/** Fewer packets than this say little: each alone may have been held up. */
const PACKETS_MIN = 10;
const ARRIVAL_WINDOW_MS = 250;
const SHORT_ARRIVAL_WINDOW_MS = 80; // After a sudden drop only what came lately tells what the path carries now.

type Sample = { atMs: number; delayMs: number };
type Arrival = { atMs: number; sentMs: number; bytes: number };

/** Smallest delay of the last ten seconds, in one-second buckets: the path without its queue. */
class BaseDelay {
  #buckets = new Map<number, number>();

  add({ atMs, delayMs }: Sample): void {
    const bucket = Math.floor(atMs / 1000);
    this.#buckets.set(bucket, Math.min(this.#buckets.get(bucket) ?? Number.POSITIVE_INFINITY, delayMs));
    for (const old of this.#buckets.keys()) if (old < bucket - BASE_WINDOW_MS / 1000) this.#buckets.delete(old);
  }

  get ms(): number {
    return Math.min(...this.#buckets.values());
  }
}

/** The first controller: delay, loss and silence, each with one rule. */
export class DelayRateController implements RateController {
  queueMs = 0;
  lossShare = 0;
  #kbps: number;
  #maxKbps: number;
  #rttMs = 50;
  #base = new BaseDelay();
  #delays: Sample[] = [];
  #arrivals: Arrival[] = [];
  #draining = false;
  #cutQueueMs = 0;
  #thresholdMs = OVERUSE_QUEUE_MS;
  #starting = true;
  #holdUntilMs = 0;
  #lastFeedbackMs = Number.NEGATIVE_INFINITY;
  #lastTickMs = Number.NEGATIVE_INFINITY;
  #lastHalvingMs = 0;
  #beforeSilenceKbps: number | undefined;
  #lossWindow = { sent: 0, lost: 0 };
  #limit = { kbps: 0, atMs: Number.NEGATIVE_INFINITY };

  constructor(maxKbps: number, startKbps: number = START_KBPS) {
    this.#maxKbps = Math.max(FLOOR_KBPS, maxKbps);
    this.#kbps = Math.min(this.#maxKbps, startKbps);
  }

  get targetKbps(): number {
    const share = this.#draining
      ? Math.max(DRAIN_SHARE_MIN, Math.min(DRAIN_SHARE_MAX, 1 - this.queueMs / DRAIN_STOP_MS))
      : 1;
    return Math.max(FLOOR_KBPS, Math.round(this.#kbps * share));
  }

  setMaxKbps(kbps: number): void {
    this.#maxKbps = Math.max(FLOOR_KBPS, kbps);
    this.#kbps = Math.min(this.#kbps, this.#maxKbps);
  }

  roundTrip(rttMs: number): void {
    this.#rttMs += (rttMs - this.#rttMs) / 4;
  }

  feedback(results: readonly PacketResult[], nowMs: number): void {
    if (results.length === 0) return;
    this.#measure(results);
    if (this.#beforeSilenceKbps !== undefined) {
      // The path is back: go on with what it carried after a short silence, with half of it after a long one.
      const share = nowMs - this.#lastFeedbackMs < SHORT_SILENCE_MS ? 1 : 0.5;
      this.#kbps = Math.max(this.#kbps, Math.min(this.#maxKbps, this.#beforeSilenceKbps * share));
      this.#beforeSilenceKbps = undefined;
      this.#holdUntilMs = nowMs + this.#rttMs + HOLD_AFTER_CUT_MS;
    }
    this.#lastFeedbackMs = nowMs;
    if (this.#draining && this.queueMs < DRAINED_QUEUE_MS) this.#draining = false;
    // While a queue empties it is left alone, unless it goes on growing: then the first cut was not deep enough.
    const waits = this.#draining && nowMs < this.#holdUntilMs && this.queueMs < this.#cutQueueMs + GROWN_BY_MS;
    if (!waits) this.#judge(nowMs);
    if (this.lossShare > HIGH_LOSS && !this.#draining && nowMs >= this.#holdUntilMs)
      this.#cutTo(this.#kbps * (1 - this.lossShare / 2), nowMs);
  }

  tick(nowMs: number, sending: boolean): void {
    const elapsedMs = Math.min(200, Math.max(0, nowMs - this.#lastTickMs));
    this.#lastTickMs = nowMs;
    if (this.#lastFeedbackMs === Number.NEGATIVE_INFINITY || !sending) return;
    if (nowMs - this.#lastFeedbackMs > SILENCE_MS + this.#rttMs) {
      this.#silence(nowMs);
      return;
    }
    if (
      nowMs < this.#holdUntilMs ||
      this.#draining ||
      this.lossShare > SOME_LOSS ||
      this.queueMs > this.#thresholdMs * CALM_SHARE
    ) {
      return;
    }
    const proven = this.#flow(ARRIVAL_WINDOW_MS).arrivedKbps * PROVEN_FACTOR;
    if (this.#kbps >= proven) return;
    const growth = this.#starting ? START_GROWTH_PER_S : this.#isNearLimit(nowMs) ? CAREFUL_GROWTH_PER_S : GROWTH_PER_S;
    const kbpsPerS = Math.max(this.#kbps * growth, GROWTH_KBPS_PER_S);
    this.#kbps = Math.min(this.#maxKbps, proven, this.#kbps + (kbpsPerS * elapsedMs) / 1000);
  }

  #judge(nowMs: number): void {
    const isLong = this.queueMs > LONG_QUEUE_MS;
    const { arrivedKbps, sentKbps, packets } = this.#flow(isLong ? SHORT_ARRIVAL_WINDOW_MS : ARRIVAL_WINDOW_MS);
    const isProven = packets >= PACKETS_MIN && arrivedKbps < sentKbps * PROOF_SHARE;
    const excessMs = this.queueMs - this.#thresholdMs;
    if (this.queueMs <= (isProven ? OVERUSE_QUEUE_MS : this.#thresholdMs)) {
      this.#thresholdMs += Math.max(OVERUSE_QUEUE_MS - this.#thresholdMs, excessMs) * THRESHOLD_FALL;
      return;
    }
    if (!isProven) this.#thresholdMs = Math.min(THRESHOLD_MAX_MS, this.#thresholdMs + excessMs * THRESHOLD_RISE);
    this.#draining = true;
    this.#cutQueueMs = this.queueMs;
    const carriedKbps = isProven ? arrivedKbps : this.#kbps;
    this.#limit = { kbps: carriedKbps, atMs: nowMs };
    this.#cutTo(carriedKbps * (isLong ? HARD_CUT_SHARE : MILD_CUT_SHARE), nowMs);
  }

  #isNearLimit(nowMs: number): boolean {
    const { kbps, atMs } = this.#limit;
    return nowMs - atMs < CAREFUL_FOR_MS && this.#kbps > kbps * CAREFUL_FROM && this.#kbps < kbps * CAREFUL_TO;
  }

  #cutTo(kbps: number, nowMs: number): void {
    this.#starting = false;
    this.#kbps = Math.max(FLOOR_KBPS, Math.min(this.#kbps, kbps));
    this.#holdUntilMs = nowMs + this.#rttMs + HOLD_AFTER_CUT_MS;
  }

  #silence(nowMs: number): void {
    this.#beforeSilenceKbps ??= this.#kbps;
    if (nowMs - this.#lastHalvingMs < SILENCE_HALVING_MS) return;
    this.#lastHalvingMs = nowMs;
    this.#kbps = Math.max(FLOOR_KBPS, this.#kbps / 2);
  }

  #measure(results: readonly PacketResult[]): void {
    let newestMs = 0;
    for (const { sentMs, bytes, arrivedMs, wasMissing } of results) {
      if (!wasMissing) this.#lossWindow.sent++;
      if (wasMissing !== (arrivedMs === undefined)) this.#lossWindow.lost += wasMissing ? -1 : 1; // It was only late.
      if (arrivedMs !== undefined) {
        const sample = { atMs: sentMs, delayMs: arrivedMs - sentMs };
        this.#base.add(sample);
        this.#delays.push(sample);
        this.#arrivals.push({ atMs: arrivedMs, sentMs, bytes });
        newestMs = Math.max(newestMs, sentMs);
      }
    }
    const enough = this.#delays.length - PACKETS_MIN;
    this.#delays = this.#delays.filter(({ atMs }, i) => i >= enough || atMs > newestMs - QUEUE_WINDOW_MS);
    const standing = Math.min(...this.#delays.map(({ delayMs }) => delayMs));
    if (this.#delays.length > 0) this.queueMs = standing - this.#base.ms;
    const lastArrivalMs = this.#arrivals.at(-1)?.atMs ?? 0;
    this.#arrivals = this.#arrivals.filter(({ atMs }) => atMs > lastArrivalMs - ARRIVAL_WINDOW_MS);
    const { sent, lost } = this.#lossWindow;
    if (sent < 50) return;
    this.lossShare = Math.max(0, this.lossShare / 2 + lost / sent / 2);
    this.#lossWindow = { sent: 0, lost: 0 };
  }

  /** What arrived lately, as a rate over the time in which it arrived and over the time in which it was sent. */
  #flow(windowMs: number): { arrivedKbps: number; sentKbps: number; packets: number } {
    const last = this.#arrivals.at(-1);
    const lately = this.#arrivals.filter(({ atMs }) => atMs > (last?.atMs ?? 0) - windowMs);
    const first = lately[0];
    if (first === undefined || last === undefined) return { arrivedKbps: this.#kbps, sentKbps: this.#kbps, packets: 0 };
    const bits = lately.reduce((sum, { bytes }) => sum + bytes, 0) * 8;
    return {
      arrivedKbps: bits / Math.max(windowMs / 2, last.atMs - first.atMs),
      sentKbps: bits / Math.max(windowMs / 2, last.sentMs - first.sentMs),
      packets: lately.length,
    };
  }
}
