// src/pool/bench-verdicts.ts - what a machine's own figures mean for its players: each value with its limit and a verdict. The
// words, and how to mend it, are the page's.
import type { BenchLine } from '../protocol/http-api.ts';
import type { NodeBench } from '../protocol/node-bench.ts';

/** Pictures a second of the best games, and of the slowest promise that is made. */
const FPS_GOOD = 60;
const FPS_LEAST = 30;
/** Games are drawn with so many lines today: an encoder too slow for more only limits what may come. */
const LINES_TODAY = 720;
/** What the stream of one session takes at most (session-stream.ts), and what a still readable one needs. */
const MBPS_GOOD = 12;
const MBPS_LEAST = 3;
/** A player farther than this in all is told so: what lies between machine and relay is only a part of it. */
const RTT_GOOD_MS = 20;
/** Above it pictures begin to wait for packets that are sent again. */
const LOSS_GOOD = 0.01;
const LOSS_MOST = 0.05;

type Verdict = BenchLine['verdict'];

/** At least `good` is good, at least `least` will do. */
const atLeast = (value: number, good: number, least: number): Verdict =>
  value >= good ? 'ok' : value >= least ? 'less' : 'bad';

function encodeLines({ encodes }: NodeBench): BenchLine[] {
  return encodes.map(({ encoder, height, fps, msPerFrame }) => {
    const verdict = atLeast(fps, FPS_GOOD, height > LINES_TODAY ? 0 : FPS_LEAST);
    return { check: 'encode', of: encoder, height, ms: msPerFrame, value: fps, limit: FPS_GOOD, verdict };
  });
}

function relayLines({ relays }: NodeBench): BenchLine[] {
  return relays.flatMap(({ name, rttMs, loss }): BenchLine[] => {
    const lost: Verdict = loss <= LOSS_GOOD ? 'ok' : loss <= LOSS_MOST ? 'less' : 'bad';
    // Players with a direct way need no relay, so a machine that reaches none can still work.
    if (rttMs === undefined) return [{ check: 'loss', of: name, value: 1, limit: LOSS_GOOD, verdict: 'less' }];
    return [
      { check: 'rtt', of: name, value: rttMs, limit: RTT_GOOD_MS, verdict: rttMs <= RTT_GOOD_MS ? 'ok' : 'less' },
      { check: 'loss', of: name, value: loss, limit: LOSS_GOOD, verdict: lost },
    ];
  });
}

/**
 * Judges a bench, always in the same order.
 * @param slots sessions that the machine offers at once: what it carries, and its line, must be enough for all of them
 */
export function judgeBench(bench: NodeBench, slots: number): BenchLine[] {
  const { sessions, uploadMbps, nat } = bench;
  // More than was tried cannot be asked for.
  const wanted = Math.min(slots, sessions.most);
  const lines: BenchLine[] = [
    ...encodeLines(bench),
    { check: 'sessions', value: sessions.count, limit: wanted, verdict: atLeast(sessions.count, wanted, 1) },
  ];
  if (uploadMbps !== undefined) {
    const limit = slots * MBPS_GOOD;
    lines.push({ check: 'upload', value: uploadMbps, limit, verdict: atLeast(uploadMbps, limit, MBPS_LEAST) });
  }
  if (nat !== undefined) {
    const verdict = nat === 'none' || nat === 'endpoint-independent' ? 'ok' : 'less';
    lines.push({ check: 'nat', of: nat, verdict });
  }
  return [...lines, ...relayLines(bench)];
}
