// src/stream/probe-encoders.ts - which encoders work on this machine, found by opening and encoding, for the machine report.
import { OutageError } from '../base/assert.ts';
import type { EncoderReport } from '../media/ports.ts';

/** Opens every encoder we know and encodes a few pictures with it; best first. Takes about a second. Never throws. */
export function probeEncoders(): Promise<EncoderReport[]> {
  throw new OutageError('encoders cannot be probed yet');
}
