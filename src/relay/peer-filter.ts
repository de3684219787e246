// src/relay/peer-filter.ts - which addresses and ports a client may reach through the relay. The one choke point: every
// method, transport and direction asks here, so nothing can be checked in one place and used in another.
//
// Two tables. `NEVER` is what no peer can have: it names nobody (unspecified, multicast, broadcast) or smuggles an IPv4
// address in an IPv6 one. `UNLESS_ALLOWED` is what the outside has no business with, and an operator may open by
// `--allow-peer`. Then come the machine's own addresses: only what a signed scope names, or the relay's own relay ports
// (two relayed clients meet there), and never the port of a service.
import { present } from '../base/assert.ts';
import { formatIp, type IpBytes } from './address.ts';
import { type Cidr, cidrHolds, parseCidr } from './cidr.ts';
import type { ScopeRange } from './scope.ts';

/** Ports `first` to `last`, both inclusive. */
export type PortRange = { readonly first: number; readonly last: number };

const table = (...texts: readonly string[]): readonly Cidr[] =>
  texts.map((text) => present(parseCidr(text), 'our own tables are well formed'));

const NEVER = table(
  '0.0.0.0/8', // this network: many stacks take 0.0.0.0 for 127.0.0.1
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and the broadcast address
  '::/128',
  '::ffff:0:0/96', // IPv4-mapped
  '::ffff:0:0:0/96', // IPv4-translated (RFC 2765)
  '64:ff9b::/96', // NAT64 (RFC 6052)
  '64:ff9b:1::/48', // NAT64 of a network's own (RFC 8215)
  '2001::/32', // Teredo (RFC 4380)
  '2002::/16', // 6to4 (RFC 3056)
  'ff00::/8', // multicast
);

const UNLESS_ALLOWED = table(
  '10.0.0.0/8',
  '100.64.0.0/10', // carriers' NAT (RFC 6598)
  '127.0.0.0/8',
  '169.254.0.0/16', // link-local; clouds keep their metadata service there
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16',
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24',
  '203.0.113.0/24',
  '2001:2::/48', // benchmarks
  '2001:10::/28',
  '2001:20::/28',
  '2001:db8::/32',
  '3fff::/20',
);

const [globalUnicast] = table('2000::/3'); // All other IPv6 is private, local or not given out.
const [compatible] = table('::/96');
const [loopback4] = table('127.0.0.0/8');
const [loopback6] = table('::1/128');

const PORT_MIN = 1_024; // No ICE agent lives below; DNS, NTP and other amplifiers do.
const PORT_MAX = 65_535;
const NOWHERE: readonly PortRange[] = [];
const ANY_PORT: readonly PortRange[] = [{ first: PORT_MIN, last: PORT_MAX }];

const inTable = (rows: readonly (Cidr | undefined)[], ip: IpBytes): boolean =>
  rows.some((row) => row !== undefined && cidrHolds(row, ip));

/** ISATAP (RFC 5214): interface id 0000:5efe or 0200:5efe before an IPv4 address, under any prefix. */
function isIsatap(ip: IpBytes): boolean {
  return ip.length === 16 && ((ip[8] ?? 0) & 0xfd) === 0 && ip[9] === 0 && ip[10] === 0x5e && ip[11] === 0xfe;
}

function isNever(ip: IpBytes): boolean {
  if (inTable([loopback6], ip)) return false; // ::1 looks like an IPv4-compatible address and is none.
  return inTable(NEVER, ip) || inTable([compatible], ip) || isIsatap(ip);
}

/** What the filter knows of the machine and of its operator's wishes. */
export type PeerFilterFacts = {
  /** Ranges opened by `--allow-peer`. */
  readonly allow: readonly Cidr[];
  /** Every address of this machine, and the public one that leads to it. Loopback counts by itself. */
  readonly ownAddresses: readonly IpBytes[];
  /** Addresses that allocations speak from, and their ports over all workers. */
  readonly relayAddresses: readonly IpBytes[];
  readonly relayPorts: PortRange;
  /** Ports of this program's own listeners. */
  readonly servicePorts: readonly number[];
};

/** Decides whom a client may reach. */
export class PeerFilter {
  #facts: PeerFilterFacts;
  #own: ReadonlySet<string>;

  constructor(facts: PeerFilterFacts) {
    this.#facts = facts;
    this.#own = new Set(facts.ownAddresses.map(formatIp));
  }

  /** Takes the machine's addresses anew; they change while a relay runs. */
  setOwnAddresses(ownAddresses: readonly IpBytes[]): void {
    this.#facts = { ...this.#facts, ownAddresses };
    this.#own = new Set(ownAddresses.map(formatIp));
  }

  /** Adds the port of a listener that was opened on any free one. */
  addServicePort(port: number): void {
    this.#facts = { ...this.#facts, servicePorts: [...this.#facts.servicePorts, port] };
  }

  /**
   * The ports of `ip` that the holder of a scope may send to and hear from.
   * @param ip 4 or 16 bytes
   * @param scope ranges signed into the credential, or `undefined` for a plain REST credential
   * @returns ranges, none of them below port 1,024; empty when the address is forbidden
   */
  portsOf(ip: IpBytes, scope: readonly ScopeRange[] | undefined): readonly PortRange[] {
    if (isNever(ip)) return NOWHERE;
    const own = this.#own.has(formatIp(ip)) || inTable([loopback4, loopback6], ip);
    const allowed = inTable(this.#facts.allow, ip);
    const meeting = inTable(this.#facts.relayAddresses.map(wholeAddress), ip) ? [this.#facts.relayPorts] : NOWHERE;
    const closed = inTable(UNLESS_ALLOWED, ip) || (ip.length === 16 && !inTable([globalUnicast], ip));
    const open = allowed || !closed;
    if (scope !== undefined) {
      const signed = scope.filter((range) => sameIp(range.ip, ip)).map(asPorts);
      return this.#withoutServices(open ? signed : intersect(signed, meeting), own);
    }
    if (!own) return open ? ANY_PORT : NOWHERE;
    return this.#withoutServices(allowed ? ANY_PORT : meeting, true);
  }

  #withoutServices(ranges: readonly PortRange[], own: boolean): readonly PortRange[] {
    const blocked = own ? [...this.#facts.servicePorts].sort((a, b) => a - b) : [];
    return ranges.flatMap(({ first, last }) => {
      const parts: PortRange[] = [];
      let from = Math.max(first, PORT_MIN);
      for (const port of blocked) {
        if (port < from || port > last) continue;
        if (port > from) parts.push({ first: from, last: port - 1 });
        from = port + 1;
      }
      return from <= last ? [...parts, { first: from, last }] : parts;
    });
  }
}

const wholeAddress = (ip: IpBytes): Cidr => ({ ip, bits: 8 * ip.length });
const sameIp = (a: IpBytes, b: IpBytes): boolean => cidrHolds(wholeAddress(a), b);
const asPorts = ({ portFirst, portLast }: ScopeRange): PortRange => ({ first: portFirst, last: portLast });

function intersect(left: readonly PortRange[], right: readonly PortRange[]): readonly PortRange[] {
  return left.flatMap((a) =>
    right
      .map((b) => ({ first: Math.max(a.first, b.first), last: Math.min(a.last, b.last) }))
      .filter(({ first, last }) => first <= last),
  );
}

/** True when `port` lies in one of the ranges. On the path of every Send indication: no allocation. */
export function portIsIn(ranges: readonly PortRange[], port: number): boolean {
  for (let i = 0; i < ranges.length; i++) {
    const range = ranges[i];
    if (range !== undefined && port >= range.first && port <= range.last) return true;
  }
  return false;
}
