// src/relay/stun/attributes/icmp.ts - ICMP: why a datagram to a peer was dropped on its way. RFC 8656 section 18.13.
import type { Family } from './requested-address-family.ts';

/** An ICMP error about a datagram that the relay sent. */
export type IcmpError = { readonly type: number; readonly code: number; readonly mtuBytes: number };

const FORWARDED: Readonly<Record<Family, ReadonlySet<number>>> = { 4: new Set([3, 11]), 6: new Set([1, 2, 3]) };

/** True for the types that a server passes on (section 11.5); others are dropped silently. */
export function icmpIsForwarded(family: Family, type: number): boolean {
  return FORWARDED[family].has(type);
}

/** Writes the attribute: 7 bits type, 9 bits code, as its figure draws them. The error data is the next hop's MTU for 'packet too big', else zero. */
export function encodeIcmp(family: Family, { type, code, mtuBytes }: IcmpError): Uint8Array {
  const value = new Uint8Array(8);
  const view = new DataView(value.buffer);
  const tooBig = family === 6 ? type === 2 : type === 3 && code === 4;
  view.setUint16(2, (type << 9) | code);
  view.setUint32(4, tooBig ? mtuBytes : 0);
  return value;
}
