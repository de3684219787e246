// src/media/rtp-packet.ts - RTP packets as bytes: the fixed header, one-byte header extensions, the payload (RFC 3550
// section 5.1, RFC 8285 section 4.2). Extensions have fixed places in a packet, so that the ones that are only known at
// the moment of sending (transport-wide number, send time) are written into it then.
import type { ExtensionIds } from './session-sdp.ts';

/** Largest RTP packet we make. With SRTP (16), TURN (4-36), UDP (8) and IPv6 (40) it stays below 1,280 (RFC 8200). */
export const PACKET_BYTES_MAX = 1_180;

const FIXED_HEADER_BYTES = 12;
const ONE_BYTE_PROFILE = 0xbede;
const EXTENSION_HEADER_BYTES = 4;

/** Where the pieces of one stream's packets lie. Made once a stream. */
export type PacketLayout = {
  readonly headerBytes: number;
  readonly payloadBytesMax: number;
  readonly ssrc: number;
  readonly payloadType: number;
  /** Offsets of values written at send time, 0 where that extension was not agreed. */
  readonly transportSeqAt: number;
  readonly absSendTimeAt: number;
  /** Extension block with everything that does not change. */
  readonly extensions: Uint8Array;
};

/** What a stream's packets carry in every header. */
export type StreamHeader = {
  readonly ssrc: number;
  readonly payloadType: number;
  readonly mid: string;
  readonly extensions: ExtensionIds;
};

/**
 * Plans the header of a stream's packets.
 * @param stream `playoutDelay` is announced as 0..0 ms: show each picture when it is decoded
 */
export function planPackets({ ssrc, payloadType, mid, extensions }: StreamHeader): PacketLayout {
  const bytes: number[] = [];
  const put = (id: number | undefined, value: readonly number[]): number => {
    if (id === undefined) return 0;
    bytes.push((id << 4) | (value.length - 1), ...value);
    return FIXED_HEADER_BYTES + EXTENSION_HEADER_BYTES + bytes.length - value.length;
  };
  put(
    extensions.mid,
    [...mid].map((char) => char.charCodeAt(0) & 0x7f),
  );
  const transportSeqAt = put(extensions.transportSeq, [0, 0]);
  const absSendTimeAt = put(extensions.absSendTime, [0, 0, 0]);
  put(extensions.playoutDelay, [0, 0, 0]);
  while (bytes.length % 4 !== 0) bytes.push(0);
  const block = bytes.length === 0 ? [] : [ONE_BYTE_PROFILE >> 8, ONE_BYTE_PROFILE & 0xff, 0, bytes.length / 4];
  const headerBytes = FIXED_HEADER_BYTES + block.length + bytes.length;
  return {
    headerBytes,
    payloadBytesMax: PACKET_BYTES_MAX - headerBytes,
    ssrc,
    payloadType,
    transportSeqAt,
    absSendTimeAt,
    extensions: Uint8Array.from([...block, ...bytes]),
  };
}

/** What differs from packet to packet. */
export type PacketFields = { readonly seq: number; readonly timestamp: number; readonly marker: boolean };

/** A packet of `payloadBytes` with its header written; the payload is the caller's to fill from `layout.headerBytes` on. */
export function startPacket(layout: PacketLayout, fields: PacketFields, payloadBytes: number): Uint8Array {
  const packet = new Uint8Array(layout.headerBytes + payloadBytes);
  const view = new DataView(packet.buffer);
  view.setUint8(0, layout.extensions.length > 0 ? 0x90 : 0x80);
  view.setUint8(1, (fields.marker ? 0x80 : 0) | layout.payloadType);
  view.setUint16(2, fields.seq & 0xffff);
  view.setUint32(4, fields.timestamp >>> 0);
  view.setUint32(8, layout.ssrc);
  packet.set(layout.extensions, FIXED_HEADER_BYTES);
  return packet;
}

/** Writes what is only known now: the transport-wide number (16 bits) and the time of departure. */
export function stampPacket(packet: Uint8Array, layout: PacketLayout, transportSeq: number, nowMs: number): void {
  if (layout.transportSeqAt > 0) {
    packet[layout.transportSeqAt] = (transportSeq >> 8) & 0xff;
    packet[layout.transportSeqAt + 1] = transportSeq & 0xff;
  }
  if (layout.absSendTimeAt > 0) {
    // 6.18 fixed point seconds, which wrap every 64 s.
    const fixed = Math.round((nowMs % 64_000) * 262.144) & 0xff_ffff;
    packet[layout.absSendTimeAt] = fixed >> 16;
    packet[layout.absSendTimeAt + 1] = (fixed >> 8) & 0xff;
    packet[layout.absSendTimeAt + 2] = fixed & 0xff;
  }
}

/**
 * The retransmission of a packet: the original number before its payload, under the RTX stream (RFC 4588 section 4).
 * @param original a packet made by `startPacket` with a layout of the same header size
 */
export function wrapRtx(original: Uint8Array, layout: PacketLayout, rtxSeq: number): Uint8Array {
  const from = new DataView(original.buffer, original.byteOffset, original.byteLength);
  const payload = original.subarray(layout.headerBytes);
  const fields = { seq: rtxSeq, timestamp: from.getUint32(4), marker: (from.getUint8(1) & 0x80) !== 0 };
  const packet = startPacket(layout, fields, payload.length + 2);
  packet[layout.headerBytes] = from.getUint8(2);
  packet[layout.headerBytes + 1] = from.getUint8(3);
  packet.set(payload, layout.headerBytes + 2);
  return packet;
}
