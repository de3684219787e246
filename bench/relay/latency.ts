// bench/relay/latency.ts - a process that sends frames through a TURN server at their pace and notes how long every packet
// was under way, node to player: 8 streams of 60 frames a second, 40 packets of 1,200 bytes each. Prints one line of JSON
// with microseconds. `--direct` leaves the server out: what remains is the machine's and the generator's own time.
import { parseArgs } from 'node:util';
import { BUFFERS, PIECES_MAX, RECORD_BYTES } from '../../src/relay/packet-memory.ts';
import { Out } from '../../src/relay/turn/out.ts';
import type { BatchHandlers } from '../../src/server/udp/batch-udp.ts';
import { FfiUdp } from '../../src/server/udp/ffi-udp.ts';
import { directFlow, type Flow, TurnFlows, targetAddress } from './turn-flows.ts';

const { values } = parseArgs({
  options: {
    server: { type: 'string', default: '127.0.0.1:3478' },
    secret: { type: 'string', default: '' },
    realm: { type: 'string', default: 'nearcade' },
    seconds: { type: 'string', default: '2' },
    direct: { type: 'boolean', default: false },
  },
});

const STREAMS = 8;
const FRAME_MS = 1_000 / 60;
const FRAME_PACKETS = 40;
const PAYLOAD_BYTES = 1_200;
const PACKET_STRIDE = 2_048;
const WARM_MS = 500;
const LATE_MS = 500; // What has not come then is lost.

const ownRecords = STREAMS * 2;
const udp = new FfiUdp({ records: ownRecords + (STREAMS * FRAME_PACKETS * PACKET_STRIDE) / RECORD_BYTES });
const { bytes: memory } = udp.memory;
const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
const packetsAt = (BUFFERS + PIECES_MAX + 1 + ownRecords) * RECORD_BYTES;
const out = new Out();
const server = targetAddress(values.server);
const turn = new TurnFlows(udp, { server, secret: values.secret, realm: values.realm });

const flows: Flow[] = [];
for (let i = 0; i < STREAMS; i++) flows.push(values.direct ? directFlow(udp, server.ip) : turn.open());
const tailAt = values.direct ? 0 : 4;

const startMs = performance.now();
const endMs = startMs + WARM_MS + Number(values.seconds) * 1_000;
const underWayUs: number[] = [];
let sent = 0;
let received = 0;

const handlers: BatchHandlers = {
  begin() {},
  end: () => false,
  icmp() {},
  packets(_, first, count) {
    const nowMs = performance.now();
    for (let buffer = first; buffer < first + count; buffer++) {
      const [total, segment] = [udp.lengths[buffer] ?? 0, udp.segments[buffer] ?? 0];
      for (let offset = 0; offset < total; offset += segment) {
        const sentMs = view.getFloat64(udp.memory.bufferAt(buffer) + offset + tailAt);
        received++;
        if (sentMs - startMs > WARM_MS) underWayUs.push((nowMs - sentMs) * 1_000);
      }
    }
  },
};

function sendFrame(stream: number, flow: Flow): void {
  const sentMs = performance.now();
  for (let n = 0; n < FRAME_PACKETS; n++) {
    udp.prepare(out);
    out.at = packetsAt + (stream * FRAME_PACKETS + n) * PACKET_STRIDE;
    view.setFloat64(out.at, sentMs);
    Object.assign(out, { socket: flow.peer, to: flow.relayedRecord, length: PAYLOAD_BYTES });
    udp.send(out);
    sent++;
  }
  udp.flush();
}

const dueMs = flows.map((_, i) => startMs + (i * FRAME_MS) / STREAMS);
for (let nowMs = startMs; nowMs < endMs || (received < sent && nowMs < endMs + LATE_MS); nowMs = performance.now()) {
  for (const [i, flow] of flows.entries()) {
    if (nowMs >= endMs || nowMs < (dueMs[i] ?? 0)) continue;
    // A generator that was kept waiting does not make up for it: that would be other traffic than asked for.
    dueMs[i] = Math.max((dueMs[i] ?? 0) + FRAME_MS, nowMs);
    sendFrame(i, flow);
  }
  udp.poll(handlers);
}
for (const flow of flows) flow.end();
underWayUs.sort((a, b) => a - b);
const at = (share: number): number => Math.round(underWayUs[Math.floor(underWayUs.length * share)] ?? Number.NaN);
process.stdout.write(
  `${JSON.stringify({ p50Us: at(0.5), p99Us: at(0.99), packets: underWayUs.length, lost: sent - received })}\n`,
);
process.exit(0);
