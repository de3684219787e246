// src/app/look-around.ts - what a page shows before and beside play: the hub's public facts and a player's own.
import type { GameId, PlayerId } from '../base/ids.ts';
import type { Me, PublicConfig } from '../protocol/http-api.ts';
import type { Game } from '../protocol/shapes.ts';
import { toWire } from '../protocol/voucher.ts';
import { leftOn } from './free-nodes.ts';
import type { Hub } from './hub.ts';
import type { Now } from './ports.ts';

const GAMES_SHOWN_MAX = 1_000;
const REGIONS_SHOWN_MAX = 100;

/** Everything of GET /api/config that the hub itself knows. */
export function publicFacts(hub: Hub, now: Now): Omit<PublicConfig, 'version' | 'chainMode' | 'chain'> {
  const nodes = [...hub.nodes.values()].filter(({ presence }) => presence.state === 'here');
  const games = new Map<GameId, Game>();
  for (const node of nodes) for (const [id, game] of node.games) if (!games.has(id)) games.set(id, game);
  const shards = [...hub.relays.values()].filter(({ draining }) => !draining).flatMap((relay) => relay.shards);
  return {
    playMoney: hub.config.playMoney,
    domain: toWire(hub.config.domain),
    games: [...games.values()].slice(0, GAMES_SHOWN_MAX),
    price: hub.ports.quotes.price(now.wallMs),
    nodes: {
      online: nodes.length,
      freeSlots: nodes.reduce((sum, node) => sum + leftOn(hub, node), 0),
      regions: [...new Set(nodes.map(({ machine }) => machine.region))].sort().slice(0, REGIONS_SHOWN_MAX),
    },
    relays: {
      udp: shards.some(({ udp }) => udp !== undefined),
      tcp: shards.some(({ tcp }) => tcp !== undefined),
      tls: shards.some(({ tls }) => tls !== undefined),
    },
    announcements: hub.announcements.filter(({ untilMs }) => now.wallMs < untilMs),
  };
}

/** GET /api/me. Throws OutageError. */
export async function ownFacts(hub: Hub, player: PlayerId, now: Now): Promise<Me> {
  const { balanceWei, heldWei, capWei, spentTodayWei } = await hub.ports.book.account(player, now.wallMs);
  return {
    player,
    balanceWei: balanceWei.toString(),
    heldWei: heldWei.toString(),
    ...(capWei === undefined ? {} : { capWei: capWei.toString() }),
    spentTodayWei: spentTodayWei.toString(),
    sessions: hub.ports.book.running(player).map(({ session, game, node, open }) => ({
      session,
      game: game as GameId,
      node,
      startedAtMs: Number(open.startedAtMs),
    })),
  };
}
