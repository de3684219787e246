// src/media/rtcp-reader.ts - what a browser tells a sender by RTCP: reception reports, losses, key frame requests and
// arrival times (RFC 3550 section 6, RFC 4585 section 6, RFC 5104 section 4.3.1). What cannot be read is left out; the
// rest of the datagram still counts.
import { readTransportFeedback, type TransportFeedback } from './transport-feedback.ts';

/** What one stream's receiver reports (RFC 3550 section 6.4.1). */
export type ReportBlock = {
  readonly ssrc: number;
  /** Share lost since the last report, 0..1. */
  readonly lossShare: number;
  /** Middle 32 bits of the last sender report's NTP time, 0 for none, and 1/65,536 s since it came. */
  readonly lastReport: number;
  readonly delaySinceLast: number;
  /** In units of the stream's clock. */
  readonly jitter: number;
};

/** Everything one compound packet said. */
export type RtcpNews = {
  readonly reports: ReportBlock[];
  /** Lost 16-bit numbers by stream. */
  readonly lost: { readonly ssrc: number; readonly seqs: number[] }[];
  /** Streams for which a picture loss was told. */
  readonly pictureLost: number[];
  /** Full intra requests with their counter: the same counter again is the same request. */
  readonly intraRequests: { readonly ssrc: number; readonly counter: number }[];
  readonly feedback: TransportFeedback[];
  /** Parts that could not be read. */
  malformed: number;
};

const TYPE = { senderReport: 200, receiverReport: 201, transportFeedback: 205, payloadFeedback: 206 } as const;
const HEADER_BYTES = 4;
const REPORT_BYTES = 24;
const FEEDBACK_HEADER_BYTES = 12;
const SENDER_INFO_BYTES = 24;
/** A datagram holds fewer; this only bounds our work. */
const LOST_MAX = 1_024;

type Part = { count: number; type: number; bytes: Uint8Array; view: DataView };

function readReports(part: Part, from: number, news: RtcpNews): boolean {
  if (from + part.count * REPORT_BYTES > part.bytes.length) return false;
  for (let i = 0; i < part.count; i++) {
    const at = from + i * REPORT_BYTES;
    news.reports.push({
      ssrc: part.view.getUint32(at),
      lossShare: part.view.getUint8(at + 4) / 256,
      jitter: part.view.getUint32(at + 12),
      lastReport: part.view.getUint32(at + 16),
      delaySinceLast: part.view.getUint32(at + 20),
    });
  }
  return true;
}

function readNack({ view, bytes }: Part, news: RtcpNews): boolean {
  if ((bytes.length - FEEDBACK_HEADER_BYTES) % 4 !== 0) return false;
  const seqs: number[] = [];
  for (let at = FEEDBACK_HEADER_BYTES; at < bytes.length && seqs.length < LOST_MAX; at += 4) {
    const first = view.getUint16(at);
    const following = view.getUint16(at + 2);
    seqs.push(first);
    for (let bit = 0; bit < 16; bit++) if ((following >> bit) & 1) seqs.push((first + bit + 1) & 0xffff);
  }
  if (seqs.length > 0) news.lost.push({ ssrc: view.getUint32(8), seqs });
  return seqs.length > 0;
}

function readIntraRequests({ view, bytes }: Part, news: RtcpNews): boolean {
  if ((bytes.length - FEEDBACK_HEADER_BYTES) % 8 !== 0) return false;
  for (let at = FEEDBACK_HEADER_BYTES; at < bytes.length; at += 8) {
    news.intraRequests.push({ ssrc: view.getUint32(at), counter: view.getUint8(at + 4) });
  }
  return true;
}

function readPart(part: Part, news: RtcpNews): boolean {
  if (part.type === TYPE.receiverReport) return part.bytes.length >= 8 && readReports(part, 8, news);
  if (part.type === TYPE.senderReport) return readReports(part, HEADER_BYTES + SENDER_INFO_BYTES, news);
  const isFeedback = part.type === TYPE.transportFeedback || part.type === TYPE.payloadFeedback;
  if (!isFeedback) return true; // Descriptions, goodbyes and whatever else: nothing we need.
  if (part.bytes.length < FEEDBACK_HEADER_BYTES) return false;
  if (part.type === TYPE.transportFeedback && part.count === 1) return readNack(part, news);
  if (part.type === TYPE.transportFeedback && part.count === 15) {
    const feedback = readTransportFeedback(part.bytes.subarray(FEEDBACK_HEADER_BYTES));
    if (feedback !== undefined) news.feedback.push(feedback);
    return feedback !== undefined;
  }
  if (part.type === TYPE.payloadFeedback && part.count === 1) news.pictureLost.push(part.view.getUint32(8));
  if (part.type === TYPE.payloadFeedback && part.count === 4) return readIntraRequests(part, news);
  return true;
}

/** Reads one decrypted compound packet. Never throws. */
export function readRtcp(compound: Uint8Array): RtcpNews {
  const news: RtcpNews = { reports: [], lost: [], pictureLost: [], intraRequests: [], feedback: [], malformed: 0 };
  for (let at = 0; at < compound.length; ) {
    const left = compound.length - at;
    const view = new DataView(compound.buffer, compound.byteOffset + at, left);
    const length = left >= HEADER_BYTES ? (view.getUint16(2) + 1) * 4 : 0;
    if (length === 0 || length > left || view.getUint8(0) >> 6 !== 2) {
      news.malformed++;
      return news;
    }
    const first = view.getUint8(0);
    const padding = first & 0x20 ? view.getUint8(length - 1) : 0;
    const bytes = compound.subarray(at, at + Math.max(HEADER_BYTES, length - padding));
    if (!readPart({ count: first & 0x1f, type: view.getUint8(1), bytes, view }, news)) news.malformed++;
    at += length;
  }
  return news;
}
