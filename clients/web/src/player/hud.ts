// clients/web/src/player/hud.ts - every value that the player can look at while playing, in one object. Pill, panel,
// drawer, ticks and `window.nearcade.stats()` all read it.
import type { PictureCode } from '../../../../src/protocol/picture-code.ts';
import type { SessionState } from '../../../../src/protocol/player-messages.ts';
import type { ClickSample } from './click-clock.ts';
import type { StreamCounters, StreamSample } from './stream-stats.ts';

/** What the node said of itself and of its rate control. */
export type NodeSide = {
  readonly encoder?: string;
  readonly virtualPads?: boolean;
  readonly kbps?: number;
  readonly targetKbps?: number;
  readonly fps?: number;
};

/** One second of play. */
export type Hud = {
  /** Page's monotonic clock. */
  readonly atMs: number;
  /** Round trip over the session's own channel, least of the last five. */
  readonly rttMs: number | undefined;
  readonly counters: StreamCounters;
  readonly sample: StreamSample;
  readonly click: ClickSample | undefined;
  /** Last measured inputs, oldest first. */
  readonly clicks: readonly ClickSample[];
  readonly code: PictureCode | undefined;
  readonly node: NodeSide;
  readonly backlogBytes: number;
  readonly goodMs: number;
  /** Why the last second was free, if it was. */
  readonly badCause: string | undefined;
  /** What the node served beyond the last voucher it kept. */
  readonly shortfallMs: number;
  /** Code with which the node refused the last voucher. */
  readonly voucherRefused: string | undefined;
  /** What the hub last said of time and money. */
  readonly state: SessionState | undefined;
};
