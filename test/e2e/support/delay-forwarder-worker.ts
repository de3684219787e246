// test/e2e/support/delay-forwarder-worker.ts - the thread of delay-forwarder.ts. Waits with a timer until shortly before
// a packet is due and then in short sleeps on Atomics.wait, which are exact to some 0.1 ms and cost no spinning. Between
// two sleeps the thread looks at its sockets: what arrives meanwhile must not be stamped late.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { seededRandom } from '../../../src/base/random.ts';
import type { Path } from './delay-forwarder.ts';

type Packet = { readonly dueMs: number; readonly send: () => void; readonly path: number };

const { paths, seed }: { paths: Path[]; seed: number } = workerData;
const random = seededRandom(seed);
const state = paths.map((path) => ({ ...path, forwarded: 0, lost: 0, barred: 0, lateness: [] as number[] }));
const queue: Packet[] = []; // Sorted by due time: packets of one direction never overtake.
const clock = new Int32Array(new SharedArrayBuffer(4));
const EARLY_MS = 1.5;
const SLEEP_MS = 0.2;
const SAMPLES = 20_000;
let timer: NodeJS.Timeout | undefined;
let looking = false;

function exponential(meanMs: number): number {
  return meanMs === 0 ? 0 : -meanMs * Math.log(1 - random.below(2 ** 32) / 2 ** 32);
}

function flush(): void {
  timer = undefined;
  looking = false;
  for (;;) {
    const next = queue[0];
    if (next === undefined) return;
    const leftMs = next.dueMs - performance.now();
    if (leftMs > EARLY_MS) {
      timer = setTimeout(flush, leftMs - EARLY_MS);
      return;
    }
    if (leftMs > 0) {
      Atomics.wait(clock, 0, 0, Math.min(leftMs, SLEEP_MS));
      looking = true;
      setImmediate(flush);
      return;
    }
    queue.shift();
    const path = state[next.path];
    if (path !== undefined) {
      path.forwarded++;
      if (path.lateness.length < SAMPLES) path.lateness.push(Math.max(0, performance.now() - next.dueMs));
    }
    next.send();
  }
}

/** One direction of one flow: remembers when its last packet leaves, so that order is kept. */
function lane(path: number): (send: () => void) => void {
  let lastMs = 0;
  return (send) => {
    const own = state[path];
    if (own === undefined) return;
    if (own.lossShare > 0 && random.below(1_000_000) < own.lossShare * 1_000_000) {
      own.lost++;
      return;
    }
    const dueMs = Math.max(lastMs, performance.now() + own.delayMs + exponential(own.jitterMs));
    lastMs = dueMs;
    let at = queue.length;
    while (at > 0 && (queue[at - 1]?.dueMs ?? 0) > dueMs) at--;
    queue.splice(at, 0, { dueMs, send, path });
    if (at === 0 && !looking) {
      clearTimeout(timer);
      timer = setTimeout(flush, Math.max(0, dueMs - performance.now() - EARLY_MS));
    }
  };
}

async function openPort(path: number, listen: number, target: number): Promise<void> {
  const front = createSocket('udp4');
  const flows = new Map<string, { socket: Socket; up: (send: () => void) => void }>();
  front.on('message', (bytes, from) => {
    const own = state[path];
    const { first = 0, last = 65_535 } = own?.onlyFrom ?? {};
    if (own !== undefined && (from.port < first || from.port > last)) {
      own.barred++;
      return;
    }
    const key = `${from.address}:${from.port}`;
    let flow = flows.get(key);
    if (flow === undefined) {
      const socket = createSocket('udp4');
      const down = lane(path);
      socket.on('message', (answer) => down(() => front.send(answer, from.port, from.address)));
      socket.on('error', () => {});
      flow = { socket, up: lane(path) };
      flows.set(key, flow);
    }
    const { socket, up } = flow;
    up(() => socket.send(bytes, target, '127.0.0.1'));
  });
  front.on('error', () => {});
  front.bind(listen, '127.0.0.1');
  await once(front, 'listening');
}

parentPort?.on('message', (message) => {
  if (message.kind === 'change') Object.assign(state[message.index] ?? {}, message.change);
  if (message.kind !== 'report') return;
  parentPort?.postMessage(
    state.map(({ forwarded, lost, barred, lateness }) => {
      const sorted = lateness.toSorted((a, b) => a - b);
      return { forwarded, lost, barred, latenessP99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0 };
    }),
  );
});

const opened = paths.flatMap((path, index) =>
  path.ranges.flatMap(({ listen, target, count }) =>
    Array.from({ length: count }, (_, i) => openPort(index, listen + i, target + i)),
  ),
);
Promise.all(opened).then(
  () => parentPort?.postMessage('ready'),
  (cause) => parentPort?.postMessage(String(cause)),
);
