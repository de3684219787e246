// bench/relay/generator.ts - a process that loads a TURN server in a closed loop and checks every packet: so many flows, a
// burst of each in flight, the next one when it came back whole. Prints one line of JSON. Run by main.ts, pinned to a core
// that the server does not have; `--direct` leaves the server out and shows how fast the generator itself is.
import { parseArgs } from 'node:util';
import { RECORD_BYTES } from '../../src/relay/packet-memory.ts';
import { Out } from '../../src/relay/turn/out.ts';
import type { BatchHandlers } from '../../src/server/udp/batch-udp.ts';
import { FfiUdp } from '../../src/server/udp/ffi-udp.ts';
import { processorS } from './process-figures.ts';
import { directFlow, type Flow, TurnFlows, targetAddress } from './turn-flows.ts';

const { values } = parseArgs({
  options: {
    server: { type: 'string', default: '127.0.0.1:3478' },
    secret: { type: 'string', default: '' },
    realm: { type: 'string', default: 'nearcade' },
    direction: { type: 'string', default: 'down' },
    bytes: { type: 'string', default: '1200' },
    flows: { type: 'string', default: '8' },
    burst: { type: 'string', default: '16' },
    seconds: { type: 'string', default: '1.5' },
    'warm-seconds': { type: 'string', default: '0.7' },
    direct: { type: 'boolean', default: false },
    'server-pid': { type: 'string' },
    merge: { type: 'boolean', default: false },
  },
});
const [payloadBytes, flowCount, burst] = [Number(values.bytes), Number(values.flows), Number(values.burst)];
const up = values.direction === 'up';
const headBytes = up && !values.direct ? 4 : 0;
const tailAt = up || values.direct ? 0 : 4; // Where the payload begins in what arrives.
const FLOW_AT = 0;
const SEQ_AT = 4;
const LOST_AFTER_MS = 1_000; // Much longer than a busy machine keeps a process waiting.
const PACKET_STRIDE = 2_048;

// The room for packets to send is taken from the address records of the same mapped memory: the generator needs few.
const recordsForPackets = (flowCount * burst * PACKET_STRIDE) / RECORD_BYTES;
const ownRecords = flowCount * 2;
const udp = new FfiUdp({ records: ownRecords + recordsForPackets, merge: values.merge });
const { bytes: memory } = udp.memory;
const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
const packetsAt = (320 + 1 + ownRecords) * RECORD_BYTES; // Behind the fixed records, the scratch one and the flows'.
const out = new Out();

type Load = Flow & { readonly index: number; sequence: number; outstanding: number; sentMs: number };
const server = targetAddress(values.server);
const turn = new TurnFlows(udp, { server, secret: values.secret, realm: values.realm });

const loads: Load[] = [];
const bySocket: (Load | undefined)[] = [];
for (let index = 0; index < flowCount; index++) {
  const flow = values.direct ? directFlow(udp, server.ip) : turn.open();
  const load: Load = { ...flow, index, sequence: 0, outstanding: 0, sentMs: 0 };
  loads.push(load);
  bySocket[up ? flow.peer : flow.client] = load;
}

const packetAt = (load: Load, n: number): number => packetsAt + (load.index * burst + n) * PACKET_STRIDE;
const patternAt = (i: number): number => (i * 151 + 7) & 0xff;
for (const load of loads) {
  for (let n = 0; n < burst; n++) {
    const at = packetAt(load, n);
    if (headBytes > 0) view.setUint32(at, (load.channel << 16) | payloadBytes);
    for (let i = 0; i < payloadBytes; i++) memory[at + headBytes + i] = patternAt(i);
    view.setUint32(at + headBytes + FLOW_AT, load.index);
  }
}

let received = 0;
let wrong = 0;
let lost = 0;
const handlers: BatchHandlers = {
  begin() {},
  end: () => false,
  icmp() {},
  packets(socket, first, count) {
    const load = bySocket[socket];
    if (load === undefined) return;
    for (let buffer = first; buffer < first + count; buffer++) {
      const start = udp.memory.bufferAt(buffer);
      const [total, segment] = [udp.lengths[buffer] ?? 0, udp.segments[buffer] ?? 0];
      for (let offset = 0; offset < total; offset += segment)
        check(load, start + offset, Math.min(segment, total - offset));
    }
  },
};

function check(load: Load, start: number, length: number): void {
  const at = start + tailAt;
  const sequence = view.getUint32(at + SEQ_AT);
  const whole = length === payloadBytes + tailAt && view.getUint32(at + FLOW_AT) === load.index;
  if (!whole || ((sequence & 15) === 0 && !patternHolds(at))) wrong++;
  received++;
  load.outstanding--;
}

/** Every sixteenth packet is compared byte by byte; all of them by length, flow and number. */
function patternHolds(at: number): boolean {
  for (let i = 8; i < payloadBytes; i++) if (memory[at + i] !== patternAt(i)) return false;
  return true;
}

function sendBurst(load: Load, nowMs: number): void {
  const socket = up ? load.client : load.peer;
  const record = up ? load.serverRecord : load.relayedRecord;
  for (let n = 0; n < burst; n++) {
    udp.prepare(out);
    out.at = packetAt(load, n);
    view.setUint32(out.at + headBytes + SEQ_AT, load.sequence++);
    out.socket = socket;
    out.to = record;
    out.length = payloadBytes + headBytes;
    udp.send(out);
  }
  load.outstanding = burst;
  load.sentMs = nowMs;
}

/** A server that got less of its core than this, on a busy machine, shows nothing yet and is loaded for longer. */
const LEAST_CPU_S = 0.05;
const SPANS_MAX = 50;

function run(ms: number): number {
  const start = performance.now();
  received = 0;
  for (let nowMs = start; nowMs - start < ms; nowMs = performance.now()) {
    for (const load of loads) {
      if (load.outstanding > 0 && nowMs - load.sentMs > LOST_AFTER_MS) {
        lost += load.outstanding;
        load.outstanding = 0;
      }
      if (load.outstanding <= 0) sendBurst(load, nowMs);
    }
    udp.flush();
    udp.poll(handlers);
  }
  return (received * 1_000) / (performance.now() - start);
}

run(Number(values['warm-seconds']) * 1_000);
const pid = values['server-pid'];
const leastS = pid === undefined ? 0 : LEAST_CPU_S;
const cpuBefore = processorS(pid);
let [packets, cpuS, spans] = [0, 0, 0];
let packetsPerS = 0;
do {
  packetsPerS += run(Number(values.seconds) * 1_000);
  packets += received;
  cpuS = processorS(pid) - cpuBefore;
} while (++spans < SPANS_MAX && cpuS < leastS);
for (const load of loads) load.end();
const packetsPerCpuS = cpuS > 0 ? Math.round(packets / cpuS) : 0;
process.stdout.write(
  `${JSON.stringify({ packetsPerS: Math.round(packetsPerS / spans), packetsPerCpuS, busy: cpuS / (spans * Number(values.seconds)), wrong, lost })}\n`,
);
process.exit(wrong === 0 ? 0 : 1);
