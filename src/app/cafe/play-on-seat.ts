// src/app/cafe/play-on-seat.ts - the game behind a seat: a paired device gets a ticket for its customer's tab, paid by the café's
// account; the floor sees the session; the session ends with the tab; a lost node stops the customer's clock.
import { greater } from '../../base/bigint.ts';
import type { CafeId, PlayerId, SessionId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { KioskTicket } from '../../protocol/cafe-acts.ts';
import type { SeatPlay, SeatView } from '../../protocol/cafe-things.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import { timings } from '../../protocol/limits.ts';
import { endPlay } from '../end-play.ts';
import type { Hub, LiveSession } from '../hub.ts';
import { giveTicket, type LogIns } from '../log-in.ts';
import { tabPlace } from '../place.ts';
import type { Now } from '../ports.ts';
import { nodeBack, nodeLost } from './acts/hub-acts.ts';
import type { Cafes, Written } from './cafes.ts';
import { notePlayed } from './cloud-cost.ts';
import { type Kiosks, placeOf } from './kiosks.ts';
import type { Cloud } from './ports.ts';
import { doInTurn } from './run-act.ts';
import { payingOwner } from './views.ts';

const HUB = { kind: 'hub' } as const;

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
  const plays = seat?.state === 'in-use' || seat?.state === 'node-fault';
  if (seat?.tab === undefined || !plays) return err(refusal('SEAT_STATE', { state: seat?.state ?? 'free' }));
  const ticket = giveTicket(logIns, { player, place: tabPlace(cafe.id, seat.tab) }, now);
  if (!ticket.ok) return ticket;
  const signed = cafe.things.consent.get(device.deviceKey);
  return ok({
    ticket: ticket.value,
    player,
    ...(signed?.consent === undefined ? {} : { consent: signed.consent, consentSignature: signed.signature }),
  });
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

function sessionOf(hub: Hub, cafe: CafeId, tab: string | undefined): LiveSession | undefined {
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
    nodeLost: live.nodeLost,
  };
}

/** Sessions on seats, as last seen: so that their cost is noted where they were when they end. */
export type SeenPlay = Map<SessionId, { readonly cafe: CafeId; readonly seat: string; readonly player: PlayerId }>;

const PLAYING: ReadonlySet<SeatView['state']> = new Set(['in-use', 'paused', 'node-fault']);

/**
 * Ends sessions whose tab has ended, is over its time, or went to another device. A pause leaves the game where it is: its
 * own clock for a player who is away ends it.
 */
export function followTabs(hub: Hub, { cafe, act, live }: Written, now: Now, seen: SeenPlay): void {
  const moved = act === 'move' || act === 'swap';
  const goOn = new Set(
    [...cafe.things.seat.values()].flatMap(({ state, tab }) => (tab !== undefined && PLAYING.has(state) ? [tab] : [])),
  );
  const changed = new Set(live.seats.flatMap(({ tab }) => (tab === undefined ? [] : [tab.tab as string])));
  for (const session of [...hub.sessions.values()]) {
    if (!session.place.startsWith(`${cafe.id}/`) || session.ending !== undefined) continue;
    const tab = session.place.slice(cafe.id.length + 1);
    if (goOn.has(tab) && !(moved && changed.has(tab))) continue;
    const seat = moved ? undefined : live.seats[0]?.seat; // Nobody may have looked yet at what was so short.
    if (seat !== undefined && !seen.has(session.session)) {
      seen.set(session.session, { cafe: cafe.id, seat, player: session.player });
    }
    endPlay(hub, session, moved ? 'moved' : 'stopped-by-operator', now);
  }
}

/** Stops the clock of seats whose node is lost and starts it again when a game runs. Throws OutageError. */
export async function followNodes(hub: Hub, cafes: Cafes, nowMs: number): Promise<void> {
  for (const cafe of [...cafes.here]) {
    for (const seat of cafe.things.seat.values()) {
      const live = sessionOf(hub, cafe.id, seat.tab);
      const lost = seat.state === 'in-use' && live?.nodeLost === true;
      const back = seat.state === 'node-fault' && live !== undefined && !live.nodeLost && live.ending === undefined;
      if (!lost && !back) continue;
      const act = lost ? 'node-lost' : 'node-back';
      const key = `hub:${act}_${seat.seat}_${seat.version}`;
      await doInTurn(cafes, {
        ...{ cafe: cafe.id, act, key, request: key, actor: HUB, nowMs },
        run: (draft) => {
          const now = draft.seat(seat.seat, seat.version);
          if (!now.ok) return now;
          // The node was silent for this long before anybody knew: those seconds had no picture either.
          return lost ? nodeLost(draft, now.value, nowMs - timings.nodeSilenceMs) : nodeBack(draft, now.value);
        },
      });
    }
  }
}

/** Notes what sessions cost that have ended since the last call. Throws OutageError; the next call tries again. */
export async function followCosts(hub: Hub, cafes: Cafes, seen: SeenPlay, nowMs: number): Promise<void> {
  for (const cafe of cafes.here) {
    for (const { seat, tab } of cafe.things.seat.values()) {
      const live = sessionOf(hub, cafe.id, tab);
      if (live !== undefined) seen.set(live.session, { cafe: cafe.id, seat, player: live.player });
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
