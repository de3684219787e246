// src/protocol/http-api.ts - bodies of the HTTP interface, shared by server, page and OpenAPI document.
import Type from 'typebox';
import {
  AddressShape,
  CountShape,
  DomainShape,
  EndReasonShape,
  exact,
  GameIdShape,
  GameShape,
  MsShape,
  NameShape,
  NodeIdShape,
  OperatorIdShape,
  PlayerIdShape,
  SessionIdShape,
  SignatureShape,
  TokenShape,
  WeiShape,
} from './shapes.ts';

/** Any refusal over HTTP: the status is the code's (error-codes.ts). `id` finds the request in the log. */
export const ProblemShape = exact({
  code: NameShape,
  facts: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]))),
  id: Type.String(),
});
export type Problem = Type.Static<typeof ProblemShape>;

/** GET /api/config: what a page must know before anyone logs in. */
export const ConfigShape = exact({
  version: NameShape,
  /** Play money: the development wallet and `auto=1` are allowed. */
  playMoney: Type.Boolean(),
  chainMode: Type.Union([
    Type.Literal('off'),
    Type.Literal('dev'),
    Type.Literal('dbc-testnet'),
    Type.Literal('dbc-mainnet'),
  ]),
  domain: DomainShape,
  games: Type.Array(GameShape),
  /** Millionths of a US dollar for one DBC, when it was taken and from where. */
  price: exact({ microUsdPerDbc: CountShape, atMs: MsShape, source: NameShape }),
  nodes: exact({ online: CountShape, freeSlots: CountShape, regions: Type.Array(NameShape) }),
  relays: exact({ udp: Type.Boolean(), tcp: Type.Boolean(), tls: Type.Boolean() }),
});
export type PublicConfig = Type.Static<typeof ConfigShape>;

/** POST /api/login/nonce */
export const LoginNonceRequestShape = exact({ address: AddressShape });
export const LoginNonceShape = exact({ nonce: TokenShape, issuedAt: NameShape, expiresAt: NameShape });
/** POST /api/login: the page builds the text (login.ts) and the hub rebuilds it; they must be equal. */
export const LoginRequestShape = exact({
  address: AddressShape,
  domain: Type.String({ maxLength: 255 }),
  uri: Type.String({ maxLength: 300 }),
  nonce: TokenShape,
  issuedAt: NameShape,
  expiresAt: NameShape,
  signature: SignatureShape,
});
export type LoginRequest = Type.Static<typeof LoginRequestShape>;

/** GET /api/me */
export const MeShape = exact({
  player: PlayerIdShape,
  balanceWei: WeiShape,
  heldWei: WeiShape,
  /** Own limit a day; absent means none. */
  capWei: Type.Optional(WeiShape),
  spentTodayWei: WeiShape,
  /** Running sessions, so that a page can offer 'continue'. */
  sessions: Type.Array(exact({ session: SessionIdShape, game: GameIdShape, node: NodeIdShape, startedAtMs: MsShape })),
  /** May use admin-api.ts; absent for everybody else. */
  admin: Type.Optional(Type.Literal(true)),
});
export type Me = Type.Static<typeof MeShape>;

/** PUT /api/me/cap: wei a day, or null for none. A higher cap counts from the next day. */
export const CapRequestShape = exact({ capWei: Type.Union([WeiShape, Type.Null()]) });

/** POST /api/socket-ticket */
export const SocketTicketShape = exact({ ticket: TokenShape });

/** GET /api/sessions/:session/receipt answers `ReceiptShape` (receipt.ts); POST /api/logout answers 204. */

/** GET /api/sessions: newest first, 100. Query: `before` (a `next` of an earlier answer). One that ended has a receipt. */
export const SessionListShape = exact({
  sessions: Type.Array(
    exact({
      session: SessionIdShape,
      game: GameIdShape,
      nodeName: NameShape,
      startedAtMs: MsShape,
      endedAtMs: Type.Optional(MsShape),
      reason: Type.Optional(EndReasonShape),
      billedMs: MsShape,
      costWei: WeiShape,
    }),
  ),
  /** Present when there are older sessions. */
  next: Type.Optional(Type.String({ maxLength: 100 })),
});
export type SessionList = Type.Static<typeof SessionListShape>;

/** GET /api/sessions/:session/timeline: the samples that the page sent, one each tick. */
export const TimelineShape = exact({
  samples: Type.Array(
    exact({
      atMs: MsShape,
      goodMs: MsShape,
      costWei: WeiShape,
      fps: Type.Number(),
      rttMs: Type.Number(),
      lossShare: Type.Number(),
      kbps: Type.Number(),
      clickToFrameMs: Type.Optional(Type.Number()),
    }),
  ),
});
export type Timeline = Type.Static<typeof TimelineShape>;

/** POST /api/operator/node-tokens: a one-time token that binds one machine key to the caller's wallet. */
export const NodeTokenShape = exact({ token: TokenShape, expiresAtMs: MsShape, command: Type.String() });

/** GET /api/operator/nodes */
export const OperatorNodesShape = exact({
  operator: OperatorIdShape,
  nodes: Type.Array(
    exact({
      node: NodeIdShape,
      name: NameShape,
      region: NameShape,
      state: Type.Union([Type.Literal('online'), Type.Literal('draining'), Type.Literal('offline')]),
      slots: CountShape,
      freeSlots: CountShape,
      sessions: CountShape,
      earnedWei: WeiShape,
      seenAtMs: MsShape,
    }),
  ),
});
export type OperatorNodes = Type.Static<typeof OperatorNodesShape>;

/** GET /readyz */
export const ReadyShape = exact({
  ready: Type.Boolean(),
  store: Type.Boolean(),
  relay: Type.Boolean(),
  nodes: CountShape,
});
