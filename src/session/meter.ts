// src/session/meter.ts - good seconds of both sides become billable time. Each side counts for itself, cumulatively and
// on its own monotonic clock; the smaller count is billed. A count can only grow, and the larger one of two wins, so
// ticks that are lost, doubled, late or reordered change nothing, and no numbering can go wrong after a reload.
import type { BadMs } from '../protocol/shapes.ts';
import { NO_BAD_MS } from './good-time.ts';

/** What the player's page has counted. */
export type PlayerCount = { readonly goodMs: number; readonly badMs: BadMs };
/** Both sides' counts. `epoch` numbers the node's processes for this session. */
export type Meter = { readonly player: PlayerCount; readonly nodeGoodMs: number; readonly epoch: number };

/** A session nobody has counted for yet. */
export function newMeter(epoch: number): Meter {
  return { player: { goodMs: 0, badMs: NO_BAD_MS }, nodeGoodMs: 0, epoch };
}

/** Takes in a count of the player; the very same meter when it says nothing new. */
export function countPlayer(meter: Meter, { goodMs, badMs }: PlayerCount): Meter {
  const known = meter.player;
  const causes = Object.entries(badMs) as [keyof BadMs, number][];
  if (goodMs <= known.goodMs && causes.every(([cause, ms]) => ms <= known.badMs[cause])) return meter;
  const merged = { ...known.badMs };
  for (const [cause, ms] of causes) merged[cause] = Math.max(ms, merged[cause]);
  return { ...meter, player: { goodMs: Math.max(goodMs, known.goodMs), badMs: merged } };
}

/** Processes of one session that may have come and gone while the hub heard nothing of its node. */
const EPOCHS_AHEAD = 16;

/**
 * Takes in a count of the node; the very same meter when it is of an older process, of one that cannot be yet, or says
 * nothing new.
 */
export function countNode(meter: Meter, goodMs: number, epoch: number): Meter {
  if (epoch > meter.epoch + EPOCHS_AHEAD) return meter;
  if (epoch < meter.epoch || (epoch === meter.epoch && goodMs <= meter.nodeGoodMs)) return meter;
  return { ...meter, epoch, nodeGoodMs: Math.max(goodMs, meter.nodeGoodMs) };
}

/**
 * The player signed for this much: as good as a tick. A page that was told to go on from a smaller count could not
 * sign a voucher above its last one.
 */
export function countVouched(meter: Meter, servedMs: number): Meter {
  return servedMs <= meter.player.goodMs ? meter : { ...meter, player: { ...meter.player, goodMs: servedMs } };
}

/** Time that both sides call good: what may be charged. */
export function billableMs(meter: Meter): number {
  return Math.min(meter.player.goodMs, meter.nodeGoodMs);
}
