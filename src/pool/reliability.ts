// src/pool/reliability.ts - how far players could rely on a machine: 100, less what each trouble of the last 30 days costs. An
// event weighs a day's worth of paid play: on a machine that serves more it costs less, so that a busy one is not punished
// for being busy. What only the player's line did costs nothing (DESIGN 6.4).
import type { SessionId } from '../base/ids.ts';
import type { BadMs, EndReason } from '../protocol/shapes.ts';

/**
 * What can go wrong. lost: the machine was gone during a game. refused: it did not start a game it was given. crashed: the
 * game broke. cut: it left before a game was over. slow: it sent too few pictures. away: it went without a word.
 */
export type TroubleKind = 'lost' | 'refused' | 'crashed' | 'cut' | 'slow' | 'away';

/** Points of an event on a machine with at most a day of paid play. */
export const TROUBLE_POINTS: Readonly<Record<TroubleKind, number>> = {
  lost: 10,
  refused: 5,
  crashed: 3,
  cut: 3,
  slow: 2,
  away: 1,
};

/** The days that count. */
export const RELIABILITY_DAYS = 30;
const DAY_MS = 86_400_000;
/** A game in which more than this share of the time was free for want of sent pictures was slow; shorter ones say nothing. */
const SLOW_SHARE = 0.1;
const SLOW_LEAST_MS = 60_000;

/** An ended game. */
export type RanGame = {
  readonly session: SessionId;
  readonly endedAtMs: number;
  readonly reason: EndReason;
  readonly billedMs: number;
  readonly freeMs: BadMs;
};
/** One event and what it costs now, in points, to the hundredth. */
export type Trouble = {
  readonly kind: TroubleKind;
  readonly atMs: number;
  readonly session?: SessionId;
  readonly points: number;
};

const REASONS: Partial<Record<EndReason, TroubleKind>> = {
  'node-lost': 'lost',
  'node-refused': 'refused',
  'game-crashed': 'crashed',
  'node-drained': 'cut',
};

/** What was wrong with a game by the machine's fault. */
export function troubleOf({ reason, billedMs, freeMs }: RanGame): TroubleKind | undefined {
  const ended = REASONS[reason];
  if (ended !== undefined) return ended;
  const fewMs = freeMs['few-sent'];
  const playedMs = billedMs + fewMs;
  return playedMs >= SLOW_LEAST_MS && fewMs > SLOW_SHARE * playedMs ? 'slow' : undefined;
}

/**
 * The score of a machine, 0..100 to the tenth, and every event that cost points, newest first. Events older than
 * `RELIABILITY_DAYS` count for nothing.
 * @param awayAtMs when it went away without a word
 */
export function reliabilityOf(
  games: readonly RanGame[],
  awayAtMs: readonly number[],
  nowMs: number,
): { readonly score: number; readonly troubles: readonly Trouble[] } {
  const sinceMs = nowMs - RELIABILITY_DAYS * DAY_MS;
  const counted = games.filter(({ endedAtMs }) => endedAtMs > sinceMs);
  const paidDays = counted.reduce((sum, { billedMs }) => sum + billedMs, 0) / DAY_MS;
  const pointsOf = (kind: TroubleKind): number => TROUBLE_POINTS[kind] / Math.max(1, paidDays);
  const inGames = counted.flatMap((game) => {
    const kind = troubleOf(game);
    return kind === undefined ? [] : { kind, atMs: game.endedAtMs, session: game.session };
  });
  const away = awayAtMs.filter((atMs) => atMs > sinceMs).map((atMs) => ({ kind: 'away' as const, atMs }));
  const all = [...inGames, ...away].toSorted((a, b) => b.atMs - a.atMs);
  const lost = all.reduce((sum, { kind }) => sum + pointsOf(kind), 0);
  return {
    score: Math.round(Math.max(0, 100 - lost) * 10) / 10,
    troubles: all.map((event) => ({ ...event, points: Math.round(pointsOf(event.kind) * 100) / 100 })),
  };
}
