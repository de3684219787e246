// src/pool/media-scope.ts - which of the addresses that a node names for its media the hub believes. A relay credential
// opens exactly these, so a node that could name any address would turn our relay into a hole in somebody's network.
import { type Cidr, inCidr, ipKind, ipText, readIp } from '../base/ip.ts';
import { bounds } from '../protocol/limits.ts';
import type { MediaAddress } from '../protocol/node-messages.ts';

/** What the hub saw of the node's socket, and what its owner allows. */
export type MediaProof = {
  /** Address at the other end of the node's socket. */
  readonly remote: string;
  /** The socket came through a proxy, so its address is the proxy's: it proves nothing. */
  readonly viaProxy: boolean;
  /** Addresses of the hub's own machine: a node beside the hub may name them. */
  readonly machineAddresses: readonly string[];
  /** Ranges in which nodes may name addresses without proof. */
  readonly allowed: readonly Cidr[];
};

/** Below these no node has sessions, but other services listen. */
const PORT_MIN = 1_024;

function believed(address: string, proof: MediaProof): boolean {
  const [ip, remote] = [readIp(address), readIp(proof.remote)];
  if (ip === undefined) return false;
  const kind = ipKind(ip);
  if (kind === 'special' || kind === 'link-local') return false;
  if (proof.allowed.some((range) => inCidr(ip, range))) return true;
  if (remote === undefined || proof.viaProxy) return false;
  if (ipText(ip) === ipText(remote)) return true;
  if (ipKind(remote) !== 'loopback') return false;
  return kind === 'loopback' || proof.machineAddresses.some((own) => ipText(readIp(own) ?? remote) === ipText(ip));
}

/**
 * The named addresses that count: the socket's own one, those of the hub's machine when the socket came from it, and
 * those in allowed ranges; each in its one text form, ports from 1024 upwards, at most 8, in the order named.
 */
export function provenMedia(named: readonly MediaAddress[], proof: MediaProof): readonly MediaAddress[] {
  return named
    .filter(
      (media) => media.portFirst <= media.portLast && media.portLast >= PORT_MIN && believed(media.address, proof),
    )
    .map(({ address, portFirst, portLast }) => ({
      address: ipText(readIp(address) ?? new Uint8Array(4)),
      portFirst: Math.max(PORT_MIN, portFirst),
      portLast,
    }))
    .slice(0, bounds.scopePairs);
}
