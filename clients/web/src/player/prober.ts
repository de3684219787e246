// clients/web/src/player/prober.ts - measures the paths to a plan's candidates before anything costs: a real peer
// connection each, over the route that the media would take, answered by the process that would become the session.
// All run side by side, started a little apart so that they do not disturb each other's first packets.
import type { NodeId } from '../../../../src/base/ids.ts';
import { bounds } from '../../../../src/protocol/limits.ts';
import type { HubToPlayer, PlanCandidate } from '../../../../src/protocol/player-messages.ts';
import { decodeProbe, encodeProbe, PROBE_CHANNEL } from '../../../../src/protocol/probe-frames.ts';
import type { Measurement, Path } from '../../../../src/protocol/shapes.ts';
import { type Answerer, createAnswerer, iceFor } from './answerer.ts';
import type { HubLink } from './hub-link.ts';
import { newKey } from './ids.ts';
import { type ProbeStats, probeStats } from './probe-stats.ts';

const ECHO_GAP_MS = 16;
const STAGGER_MS = 40;
/** All of it: connection, the echoes, and what is still under way. Longer is not worth waiting for before play... */
const PROBE_MS = 1_500;
/** ...unless nothing was measured yet: a slow machine or a far network gets this long for its first answer. */
const FIRST_ANSWER_MS = 5_000;
/** Signaling of all probes that may come before this one's own answer. */
const EARLY_MAX = 400;
/** A last echo may be this much slower than the one before it. */
const LAST_ECHO_MS = 250;

/** What became of one probe. */
export type ProbeResult =
  | { readonly node: NodeId; readonly path: Path; readonly kind: 'measured'; readonly measurement: Measurement }
  | { readonly node: NodeId; readonly path: Path; readonly kind: 'failed'; readonly code: string };

/** One echo that came back, for a page that draws them as they come. */
export type ProbeEcho = { readonly node: NodeId; readonly path: Path; readonly rttMs: number };

type Hooks = { onEcho(echo: ProbeEcho): void; onResult(result: ProbeResult): void };

/**
 * Sends echoes over an open channel; resolves when all are back or late.
 * @param phase 0..1, this path's own part of the gap between two echoes: echoes of several paths that come together would
 *   wait for each other in the browser, and each would tell the other's work as its own distance
 */
function echo(
  channel: RTCDataChannel,
  phase: number,
  onRtt: (rttMs: number) => void,
  until: AbortSignal,
): Promise<ProbeStats | undefined> {
  return new Promise((resolve) => {
    const rtts = new Map<number, number>();
    let sent = 0;
    let endTimer: ReturnType<typeof setTimeout> | undefined;
    let timer: ReturnType<typeof setInterval> | undefined;
    const finish = (): void => {
      clearTimeout(startTimer);
      clearInterval(timer);
      clearTimeout(endTimer);
      channel.onmessage = null;
      const inOrder = [...rtts].sort(([a], [b]) => a - b).map(([, rttMs]) => rttMs);
      resolve(probeStats(inOrder, Math.max(1, sent)));
    };
    channel.binaryType = 'arraybuffer';
    channel.onmessage = ({ data }) => {
      const now = performance.now();
      const frame = data instanceof ArrayBuffer ? decodeProbe(new Uint8Array(data)) : undefined;
      if (!frame?.ok || rtts.has(frame.value.seq)) return;
      const rttMs = now - frame.value.sentMs;
      if (!(rttMs >= 0 && rttMs < FIRST_ANSWER_MS)) return;
      rtts.set(frame.value.seq, rttMs);
      onRtt(rttMs);
      if (rtts.size === bounds.probeEchoes) finish();
    };
    const send = (): void => {
      if (sent >= bounds.probeEchoes || channel.readyState !== 'open') {
        clearInterval(timer);
        endTimer = setTimeout(finish, LAST_ECHO_MS);
        return;
      }
      sent++;
      channel.send(encodeProbe({ seq: sent, sentMs: performance.now() }).slice());
    };
    const toPhaseMs = (phase * ECHO_GAP_MS - (performance.now() % ECHO_GAP_MS) + ECHO_GAP_MS) % ECHO_GAP_MS;
    const startTimer = setTimeout(() => {
      send();
      timer = setInterval(send, ECHO_GAP_MS);
    }, toPhaseMs);
    if (until.aborted) finish();
    else until.addEventListener('abort', finish, { once: true });
  });
}

function channelOf(pc: RTCPeerConnection, until: AbortSignal): Promise<RTCDataChannel | undefined> {
  return new Promise((resolve) => {
    if (until.aborted) resolve(undefined);
    until.addEventListener('abort', () => resolve(undefined), { once: true });
    pc.ondatachannel = ({ channel }) => {
      if (channel.label !== PROBE_CHANNEL) return;
      if (channel.readyState === 'open') resolve(channel);
      else channel.onopen = () => resolve(channel);
    };
  });
}

async function probeOne(
  link: HubLink,
  candidate: PlanCandidate,
  path: Path,
  phase: number,
  hooks: Hooks,
  until: AbortSignal,
): Promise<void> {
  const { node } = candidate;
  const failed = (code: string): void => hooks.onResult({ node, path, kind: 'failed', code });
  const early: HubToPlayer[] = [];
  let answerer: Answerer | undefined;
  // The node's offer may follow the hub's answer in the same turn: listen before asking.
  const stop = link.listen((message) => {
    if (message.t !== 'sdp' && message.t !== 'candidate') return;
    if (answerer === undefined && early.length < EARLY_MAX) early.push(message);
    if (answerer !== undefined && message.peer === answerer.peer) answerer.take(message);
  });
  try {
    const asked = await link.ask({ t: 'probe', re: newKey(), ticket: candidate.ticket, path }, FIRST_ANSWER_MS);
    if (!asked.ok) return failed(asked.error.code);
    const { value: opened } = asked;
    if (opened.t !== 'peer') return failed('PEER_UNKNOWN');
    answerer = createAnswerer({
      peer: opened.peer,
      ice: iceFor(path, opened.ice),
      policy: path === 'direct' ? 'all' : 'relay',
      send: (message) => link.send(message),
      onBroken: () => failed('NO_PATH'),
    });
    const channelReady = channelOf(answerer.pc, until);
    for (const message of early.splice(0)) {
      if ((message.t === 'sdp' || message.t === 'candidate') && message.peer === opened.peer) answerer.take(message);
    }
    const channel = await channelReady;
    if (channel === undefined) return failed('NO_PATH');
    const stats = await echo(channel, phase, (rttMs) => hooks.onEcho({ node, path, rttMs }), until);
    if (stats === undefined) return failed('NO_PATH');
    hooks.onResult({ node, path, kind: 'measured', measurement: { node, path, ...stats } });
  } catch {
    failed('HUB_UNREACHABLE');
  } finally {
    stop();
    if (answerer !== undefined) {
      link.send({ t: 'peer.close', peer: answerer.peer });
      answerer.close();
    }
  }
}

/**
 * Probes every candidate over every path.
 * @returns when all are done, or after 1.5 s (5 s while nothing is measured); results come through `hooks` as they come
 */
export async function probeAll(
  link: HubLink,
  candidates: readonly PlanCandidate[],
  paths: readonly Path[],
  hooks: Hooks,
): Promise<void> {
  const stop = new AbortController();
  let [measured, late] = [false, false];
  const timers = [
    setTimeout(() => {
      late = true;
      if (measured) stop.abort();
    }, PROBE_MS),
    setTimeout(() => stop.abort(), FIRST_ANSWER_MS),
  ];
  const watched: Hooks = {
    onEcho: hooks.onEcho,
    onResult(result) {
      hooks.onResult(result);
      measured ||= result.kind === 'measured';
      if (measured && late) stop.abort();
    },
  };
  const jobs = paths.flatMap((path) => candidates.map((candidate) => ({ candidate, path })));
  await Promise.all(
    jobs.map(async ({ candidate, path }, index) => {
      await new Promise((resolve) => setTimeout(resolve, index * STAGGER_MS));
      if (!stop.signal.aborted) await probeOne(link, candidate, path, index / jobs.length, watched, stop.signal);
    }),
  );
  for (const timer of timers) clearTimeout(timer);
}
