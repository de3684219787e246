// src/server/udp/ffi-self-test.ts - before the `ffi` backend is trusted: real packets over loopback through the very
// structures it writes. A wrong offset, size or constant shows as a wrong byte here and not as a broken stream later.
import { parseIp } from '../../relay/address.ts';
import { readRecord, writeRecord } from '../../relay/endpoint.ts';
import type { BatchHandlers } from './batch-udp.ts';
import type { FfiUdp } from './ffi-udp.ts';

const SIZES = [300, 300, 300, 120, 0, 77]; // Three equal ones and a shorter one make a segmented send; then two alone.
const TRIES = 50;

type Seen = { readonly socket: number; readonly bytes: Uint8Array; readonly from: { ip: Uint8Array; port: number } };

function collector(udp: FfiUdp, seen: Seen[]): BatchHandlers {
  return {
    begin() {},
    end() {},
    icmp() {},
    packets(socket, first, count) {
      for (let slot = first; slot < first + count; slot++) {
        const at = udp.memory.packetAt(slot);
        const bytes = udp.memory.bytes.slice(at, at + Math.max(0, udp.lengths[slot] ?? -1));
        seen.push({ socket, bytes, from: readRecord(udp.memory, slot) });
      }
    },
  };
}

/**
 * Sends packets between two loopback sockets and compares what arrives.
 * @returns `undefined` when all is well, else what differs, for the log
 */
export function ffiFault(udp: FfiUdp, address: string): string | undefined {
  const ip = parseIp(address) ?? new Uint8Array(4);
  const [from, to] = [udp.open(ip, 0), udp.open(ip, 0)];
  if (from < 0 || to < 0) return 'no loopback socket';
  const record = udp.memory.takeRecord();
  writeRecord(udp.memory, record, { ip, port: udp.portOf(to) });
  // Slots are the packets' room; fill them before anything is received.
  SIZES.forEach((size, slot) => {
    const at = udp.memory.packetAt(slot);
    for (let i = 0; i < size; i++) udp.memory.bytes[at + i] = (slot * 31 + i * 7) & 0xff;
    udp.send(from, at, size, record, false);
  });
  udp.flush();
  const calls = udp.counts.sendCalls;
  const seen: Seen[] = [];
  for (let tried = 0; tried < TRIES && seen.length < SIZES.length; tried++) udp.poll(collector(udp, seen));
  const sender = udp.portOf(from);
  udp.memory.freeRecord(record);
  udp.close(from);
  udp.close(to);
  if (seen.length !== SIZES.length) return `${seen.length} of ${SIZES.length} packets arrived`;
  if (calls !== 1) return `${calls} calls for one run of packets`;
  for (const [slot, { socket, bytes, from: who }] of seen.entries()) {
    if (socket !== to) return 'an event names another socket';
    if (bytes.length !== SIZES[slot]) return `packet ${slot} has ${bytes.length} bytes`;
    if (bytes.some((byte, i) => byte !== ((slot * 31 + i * 7) & 0xff))) return `packet ${slot} changed on its way`;
    if (who.port !== sender || who.ip.join() !== ip.join()) return `packet ${slot} has another sender`;
  }
  return undefined;
}
