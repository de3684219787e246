// src/app/cafe/play-on-seat.ts - the game behind a seat: a paired device gets a ticket for its customer's tab, paid by the café's
// account; the floor sees the session; the session ends with the tab. What stops the customer's clock: lost-play.ts.
import { greater } from '../../base/bigint.ts';
import type { CafeId, PlayerId, SessionId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { isPlaying } from '../../cafe/seat.ts';
import type { KioskTicket } from '../../protocol/cafe-acts.ts';
import type { GoesOn } from '../../protocol/cafe-api.ts';
import type { SeatPlay, SeatView } from '../../protocol/cafe-things.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import { timings } from '../../protocol/limits.ts';
import type { EndReason } from '../../protocol/shapes.ts';
import { endPlay } from '../end-play.ts';
import type { Hub, LiveSession } from '../hub.ts';
import { giveTicket, type LogIns } from '../log-in.ts';
import { tabPlace } from '../place.ts';
import type { Now } from '../ports.ts';
import type { Cafes, Written } from './cafes.ts';
import { notePlayed } from './cloud-cost.ts';
import { type Kiosks, placeOf } from './kiosks.ts';
import type { Cloud } from './ports.ts';
import { doInTurn } from './run-act.ts';
import { payingOwner } from './views.ts';

const HUB = { kind: 'hub' } as const;
/** A clock runs there, or stands because our machine was lost: the customer may play. */
const RUNNING: ReadonlySet<SeatView['state']> = new Set(['in-use', 'node-fault']);
/** A pause leaves the game where it is for as long as the cloud leaves it to a player who is away. */
const PAUSE_PLAYED_MS = timings.afkWarningMs + timings.afkGraceMs;

/**
 * A ticket for the tab on a device's seat.
 * @returns TOKEN_UNKNOWN for a device without a seat, FORBIDDEN for a doubled one, SEAT_STATE unless somebody plays there
 */
export function seatTicket(
  { cafes, kiosks, logIns }: { readonly cafes: Cafes; readonly kiosks: Kiosks; readonly logIns: LogIns },
  tokenHash: string,
  now: Now,
): Result<KioskTicket, Refusal> {
  const place = placeOf(cafes, tokenHash);
  const player = place === undefined ? undefined : payingOwner(place.cafe);
  if (place === undefined || player === undefined) return err(refusal('TOKEN_UNKNOWN'));
  if (kiosks.doubled(tokenHash, now.wallMs)) return err(refusal('FORBIDDEN'));
  const { cafe, device } = place;
  const seat = cafe.things.seat.get(device.seat);
  if (seat?.tab === undefined || !RUNNING.has(seat.state))
    return err(refusal('SEAT_STATE', { state: seat?.state ?? 'free' }));
  const ticket = giveTicket(logIns, { player, place: tabPlace(cafe.id, seat.tab), device: tokenHash }, now);
  if (!ticket.ok) return ticket;
  const { signature, ...given } = cafe.things.consent.get(device.deviceKey) ?? {};
  return ok({ ticket: ticket.value, player, ...given, ...(signature && { consentSignature: signature }) });
}

/**
 * Why a page may not play for its tab now: a socket outlives the clock of the tab, the tab itself, and that its device is of
 * the seat on which the tab is.
 * @returns SEAT_STATE, TOKEN_UNKNOWN for the device of another seat or of none, or STORE_UNAVAILABLE while the café is loaded
 *   anew after an outage
 */
export function tabRefusal(
  cafes: Cafes,
  { place, device }: { readonly place?: string | undefined; readonly device?: string | undefined },
): Refusal | undefined {
  if (place === undefined) return undefined;
  const [id = '', tab = ''] = place.split('/');
  const cafe = cafes.peek(id as CafeId);
  if (cafe === undefined) return refusal('STORE_UNAVAILABLE');
  const seat = [...cafe.things.seat.values()].find((one) => one.tab === tab);
  if (seat === undefined || !RUNNING.has(seat.state)) return refusal('SEAT_STATE', { state: seat?.state ?? 'free' });
  return cafe.things.device.get(seat.seat)?.tokenHash === device ? undefined : refusal('TOKEN_UNKNOWN');
}

/** The dearest hour that a seat may get: by the quotes of the nodes that are here, and by what runs. */
function dearestHour(
  hub: Hub,
  running: readonly { readonly open: { readonly rate: bigint } }[],
  wallMs: number,
): bigint {
  const kinds = new Map(
    [...hub.nodes.values()]
      .filter(({ presence, draining }) => presence.state === 'here' && !draining)
      .map(({ machine: { gpuClass }, terms: { premiumBps } }) => [
        `${gpuClass} ${premiumBps}`,
        { gpuClass, premiumBps },
      ]),
  );
  const promise = { fps: 1, height: 1, rttCapMs: hub.config.rttCapMs }; // No part of the price.
  return [
    ...running.map(({ open }) => open.rate),
    ...[...kinds.values()].map((kind) => BigInt(hub.ports.quotes.quote({ ...kind, promise }, wallMs).rateWeiPerHour)),
  ].reduce(greater, 0n);
}

/** What the café that `owner` pays for has and burns. Throws OutageError. */
export async function cloudOf(hub: Hub, owner: KioskTicket['player'], wallMs: number): Promise<Cloud> {
  const { book } = hub.ports;
  const account = await book.account(owner, wallMs);
  const running = book.running(owner);
  return {
    balanceWei: account.balanceWei + account.heldWei,
    spentTodayWei: account.spentTodayWei,
    burnWeiPerHour: running.reduce((sum, { open }) => sum + open.rate, 0n),
    nodes: new Set(running.map(({ node }) => node)).size,
    nextWeiPerHour: dearestHour(hub, running, wallMs),
  };
}

/** The session of a tab that is running or ending. */
export function sessionOf(hub: Hub, cafe: CafeId, tab: string | undefined): LiveSession | undefined {
  const session = tab === undefined ? undefined : hub.playing.get(tabPlace(cafe, tab));
  return session === undefined ? undefined : hub.sessions.get(session);
}

/** The session of a tab, as the floor shows it. */
export function playOf(hub: Hub, cafe: CafeId, tab: string | undefined): SeatPlay | undefined {
  const live = sessionOf(hub, cafe, tab);
  const booked = live === undefined ? undefined : hub.ports.book.find(live.session);
  if (live === undefined || booked === undefined) return undefined;
  return {
    session: live.session,
    node: live.node,
    nodeName: booked.nodeName,
    game: live.game,
    rateWeiPerHour: booked.open.rate.toString(),
    costWei: ((booked.open.rate * BigInt(booked.goodMs)) / 3_600_000n).toString(),
    // What the page measured last, while there is one.
    ...(live.seen && live.link && { rttMs: Math.round(live.seen.rttMs), fps: Math.round(live.seen.fps) }),
    nodeLost: live.nodeLost,
  };
}

/** What is remembered of the sessions on seats. */
export type SeatPlays = {
  /** As last seen: so that their cost is noted where they were when they end. */
  readonly seen: Map<SessionId, { readonly cafe: CafeId; readonly seat: string; readonly player: PlayerId }>;
  /** By place: what ended because its customer moved, until it goes on or the tab is over. */
  readonly moved: Map<string, GoesOn>;
};

/** What the device of a tab should go on with. */
export function goesOn(hub: Hub, { moved }: SeatPlays, cafe: CafeId, tab: string | undefined): GoesOn | undefined {
  const place = tab === undefined ? undefined : tabPlace(cafe, tab);
  const earlier = place === undefined ? undefined : moved.get(place);
  if (place === undefined || earlier === undefined) return undefined;
  const playing = hub.playing.get(place) ?? earlier.session; // The earlier one may still be packing.
  return playing === earlier.session ? earlier : undefined;
}

/** Acts after which a tab goes on with its game later, here or elsewhere; what its session ends as until then. */
const LEAVES: Readonly<Record<string, EndReason>> = {
  move: 'moved',
  swap: 'moved',
  'kiosk.idle': 'afk',
  'kiosk.doubled': 'stopped-by-operator',
};

/**
 * Ends sessions whose tab has ended, is over its time, or went to another device. A pause leaves the game where it is: its
 * own clock for a player who is away ends it, or `followPauses`.
 */
export function followTabs(
  hub: Hub,
  { cafe, act, live }: Written,
  now: Now,
  { seen, moved: goOnWith }: SeatPlays,
): void {
  const moved = act === 'move' || act === 'swap';
  const reason = LEAVES[act];
  const open = new Map<string, SeatView['state']>(
    [...cafe.things.seat.values()].flatMap(({ state, tab }) => (tab === undefined ? [] : [[tab, state] as const])),
  );
  for (const place of goOnWith.keys()) {
    const [of, tab = ''] = place.split('/');
    if (of === String(cafe.id) && !open.has(tab)) goOnWith.delete(place);
  }
  const changed = new Set(live.seats.flatMap(({ tab }) => (tab === undefined ? [] : [tab.tab as string])));
  for (const session of [...hub.sessions.values()]) {
    if (!session.place.startsWith(`${cafe.id}/`) || session.ending !== undefined) continue;
    const tab = session.place.slice(cafe.id.length + 1);
    const left = reason !== undefined && changed.has(tab);
    const state = open.get(tab);
    if (state !== undefined && isPlaying(state) && !left) continue;
    const seat = moved ? undefined : live.seats[0]?.seat; // Nobody may have looked yet at what was so short.
    if (seat !== undefined && !seen.has(session.session)) {
      seen.set(session.session, { cafe: cafe.id, seat, player: session.player });
    }
    // Over its time, too, a tab that is extended goes on with its game.
    if (state !== undefined) goOnWith.set(session.place, { session: session.session, game: session.game });
    endPlay(hub, session, left ? reason : 'stopped-by-operator', now);
  }
}

/** Ends sessions on seats that stand for long: a page that hides the pause from its node would play for nothing. */
export function followPauses(hub: Hub, cafes: Cafes, { moved }: SeatPlays, now: Now): void {
  for (const cafe of cafes.here) {
    for (const { state, tab, sinceMs } of cafe.things.seat.values()) {
      if (state !== 'paused' || now.wallMs - sinceMs < PAUSE_PLAYED_MS) continue;
      const live = sessionOf(hub, cafe.id, tab);
      if (live === undefined || live.ending !== undefined) continue;
      moved.set(live.place, { session: live.session, game: live.game });
      endPlay(hub, live, 'afk', now);
    }
  }
}

/** Notes what sessions cost that have ended since the last call. Throws OutageError; the next call tries again. */
export async function followCosts(hub: Hub, cafes: Cafes, { seen, moved }: SeatPlays, nowMs: number): Promise<void> {
  for (const cafe of cafes.here) {
    for (const { seat, tab } of cafe.things.seat.values()) {
      const live = sessionOf(hub, cafe.id, tab);
      if (live === undefined) continue;
      seen.set(live.session, { cafe: cafe.id, seat, player: live.player });
      if (moved.get(live.place)?.session !== live.session) moved.delete(live.place); // It goes on.
    }
  }
  for (const [session, { cafe, seat, player }] of seen) {
    if (hub.sessions.has(session)) continue;
    const receipt = await hub.ports.book.receipt(session, player);
    if (!receipt.ok && receipt.error.code === 'STORE_UNAVAILABLE') continue;
    seen.delete(session);
    const wei = receipt.ok ? BigInt(receipt.value.costWei) : 0n;
    if (wei === 0n) continue;
    const key = `hub:played_${session}`;
    await doInTurn(cafes, {
      ...{ cafe, act: 'played', key, request: key, actor: HUB, nowMs },
      run: (draft) => {
        notePlayed(draft, seat, wei);
        return ok(undefined);
      },
    });
  }
}
