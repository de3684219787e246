// src/app/cafe/lost-play.ts - play that nobody sees stops its customer's clock: the node is lost, or nothing is heard of the page (the
// café's line is cut, the PC is dark). The clock stands since the last good moment and goes on when the game does, when the
// seat's page is shown again, or when somebody says so. Whoever closes the page gains nothing but the time without it.
import type { SessionId } from '../../base/ids.ts';
import type { Result } from '../../base/result.ts';
import { hubReasons } from '../../protocol/cafe-api.ts';
import type { Refusal } from '../../protocol/error-codes.ts';
import { timings } from '../../protocol/limits.ts';
import type { EndReason } from '../../protocol/shapes.ts';
import type { Hub, LiveSession } from '../hub.ts';
import { tabPlace } from '../place.ts';
import type { Now } from '../ports.ts';
import { playBack, playLost } from './acts/hub-acts.ts';
import type { Cafes } from './cafes.ts';
import type { ActName, Draft } from './draft.ts';
import type { Kiosks } from './kiosks.ts';
import { sessionOf } from './play-on-seat.ts';
import { doInTurn, seatKey } from './run-act.ts';
import { type Cafe, type Seat, settingsOf } from './state.ts';

const HUB = { kind: 'hub' } as const;
/** A page that plays says so every five seconds: after three that are missing it is gone. */
export const PAGE_SILENCE_MS = 3 * timings.tickMs;

/** Ends of a session that say: nothing came through any more. */
const PAGE_GONE: ReadonlySet<EndReason | undefined> = new Set(['player-lost', 'media-timeout', 'voucher-shortfall']);

/** The last that was heard of the page of a tab before it was silent: of which session, when, and how much it had played. */
type Heard = { readonly session: SessionId; readonly heardAtMs: number; readonly goodMs: number };
/** By place. A session may be over before its silence was long enough. */
export type HeardPages = Map<string, Heard>;

type Here = {
  readonly cafe: Cafe;
  readonly seat: Seat;
  readonly live: LiveSession | undefined;
  readonly heard: Heard | undefined;
};
type Step = { readonly act: ActName; readonly run: (draft: Draft, seat: Seat) => Result<void, Refusal> };

const isSilent = ({ heardAtMs }: LiveSession, nowMs: number): boolean =>
  heardAtMs !== undefined && nowMs - heardAtMs >= PAGE_SILENCE_MS;

/** Whether the seat's own page was opened after an instant and is still there: it shows what to play, and the clock runs. */
function shownSince(kiosks: Kiosks, { cafe, seat }: Pick<Here, 'cafe' | 'seat'>, atMs: number): boolean {
  const device = cafe.things.device.get(seat.seat);
  return device !== undefined && kiosks.openedAtMs(device.tokenHash) > atMs;
}

/** Whether the page of a seat whose clock runs is gone: it is silent for too long, or its session ended of that. */
function isPageGone(hub: Hub, { live, heard }: Here, { nowMs, wallMs }: Now): boolean {
  if (live !== undefined) return isSilent(live, wallMs);
  return heard !== undefined && PAGE_GONE.has(hub.ended.get(heard.session, nowMs)?.reason);
}

/** What must happen to the clock of a seat now. */
function stepOf(hub: Hub, kiosks: Kiosks, here: Here, now: Now): Step | undefined {
  const { cafe, seat, live, heard } = here;
  if (seat.state === 'in-use' && live?.nodeLost === true) {
    // The node was silent for this long before anybody knew: those seconds had no picture either.
    const name = hub.ports.book.find(live.session)?.nodeName ?? live.node;
    const lostNode = { node: live.node, name };
    const lost = { sinceMs: now.wallMs - timings.nodeSilenceMs, reason: hubReasons.nodeLost, lostNode };
    return { act: 'node-lost', run: (draft, there) => playLost(draft, there, lost) };
  }
  if (seat.state === 'in-use' && heard !== undefined && isPageGone(hub, here, now)) {
    if (settingsOf(cafe).unseenPlayCounts === true || shownSince(kiosks, here, heard.heardAtMs)) return undefined;
    const lost = { sinceMs: Math.max(heard.heardAtMs, seat.sinceMs), reason: hubReasons.pageLost };
    return { act: 'page-lost', run: (draft, there) => playLost(draft, there, lost) };
  }
  if (seat.state !== 'node-fault') return undefined;
  const plays = live !== undefined && live.ending === undefined && !live.nodeLost && !isSilent(live, now.wallMs);
  if (seat.reason !== hubReasons.pageLost)
    return plays ? { act: 'node-back', run: (draft, there) => playBack(draft, there) } : undefined;
  if (!plays)
    return shownSince(kiosks, here, seat.sinceMs)
      ? { act: 'page-back', run: (draft, there) => playBack(draft, there) }
      : undefined;
  // Whoever kept the page from the hub alone saw the game all the while: its own count says so now.
  const playedMs =
    goodOf(hub, live.session) - (heard?.session === live.session ? heard.goodMs : Number.POSITIVE_INFINITY);
  return { act: 'page-back', run: (draft, there) => playBack(draft, there, Math.max(0, playedMs)) };
}

/** What both sides count as seen of a session. */
const goodOf = (hub: Hub, session: SessionId): number => hub.ports.book.find(session)?.goodMs ?? 0;

/** What was heard of the page of a seat that is occupied; nothing once its own page is there again without a game. */
function heardOf(hub: Hub, kiosks: Kiosks, pages: HeardPages, cafe: Cafe, seat: Seat): Here {
  const live = sessionOf(hub, cafe.id, seat.tab);
  const known = seat.tab === undefined ? undefined : pages.get(tabPlace(cafe.id, seat.tab));
  const here = { cafe, seat, live };
  if (live !== undefined) {
    const { session, heardAtMs } = live;
    if (seat.state === 'node-fault' && known?.session === session) return { ...here, heard: known };
    const heard = heardAtMs === undefined ? undefined : { session, heardAtMs, goodMs: goodOf(hub, session) };
    return { ...here, heard };
  }
  const over = known === undefined || shownSince(kiosks, { cafe, seat }, known.heardAtMs);
  return { ...here, heard: over ? undefined : known };
}

/** Stops the clock of seats whose play is lost and starts it again when it is back. Throws OutageError. */
export async function followPlay(
  hub: Hub,
  { cafes, kiosks, pages }: { readonly cafes: Cafes; readonly kiosks: Kiosks; readonly pages: HeardPages },
  now: Now,
): Promise<void> {
  const places = new Set<string>();
  for (const cafe of [...cafes.here]) {
    for (const seat of cafe.things.seat.values()) {
      if (seat.tab === undefined) continue;
      const here = heardOf(hub, kiosks, pages, cafe, seat);
      const place = tabPlace(cafe.id, seat.tab);
      places.add(place);
      if (here.heard === undefined) pages.delete(place);
      else pages.set(place, here.heard);
      const step = stepOf(hub, kiosks, here, now);
      if (step === undefined) continue;
      const key = seatKey(step.act, seat);
      await doInTurn(cafes, {
        ...{ cafe: cafe.id, act: step.act, key, request: key, actor: HUB, nowMs: now.wallMs },
        run: (draft) => {
          const there = draft.seat(seat.seat, seat.version);
          return there.ok ? step.run(draft, there.value) : there;
        },
      });
    }
  }
  for (const place of pages.keys()) if (!places.has(place)) pages.delete(place);
}
