// src/base/ip.ts - IP addresses as bytes, so that one address has one form however it is written, and what kind of
// network each belongs to. An IPv4 address inside IPv6 (::ffff:0:0/96) is the IPv4 address.

/** 4 or 16 bytes, most significant first. */
export type Ip = Uint8Array;

/** A range of addresses: the first `bits` bits of `ip` count. */
export type Cidr = { readonly ip: Ip; readonly bits: number };

/** Where packets to an address go. `special` is everything that is no ordinary unicast address. */
export type IpKind = 'loopback' | 'private' | 'link-local' | 'special' | 'public';

function readV4(text: string): Ip | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255)) {
    return undefined; // A leading zero may mean octal to someone else: refused.
  }
  return Uint8Array.from(parts, Number);
}

/** The 16 bits at place `index` as hex without leading zeros. */
const group = (ip: Ip, index: number): string => (((ip[2 * index] ?? 0) << 8) | (ip[2 * index + 1] ?? 0)).toString(16);

function readGroups(text: string): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  for (const part of text.split(':')) {
    if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined;
    groups.push(Number.parseInt(part, 16));
  }
  return groups;
}

function readV6(text: string): Ip | undefined {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const v4 = tail === null ? undefined : readV4(tail[2] ?? '');
  if (tail !== null && v4 === undefined) return undefined;
  const spelled = v4 === undefined ? text : `${tail?.[1]}${group(v4, 0)}:${group(v4, 1)}`;
  const halves = spelled.split('::');
  if (halves.length > 2) return undefined;
  const [head, rest] = [readGroups(halves[0] ?? ''), halves.length === 2 ? readGroups(halves[1] ?? '') : []];
  if (head === undefined || rest === undefined) return undefined;
  const missing = 8 - head.length - rest.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...rest];
  return Uint8Array.from(groups.flatMap((bits) => [bits >> 8, bits & 0xff]));
}

const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** Reads a dotted quad or RFC 4291 text (no zone, no brackets); `undefined` for anything else. */
export function readIp(text: string): Ip | undefined {
  if (text.length > 45) return undefined;
  const ip = text.includes(':') ? readV6(text) : readV4(text);
  return ip?.length === 16 && MAPPED.every((byte, i) => ip[i] === byte) ? ip.slice(12) : ip;
}

/** Writes an address: a dotted quad, or eight groups of IPv6 with the longest run of zeros as '::' (RFC 5952). */
export function ipText(ip: Ip): string {
  if (ip.length === 4) return ip.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => (((ip[2 * i] ?? 0) << 8) | (ip[2 * i + 1] ?? 0)).toString(16));
  const runs = [
    ...groups
      .map((group) => (group === '0' ? '0' : 'x'))
      .join('')
      .matchAll(/0{2,}/g),
  ];
  const longest = runs.reduce<RegExpExecArray | undefined>(
    (best, run) => (best === undefined || run[0].length > best[0].length ? run : best),
    undefined,
  );
  if (longest === undefined) return groups.join(':');
  const end = longest.index + longest[0].length;
  return `${groups.slice(0, longest.index).join(':')}::${groups.slice(end).join(':')}`;
}

/** Reads `ADDRESS/BITS`, or a bare address as a range of one; `undefined` when either part is wrong. */
export function readCidr(text: string): Cidr | undefined {
  const [address = '', bitsText, ...more] = text.split('/');
  const ip = readIp(address);
  if (ip === undefined || more.length > 0) return undefined;
  const whole = ip.length * 8;
  if (bitsText === undefined) return { ip, bits: whole };
  const mapped = address.includes(':') && ip.length === 4 ? 96 : 0;
  const bits = /^(0|[1-9][0-9]{0,2})$/.test(bitsText) ? Number(bitsText) - mapped : -1;
  return bits >= 0 && bits <= whole ? { ip, bits } : undefined;
}

/** True when `ip` lies in the range; addresses of the other family never do. */
export function inCidr(ip: Ip, { ip: base, bits }: Cidr): boolean {
  if (ip.length !== base.length) return false;
  for (let i = 0; i * 8 < bits; i++) {
    const mask = bits - i * 8 >= 8 ? 0xff : (0xff << (8 - (bits - i * 8))) & 0xff;
    if (((ip[i] ?? 0) & mask) !== ((base[i] ?? 0) & mask)) return false;
  }
  return true;
}

const ranges = (kind: IpKind, ...texts: string[]) =>
  texts.map((text) => ({ kind, range: readCidr(text) ?? { ip: new Uint8Array(0), bits: 0 } }));

/** First match counts (IANA special-purpose registries, RFC 6890). */
const KINDS = [
  ...ranges('loopback', '127.0.0.0/8', '::1/128'),
  ...ranges('private', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'),
  ...ranges('link-local', '169.254.0.0/16', 'fe80::/10'),
  ...ranges('special', '0.0.0.0/8', '192.0.0.0/24', '192.0.2.0/24', '198.18.0.0/15', '198.51.100.0/24'),
  ...ranges('special', '203.0.113.0/24', '192.88.99.0/24', '224.0.0.0/3', '::/96', '64:ff9b::/96', '64:ff9b:1::/48'),
  ...ranges('special', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16', '5f00::/16', 'fec0::/10', 'ff00::/8'),
];

/** Where packets to `ip` would go. Forms that hide an IPv4 address (6to4, NAT64) are `special`. */
export function ipKind(ip: Ip): IpKind {
  return KINDS.find(({ range }) => inCidr(ip, range))?.kind ?? 'public';
}

/** A coarse network: the first 24 bits of IPv4, the first 48 of IPv6, as text. Players of one line share it. */
export function networkOf(ip: Ip): string {
  const kept = ip.slice();
  kept.fill(0, ip.length === 4 ? 3 : 6);
  return `${ipText(kept)}/${ip.length === 4 ? 24 : 48}`;
}

/**
 * By what an address is counted: an IPv4 address by itself, one of IPv6 by its first 64 bits, for whoever has one has all that
 * share them. Text that is no address, such as one with a zone, counts by itself.
 */
export function countedBy(text: string): string {
  const ip = readIp(text);
  if (ip === undefined || ip.length === 4) return ip === undefined ? text : ipText(ip);
  const kept = ip.slice();
  kept.fill(0, 8);
  return `${ipText(kept)}/64`;
}
