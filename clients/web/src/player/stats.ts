// clients/web/src/player/stats.ts - `window.nearcade.stats()`: everything the HUD shows and what the session is, as plain
// JSON, for kiosks and tests. docs/PLAYER-API.md describes it; fields are only ever added.
import type { Receipt } from '../../../../src/protocol/receipt.ts';
import { medianTotalMs } from './click-clock.ts';
import type { Hud } from './hud.ts';
import type { SessionView } from './play-session.ts';
import type { Phase, Player } from './player.ts';

/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const orNull = (value: number | undefined): number | null => value ?? null;

function sessionJson(view: SessionView): { readonly [key: string]: Json } {
  const { started, trouble, times, nodeLost } = view;
  const { session, node, nodeName, region, game, path, continues, quote } = started;
  return {
    session,
    continues: continues ?? null,
    game,
    node,
    nodeName,
    region,
    wantedPath: path,
    rateWeiPerHour: quote.rateWeiPerHour,
    promise: quote.promise,
    choice: JSON.parse(JSON.stringify(started.choice)),
    resumed: started.resumed,
    trouble,
    nodeLost,
    startMs: { ...times },
  };
}

function hudJson(hud: Hud): { readonly [key: string]: Json } {
  const { counters, sample, click, code, state } = hud;
  return {
    path: counters.pair?.path ?? null,
    pair: counters.pair === undefined ? null : { ...counters.pair },
    rttMs: orNull(hud.rttMs),
    pairRttMs: orNull(counters.rttMs),
    fpsReceived: sample.fpsReceived,
    fpsDecoded: sample.fpsDecoded,
    fpsShown: sample.fpsShown,
    framesDecoded: counters.framesDecoded,
    framesDropped: counters.framesDropped,
    keyFrames: counters.keyFrames,
    longestGapMs: sample.longestGapMs,
    freezes: counters.freezes,
    freezeMs: counters.freezeS * 1_000,
    decodeMs: sample.decodeMs,
    bufferMs: sample.bufferMs,
    jitterMs: sample.jitterMs,
    lossShare: sample.lossShare,
    packetsLost: counters.packetsLost,
    packetsReceived: counters.packetsReceived,
    nacks: counters.nacks,
    plis: counters.plis,
    firs: counters.firs,
    kbps: sample.kbps,
    receivedBytes: counters.receivedBytes,
    width: counters.width,
    height: counters.height,
    codec: counters.codec,
    decoder: counters.decoder,
    hardwareDecoder: counters.hardware ?? null,
    outgoingKbps: orNull(counters.outgoingKbps),
    audioLevel: counters.audioLevel,
    audioConcealedShare: sample.audioConcealedShare,
    backlogBytes: hud.backlogBytes,
    clickToFrame:
      click === undefined
        ? null
        : {
            lastMs: click.totalMs,
            medianMs: orNull(medianTotalMs(hud.clicks)),
            kind: click.kind,
            inputSeq: click.seq,
            count: hud.clicks.length,
            stages: click.stages === undefined ? null : { ...click.stages },
          },
    pictureCode: code === undefined ? null : { ...code },
    goodMs: hud.goodMs,
    badCause: hud.badCause ?? null,
    shortfallMs: hud.shortfallMs,
    encoder: hud.node.encoder ?? null,
    nodeKbps: orNull(hud.node.kbps),
    nodeTargetKbps: orNull(hud.node.targetKbps),
    nodeFps: orNull(hud.node.fps),
    billedMs: orNull(state?.billedMs),
    costWei: state?.costWei ?? null,
    heldWei: state?.heldWei ?? null,
    balanceWei: state?.balanceWei ?? null,
    timeLeftMs: orNull(state?.timeLeftMs),
    limit: state?.limit ?? null,
    sessionPhase: state?.phase ?? null,
    badMs: state === undefined ? null : { ...state.badMs },
  };
}

function phaseJson(phase: Phase): { readonly [key: string]: Json } {
  switch (phase.kind) {
    case 'starting':
      return { phase: 'starting', queue: phase.queue === undefined ? null : { ...phase.queue } };
    case 'running':
    case 'leaving': {
      const { session, capture } = phase.running;
      const view = session.view.get();
      const hud = session.hud.get();
      const input = capture.state.get();
      const name =
        phase.kind === 'leaving'
          ? 'leaving'
          : view.times.frame === undefined && !view.started.resumed
            ? 'connecting'
            : 'playing';
      return {
        phase: name,
        ...sessionJson(view),
        captured: input.captured,
        mouse: input.mouse,
        pads: input.pads.map((pad) => ({ ...pad })),
        ...(hud === undefined ? {} : hudJson(hud)),
      };
    }
    case 'ended':
      return { phase: 'ended', session: phase.session, reason: phase.reason };
    case 'failed':
      return { phase: 'failed', code: phase.problem.code, facts: { ...(phase.problem.facts ?? {}) } };
    default:
      return { phase: phase.kind };
  }
}

/** Everything of now. `receipt` once it was fetched. */
export function statsJson(player: Player, receipt: Receipt | undefined): { readonly [key: string]: Json } {
  const plan = player.planner.view.get();
  return {
    link: player.link.state.get().kind,
    plan: plan.kind,
    measurements: plan.measurements.map((measurement) => ({ ...measurement })),
    ...phaseJson(player.phase.get()),
    receipt: receipt === undefined ? null : JSON.parse(JSON.stringify(receipt)),
  };
}

declare global {
  interface Window {
    /** For kiosks and tests; docs/PLAYER-API.md. */
    nearcade?: { stats(): { readonly [key: string]: Json }; leave(): void };
  }
}
