// clients/web/src/player/recovery.ts - the ladder from a picture that stopped to a session that closed (the one timing
// table in protocol/limits.ts). Pure: how long there was no decoded frame, and what is known, to what is shown and done.
import { timings } from '../../../../src/protocol/limits.ts';

/** What the page shows. Each rung includes those before it. */
export type Trouble =
  | 'none'
  /** 1 s without a frame. */
  | 'weak-network'
  /** 3 s: new ICE candidates are being tried. */
  | 'restarting'
  /** 30 s, or the node is known dead: another node is offered. */
  | 'other-node'
  /** 120 s: the session has closed and what was held goes back. */
  | 'closed';

/** The rung at `silentMs` without a decoded frame. */
export function troubleAt(silentMs: number, nodeLost: boolean): Trouble {
  if (silentMs >= timings.sessionCloseMs) return 'closed';
  if (nodeLost || silentMs >= timings.offerOtherNodeMs) return 'other-node';
  if (silentMs >= timings.iceRestartMs) return 'restarting';
  return silentMs >= timings.weakNetworkMs ? 'weak-network' : 'none';
}

/** Times of the ICE restarts asked for: at 3 s and then every 5 s, for an answer may be lost with the network. */
const RESTART_EVERY_MS = 5_000;

/** True when an ICE restart should be asked for now. `lastAskMs`: when the last one was, -Infinity for never. */
export function restartDue(silentMs: number, lastAskMs: number, nowMs: number): boolean {
  return silentMs >= timings.iceRestartMs && silentMs < timings.sessionCloseMs && nowMs - lastAskMs >= RESTART_EVERY_MS;
}

/** Pauses between tries to reach the hub, the last one for ever. */
const HUB_PAUSES_MS: readonly number[] = [250, 500, 1_000, 2_000];

/** Milliseconds to wait before try number `tries` (0 is the first after a loss). */
export function hubPauseMs(tries: number): number {
  return HUB_PAUSES_MS[Math.min(tries, HUB_PAUSES_MS.length - 1)] ?? 0;
}
