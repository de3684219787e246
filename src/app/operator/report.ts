// src/app/operator/report.ts - how an operator's machines did: what share of their seats' time was played on in the last seven
// days, and how far players could rely on each, with every event that cost points. Nothing of it is kept: it follows from
// receipts and from when machines were away.
import type { NodeId, OperatorId } from '../../base/ids.ts';
import { RELIABILITY_DAYS, reliabilityOf } from '../../pool/reliability.ts';
import { lastDays, occupiedMs, type Span, usedShare } from '../../pool/utilisation.ts';
import type { OperatorReport } from '../../protocol/operator-api.ts';
import type { DeskParts, OperatorSession } from '../admin/ports.ts';
import type { Hub } from '../hub.ts';
import { sessionsOn } from '../node-here.ts';
import type { KeptNode, Now } from '../ports.ts';
import { endedSessions } from './ended-sessions.ts';
import type { Away } from './ports.ts';

const DAY_MS = 86_400_000;
const DAYS = 7;
/** Games looked at, the newest first: a month of four seats that are never empty for long. */
const GAMES_MAX = 10_000;
const AWAY_MAX = 1_000;
/** Events shown for a machine; all of them count. */
const TROUBLES_SHOWN = 50;

type Facts = { readonly games: readonly OperatorSession[]; readonly away: readonly Away[] };

function ofNode(hub: Hub, { node, name, slots }: KeptNode, { games, away }: Facts, now: Now) {
  const ran = games.map((game): Span => ({ fromMs: game.startedAtMs, untilMs: game.endedAtMs }));
  const running = sessionsOn(hub, node).flatMap(({ session }): Span[] => {
    const startedAtMs = hub.ports.book.find(session)?.open.startedAtMs;
    return startedAtMs === undefined ? [] : [{ fromMs: Number(startedAtMs), untilMs: now.wallMs }];
  });
  const spans = [...ran, ...running];
  const window = { fromMs: now.wallMs - DAYS * DAY_MS, untilMs: now.wallMs };
  const recent = games.filter(({ endedAtMs }) => endedAtMs > window.fromMs);
  const { score, troubles } = reliabilityOf(
    games,
    away.flatMap(({ fromMs, planned }) => (planned ? [] : fromMs)),
    now.wallMs,
  );
  return {
    ...{ node, name, slots },
    sessions: recent.length + running.length,
    paidMs: recent.reduce((sum, { billedMs }) => sum + billedMs, 0),
    playedMs: Math.round(occupiedMs(spans, window)),
    share: usedShare(spans, slots, window),
    days: lastDays(now.wallMs, DAYS).map((day) => usedShare(spans, slots, day)),
    score,
    troubles: troubles.slice(0, TROUBLES_SHOWN).map((each) => ({ ...each, atMs: Math.floor(each.atMs) })),
    troublesInAll: troubles.length,
  };
}

/** The report on the machines of `operator`. Throws OutageError. */
export async function operatorReport(
  hub: Hub,
  parts: Pick<DeskParts, 'books' | 'currency'>,
  operator: OperatorId,
  now: Now,
): Promise<OperatorReport> {
  const sinceMs = now.wallMs - RELIABILITY_DAYS * DAY_MS;
  const [kept, away] = await Promise.all([
    hub.ports.nodes.ofOperator(operator),
    hub.ports.operators.away(operator, sinceMs, AWAY_MAX),
  ]);
  const games = new Map<NodeId, OperatorSession[]>(kept.map(({ node }) => [node, []]));
  let read = 0;
  for await (const game of endedSessions(parts, operator, sinceMs)) {
    games.get(game.node)?.push(game);
    if (++read === GAMES_MAX) break;
  }
  const nodes = kept.map((each) => {
    const facts = { games: games.get(each.node) ?? [], away: away.filter(({ node }) => node === each.node) };
    return ofNode(hub, each, facts, now);
  });
  const offered = nodes.reduce((sum, { slots }) => sum + slots, 0) * DAYS * DAY_MS;
  const played = nodes.reduce((sum, { playedMs }) => sum + playedMs, 0);
  return { days: DAYS, share: offered === 0 ? 0 : Math.min(1, played / offered), scoreDays: RELIABILITY_DAYS, nodes };
}
