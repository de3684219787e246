// src/session/meter.ts - good seconds of both sides become billable time. Each side counts for itself, cumulatively and
// on its own monotonic clock; the smaller count is billed. Because counts only grow and only the newest matters, ticks
// that are lost, doubled, late or reordered change nothing.
import type { BadMs } from '../protocol/shapes.ts';
import { NO_BAD_MS } from './good-time.ts';

/** What one side last said. */
export type Count = { readonly seq: number; readonly goodMs: number };
/** The player's count, with the time that was not good. */
export type PlayerCount = Count & { readonly badMs: BadMs };
/** Both sides' counts. `epoch` numbers the node's processes for this session. */
export type Meter = { readonly player: PlayerCount; readonly node: Count; readonly epoch: number };

/** A session nobody has counted for yet. */
export function newMeter(epoch: number): Meter {
  return { player: { seq: 0, goodMs: 0, badMs: NO_BAD_MS }, node: { seq: 0, goodMs: 0 }, epoch };
}

/** Takes in a count of the player, or returns the same meter when it is not newer than the last. */
export function countPlayer(meter: Meter, { seq, goodMs, badMs }: PlayerCount): Meter {
  if (seq <= meter.player.seq || goodMs < meter.player.goodMs) return meter;
  return { ...meter, player: { seq, goodMs, badMs: largerEach(meter.player.badMs, badMs) } };
}

/** Takes in a count of the node, or returns the same meter when it is of an older process or not newer. */
export function countNode(meter: Meter, { seq, goodMs }: Count, epoch: number): Meter {
  if (epoch < meter.epoch) return meter;
  if ((epoch === meter.epoch && seq <= meter.node.seq) || goodMs < meter.node.goodMs) return meter;
  return { ...meter, epoch, node: { seq, goodMs } };
}

/** The node's last word, which has no number: the session is over there, and later ticks are late. */
export function countNodeEnd(meter: Meter, goodMs: number): Meter {
  return { ...meter, node: { seq: Number.MAX_SAFE_INTEGER, goodMs: Math.max(goodMs, meter.node.goodMs) } };
}

/**
 * The player signed for this much: as good as a tick. A page that was told to go on from a smaller count could not
 * sign a voucher above its last one.
 */
export function countVouched(meter: Meter, servedMs: number): Meter {
  return servedMs <= meter.player.goodMs ? meter : { ...meter, player: { ...meter.player, goodMs: servedMs } };
}

/** The page was loaded anew: its tick numbers start from 1 again, its counts go on. */
export function restartPlayer(meter: Meter): Meter {
  return { ...meter, player: { ...meter.player, seq: 0 } };
}

/** Time that both sides call good: what may be charged. */
export function billableMs(meter: Meter): number {
  return Math.min(meter.player.goodMs, meter.node.goodMs);
}

function largerEach(before: BadMs, now: BadMs): BadMs {
  return {
    'no-frame-yet': Math.max(before['no-frame-yet'], now['no-frame-yet']),
    'few-sent': Math.max(before['few-sent'], now['few-sent']),
    'few-decoded': Math.max(before['few-decoded'], now['few-decoded']),
    gap: Math.max(before.gap, now.gap),
    rtt: Math.max(before.rtt, now.rtt),
    'input-unanswered': Math.max(before['input-unanswered'], now['input-unanswered']),
    disconnected: Math.max(before.disconnected, now.disconnected),
  };
}
