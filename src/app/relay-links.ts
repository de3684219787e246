// src/app/relay-links.ts - relays: where they are, how busy, and what they carried, which is a witness and never a price.
import type { RelayToHub } from '../protocol/relay-messages.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import type { Hub } from './hub.ts';
import { unlessOut } from './player-here.ts';
import type { RelayLink } from './ports.ts';

type FromRelay<T extends RelayToHub['t']> = Extract<RelayToHub, { t: T }>;

/** A relay whose proof the edge has checked. One that calls itself like an older one takes its place. */
export function relayCame(hub: Hub, link: RelayLink, { name, region, shards }: FromRelay<'hello'>): void {
  for (const [older, relay] of hub.relays) {
    if (relay.name !== name) continue;
    hub.relays.delete(older);
    older.close('a relay of the same name joined');
  }
  hub.relays.set(link, { name, region, shards, load: 0, draining: false });
  link.send({ t: 'welcome', v: PROTOCOL_VERSION });
}

/** Relay's heartbeat. */
export function relayStatus(hub: Hub, link: RelayLink, { load, draining }: FromRelay<'status'>): void {
  const relay = hub.relays.get(link);
  if (relay !== undefined) hub.relays.set(link, { ...relay, load, draining });
}

/** Bytes carried, for the receipts of the sessions we know. */
export async function relayUsage(hub: Hub, usage: FromRelay<'usage'>): Promise<void> {
  for (const witness of usage.sessions) {
    const live = hub.sessions.get(witness.session);
    if (live === undefined) continue;
    await unlessOut(hub.ports.book.relayWitness(witness));
    hub.nodes.get(live.node)?.link?.send({ t: 'relayed', ...witness });
  }
}

/** A relay's socket closed: nobody new is sent there. What runs through it goes on by itself. */
export function relayWent(hub: Hub, link: RelayLink): void {
  hub.relays.delete(link);
}
