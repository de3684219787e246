// src/stream/rtp-link.ts - the way of RTP and RTCP bytes out of a session's peer and back. Packets are ours to the last
// bit; werift only encrypts them and knows the path.
import { type RTCDtlsTransport, type RTCPeerConnection, RtpHeader } from 'werift';
import type { AgreedMedia } from '../media/session-sdp.ts';
import { dtlsTransport, iceConnection, quickenSrtp, sendRtcpBytes, tapRtcp } from './werift-quirks.ts';

/** Synchronization sources of a peer's streams, as its offer names them. */
export type StreamSources = { readonly video: number; readonly videoRtx: number; readonly audio: number };

/** RTP and RTCP of one peer. Made with the peer; usable while `isUp`. */
export class RtpLink {
  readonly sources: StreamSources;
  /** Set when the page's answer was read. */
  agreed: AgreedMedia | undefined;
  #pc: RTCPeerConnection;
  #dtls: RTCDtlsTransport;
  #header = new RtpHeader();
  #headerBytes: Buffer = Buffer.alloc(0);
  #unansweredSinceMs: number | undefined;
  #onRtcp: (compound: Uint8Array) => void = () => {};

  constructor(pc: RTCPeerConnection, sources: StreamSources) {
    this.#pc = pc;
    this.sources = sources;
    this.#dtls = dtlsTransport(pc);
    iceConnection(pc).onData.subscribe(() => {
      this.#unansweredSinceMs = undefined;
    });
    Object.assign(this.#header, { serialize: () => this.#headerBytes });
    this.#dtls.onStateChange.subscribe((state) => {
      if (state !== 'connected') return;
      quickenSrtp(this.#dtls);
      tapRtcp(this.#dtls, (compound) => this.#onRtcp(compound));
    });
  }

  /** True when packets can be encrypted; whether a path carries them now is the peer's state. */
  get isUp(): boolean {
    return this.#dtls.state === 'connected' && this.agreed !== undefined;
  }

  /** How often a path was looked for anew, and whether the newest search has found one. */
  get search(): { generation: number; found: boolean } {
    const connection = iceConnection(this.#pc);
    return { generation: connection.generation, found: connection.nominated !== undefined };
  }

  /** The round trip that ICE last measured, undefined before the first. */
  get iceRttMs(): number | undefined {
    const seconds = iceConnection(this.#pc).nominated?.rtt;
    return seconds === undefined ? undefined : seconds * 1000;
  }

  /** How long we have been sending without hearing anything, in milliseconds. */
  unansweredMs(nowMs: number): number {
    return this.#unansweredSinceMs === undefined ? 0 : nowMs - this.#unansweredSinceMs;
  }

  /** Encrypts and sends one RTP packet whose header takes the first `headerBytes` bytes. The bytes may be reused after. */
  sendRtp(packet: Uint8Array, headerBytes: number): void {
    if (this.#dtls.state !== 'connected') return;
    const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength);
    this.#headerBytes = bytes.subarray(0, headerBytes);
    this.#header.sequenceNumber = bytes.readUInt16BE(2);
    this.#header.ssrc = bytes.readUInt32BE(8);
    const sealed = this.#dtls.srtp.encrypt(bytes.subarray(headerBytes), this.#header);
    void this.#dtls.iceTransport.connection.send(sealed);
    this.#unansweredSinceMs ??= performance.now();
  }

  /** Encrypts and sends one compound RTCP packet. */
  sendRtcp(compound: Uint8Array): void {
    if (this.#dtls.state === 'connected') sendRtcpBytes(this.#dtls, iceConnection(this.#pc), compound);
  }

  /** The one reader of the page's RTCP: authenticated bytes, valid only during the call. The last one set counts. */
  readRtcp(reader: (compound: Uint8Array) => void): void {
    this.#onRtcp = reader;
  }
}
