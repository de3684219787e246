// src/app/give-ice.ts - how a page is to reach a node: policy, relay URLs and a credential that opens the relay for this
// rental towards this node's proven addresses and nothing else.

import type { NodeId, PeerId, SessionId } from '../base/ids.ts';
import { chooseRelay, type IcePlan, icePlan, iceServers } from '../pool/relays.ts';
import { timings } from '../protocol/limits.ts';
import type { IceServer, Path, PathWish } from '../protocol/shapes.ts';
import type { Hub } from './hub.ts';
import type { Now } from './ports.ts';

/** For whom: `rental` is the session, or the probe's stand-in for one. */
export type IceFor = {
  readonly node: NodeId;
  readonly region: string;
  readonly wish: PathWish;
  readonly path: Path;
  readonly rental: SessionId;
};

/** What RTCPeerConnection is made with. */
export type GivenIce = { readonly policy: IcePlan['policy']; readonly ice: IceServer[] };

/** The name under which a relay knows a probe: credentials carry session ids only. */
export function rentalOfProbe(peer: PeerId): SessionId {
  return `s_${peer.slice(2)}` as SessionId;
}

/** A whole number that differs from rental to rental, to spread them over a relay's ports. */
function spread(rental: SessionId): number {
  let sum = 0;
  for (const char of rental) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 1_000_003;
  return sum;
}

/** Ice for a rental, or `undefined` when its path needs a relay and none can be had. */
export function giveIce(hub: Hub, { node, region, wish, path, rental }: IceFor, now: Now): GivenIce | undefined {
  const scope = hub.nodes.get(node)?.scope ?? [];
  const shard = scope.length === 0 ? undefined : chooseRelay([...hub.relays.values()], region, spread(rental));
  const plan = icePlan(wish, path, shard);
  if (plan === undefined) return undefined;
  if (plan.urls.length === 0) return { policy: plan.policy, ice: [] };
  const expiresAtS = credentialEndS(now);
  return { policy: plan.policy, ice: iceServers(plan, hub.ports.mint({ expiresAtS, session: rental, scope })) };
}

/** When a credential minted now ends, in Unix seconds. */
function credentialEndS(now: Now): number {
  return Math.ceil((now.wallMs + timings.relayCredentialMs) / 1_000);
}

/** Lets the allocations of a rental live as long as a credential minted now: a browser cannot change theirs. */
export function extendRental(hub: Hub, rental: SessionId, now: Now): void {
  for (const relay of hub.relays.keys()) relay.send({ t: 'extend', session: rental, expiresAtS: credentialEndS(now) });
}

/** Deletes what relays keep for a rental. */
export function endRental(hub: Hub, rental: SessionId): void {
  for (const relay of hub.relays.keys()) relay.send({ t: 'end', session: rental });
}
