// src/protocol/probe-frames.ts - the echo that measures a path: 12 bytes there and the same 12 bytes back, on an
// unordered channel without retransmission, answered by the process that becomes the session.
import { ByteReader, ByteWriter } from '../base/byte-cursor.ts';
import { err, ok, type Result } from '../base/result.ts';

/** Label of the data channel that a node offers for a probe. */
export const PROBE_CHANNEL = 'probe';

/** One echo: its number and the sender's clock, which only the sender reads. */
export type ProbeFrame = { readonly seq: number; readonly sentMs: number };

const PROBE_BYTES = 12;

/** An echo as 12 bytes. */
export function encodeProbe({ seq, sentMs }: ProbeFrame): Uint8Array {
  return new ByteWriter(PROBE_BYTES).u32(seq).f64(sentMs).written();
}

/** Reads an echo; refuses any other length. */
export function decodeProbe(bytes: Uint8Array): Result<ProbeFrame, 'bad-probe'> {
  if (bytes.length !== PROBE_BYTES) return err('bad-probe');
  const input = new ByteReader(bytes);
  return ok({ seq: input.u32(), sentMs: input.f64() });
}
