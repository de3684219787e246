// src/media/rtcp-writer.ts - our sender reports: they tell the browser how RTP time and real time belong together and
// let it measure the round trip (RFC 3550 section 6.4.1), each followed by the name of the source (section 6.5).
import { ByteWriter } from '../base/byte-cursor.ts';

/** What one stream has sent so far. */
export type SenderFacts = {
  readonly ssrc: number;
  /** RTP time of the moment `wallMs`. */
  readonly rtpTimestamp: number;
  readonly packets: number;
  /** Payload bytes without headers. */
  readonly bytes: number;
};

/** Seconds from 1900 (NTP) to 1970 (Unix). RFC 868. */
const NTP_OFFSET_S = 2_208_988_800;

/** Unix milliseconds as the 64 bits of NTP: seconds and fractions of 2^-32. */
export function ntpOf(wallMs: number): { seconds: number; fraction: number } {
  const seconds = Math.floor(wallMs / 1000);
  return {
    seconds: (seconds + NTP_OFFSET_S) >>> 0,
    fraction: Math.floor(((wallMs - seconds * 1000) / 1000) * 2 ** 32) >>> 0,
  };
}

/** The middle 32 bits of NTP, as report blocks repeat them. */
export function compactNtp(wallMs: number): number {
  const { seconds, fraction } = ntpOf(wallMs);
  return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
}

/** A sender report with its source description as one compound packet. `cname`: at most 200 ASCII characters. */
export function writeSenderReport(facts: SenderFacts, cname: string, wallMs: number): Uint8Array {
  const { seconds, fraction } = ntpOf(wallMs);
  const chunkBytes = Math.ceil((4 + 2 + cname.length + 1) / 4) * 4; // SSRC, item header, text, end.
  const out = new ByteWriter(28 + 4 + chunkBytes);
  out.u8(0x80).u8(200).u16(6).u32(facts.ssrc).u32(seconds).u32(fraction);
  out
    .u32(facts.rtpTimestamp >>> 0)
    .u32(facts.packets >>> 0)
    .u32(facts.bytes >>> 0);
  out
    .u8(0x81)
    .u8(202)
    .u16(chunkBytes / 4)
    .u32(facts.ssrc)
    .u8(1)
    .u8(cname.length);
  for (const char of cname) out.u8(char.charCodeAt(0) & 0x7f);
  return out.bytes;
}

/** The round trip that a report block shows, in milliseconds; undefined when it answers none of our reports. */
export function roundTripMs(
  block: { readonly lastReport: number; readonly delaySinceLast: number },
  wallMs: number,
): number | undefined {
  if (block.lastReport === 0) return undefined;
  const units = (compactNtp(wallMs) - block.lastReport - block.delaySinceLast) | 0;
  return units < 0 ? 0 : (units / 65_536) * 1000;
}
