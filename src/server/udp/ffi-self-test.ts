// src/server/udp/ffi-self-test.ts - before the `ffi` backend is trusted: real packets over loopback through the very
// structures it writes. A wrong offset, size or constant shows as a wrong byte here and not as a broken stream later.
import { sameBytes } from '../../base/bytes.ts';
import { parseIp } from '../../relay/address.ts';
import { readRecord, writeRecord } from '../../relay/endpoint.ts';
import { Out } from '../../relay/turn/out.ts';
import type { BatchHandlers } from './batch-udp.ts';
import type { FfiUdp } from './ffi-udp.ts';

const SIZES = [300, 300, 300, 120, 0, 77]; // Three equal ones and a shorter one make a segmented send; then two alone.
const TRIES = 50;
const HEAD = Uint8Array.of(0xa1, 0xa2, 0xa3, 0xa4); // Sent before each packet, as a ChannelData header is.
const PAD = 2;

type Seen = { readonly socket: number; readonly bytes: Uint8Array; readonly from: { ip: Uint8Array; port: number } };

function collector(udp: FfiUdp, seen: Seen[]): BatchHandlers {
  return {
    begin() {},
    end: () => false,
    icmp() {},
    packets(socket, first, count) {
      for (let buffer = first; buffer < first + count; buffer++) {
        const [length, segment] = [udp.lengths[buffer] ?? 0, udp.segments[buffer] ?? 0];
        const at = udp.memory.bufferAt(buffer);
        const from = readRecord(udp.memory, buffer);
        for (let offset = 0; offset < length || offset === 0; offset += Math.max(1, segment)) {
          seen.push({
            socket,
            bytes: udp.memory.bytes.slice(at + offset, at + Math.min(offset + segment, length)),
            from,
          });
        }
      }
    },
  };
}

const byteOf = (packet: number, i: number): number => (packet * 31 + i * 7) & 0xff;

/** What packet `n` must look like. */
function expected(n: number): Uint8Array {
  const size = SIZES[n] ?? 0;
  return Uint8Array.from([...HEAD, ...Array.from({ length: size }, (_, i) => byteOf(n, i)), ...new Array(PAD).fill(0)]);
}

function queueAll(udp: FfiUdp, socket: number, to: number): void {
  const out = new Out();
  for (const [n, size] of SIZES.entries()) {
    udp.prepare(out);
    udp.memory.bytes.set(HEAD, out.headAt);
    Object.assign(out, {
      socket,
      to,
      headLength: HEAD.length,
      at: udp.memory.bufferAt(n),
      length: size,
      padLength: PAD,
    });
    for (let i = 0; i < size; i++) udp.memory.bytes[out.at + i] = byteOf(n, i);
    udp.send(out);
  }
  udp.flush();
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
  queueAll(udp, from, record);
  const calls = udp.counts.sendCalls;
  const seen: Seen[] = [];
  for (let tried = 0; tried < TRIES && seen.length < SIZES.length; tried++) udp.poll(collector(udp, seen));
  const sender = udp.portOf(from);
  udp.memory.freeRecord(record);
  udp.close(from);
  udp.close(to);
  if (seen.length !== SIZES.length) return `${seen.length} of ${SIZES.length} packets arrived`;
  if (calls !== 1) return `${calls} calls for one run of packets`;
  for (const [n, { socket, bytes, from: who }] of seen.entries()) {
    if (socket !== to) return 'an event names another socket';
    if (!sameBytes(bytes, expected(n))) return `packet ${n} changed on its way`;
    if (who.port !== sender || !sameBytes(who.ip, ip)) return `packet ${n} has another sender`;
  }
  return undefined;
}
