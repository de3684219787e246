// src/relay/scope.ts - what the holder of a credential may reach through a relay: up to eight address and port ranges,
// signed into the user name. A stolen credential reaches nothing else (docs/THREATS.md).
//
// Text: base64url of the entries one after the other, each 1 byte kind (4 or 6), the address, first port, last port.
// Eight IPv6 entries make 224 characters, so that a whole user name stays far below the 509 bytes of RFC 8489.
import { err, ok, type Result } from '../base/result.ts';
import { bounds } from '../protocol/limits.ts';
import { formatIp, type IpBytes, parseIp } from './address.ts';

/** One range: `address` as text (dotted quad or RFC 5952), ports 1..65535, both inclusive. */
export type ScopeEntry = { readonly address: string; readonly portFirst: number; readonly portLast: number };

/** The same range as the packet filter reads it. */
export type ScopeRange = { readonly ip: IpBytes; readonly portFirst: number; readonly portLast: number };

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const SCOPE_CHARS_MAX = 240; // Eight entries of 21 bytes need 224.

function toBase64Url(bytes: readonly number[]): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const word = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const digits = Math.min(4, bytes.length - at + 1);
    for (let i = 0; i < digits; i++) text += DIGITS[(word >> (18 - 6 * i)) & 63];
  }
  return text;
}

function fromBase64Url(text: string): number[] | undefined {
  const bytes: number[] = [];
  let [word, bits] = [0, 0];
  for (const char of text) {
    const digit = DIGITS.indexOf(char);
    if (digit < 0) return undefined;
    word = ((word << 6) | digit) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((word >> bits) & 0xff);
  }
  const leftOver = word & ((1 << bits) - 1);
  return leftOver === 0 && bits < 6 ? bytes : undefined; // Only one text for each scope.
}

const portsFit = (first: number, last: number): boolean =>
  Number.isInteger(first) && Number.isInteger(last) && first >= 1 && first <= last && last <= 65_535;

/**
 * Packs a scope for a user name.
 * @returns base64url text of at most 224 characters, or what is wrong: `empty`, `too-many` (over 8), `bad-address`, `bad-port`
 */
export function packScope(
  entries: readonly ScopeEntry[],
): Result<string, 'empty' | 'too-many' | 'bad-address' | 'bad-port'> {
  if (entries.length === 0) return err('empty');
  if (entries.length > bounds.scopePairs) return err('too-many');
  const bytes: number[] = [];
  for (const { address, portFirst, portLast } of entries) {
    const ip = parseIp(address);
    if (ip === undefined) return err('bad-address');
    if (!portsFit(portFirst, portLast)) return err('bad-port');
    bytes.push(ip.length === 4 ? 4 : 6, ...ip, portFirst >> 8, portFirst & 0xff, portLast >> 8, portLast & 0xff);
  }
  return ok(toBase64Url(bytes));
}

/** Reads a packed scope as ranges. Anything that `packScope` would not have written is refused. */
export function readScope(text: string): Result<readonly ScopeRange[], 'bad-scope'> {
  const bytes = text.length <= SCOPE_CHARS_MAX ? fromBase64Url(text) : undefined;
  if (bytes === undefined || bytes.length === 0) return err('bad-scope');
  const ranges: ScopeRange[] = [];
  for (let at = 0; at < bytes.length; ) {
    const kind = bytes[at];
    const size = kind === 4 ? 4 : kind === 6 ? 16 : 0;
    const end = at + 1 + size + 4;
    if (size === 0 || end > bytes.length || ranges.length === bounds.scopePairs) return err('bad-scope');
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(end - 4, end);
    const [portFirst, portLast] = [(a << 8) | b, (c << 8) | d];
    if (!portsFit(portFirst, portLast)) return err('bad-scope');
    ranges.push({ ip: Uint8Array.from(bytes.slice(at + 1, end - 4)), portFirst, portLast });
    at = end;
  }
  return ok(ranges);
}

/** Unpacks a scope into text entries, in order. The counterpart of `packScope`. */
export function unpackScope(text: string): Result<readonly ScopeEntry[], 'bad-scope'> {
  const ranges = readScope(text);
  if (!ranges.ok) return ranges;
  return ok(ranges.value.map(({ ip, portFirst, portLast }) => ({ address: formatIp(ip), portFirst, portLast })));
}
