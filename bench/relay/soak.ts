// bench/relay/soak.ts - a process that sends through a TURN server at an even rate, both ways, and checks every byte of every
// packet by its checksum and its place in the order. Says `{"second":n,...}` once a second and ends with the figures, on
// lines of JSON. Never more than a window is under way, so that a busy machine is slow and not lossy.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { crc32 } from 'node:zlib';
import { BUFFERS, PIECES_MAX, RECORD_BYTES } from '../../src/relay/packet-memory.ts';
import { Out } from '../../src/relay/turn/out.ts';
import type { BatchHandlers } from '../../src/server/udp/batch-udp.ts';
import { FfiUdp } from '../../src/server/udp/ffi-udp.ts';
import { TurnFlows, targetAddress } from './turn-flows.ts';

const { values } = parseArgs({
  options: {
    server: { type: 'string', default: '127.0.0.1:3478' },
    secret: { type: 'string', default: '' },
    realm: { type: 'string', default: 'nearcade' },
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string', default: '20000' },
  },
});

const FLOWS = 8;
const WINDOW = 512; // Packets under way: the smallest receive buffer on the way holds more.
const SLOTS = 256; // Packets of ours that may wait to be sent.
const PACKET_STRIDE = 2_048;
const HEADER_BYTES = 12; // flow, number, checksum of the rest
const [SMALLEST, LARGEST] = [40, 1_200];
const LATE_MS = 10_000;
const CATCH_UP_MS = 100; // What a busy machine kept us from for longer is not made up for.
const KEEP_MS = 120_000; // A permission lasts 300 s; a busy machine may be late.

const ownRecords = FLOWS * 2;
const udp = new FfiUdp({ records: ownRecords + (SLOTS * PACKET_STRIDE) / RECORD_BYTES });
const { bytes: memory } = udp.memory;
const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
const packetsAt = (BUFFERS + PIECES_MAX + 1 + ownRecords) * RECORD_BYTES;
const noise = randomBytes(65_536);
const out = new Out();
const turn = new TurnFlows(udp, { server: targetAddress(values.server), secret: values.secret, realm: values.realm });

/** One direction of one allocation. Packets of it come in order, or some were lost. */
type Way = {
  readonly index: number;
  readonly up: boolean;
  readonly socket: number;
  readonly to: number;
  readonly channel: number;
  sent: number;
  came: number;
};
const ways: Way[] = [];
const bySocket: (Way | undefined)[] = [];
const flows = Array.from({ length: FLOWS }, () => turn.open());
for (const [i, flow] of flows.entries()) {
  const up = {
    index: 2 * i,
    up: true,
    socket: flow.client,
    to: flow.serverRecord,
    channel: flow.channel,
    sent: 0,
    came: 0,
  };
  const down = { ...up, index: 2 * i + 1, up: false, socket: flow.peer, to: flow.relayedRecord };
  ways.push(up, down);
  bySocket[flow.peer] = up;
  bySocket[flow.client] = down;
}

let sent = 0;
let came = 0;
let lost = 0;
let changed = 0;
let payloadBytes = 0;

function send(way: Way, slot: number): void {
  const length = SMALLEST + ((sent * 7_919) % (LARGEST - SMALLEST + 1));
  const at = packetsAt + slot * PACKET_STRIDE;
  const head = way.up ? 4 : 0;
  const from = (sent * 31) % (noise.length - LARGEST);
  memory.set(noise.subarray(from, from + length), at + head);
  if (head > 0) view.setUint32(at, (way.channel << 16) | length);
  view.setUint32(at + head, way.index);
  view.setUint32(at + head + 4, way.sent++);
  view.setUint32(at + head + 8, crc32(memory.subarray(at + head + HEADER_BYTES, at + head + length)));
  udp.prepare(out);
  Object.assign(out, { socket: way.socket, to: way.to, headLength: 0, at, length: head + length, padLength: 0 });
  udp.send(out);
  sent++;
  payloadBytes += length;
}

function check(way: Way, start: number, length: number): void {
  const [at, size] = way.up ? [start, length] : [start + 4, length - 4];
  const whole =
    size >= SMALLEST &&
    view.getUint32(at) === way.index &&
    (way.up || view.getUint32(start) === ((way.channel << 16) | size) >>> 0) &&
    view.getUint32(at + 8) === crc32(memory.subarray(at + HEADER_BYTES, at + size));
  came++;
  if (!whole) {
    changed++;
    return;
  }
  const number = view.getUint32(at + 4);
  if (number > way.came) lost += number - way.came;
  if (number < way.came) changed++; // Twice, or out of order.
  way.came = number + 1;
}

const handlers: BatchHandlers = {
  begin() {},
  end: () => false,
  icmp() {},
  packets(socket, first, count) {
    const way = bySocket[socket];
    if (way === undefined) return;
    for (let buffer = first; buffer < first + count; buffer++) {
      const start = udp.memory.bufferAt(buffer);
      const [total, segment] = [udp.lengths[buffer] ?? 0, udp.segments[buffer] ?? 0];
      for (let offset = 0; offset < total; offset += segment)
        check(way, start + offset, Math.min(segment, total - offset));
    }
  },
};

const say = (more: object): void =>
  void process.stdout.write(`${JSON.stringify({ sent, came, lost, changed, ...more })}\n`);
const idle = new Int32Array(new SharedArrayBuffer(4));
const [rate, spanMs] = [Number(values.rate), Number(values.seconds) * 1_000];
const startMs = performance.now();
let second = 0;
let lastCameMs = startMs;
let pacedMs = startMs;
let keepMs = startMs + KEEP_MS;
for (;;) {
  const nowMs = performance.now();
  const passedMs = nowMs - startMs;
  const keeping = nowMs > keepMs && passedMs < spanMs;
  if (keeping && sent === came + lost) {
    for (const flow of flows) flow.keep();
    keepMs = nowMs + KEEP_MS;
  } else if (!keeping && passedMs < spanMs) {
    pacedMs = Math.max(pacedMs, nowMs - CATCH_UP_MS);
    const due = Math.min(Math.floor((nowMs - pacedMs) * (rate / 1_000)), WINDOW - (sent - came - lost), SLOTS);
    pacedMs += (Math.max(0, due) * 1_000) / rate;
    // Runs of four packets of one way: some are merged and segmented, some are not.
    for (let i = 0; i < due; i++) {
      const way = ways[(sent >> 2) % ways.length];
      if (way !== undefined) send(way, i);
    }
    udp.flush();
  } else if (passedMs >= spanMs && (sent === came + lost || nowMs - lastCameMs > LATE_MS)) break;
  const before = came;
  udp.poll(handlers);
  if (came > before) lastCameMs = nowMs;
  else Atomics.wait(idle, 0, 0, 1);
  if (passedMs >= (second + 1) * 1_000) say({ second: ++second });
}
lost = sent - came;
say({ done: true, payloadBytes, packetsPerS: Math.round((came * 1_000) / (lastCameMs - startMs)) });
readFileSync(0); // Who watches the relay has seen every line before the allocations go.
for (const flow of flows) flow.end();
process.exit(0);
