// src/relay/endpoint.ts - address records: IP address and port in the layout that Linux's socket calls read and write, so
// that no packet's address is ever turned into text or an object. RFC 3493 section 3.3 for the IPv6 form.
//
//   IPv4: family 2 (2 bytes, machine order), port (network order), address (4), zeros (8)
//   IPv6: family 10 (2 bytes), port (network order), flow (4), address (16), zone (4)
import type { IpBytes, TransportAddress } from './address.ts';
import { type PacketMemory, RECORD_BYTES } from './packet-memory.ts';

/** Linux's numbers of the address families, as they stand in a record. */
export const recordFamilies = { ipv4: 2, ipv6: 10 } as const;
/** 32-bit words of a record that tell one address from another. */
export const RECORD_WORDS = 7;
const WORDS_PER_RECORD = RECORD_BYTES / 4;

/** Writes an address into a record. */
export function writeRecord(memory: PacketMemory, record: number, { ip, port }: TransportAddress): void {
  const at = record * RECORD_BYTES;
  memory.bytes.fill(0, at, at + RECORD_BYTES);
  memory.bytes[at] = ip.length === 4 ? recordFamilies.ipv4 : recordFamilies.ipv6;
  memory.bytes[at + 2] = port >> 8;
  memory.bytes[at + 3] = port & 0xff;
  memory.bytes.set(ip, at + (ip.length === 4 ? 4 : 8));
}

/** Copies one record onto another. */
export function copyRecord(memory: PacketMemory, from: number, to: number): void {
  memory.words.copyWithin(to * WORDS_PER_RECORD, from * WORDS_PER_RECORD, (from + 1) * WORDS_PER_RECORD);
}

/** Reads a record; for the ordinary code, since it makes objects. */
export function readRecord(memory: PacketMemory, record: number): TransportAddress {
  return { ip: recordIp(memory, record), port: recordPort(memory, record) };
}

/** True when the record holds an IPv4 address. */
export function recordIsIpv4(memory: PacketMemory, record: number): boolean {
  return memory.bytes[record * RECORD_BYTES] === recordFamilies.ipv4;
}

/** Its last two bytes of the first word, read in network order. */
export function recordPort(memory: PacketMemory, record: number): number {
  const at = record * RECORD_BYTES;
  return ((memory.bytes[at + 2] ?? 0) << 8) | (memory.bytes[at + 3] ?? 0);
}

/** A copy of the address of a record. */
export function recordIp(memory: PacketMemory, record: number): IpBytes {
  const at = record * RECORD_BYTES;
  return recordIsIpv4(memory, record) ? memory.bytes.slice(at + 4, at + 8) : memory.bytes.slice(at + 8, at + 24);
}

/** True when two records hold the same address, whatever the ports. No allocation. */
export function sameIp(memory: PacketMemory, a: number, b: number): boolean {
  const { words } = memory;
  const [i, j] = [a * WORDS_PER_RECORD, b * WORDS_PER_RECORD];
  if ((((words[i] ?? 0) ^ (words[j] ?? 0)) & 0xffff) !== 0) return false;
  if (recordIsIpv4(memory, a)) return words[i + 1] === words[j + 1];
  return (
    words[i + 2] === words[j + 2] &&
    words[i + 3] === words[j + 3] &&
    words[i + 4] === words[j + 4] &&
    words[i + 5] === words[j + 5]
  );
}

/** True when two records hold the same address and port. No allocation. */
export function sameEndpoint(memory: PacketMemory, a: number, b: number): boolean {
  const { words } = memory;
  return words[a * WORDS_PER_RECORD] === words[b * WORDS_PER_RECORD] && sameIp(memory, a, b);
}
