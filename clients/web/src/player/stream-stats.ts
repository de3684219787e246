// clients/web/src/player/stream-stats.ts - what RTCPeerConnection.getStats says, as counters and as what changed in the
// last second (research: HUD fields). Pure: rows come in as plain objects, so it runs and is tested without a browser.
import type { Path } from '../../../../src/protocol/shapes.ts';
import { longestGapMs } from './gaps.ts';

/** One row of a stats report. */
export type StatRow = Readonly<Record<string, unknown>>;

/** The path in use: types of both ends of the selected candidate pair. */
export type SelectedPair = {
  readonly local: string;
  readonly remote: string;
  readonly protocol: string;
  /** How this browser reaches the relay, when it uses one. */
  readonly relayProtocol?: string;
  readonly path: Path;
};

/** Counters at one moment. Times in seconds where the browser has seconds. */
export type StreamCounters = {
  readonly atMs: number;
  readonly framesReceived: number;
  readonly framesDecoded: number;
  readonly framesDropped: number;
  readonly framesShown: number;
  readonly keyFrames: number;
  readonly pauseSumS: number;
  readonly pauseSquaresS: number;
  readonly decodeS: number;
  readonly bufferS: number;
  readonly buffered: number;
  readonly freezes: number;
  readonly freezeS: number;
  readonly jitterS: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly nacks: number;
  readonly plis: number;
  readonly firs: number;
  readonly videoBytes: number;
  readonly receivedBytes: number;
  readonly width: number;
  readonly height: number;
  readonly codec: string;
  readonly decoder: string;
  readonly hardware: boolean | undefined;
  readonly audioLevel: number;
  readonly audioSamples: number;
  readonly audioConcealed: number;
  readonly rttMs: number | undefined;
  readonly outgoingKbps: number | undefined;
  readonly pair: SelectedPair | undefined;
};

/** What the last span looked like. */
export type StreamSample = {
  readonly spanMs: number;
  readonly fpsReceived: number;
  readonly fpsDecoded: number;
  readonly fpsShown: number;
  readonly framesDecoded: number;
  readonly longestGapMs: number;
  readonly freezes: number;
  readonly freezeMs: number;
  readonly decodeMs: number;
  readonly bufferMs: number;
  readonly jitterMs: number;
  readonly lossShare: number;
  readonly nacks: number;
  readonly plis: number;
  readonly firs: number;
  readonly kbps: number;
  readonly audioConcealedShare: number;
};

const number = (row: StatRow | undefined, key: string): number => {
  const value = row?.[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
};
const text = (row: StatRow | undefined, key: string): string => {
  const value = row?.[key];
  return typeof value === 'string' ? value : '';
};
const maybe = (row: StatRow | undefined, key: string): number | undefined => {
  const value = row?.[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
};

function selectedPair(byId: ReadonlyMap<string, StatRow>, pair: StatRow | undefined): SelectedPair | undefined {
  const local = byId.get(text(pair, 'localCandidateId'));
  const remote = byId.get(text(pair, 'remoteCandidateId'));
  if (local === undefined || remote === undefined) return undefined;
  const relayProtocol = text(local, 'relayProtocol');
  // Where a router between relay and node rewrites addresses, what the relay sends from comes back as a peer-reflexive
  // candidate; only one that was got from a relay has a `relayProtocol`.
  const relayed = text(local, 'candidateType') === 'relay' || relayProtocol !== '';
  return {
    local: text(local, 'candidateType'),
    remote: text(remote, 'candidateType'),
    protocol: text(local, 'protocol'),
    ...(relayProtocol === '' ? {} : { relayProtocol }),
    path: relayed ? (relayProtocol === 'udp' || relayProtocol === '' ? 'relay' : 'relay-tcp') : 'direct',
  };
}

/** Reads a report. Firefox names the nominated pair by `selected`, others by the transport's `selectedCandidatePairId`. */
export function readCounters(rows: Iterable<StatRow>, framesShown: number, atMs: number): StreamCounters {
  const byId = new Map<string, StatRow>();
  for (const row of rows) byId.set(text(row, 'id'), row);
  const all = [...byId.values()];
  const inbound = (kind: string): StatRow | undefined =>
    all.find((row) => text(row, 'type') === 'inbound-rtp' && text(row, 'kind') === kind);
  const transport = all.find((row) => text(row, 'type') === 'transport');
  const pair =
    byId.get(text(transport, 'selectedCandidatePairId')) ??
    all.find((row) => text(row, 'type') === 'candidate-pair' && (row.selected === true || row.nominated === true));
  const [video, audio] = [inbound('video'), inbound('audio')];
  const rttS = maybe(pair, 'currentRoundTripTime');
  const outgoing = maybe(pair, 'availableOutgoingBitrate');
  const hardware = video?.powerEfficientDecoder;
  return {
    atMs,
    framesReceived: number(video, 'framesReceived'),
    framesDecoded: number(video, 'framesDecoded'),
    framesDropped: number(video, 'framesDropped'),
    framesShown,
    keyFrames: number(video, 'keyFramesDecoded'),
    pauseSumS: number(video, 'totalInterFrameDelay'),
    pauseSquaresS: number(video, 'totalSquaredInterFrameDelay'),
    decodeS: number(video, 'totalDecodeTime'),
    bufferS: number(video, 'jitterBufferDelay'),
    buffered: number(video, 'jitterBufferEmittedCount'),
    freezes: number(video, 'freezeCount'),
    freezeS: number(video, 'totalFreezesDuration'),
    jitterS: number(video, 'jitter'),
    packetsReceived: number(video, 'packetsReceived'),
    packetsLost: number(video, 'packetsLost'),
    nacks: number(video, 'nackCount'),
    plis: number(video, 'pliCount'),
    firs: number(video, 'firCount'),
    videoBytes: number(video, 'bytesReceived') + number(video, 'headerBytesReceived'),
    receivedBytes: number(transport, 'bytesReceived') || number(pair, 'bytesReceived'),
    width: number(video, 'frameWidth'),
    height: number(video, 'frameHeight'),
    codec: text(byId.get(text(video, 'codecId')), 'mimeType').replace(/^video\//, ''),
    decoder: text(video, 'decoderImplementation'),
    hardware: typeof hardware === 'boolean' ? hardware : undefined,
    audioLevel: number(audio, 'audioLevel'),
    audioSamples: number(audio, 'totalSamplesReceived'),
    audioConcealed: number(audio, 'concealedSamples'),
    rttMs: rttS === undefined ? undefined : rttS * 1_000,
    outgoingKbps: outgoing === undefined ? undefined : outgoing / 1_000,
    pair: selectedPair(byId, pair),
  };
}

/** Share of packets lost in a span; a late packet found again makes it 0, not less. */
export function lossShare(lost: number, received: number): number {
  const all = lost + received;
  return all <= 0 ? 0 : Math.min(1, Math.max(0, lost / all));
}

/** What changed between two readings. A new connection starts its counters anew: its first span counts from 0. */
export function sampleBetween(before: StreamCounters, after: StreamCounters): StreamSample {
  const restarted = after.framesDecoded < before.framesDecoded || after.receivedBytes < before.receivedBytes;
  const step = (
    key: { [K in keyof StreamCounters]: StreamCounters[K] extends number ? K : never }[keyof StreamCounters],
  ) => Math.max(0, after[key] - (restarted ? 0 : before[key]));
  const spanMs = Math.max(1, after.atMs - before.atMs);
  const rate = (count: number): number => (count * 1_000) / spanMs;
  const each = (total: number, count: number): number => (count === 0 ? 0 : (total * 1_000) / count);
  const decoded = step('framesDecoded');
  return {
    spanMs,
    fpsReceived: rate(step('framesReceived')),
    fpsDecoded: rate(decoded),
    fpsShown: rate(Math.max(0, after.framesShown - before.framesShown)),
    framesDecoded: decoded,
    longestGapMs: longestGapMs(step('pauseSumS'), step('pauseSquaresS'), decoded),
    freezes: step('freezes'),
    freezeMs: step('freezeS') * 1_000,
    decodeMs: each(step('decodeS'), decoded),
    bufferMs: each(step('bufferS'), step('buffered')),
    jitterMs: after.jitterS * 1_000,
    lossShare: lossShare(step('packetsLost'), step('packetsReceived')),
    nacks: step('nacks'),
    plis: step('plis'),
    firs: step('firs'),
    kbps: (step('videoBytes') * 8) / spanMs,
    audioConcealedShare: step('audioSamples') === 0 ? 0 : step('audioConcealed') / step('audioSamples'),
  };
}
