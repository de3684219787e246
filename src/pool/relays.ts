// src/pool/relays.ts - which relay carries a player, and what a browser must be told to use it.
import type { IceServer, Path, PathWish } from '../protocol/shapes.ts';

/** URLs of one listening port of a relay (RFC 7065). */
export type RelayShard = {
  readonly udp?: string | undefined;
  readonly tcp?: string | undefined;
  readonly tls?: string | undefined;
};

/** A relay as it described itself. */
export type RelayRecord = {
  readonly name: string;
  readonly region: string;
  readonly shards: readonly RelayShard[];
  /** 0..1 */
  readonly load: number;
  readonly draining: boolean;
};

/** What opens one relay for one session. */
export type RelayCredential = { readonly username: string; readonly credential: string };

/**
 * The relay to use for a node in `region`: one of that region when there is one, else any; the emptiest of them, and
 * one of its shards by `spread` (any whole number that differs from session to session).
 */
export function chooseRelay(relays: readonly RelayRecord[], region: string, spread: number): RelayShard | undefined {
  const open = relays.filter(({ draining }) => !draining);
  const near = open.filter((relay) => relay.region === region);
  const [relay] = (near.length > 0 ? near : open).toSorted((a, b) => a.load - b.load || (a.name < b.name ? -1 : 1));
  return relay?.shards[spread % relay.shards.length];
}

/** How a browser is to connect. */
export type IcePlan = { readonly policy: 'all' | 'relay'; readonly urls: readonly string[] };

/**
 * What a browser is told for a path. A wished path is forced: `direct` gets no relay at all, `relay` UDP only, `relay-tcp`
 * TCP only (TLS where there is no plain TCP). With `auto` the path that measured best is used and the rest is fall back.
 * @returns `undefined` when the path needs a relay and there is none of its kind
 */
export function icePlan(wish: PathWish, path: Path, shard: RelayShard | undefined): IcePlan | undefined {
  const tcp = shard?.tcp ?? shard?.tls;
  const list = (...urls: (string | undefined)[]): string[] => urls.filter((url) => url !== undefined);
  if (path === 'direct') return { policy: 'all', urls: wish === 'auto' ? list(shard?.udp, tcp) : [] };
  if (path === 'relay-tcp') return tcp === undefined ? undefined : { policy: 'relay', urls: [tcp] };
  if (shard?.udp === undefined) return undefined;
  return { policy: 'relay', urls: wish === 'auto' ? list(shard.udp, tcp) : [shard.udp] };
}

/** The plan as RTCIceServer entries. */
export function iceServers(plan: IcePlan, credential: RelayCredential): IceServer[] {
  return plan.urls.length === 0 ? [] : [{ urls: [...plan.urls], ...credential }];
}
