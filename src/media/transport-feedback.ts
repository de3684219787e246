// src/media/transport-feedback.ts - when each packet arrived, as the browser says it: the transport-wide feedback of
// draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1.

/** One feedback message. Packet `baseSeq + i` has the i-th entry of `arrivals`. */
export type TransportFeedback = {
  readonly baseSeq: number;
  /** Counts messages, so that a lost one is noticed; 8 bits. */
  readonly feedbackSeq: number;
  /** Arrival in microseconds on the browser's clock (wraps after 12 days), or undefined for a packet not seen. */
  readonly arrivalsUs: readonly (number | undefined)[];
};

const TICK_US = 250;
const REFERENCE_US = 64_000;
/** A browser reports every 50-250 ms; a second at 50 Mbit/s is 5,300 packets. More is nonsense. */
const PACKETS_MAX = 8_192;

type Status = 0 | 1 | 2 | 3;

/** Status symbols of `count` packets, and where the deltas begin; undefined when the chunks end too early. */
function readStatuses(body: DataView, count: number): { statuses: Status[]; deltasAt: number } | undefined {
  const statuses: Status[] = [];
  let at = 8;
  while (statuses.length < count) {
    if (at + 2 > body.byteLength) return undefined;
    const chunk = body.getUint16(at);
    at += 2;
    const left = count - statuses.length;
    if (chunk < 0x8000) {
      const symbol = ((chunk >> 13) & 3) as Status;
      for (let i = Math.min(chunk & 0x1fff, left); i > 0; i--) statuses.push(symbol);
      if ((chunk & 0x1fff) === 0) return undefined; // A run of nothing would never end.
    } else {
      const [width, symbols] = chunk & 0x4000 ? [2, 7] : [1, 14];
      for (let i = 0; i < Math.min(symbols, left); i++) {
        statuses.push(((chunk >> (14 - width * (i + 1))) & ((1 << width) - 1)) as Status);
      }
    }
  }
  return { statuses, deltasAt: at };
}

/**
 * Reads the part of a message after the two SSRCs.
 * @returns undefined when it is cut short or impossible
 */
export function readTransportFeedback(bytes: Uint8Array): TransportFeedback | undefined {
  if (bytes.length < 8) return undefined;
  const body = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = body.getUint16(2);
  if (count === 0 || count > PACKETS_MAX) return undefined;
  const found = readStatuses(body, count);
  if (found === undefined) return undefined;
  let at = found.deltasAt;
  let timeUs = ((body.getUint32(4) >> 8) & 0xff_ffff) * REFERENCE_US;
  const arrivalsUs: (number | undefined)[] = [];
  for (const status of found.statuses) {
    const size = status === 1 ? 1 : status === 2 ? 2 : 0; // 0: not seen; 3: reserved.
    if (at + size > bytes.length) return undefined;
    if (size > 0) timeUs += (size === 1 ? body.getUint8(at) : body.getInt16(at)) * TICK_US;
    arrivalsUs.push(size === 0 ? undefined : timeUs);
    at += size;
  }
  return { baseSeq: body.getUint16(0), feedbackSeq: body.getUint8(7), arrivalsUs };
}
