// src/relay/stun/attributes/channel-number.ts - CHANNEL-NUMBER: 16 bits and two bytes that are ignored. RFC 8656 section 18.1.
import { err, ok, type Result } from '../../../base/result.ts';

/**
 * Numbers a channel may have: 0x4000 to 0x4FFF (RFC 8656 section 12). Clients older than it take up to 0x7FFE (RFC 5766
 * section 11.2), Debian's turnutils_uclient among them; those keep what their RFC gave them (ADR-0013).
 */
export const channelNumbers = { first: 0x4000, last: 0x4fff, lastOfRfc5766: 0x7ffe } as const;

/** Reads a number, whether or not a channel may have it. */
export function decodeChannelNumber(value: Uint8Array): Result<number, 'bad-length'> {
  return value.length === 4 ? ok(((value[0] ?? 0) << 8) | (value[1] ?? 0)) : err('bad-length');
}
