// src/app/cafe/seat-play.ts - what the cloud knows of a café: what its owner's account has and burns, and the session behind
// each seat. The café's own money never appears here.
import type { PlayerId } from '../../base/ids.ts';
import type { SeatPlay } from '../../protocol/cafe-things.ts';
import type { Hub } from '../hub.ts';
import type { Cloud } from './ports.ts';

/** Spend of an owner's account. Throws OutageError. */
export async function cloudOf(hub: Hub, owner: PlayerId, wallMs: number): Promise<Cloud> {
  const { book } = hub.ports;
  const account = await book.account(owner, wallMs);
  const running = book.running(owner);
  const rates = running.map(({ open }) => open.rate);
  return {
    balanceWei: account.balanceWei + account.heldWei,
    spentTodayWei: account.spentTodayWei,
    burnWeiPerHour: rates.reduce((sum, rate) => sum + rate, 0n),
    nodes: new Set(running.map(({ node }) => node)).size,
    nextWeiPerHour: 0n,
  };
}

/** The session of an owner's seat, as the floor shows it. */
export function seatPlayOf(hub: Hub, session: string): SeatPlay | undefined {
  const live = [...hub.sessions.values()].find((one) => one.session === session);
  const known = live === undefined ? undefined : hub.ports.book.find(live.session);
  if (live === undefined || known === undefined) return undefined;
  const node = hub.nodes.get(live.node);
  return {
    session: live.session,
    node: live.node,
    nodeName: node?.machine.name ?? 'unknown',
    game: live.game,
    rateWeiPerHour: known.open.rate.toString(),
    costWei: '0',
    nodeLost: live.nodeLost,
  };
}
