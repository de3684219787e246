// src/relay/cidr.ts - address ranges written as ADDRESS/BITS, compared bit by bit in network order.
import { type IpBytes, parseIp } from './address.ts';

/** All addresses whose first `bits` bits are those of `ip`. Each family is for itself: IPv4 ranges hold no IPv6 address. */
export type Cidr = { readonly ip: IpBytes; readonly bits: number };

/** Reads `10.0.0.0/8`, or one address without a slash. Refuses set bits behind the prefix: they hide a typing error. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(text);
  const ip = parseIp(match?.[1] ?? '');
  if (match === null || ip === undefined) return undefined;
  const bits = match[2] === undefined ? 8 * ip.length : Number(match[2]);
  if (bits > 8 * ip.length) return undefined;
  const behind = ip.some((byte, i) => (byte & (0xff >> Math.min(8, Math.max(0, bits - 8 * i)))) !== 0);
  return behind ? undefined : { ip, bits };
}

/** True when `ip` lies in the range. */
export function cidrHolds({ ip: base, bits }: Cidr, ip: IpBytes): boolean {
  if (base.length !== ip.length) return false;
  for (let i = 0; 8 * i < bits; i++) {
    const mask = (0xff00 >> Math.min(8, bits - 8 * i)) & 0xff;
    if ((((ip[i] ?? 0) ^ (base[i] ?? 0)) & mask) !== 0) return false;
  }
  return true;
}
