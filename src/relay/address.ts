// src/relay/address.ts - IP addresses as bytes and as text, without Node's `net`: the filter that keeps the relay out of
// private networks must read every spelling the same way on every path, so there is exactly one reader.

/** 4 bytes (IPv4) or 16 bytes (IPv6), network order. */
export type IpBytes = Uint8Array;

/** An address and a port. `ip` is owned by the holder and never changed. */
export type TransportAddress = { readonly ip: IpBytes; readonly port: number };

const QUAD = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;
const GROUP = /^[0-9a-fA-F]{1,4}$/;
const GROUPS = 8;

function parseQuad(text: string): IpBytes | undefined {
  const match = QUAD.exec(text);
  if (match === null) return undefined;
  const bytes = match.slice(1).map(Number);
  return bytes.every((byte) => byte <= 255) ? Uint8Array.from(bytes) : undefined;
}

/** Groups of one side of '::'; a dotted quad may stand at the very end. */
function parseGroups(text: string, quadAllowed: boolean): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (GROUP.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const quad = quadAllowed && index === parts.length - 1 ? parseQuad(part) : undefined;
    if (quad === undefined) return undefined;
    const [a = 0, b = 0, c = 0, d = 0] = quad;
    groups.push((a << 8) | b, (c << 8) | d);
  }
  return groups;
}

function parseSix(text: string): IpBytes | undefined {
  const sides = text.split('::');
  if (sides.length > 2) return undefined;
  const shortened = sides.length === 2;
  const head = parseGroups(sides[0] ?? '', !shortened);
  const tail = parseGroups(sides[1] ?? '', shortened);
  if (head === undefined || tail === undefined) return undefined;
  const missing = GROUPS - head.length - tail.length;
  if (shortened ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/**
 * Reads one IPv4 or IPv6 address. Strict: no zone, no brackets, no leading zeros or octal in quads, no short quads:
 * whatever could mean two things to two readers is refused.
 */
export function parseIp(text: string): IpBytes | undefined {
  if (text.length > 45) return undefined;
  return text.includes(':') ? parseSix(text) : parseQuad(text);
}

/** Text of an address: dotted quad, or IPv6 as in RFC 5952 (lower case, the longest run of zeros shortened). */
export function formatIp(ip: IpBytes): string {
  if (ip.length === 4) return ip.join('.');
  const groups = Array.from({ length: GROUPS }, (_, i) => ((ip[2 * i] ?? 0) << 8) | (ip[2 * i + 1] ?? 0));
  let [best, bestLength] = [-1, 1]; // A single zero group is not shortened (RFC 5952 section 4.2.2).
  for (let start = 0; start < GROUPS; start++) {
    let length = 0;
    while (start + length < GROUPS && groups[start + length] === 0) length++;
    if (length > bestLength) [best, bestLength] = [start, length];
  }
  const hex = groups.map((group) => group.toString(16));
  if (best < 0) return hex.join(':');
  return `${hex.slice(0, best).join(':')}::${hex.slice(best + bestLength).join(':')}`;
}

/** `address:port`, IPv6 in brackets. */
export function formatTransportAddress(address: TransportAddress): string {
  return address.ip.length === 4
    ? `${formatIp(address.ip)}:${address.port}`
    : `[${formatIp(address.ip)}]:${address.port}`;
}
