// src/relay/stun/attributes/channel-number.ts - CHANNEL-NUMBER: 16 bits and two bytes that are ignored. RFC 8656 section 18.1.
import { err, ok, type Result } from '../../../base/result.ts';

/** Smallest and largest number of a channel (RFC 8656 section 12). RFC 5766 went up to 0x7FFF; 0x5000 on is reserved now. */
export const channelNumbers = { first: 0x4000, last: 0x4fff } as const;

/** Reads a number, whether or not a channel may have it. */
export function decodeChannelNumber(value: Uint8Array): Result<number, 'bad-length'> {
  return value.length === 4 ? ok(((value[0] ?? 0) << 8) | (value[1] ?? 0)) : err('bad-length');
}
