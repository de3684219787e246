// src/protocol/shapes.ts - the small shapes that messages, HTTP bodies and receipts are built from. One schema gives
// the check at run time, the TypeScript type and the OpenAPI text. Objects take no unknown fields: what we do not know
// we do not pass on.
import Type from 'typebox';
import type { GameId, IdempotencyKey, LeaseId, NodeId, OperatorId, PeerId, PlayerId, SessionId } from '../base/ids.ts';
import { UNSEEN } from '../base/unseen.ts';
import { bounds, pictureLimits } from './limits.ts';

/** An object with exactly these fields. */
export const exact = <P extends Type.TProperties>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });

const id = <T extends string>(prefix: string) => Type.Unsafe<T>(Type.String({ pattern: `^${prefix}_[0-9a-z]{26}$` }));
const address = <T extends string>() => Type.Unsafe<T>(Type.String({ pattern: '^0x[0-9a-f]{40}$' }));

/** Ids as `base/ids.ts` makes them. */
export const SessionIdShape = id<SessionId>('s');
export const PeerIdShape = id<PeerId>('c');
export const PlanIdShape = Type.String({ pattern: '^p_[0-9a-z]{26}$' });
export const NodeIdShape = address<NodeId>();
export const PlayerIdShape = address<PlayerId>();
export const OperatorIdShape = address<OperatorId>();
export const LeaseIdShape = Type.Unsafe<LeaseId>(Type.String({ pattern: '^0x[0-9a-f]{64}$' }));
export const GameIdShape = Type.Unsafe<GameId>(Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,39}$' }));
/** A caller's own key for one act; the same key acts once. */
export const KeyShape = Type.Unsafe<IdempotencyKey>(Type.String({ pattern: '^[A-Za-z0-9_-]{8,64}$' }));

/** Money: a decimal string of wei. */
export const WeiShape = Type.String({ pattern: '^(0|[1-9][0-9]{0,29})$' });
/** An unsigned number of a signed struct, as decimal text. */
export const UintShape = Type.String({ pattern: '^(0|[1-9][0-9]{0,77})$' });
export const AddressShape = Type.Unsafe<`0x${string}`>(Type.String({ pattern: '^0x[0-9a-f]{40}$' }));
export const Hash32Shape = Type.Unsafe<`0x${string}`>(Type.String({ pattern: '^0x[0-9a-f]{64}$' }));
export const SignatureShape = Type.Unsafe<`0x${string}`>(Type.String({ pattern: '^0x[0-9a-f]{130}$' }));
/** Random text that proves who one is: socket tickets, resume and probe tokens. */
export const TokenShape = Type.String({ pattern: '^[A-Za-z0-9_.~-]{16,400}$' });
/** Milliseconds, counted or since 1970; whole. */
export const MsShape = Type.Integer({ minimum: 0, maximum: 2 ** 52 });
/** A measured time with fractions. */
export const DurationShape = Type.Number({ minimum: 0, maximum: 1e7 });
/** A moment on a peer's own monotonic clock, with fractions: a tab or a process may be open for months. */
export const MomentShape = Type.Number({ minimum: 0, maximum: 2 ** 40 });
export const CountShape = Type.Integer({ minimum: 0, maximum: 2 ** 48 });
/** Number of a node's process for one session: it grows by one with each. A column of 32 bits holds it. */
export const EpochShape = Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 });
/** A share from 0 to 1. */
export const ShareShape = Type.Number({ minimum: 0, maximum: 1 });
/** Where a webhook goes; without what a browser would take out of it unseen. */
export const HookUrlShape = Type.String({ pattern: `^https?://[^\\s${UNSEEN}]+$`, maxLength: 300 });
/** A short name that a person reads. */
export const NameShape = Type.String({ minLength: 1, maxLength: 80 });

/** The path a player asks for. `auto` takes what measured best. */
export const PathWishShape = Type.Union([
  Type.Literal('auto'),
  Type.Literal('direct'),
  Type.Literal('relay'),
  Type.Literal('relay-tcp'),
]);
export type PathWish = Type.Static<typeof PathWishShape>;
/** The path that is really used or was really measured. */
export const PathShape = Type.Union([Type.Literal('direct'), Type.Literal('relay'), Type.Literal('relay-tcp')]);
export type Path = Type.Static<typeof PathShape>;

/** Picture size and rate; height is the game's, without the coded strip. Even numbers: 4:2:0 needs them. */
export const PictureShape = exact({
  width: Type.Integer({ minimum: pictureLimits.widthMin, maximum: pictureLimits.widthMax, multipleOf: 2 }),
  height: Type.Integer({ minimum: pictureLimits.heightMin, maximum: pictureLimits.heightMax, multipleOf: 2 }),
  fps: Type.Integer({ minimum: pictureLimits.fpsMin, maximum: pictureLimits.fpsMax }),
});
export type Picture = Type.Static<typeof PictureShape>;

export const CodecShape = Type.Union([Type.Literal('h264'), Type.Literal('vp8')]);
export type Codec = Type.Static<typeof CodecShape>;

/** One RTCIceServer for the browser. */
export const IceServerShape = exact({
  urls: Type.Array(Type.String({ maxLength: 200 }), { minItems: 1, maxItems: 8 }),
  username: Type.Optional(Type.String({ maxLength: 512 })),
  credential: Type.Optional(Type.String({ maxLength: 200 })),
});
export type IceServer = Type.Static<typeof IceServerShape>;

/** One trickled candidate (RFC 8838); null says that there are no more. */
export const CandidateShape = Type.Union([
  Type.Null(),
  exact({
    candidate: Type.String({ maxLength: bounds.candidateChars }),
    sdpMid: Type.Optional(Type.Union([Type.Null(), Type.String({ maxLength: 32 })])),
    sdpMLineIndex: Type.Optional(Type.Union([Type.Null(), Type.Integer({ minimum: 0, maximum: 64 })])),
    usernameFragment: Type.Optional(Type.Union([Type.Null(), Type.String({ maxLength: 64 })])),
  }),
]);
export type IceCandidate = Type.Static<typeof CandidateShape>;

/** How a key belongs to the keys of a consent (session-keys.ts); absent where the consent names it. */
export const KeyProofShape = Type.Array(Hash32Shape, { minItems: 1, maxItems: bounds.keyProof });
/** Consent, Open and Voucher with their numbers as text (voucher.ts has the bigint forms). */
export const ConsentShape = exact({
  payer: AddressShape,
  sessionKey: AddressShape,
  maxAmount: UintShape,
  maxRate: UintShape,
  validFrom: UintShape,
  validUntil: UintShape,
  nonce: UintShape,
});
export const OpenShape = exact({
  consent: Hash32Shape,
  key: AddressShape,
  node: AddressShape,
  rate: UintShape,
  baseShare: UintShape,
  burnPolicy: UintShape,
  gpuTier: UintShape,
  maxAmount: UintShape,
  startedAtMs: UintShape,
  nonce: UintShape,
});
export const VoucherShape = exact({ lease: Hash32Shape, seq: UintShape, servedMs: UintShape, amount: UintShape });
/** Where signatures count (typed-data.ts). */
export const DomainShape = exact({ chainId: UintShape, verifyingContract: AddressShape });

/** What the quote promises (DESIGN 6.3): a second below it is free. */
export const PromiseShape = exact({
  fps: Type.Integer({ minimum: 1, maximum: pictureLimits.fpsMax }),
  height: Type.Integer({ minimum: 1, maximum: pictureLimits.heightMax }),
  rttCapMs: Type.Integer({ minimum: 1, maximum: 1_000 }),
});
export type PlayPromise = Type.Static<typeof PromiseShape>;

/** What an hour costs and who gets it, frozen for the session. */
export const QuoteShape = exact({
  rateWeiPerHour: WeiShape,
  baseWeiPerHour: WeiShape,
  /** Millionths of a US dollar per hour. */
  rateMicroUsdPerHour: CountShape,
  burnPolicy: NameShape,
  burnPolicyNumber: Type.Integer({ minimum: 0, maximum: 65_535 }),
  gpuTier: Type.Integer({ minimum: 0, maximum: 65_535 }),
  burnBps: Type.Integer({ minimum: 0, maximum: 10_000 }),
  platformBps: Type.Integer({ minimum: 0, maximum: 10_000 }),
  /** When the DBC price was taken, and from where. */
  priceAtMs: MsShape,
  priceSource: NameShape,
  promise: PromiseShape,
});
export type Quote = Type.Static<typeof QuoteShape>;

/** What the browser measured to one node over one path. */
export const MeasurementShape = exact({
  node: NodeIdShape,
  path: PathShape,
  rttMinMs: DurationShape,
  rttMedianMs: DurationShape,
  jitterMs: DurationShape,
  loss: ShareShape,
});
export type Measurement = Type.Static<typeof MeasurementShape>;

/** What the player wants from the picture and the game. */
export const PlaySettingsShape = exact({
  picture: Type.Optional(PictureShape),
  /** Most kbit/s of video; the rate control stays below it. */
  kbpsMax: Type.Optional(Type.Integer({ minimum: pictureLimits.kbpsMin, maximum: pictureLimits.kbpsMax })),
  /** Codecs the browser can decode, best first. */
  codecs: Type.Array(CodecShape, { minItems: 1, maxItems: 2, uniqueItems: true }),
  /** Fixes the game's chance; only where play money is used. */
  seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 0xffff_ffff })),
  /** Less motion: the player's system asks for it. */
  calm: Type.Optional(Type.Boolean()),
  language: Type.Optional(Type.Union([Type.Literal('zh-Hant'), Type.Literal('zh-Hans'), Type.Literal('en')])),
});
export type PlaySettings = Type.Static<typeof PlaySettingsShape>;

/** Why a session ended. Every end has a name. */
export const endReasons = [
  'player-left',
  'player-lost',
  'first-frame-timeout',
  'media-timeout',
  'node-lost',
  'node-refused',
  'node-drained',
  'game-exited',
  'game-crashed',
  'funds-exhausted',
  'consent-ended',
  'closed-on-chain',
  'open-refused',
  'open-missing',
  'cap-reached',
  'voucher-shortfall',
  'afk',
  'moved',
  'stopped-by-operator',
  'hub-stopped',
] as const;
/** One of the reasons above. */
export type EndReason = (typeof endReasons)[number];
export const EndReasonShape = Type.Unsafe<EndReason>(Type.Union(endReasons.map((reason) => Type.Literal(reason))));

/** Why a second was not good, so that the receipt can say what was slow and whose it was. */
export const badCauses = [
  'no-frame-yet',
  'few-sent',
  'few-decoded',
  'gap',
  'rtt',
  'input-unanswered',
  'disconnected',
] as const;
/** One of the causes above. */
export type BadCause = (typeof badCauses)[number];
/** Milliseconds of bad time by cause. */
export const BadMsShape = exact({
  'no-frame-yet': MsShape,
  'few-sent': MsShape,
  'few-decoded': MsShape,
  gap: MsShape,
  rtt: MsShape,
  'input-unanswered': MsShape,
  disconnected: MsShape,
});
/** Milliseconds of bad time, every cause present. */
export type BadMs = Record<BadCause, number>;

/** A game in the library, as the page shows it. */
export const GameShape = exact({
  id: GameIdShape,
  title: exact({ 'zh-Hant': NameShape, 'zh-Hans': NameShape, en: NameShape }),
  summary: exact({
    'zh-Hant': Type.String({ maxLength: 300 }),
    'zh-Hans': Type.String({ maxLength: 300 }),
    en: Type.String({ maxLength: 300 }),
  }),
  picture: PictureShape,
  input: exact({
    keyboard: Type.Boolean(),
    mouse: Type.Union([Type.Literal('none'), Type.Literal('absolute'), Type.Literal('relative')]),
    gamepad: Type.Boolean(),
    touch: Type.Boolean(),
  }),
  saves: Type.Boolean(),
  /** From which age it is meant, by its makers or the operator; absent: for everybody. */
  age: Type.Optional(Type.Integer({ minimum: 0, maximum: 21 })),
});
export type Game = Type.Static<typeof GameShape>;

/** A word of those who run the hub to everybody, shown as it is until then. */
export const AnnouncementShape = exact({ id: NameShape, text: Type.String({ maxLength: 500 }), untilMs: MsShape });
/** How many stand at once. */
export const ANNOUNCEMENTS_MAX = 5;
