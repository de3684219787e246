// src/app/relay-links.ts - relays: where they are, how busy, and what they carried, which is a witness and never a price.
import type { RelayToHub } from '../protocol/relay-messages.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import type { Hub, LiveSession } from './hub.ts';
import { unlessOut } from './player-here.ts';
import type { Now, RelayLink } from './ports.ts';
import { refreshIce } from './tell-started.ts';

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

/** Relay's heartbeat. One that begins to drain has its sessions move to another relay, where there is one. */
export function relayStatus(hub: Hub, link: RelayLink, { load, draining }: FromRelay<'status'>, now: Now): void {
  const relay = hub.relays.get(link);
  if (relay === undefined) return;
  hub.relays.set(link, { ...relay, load, draining });
  if (!draining || relay.draining) return;
  moveSessions(hub, relay.name, now);
}

function moveSessions(hub: Hub, relay: string, now: Now): void {
  for (const live of hub.sessions.values()) if (live.relay === relay) moveMedia(hub, live, now);
}

/** Gives the page another relay and lets the node offer again: media flows on over the old way until the new one is found. */
function moveMedia(hub: Hub, live: LiveSession, now: Now): void {
  const node = hub.nodes.get(live.node)?.link;
  if (node !== undefined && refreshIce(hub, live, now)) node.send({ t: 'restart', session: live.session });
}

/** Bytes carried, for the receipts of the sessions we know. A session that moved has been carried by several relays. */
export async function relayUsage(hub: Hub, link: RelayLink, usage: FromRelay<'usage'>): Promise<void> {
  const name = hub.relays.get(link)?.name;
  for (const { session, toPlayerBytes, toNodeBytes } of usage.sessions) {
    const live = hub.sessions.get(session);
    if (live === undefined || name === undefined) continue;
    if (toPlayerBytes > (live.carried.get(name)?.toPlayerBytes ?? 0)) live.relay = name;
    live.carried.set(name, { toPlayerBytes, toNodeBytes });
    const all = [...live.carried.values()];
    const sum = (field: 'toPlayerBytes' | 'toNodeBytes') => all.reduce((bytes, each) => bytes + each[field], 0);
    const witness = { session, toPlayerBytes: sum('toPlayerBytes'), toNodeBytes: sum('toNodeBytes') };
    await unlessOut(hub.ports.book.relayWitness(witness));
    hub.nodes.get(live.node)?.link?.send({ t: 'relayed', ...witness });
  }
}

/**
 * A relay's socket closed: nobody new is sent there, and whom it carried is given another relay at once, where there is
 * one: when it died, each second counts; when only its line to us broke, media goes on until the new way is found.
 */
export function relayWent(hub: Hub, link: RelayLink, now: Now): void {
  const name = hub.relays.get(link)?.name;
  hub.relays.delete(link);
  if (name !== undefined) moveSessions(hub, name, now);
}
