// src/agent/bench-hub.ts - what a bench asks the hub for: which relays there are, and to count the bytes of an upload. Needs no
// login, so a machine can be measured before it joins.
import { bodyDecoder } from '../protocol/body-decoder.ts';
import { BENCH_UPLOAD_BYTES, type BenchRelays, BenchRelaysShape, BenchUploadShape } from '../protocol/node-bench.ts';

const readRelays = bodyDecoder(BenchRelaysShape);
const readUpload = bodyDecoder(BenchUploadShape);

const ASK_MS = 5_000;
/** Sending stops after this; the rest of the limit is for what is still on its way. */
const SEND_MS = 3_000;
const UPLOAD_LIMIT_MS = 30_000;
const PIECE_BYTES = 64 * 1024;
/** Less than this in a blink says nothing of the line. */
const SHORTEST_MS = 1;

/** The hub's relays; undefined when it does not answer, or is an older one. */
export async function relaysOf(hub: string): Promise<BenchRelays['relays'] | undefined> {
  try {
    const answer = await fetch(`${hub}/api/bench/relays`, { redirect: 'error', signal: AbortSignal.timeout(ASK_MS) });
    const read = answer.ok ? readRelays(await answer.json()) : undefined;
    return read?.ok ? read.value.relays : undefined;
  } catch {
    return undefined;
  }
}

/** Bytes that cannot be pressed together on the way, until the time or the hub's limit is over. */
function pieces(): ReadableStream<Uint8Array> {
  const piece = crypto.getRandomValues(new Uint8Array(PIECE_BYTES));
  const endMs = performance.now() + SEND_MS;
  let left = BENCH_UPLOAD_BYTES;
  return new ReadableStream({
    pull(controller) {
      if (left < PIECE_BYTES || performance.now() >= endMs) return controller.close();
      left -= PIECE_BYTES;
      controller.enqueue(piece);
    },
  });
}

/** Mbit/s towards the hub by the hub's own clock; undefined when it took none. */
export async function uploadMbps(hub: string): Promise<number | undefined> {
  try {
    const answer = await fetch(`${hub}/api/bench/upload`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: pieces(),
      duplex: 'half',
      redirect: 'error',
      signal: AbortSignal.timeout(UPLOAD_LIMIT_MS),
    });
    const read = answer.ok ? readUpload(await answer.json()) : undefined;
    if (!read?.ok) return undefined;
    const { bytes, ms } = read.value;
    return (bytes * 8) / 1_000 / Math.max(ms, SHORTEST_MS);
  } catch {
    return undefined;
  }
}
