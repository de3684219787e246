// test/sim/media/bottleneck.ts - a simulated path with one drop-tail queue, and a sender of pictures over it that obeys a
// rate controller. Time moves in steps of half a millisecond; nothing real is waited for.
import { type Random, seededRandom } from '../../../src/base/random.ts';
import { PACE_FACTOR, Pacer } from '../../../src/media/pacer.ts';
import type { RateController } from '../../../src/media/rate-controller.ts';
import { SendLedger } from '../../../src/media/send-ledger.ts';

/** What the path is like. */
export type Path = {
  readonly kbpsAt: (ms: number) => number;
  readonly oneWayMs: number;
  readonly queueMs: number;
  readonly lossShare?: number;
  readonly jitterMs?: number;
  /** A receiver that gets no processor for `forMs` out of every `everyMs`: what comes meanwhile arrives after it. */
  readonly stalls?: { readonly everyMs: number; readonly forMs: number };
  /** False while nothing gets through in either direction. */
  readonly isUpAt?: (ms: number) => boolean;
};

/** What happened in one step of 50 ms. */
export type Moment = {
  readonly ms: number;
  readonly targetKbps: number;
  readonly receivedKbps: number;
  readonly queueMs: number;
  readonly pictures: number;
  /** Longest pause between two arrived pictures that ended in this step, or is still going on. */
  readonly gapMs: number;
};

type Flying = { seq: number; bytes: number; atMs: number; last: boolean };

const STEP_MS = 0.5;
const PACKET_BYTES = 1_150;
const FPS = 60;
const FEEDBACK_MS = 50;
const CLOCK_OFFSET_MS = 123_456; // The browser's clock is not ours.

/** Runs `controller` over `path` for `ms`; one entry a 50 ms. */
export function simulate(controller: RateController, path: Path, ms: number, seed = 1): Moment[] {
  const random: Random = seededRandom(seed);
  const chance = () => random.below(1_000_000) / 1_000_000;
  const ledger = new SendLedger();
  const pacer = new Pacer<{ bytes: number; last: boolean }>(controller.targetKbps * PACE_FACTOR);
  const queue: { seq: number; bytes: number; last: boolean; cameMs: number }[] = [];
  const flying: Flying[] = [];
  const reports: { atMs: number; arrivals: Map<number, number>; from: number; to: number }[] = [];
  let arrived = new Map<number, number>();
  let [reportedTo, highest, queuedBytes, linkFreeMs, lastArrivalMs] = [1, 0, 0, 0, 0];
  let [nextFrameMs, nextReportMs] = [0, FEEDBACK_MS];
  let [lastPictureMs, pictures, receivedBytes, gapMs, sentSinceTick] = [0, 0, 0, 0, 0];
  const moments: Moment[] = [];
  for (let nowMs = 0; nowMs < ms; nowMs += STEP_MS) {
    const up = path.isUpAt?.(nowMs) ?? true;
    const capacity = path.kbpsAt(nowMs) / 8;
    if (nowMs >= nextFrameMs) {
      nextFrameMs += 1000 / FPS;
      if (pacer.backlogMs < 1000 / FPS) {
        const frame = (controller.targetKbps / 8) * (1000 / FPS) * (0.7 + 0.5 * chance());
        const count = Math.max(1, Math.round(frame / PACKET_BYTES));
        for (let i = 0; i < count; i++) {
          pacer.push({ bytes: PACKET_BYTES, item: { bytes: PACKET_BYTES, last: i === count - 1 } });
        }
      }
    }
    for (let packet = pacer.take(nowMs); packet !== undefined; packet = pacer.take(nowMs)) {
      const seq = ledger.depart(packet.bytes, nowMs);
      sentSinceTick++;
      if (!up || chance() < (path.lossShare ?? 0) || queuedBytes / capacity > path.queueMs) continue;
      queue.push({ seq, ...packet, cameMs: nowMs });
      queuedBytes += packet.bytes;
    }
    for (let head = queue[0]; head !== undefined && linkFreeMs <= nowMs; head = queue[0]) {
      linkFreeMs = Math.max(head.cameMs, linkFreeMs) + head.bytes / capacity;
      queue.shift();
      queuedBytes -= head.bytes;
      lastArrivalMs = Math.max(lastArrivalMs, linkFreeMs + path.oneWayMs + chance() * (path.jitterMs ?? 0));
      const { everyMs, forMs } = path.stalls ?? { everyMs: 1, forMs: 0 };
      lastArrivalMs = Math.max(lastArrivalMs, lastArrivalMs - (lastArrivalMs % everyMs) + forMs);
      flying.push({ ...head, atMs: lastArrivalMs }); // RFC 8868 section 3: jitter does not reorder.
    }
    for (let i = flying.length - 1; i >= 0; i--) {
      const packet = flying[i];
      if (packet === undefined || packet.atMs > nowMs) continue;
      flying.splice(i, 1);
      if (!up) continue;
      arrived.set(packet.seq, packet.atMs);
      highest = Math.max(highest, packet.seq);
      receivedBytes += packet.bytes;
      if (!packet.last) continue;
      pictures++;
      gapMs = Math.max(gapMs, nowMs - lastPictureMs);
      lastPictureMs = nowMs;
    }
    if (nowMs >= nextReportMs) {
      nextReportMs += FEEDBACK_MS;
      if (highest >= reportedTo) {
        reports.push({ atMs: nowMs + path.oneWayMs, arrivals: arrived, from: reportedTo, to: highest });
        arrived = new Map();
        reportedTo = highest + 1;
      }
    }
    for (let report = reports[0]; report !== undefined && report.atMs <= nowMs; report = reports[0]) {
      reports.shift();
      if (!up) continue;
      const arrivalsUs = Array.from({ length: report.to - report.from + 1 }, (_, i) => {
        const at = report.arrivals.get(report.from + i);
        return at === undefined ? undefined : Math.round((at + CLOCK_OFFSET_MS) * 4) * 250;
      });
      const settled = ledger.settle({ baseSeq: report.from & 0xffff, feedbackSeq: 0, arrivalsUs });
      controller.roundTrip(2 * path.oneWayMs + queuedBytes / capacity);
      controller.feedback(settled, nowMs);
    }
    if (nowMs % FEEDBACK_MS < STEP_MS) {
      controller.tick(nowMs, sentSinceTick > 0);
      sentSinceTick = 0;
      pacer.setKbps(controller.targetKbps * PACE_FACTOR);
      moments.push({
        ms: nowMs,
        targetKbps: controller.targetKbps,
        receivedKbps: (receivedBytes * 8) / FEEDBACK_MS,
        queueMs: queuedBytes / capacity,
        pictures,
        gapMs: Math.max(gapMs, nowMs - lastPictureMs),
      });
      [pictures, receivedBytes, gapMs] = [0, 0, 0];
    }
  }
  return moments;
}
