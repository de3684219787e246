// src/stream/peer-sender.ts - everything that is sent to one peer: pictures cut into packets, paced, repeated when lost;
// sound; sender reports. Reads the browser's RTCP and feeds the rate control with it.
import { randomInt } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { packetizeH264 } from '../media/h264-packetizer.ts';
import type { KeyFrameGate } from '../media/key-frame-gate.ts';
import { PACE_FACTOR, Pacer } from '../media/pacer.ts';
import { PacketHistory } from '../media/packet-history.ts';
import { DelayRateController, type RateController } from '../media/rate-controller.ts';
import { readRtcp } from '../media/rtcp-reader.ts';
import { roundTripMs, type SenderFacts, writeSenderReport } from '../media/rtcp-writer.ts';
import { type PacketLayout, planPackets, stampPacket, startPacket, wrapRtx } from '../media/rtp-packet.ts';
import { SendLedger } from '../media/send-ledger.ts';
import type { AgreedMedia } from '../media/session-sdp.ts';
import { TokenBucket } from '../media/token-bucket.ts';
import { packetizeVp8 } from '../media/vp8-packetizer.ts';
import type { Counting } from './counters.ts';
import type { RtpLink } from './rtp-link.ts';

const TICK_MS = 50;
const REPORT_MS = 1_000;
const VIDEO_HZ = 90;
const SOUND_HZ = 48;
/** Repairs may take this share of the target on top of it; a path that loses more has no room for them. */
const RESEND_SHARE = 0.25;
const CNAME = 'nearcade';

type Outgoing = { packet: Uint8Array; layout: PacketLayout; sent?: (atMs: number) => void };
type Sent = { packets: number; bytes: number };

/** What a sender shares with its stream. */
export type SenderDeps = {
  readonly clock: Clock;
  readonly counters: Counting;
  readonly keyFrames: KeyFrameGate;
  readonly kbpsMax: number;
};

/** The sender of one peer. `close` it when another peer takes over. */
export class PeerSender {
  readonly rate: RateController;
  #link: RtpLink;
  #agreed: AgreedMedia;
  #deps: SenderDeps;
  #video: PacketLayout;
  #rtx: PacketLayout | undefined;
  #audio: PacketLayout | undefined;
  #ledger = new SendLedger();
  #pacer: Pacer<Outgoing>;
  #history = new PacketHistory();
  #resendBucket: TokenBucket;
  #seq = { video: randomInt(0x8000), rtx: randomInt(0x8000), audio: randomInt(0x8000) };
  #base = { video: randomInt(2 ** 31), audio: randomInt(2 ** 31) };
  #sent: { video: Sent; audio: Sent } = { video: { packets: 0, bytes: 0 }, audio: { packets: 0, bytes: 0 } };
  #pictureId = randomInt(0x8000);
  #drainTimer: NodeJS.Timeout | undefined;
  #tickTimer: NodeJS.Timeout;
  #packetsAtTick = 0;
  #reportedMs = Number.NEGATIVE_INFINITY;

  constructor(link: RtpLink, agreed: AgreedMedia, deps: SenderDeps) {
    this.#link = link;
    this.#agreed = agreed;
    this.#deps = deps;
    this.rate = new DelayRateController(deps.kbpsMax);
    this.#pacer = new Pacer(this.rate.targetKbps * PACE_FACTOR);
    this.#resendBucket = new TokenBucket((deps.kbpsMax * 1000 * RESEND_SHARE) / 8, (deps.kbpsMax * 1000) / 8 / 4);
    const { video, audio } = agreed;
    this.#video = planPackets({ ...video, ssrc: link.sources.video });
    this.#rtx =
      video.rtxPayloadType === undefined
        ? undefined
        : planPackets({ ...video, payloadType: video.rtxPayloadType, ssrc: link.sources.videoRtx });
    this.#audio = audio === undefined ? undefined : planPackets({ ...audio, ssrc: link.sources.audio });
    link.readRtcp((compound) => this.#hear(compound));
    this.#tickTimer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Milliseconds of pictures that wait to leave. */
  get backlogMs(): number {
    return this.#pacer.backlogMs;
  }

  /** RTP timestamp of a picture of this moment. */
  videoTimestamp(atMs: number): number {
    return (this.#base.video + Math.round(atMs * VIDEO_HZ)) % 2 ** 32;
  }

  /**
   * Cuts a picture into packets and lets them go at the pace.
   * @param sent called when the last packet left
   */
  sendPicture(picture: Uint8Array, timestamp: number, sent: (atMs: number) => void): void {
    const bytesMax = this.#video.payloadBytesMax - 2; // Room for the number that RTX puts before the payload.
    const payloads =
      this.#agreed.codec === 'h264'
        ? packetizeH264(picture, bytesMax)
        : packetizeVp8(picture, this.#pictureId++, bytesMax);
    payloads.forEach((payload, i) => {
      const last = i === payloads.length - 1;
      this.#seq.video = (this.#seq.video + 1) & 0xffff;
      const packet = startPacket(this.#video, { seq: this.#seq.video, timestamp, marker: last }, payload.length);
      packet.set(payload, this.#video.headerBytes);
      this.#pacer.push({
        bytes: packet.length,
        item: { packet, layout: this.#video, ...(last ? { sent } : {}) },
      });
    });
    this.#drain();
  }

  /**
   * Sends one Opus packet at once.
   * @param samples its place in the stream at 48 kHz
   * @param first true after a pause (RFC 3551 section 4.1)
   */
  sendSound(opus: Uint8Array, samples: number, first: boolean): void {
    if (this.#audio === undefined) return;
    this.#seq.audio = (this.#seq.audio + 1) & 0xffff;
    const timestamp = (this.#base.audio + samples) % 2 ** 32;
    const packet = startPacket(this.#audio, { seq: this.#seq.audio, timestamp, marker: first }, opus.length);
    packet.set(opus, this.#audio.headerBytes);
    this.#depart({ packet, layout: this.#audio }, this.#deps.clock.monotonicMs());
  }

  /** Stops; nothing leaves any more. */
  close(): void {
    clearInterval(this.#tickTimer);
    clearTimeout(this.#drainTimer);
    this.#link.readRtcp(() => {});
    this.#pacer.clear();
    this.#history.clear();
  }

  #drain(): void {
    clearTimeout(this.#drainTimer);
    const nowMs = this.#deps.clock.monotonicMs();
    for (let next = this.#pacer.take(nowMs); next !== undefined; next = this.#pacer.take(nowMs)) {
      this.#depart(next, nowMs);
      if (next.layout === this.#video)
        this.#history.add(new DataView(next.packet.buffer).getUint16(2), next.packet, nowMs);
      next.sent?.(this.#deps.clock.monotonicMs());
    }
    const againMs = this.#pacer.nextMs(nowMs);
    if (againMs !== undefined) this.#drainTimer = setTimeout(() => this.#drain(), Math.max(1, againMs - nowMs));
  }

  #depart({ packet, layout }: Outgoing, nowMs: number): void {
    stampPacket(packet, layout, this.#ledger.depart(packet.length, nowMs), nowMs);
    this.#link.sendRtp(packet, layout.headerBytes);
    this.#deps.counters.packetsSent++;
    this.#deps.counters.bytesSent += packet.length;
    const sent = layout === this.#audio ? this.#sent.audio : layout === this.#video ? this.#sent.video : undefined;
    if (sent === undefined) return;
    sent.packets++;
    sent.bytes += packet.length - layout.headerBytes;
  }

  #hear(compound: Uint8Array): void {
    const nowMs = this.#deps.clock.monotonicMs();
    const news = readRtcp(compound);
    const { video, videoRtx, audio } = this.#link.sources;
    for (const feedback of news.feedback) this.rate.feedback(this.#ledger.settle(feedback), nowMs);
    for (const block of news.reports) {
      const rttMs = roundTripMs(block, this.#deps.clock.wallMs());
      if (rttMs !== undefined && [video, videoRtx, audio].includes(block.ssrc)) this.#roundTrip(rttMs);
    }
    for (const { ssrc, seqs } of news.lost) if (ssrc === video) this.#repair(seqs, nowMs);
    if (news.pictureLost.includes(video)) this.#deps.keyFrames.want();
    for (const { ssrc, counter } of news.intraRequests) {
      if (ssrc === video) this.#deps.keyFrames.intraRequest(ssrc, counter);
    }
  }

  #roundTrip(rttMs: number): void {
    const { counters } = this.#deps;
    counters.rttMs = counters.rttMs === undefined ? rttMs : counters.rttMs + (rttMs - counters.rttMs) / 8;
    this.rate.roundTrip(rttMs);
  }

  #repair(seqs: readonly number[], nowMs: number): void {
    if (this.#rtx === undefined) return;
    for (const seq of seqs) {
      const lost = this.#history.resend(seq, nowMs, this.#deps.counters.rttMs);
      if (lost === undefined || !this.#resendBucket.take(nowMs, lost.length)) continue;
      this.#seq.rtx = (this.#seq.rtx + 1) & 0xffff;
      const packet = wrapRtx(lost, this.#rtx, this.#seq.rtx);
      this.#pacer.push({ bytes: packet.length, item: { packet, layout: this.#rtx } }, true);
      this.#deps.counters.packetsResent++;
    }
    this.#drain();
  }

  #tick(): void {
    const nowMs = this.#deps.clock.monotonicMs();
    const { counters } = this.#deps;
    this.rate.tick(nowMs, counters.packetsSent > this.#packetsAtTick);
    this.#packetsAtTick = counters.packetsSent;
    this.#pacer.setKbps(this.rate.targetKbps * PACE_FACTOR);
    counters.targetKbps = this.rate.targetKbps;
    counters.lossShare = this.rate.lossShare;
    counters.rttMs ??= this.#link.iceRttMs;
    if (nowMs - this.#reportedMs < REPORT_MS) return;
    this.#reportedMs = nowMs;
    this.#report(nowMs);
  }

  #report(nowMs: number): void {
    const wallMs = this.#deps.clock.wallMs();
    const reports: SenderFacts[] = [];
    if (this.#sent.video.packets > 0) {
      reports.push({ ssrc: this.#video.ssrc, rtpTimestamp: this.videoTimestamp(nowMs), ...this.#sent.video });
    }
    if (this.#audio !== undefined && this.#sent.audio.packets > 0) {
      const rtpTimestamp = (this.#base.audio + Math.round(nowMs * SOUND_HZ)) % 2 ** 32;
      reports.push({ ssrc: this.#audio.ssrc, rtpTimestamp, ...this.#sent.audio });
    }
    for (const facts of reports) this.#link.sendRtcp(writeSenderReport(facts, CNAME, wallMs));
  }
}
