// src/protocol/control-messages.ts - what player and node say to each other without the hub, over the session's own
// reliable data channel `control`: vouchers, clocks, stage times, rumble. It works while the hub is away.
import Type from 'typebox';
import { bounds, pictureLimits } from './limits.ts';
import { PlayRecordShape } from './play-record.ts';
import {
  CodecShape,
  CountShape,
  DurationShape,
  EndReasonShape,
  exact,
  MomentShape,
  MsShape,
  NameShape,
  ShareShape,
  SignatureShape,
  VoucherShape,
} from './shapes.ts';

/** Labels of the session's data channels. The node makes all three before its first offer. */
export const sessionChannels = {
  keys: 'keys',
  motion: 'motion',
  control: 'control',
} as const;

/** Longest a motion frame may wait before it is dropped: a newer one is better than an old one repeated. */
export const MOTION_LIFETIME_MS = 100;

/** From the browser to the node. */
export const playerToNode = {
  /** NTP-like: the node answers with both times (RFC 5905 section 8). */
  clock: exact({ t: Type.Literal('clock'), n: CountShape, playerMs: MomentShape }),
  voucher: exact({ t: Type.Literal('voucher'), voucher: VoucherShape, signature: SignatureShape }),
  /** The session key's signature over record `seq`: the page has seen that it says nothing untrue about it. */
  'record.signed': exact({ t: Type.Literal('record.signed'), seq: CountShape, signature: SignatureShape }),
  /** What the player's picture looks like; the rate control reads it beside RTCP. */
  view: exact({
    t: Type.Literal('view'),
    fpsDecoded: DurationShape,
    decodeMs: DurationShape,
    jitterBufferMs: DurationShape,
    rttMs: DurationShape,
    freezes: CountShape,
    visible: Type.Boolean(),
  }),
  /** Live change: most bitrate, frame rate. */
  quality: exact({
    t: Type.Literal('quality'),
    kbpsMax: Type.Optional(Type.Integer({ minimum: pictureLimits.kbpsMin, maximum: pictureLimits.kbpsMax })),
    fps: Type.Optional(Type.Integer({ minimum: pictureLimits.fpsMin, maximum: pictureLimits.fpsMax })),
  }),
  /** 'A picture I can decode, please', when the decoder failed without RTCP noticing. */
  'key-frame': exact({ t: Type.Literal('key-frame') }),
  /** Leaves: release keys at once, without waiting for ICE to notice. */
  bye: exact({ t: Type.Literal('bye') }),
} as const;

/** From the node to the browser. */
export const nodeToPlayer = {
  clock: exact({ t: Type.Literal('clock'), n: CountShape, playerMs: MomentShape, nodeMs: MomentShape }),
  /** Once per channel opening: what this node can do. */
  ready: exact({
    t: Type.Literal('ready'),
    codec: CodecShape,
    encoder: NameShape,
    width: CountShape,
    height: CountShape,
    fps: CountShape,
    virtualPads: Type.Boolean(),
  }),
  /** Where the time went for the first picture that answered input `inputSeq`. Milliseconds, node's clock. */
  stages: exact({
    t: Type.Literal('stages'),
    inputSeq: CountShape,
    frameSeq: CountShape,
    /** RTP timestamp of the picture, to find it among decoded ones. */
    rtpTimestamp: CountShape,
    /** When the input was decoded from the data channel. */
    inputAtMs: MomentShape,
    /** From there: until the game saw it, drew, converted, encoded, and the last RTP packet left. */
    waitMs: DurationShape,
    renderMs: DurationShape,
    convertMs: DurationShape,
    encodeMs: DurationShape,
    sendMs: DurationShape,
  }),
  rumble: exact({
    t: Type.Literal('rumble'),
    pad: Type.Integer({ minimum: 0, maximum: bounds.gamepads - 1 }),
    strong: ShareShape,
    weak: ShareShape,
    durationMs: Type.Integer({ minimum: 0, maximum: 5_000 }),
  }),
  /** The node holds this voucher; `shortfallMs` is what it served beyond it. */
  'voucher.kept': exact({ t: Type.Literal('voucher.kept'), seq: CountShape, shortfallMs: MsShape }),
  'voucher.refused': exact({
    t: Type.Literal('voucher.refused'),
    seq: CountShape,
    code: Type.String({ maxLength: 40 }),
  }),
  /** 'Sign this with me': once a minute and at the end. */
  record: exact({ t: Type.Literal('record'), record: PlayRecordShape }),
  /** Target and estimate of the rate control, each second. */
  rate: exact({ t: Type.Literal('rate'), kbps: DurationShape, targetKbps: DurationShape, fps: DurationShape }),
  /** The node will end the session, and why. */
  ending: exact({ t: Type.Literal('ending'), reason: EndReasonShape }),
} as const;

type Shapes<T extends Record<string, Type.TSchema>> = Type.Static<T[keyof T]>;
export type PlayerToNode = Shapes<typeof playerToNode>;
export type NodeToPlayer = Shapes<typeof nodeToPlayer>;
