// src/app/free-nodes.ts - which nodes a player could be given, and how many seats each has left.
import type { GameId, NodeId } from '../base/ids.ts';
import { networkOf, readIp } from '../base/ip.ts';
import { cardsOf } from '../pool/gpu-class.ts';
import { type NodeRecord, seatsLeft } from '../pool/node-record.ts';
import type { Listable } from '../pool/shortlist.ts';
import type { Hub } from './hub.ts';
import type { NodeLink, Now, PlayerLink } from './ports.ts';

/** A node as the choice sees it. */
export type NodeOption = Listable & { readonly record: NodeRecord<NodeLink>; readonly left: number };

/** Seats that `record` could give now; none shortly before and during planned maintenance. */
export function leftOn(hub: Hub, record: NodeRecord<NodeLink>): number {
  return hub.upkeep.has(record.node) ? 0 : seatsLeft(record, hub.seats.of(record.node));
}

/** The line a player shares with others, as the memory of round trips names it. */
export function networkText(address: string): string {
  const ip = readIp(address);
  return ip === undefined ? address : networkOf(ip);
}

/** Whether players may be sent to a machine now: it is there, neither drained nor suspended, with its stake where coins settle. */
export const isOnOffer = (hub: Hub, { node, machine, presence, draining, terms }: NodeRecord<NodeLink>): boolean =>
  presence.state === 'here' &&
  !draining &&
  !terms.suspended &&
  hub.ports.chain?.mayServe(node, terms.operator, cardsOf(machine)) !== false;

/** Nodes with `game` that are there, neither drained nor suspended, with a stake where coins settle; full ones too. */
export function nodeOptions(
  hub: Hub,
  link: PlayerLink,
  game: GameId,
  now: Now,
  avoid: readonly NodeId[] = [],
): NodeOption[] {
  const network = networkText(link.address);
  const options: NodeOption[] = [];
  for (const record of hub.nodes.values()) {
    if (hub.upkeep.has(record.node)) continue;
    if (!record.games.has(game) || avoid.includes(record.node)) continue;
    if (!isOnOffer(hub, record)) continue;
    const left = leftOn(hub, record);
    options.push({
      record,
      left,
      node: record.node,
      region: record.machine.region,
      free: left > 0,
      load: record.load,
      expectedMs: hub.rtts.expectedMs(link.player, network, record.node, now.wallMs),
    });
  }
  return options;
}
