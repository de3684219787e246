// src/media/session-sdp.ts - what a page's answer agreed to: codec, payload types and header extensions of the one video
// and the one audio stream (RFC 8866, RFC 8829 section 5.3). Read by ourselves, since we send RTP by ourselves.
import { err, ok, type Result } from '../base/result.ts';
import type { Codec } from '../protocol/shapes.ts';

/** Payload types of our offers. The answer repeats those it takes. */
export const payloadTypes = { h264: 102, h264Rtx: 103, vp8: 96, vp8Rtx: 97, opus: 111 } as const;

/** URIs of the header extensions that we offer. */
export const extensionUris = {
  mid: 'urn:ietf:params:rtp-hdrext:sdes:mid',
  transportSeq: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  absSendTime: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  playoutDelay: 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
} as const;

/** Numbers 1-14 of the extensions agreed for one stream; undefined where the page did not take one. */
export type ExtensionIds = { readonly [name in keyof typeof extensionUris]: number | undefined };

/** One agreed stream. */
export type AgreedStream = {
  readonly mid: string;
  readonly payloadType: number;
  /** Payload type of retransmissions (RFC 4588), undefined when the page cannot take them. */
  readonly rtxPayloadType: number | undefined;
  readonly extensions: ExtensionIds;
};

/** What an answer agreed to. Sound may be refused by a page; a picture may not. */
export type AgreedMedia = {
  readonly codec: Codec;
  readonly video: AgreedStream;
  readonly audio: AgreedStream | undefined;
};

type Section = { kind: string; port: number; formats: number[]; attributes: string[] };

const SECTIONS_MAX = 8;

function sectionsOf(sdp: string): Section[] {
  const sections: Section[] = [];
  for (const line of sdp.split(/\r?\n/)) {
    const media = /^m=(\w+) (\d+) \S+ (.*)$/.exec(line);
    if (media !== null && sections.length < SECTIONS_MAX) {
      const [, kind = '', port = '0', formats = ''] = media;
      sections.push({ kind, port: Number(port), formats: formats.split(' ').map(Number), attributes: [] });
    } else if (line.startsWith('a=')) sections.at(-1)?.attributes.push(line.slice(2));
  }
  return sections;
}

function extensionId(section: Section, uri: string): number | undefined {
  for (const attribute of section.attributes) {
    const [, id, found] = /^extmap:(\d+)(?:\/\w+)? (\S+)/.exec(attribute) ?? [];
    const number = Number(id);
    if (found === uri && number >= 1 && number <= 14) return number; // One-byte headers (RFC 8285 section 4.2).
  }
  return undefined;
}

function streamOf(section: Section, payloadType: number, rtxPayloadType: number | undefined): AgreedStream | undefined {
  const mid = section.attributes.find((attribute) => attribute.startsWith('mid:'))?.slice(4);
  if (mid === undefined || mid.length > 16 || section.port === 0) return undefined;
  return {
    mid,
    payloadType,
    rtxPayloadType: section.formats.includes(rtxPayloadType ?? -1) ? rtxPayloadType : undefined,
    extensions: {
      mid: extensionId(section, extensionUris.mid),
      transportSeq: extensionId(section, extensionUris.transportSeq),
      absSendTime: extensionId(section, extensionUris.absSendTime),
      playoutDelay: extensionId(section, extensionUris.playoutDelay),
    },
  };
}

/**
 * Reads an answer to one of our offers.
 * @param offered codecs of the offer, best first: the first of them that the answer holds is used
 * @returns `no-codec` when the page takes none of them or refuses the picture
 */
export function readAnswer(sdp: string, offered: readonly Codec[]): Result<AgreedMedia, 'no-codec'> {
  const sections = sectionsOf(sdp);
  const [picture, sound] = ['video', 'audio'].map((kind) => sections.find((section) => section.kind === kind));
  const codec = offered.find((candidate) => picture?.formats.includes(payloadTypes[candidate]));
  if (picture === undefined || codec === undefined) return err('no-codec');
  const rtx = codec === 'h264' ? payloadTypes.h264Rtx : payloadTypes.vp8Rtx;
  const video = streamOf(picture, payloadTypes[codec], rtx);
  if (video === undefined) return err('no-codec');
  const hasOpus = sound?.formats.includes(payloadTypes.opus) ?? false;
  const audio = sound !== undefined && hasOpus ? streamOf(sound, payloadTypes.opus, undefined) : undefined;
  return ok({ codec, video, audio });
}
