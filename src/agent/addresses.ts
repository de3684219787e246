// src/agent/addresses.ts - at which addresses players may reach this machine. Loopback only counts when the hub is on
// this machine too: anywhere else it would name the player's own computer.
import { isIPv6 } from 'node:net';

/** What `os.networkInterfaces` says of one address. */
export type InterfaceAddress = {
  readonly address: string;
  readonly family: string;
  readonly internal: boolean;
};

/** Most addresses a node speaks at itself: each costs every peer connection one port. */
export const OWN_ADDRESSES_MAX = 6;

const LINK_LOCAL = /^(?:fe[89ab][0-9a-f]:|169\.254\.)/i; // RFC 4291 section 2.5.6, RFC 3927: they need a zone, or lead nowhere.

/** True for a host name or an address that means 'this machine' (brackets of a URL allowed). */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  return bare === 'localhost' || bare.endsWith('.localhost') || bare === '::1' || /^127\.\d+\.\d+\.\d+$/.test(bare);
}

/**
 * Own addresses for candidates, IPv4 before IPv6.
 * @param hub origin of the hub as this machine dials it
 */
export function ownAddresses(interfaces: readonly InterfaceAddress[], hub: string): string[] {
  const outside = interfaces.filter(({ address, internal }) => !internal && !LINK_LOCAL.test(address));
  const sorted = outside.map(({ address }) => address).sort((a, b) => Number(isIPv6(a)) - Number(isIPv6(b)));
  const loopback = isLoopbackHost(new URL(hub).hostname) ? ['127.0.0.1'] : [];
  return [...new Set([...loopback, ...sorted])].slice(0, OWN_ADDRESSES_MAX);
}
