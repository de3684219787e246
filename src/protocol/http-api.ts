// src/protocol/http-api.ts - bodies of the HTTP interface, shared by server, page and OpenAPI document.
import Type from 'typebox';
import {
  AddressShape,
  ANNOUNCEMENTS_MAX,
  AnnouncementShape,
  CountShape,
  DomainShape,
  DurationShape,
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
  UintShape,
  WeiShape,
} from './shapes.ts';

/** Any refusal over HTTP: the status is the code's (error-codes.ts). `id` finds the request in the log. */
export const ProblemShape = exact({
  code: NameShape,
  facts: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]))),
  id: Type.String(),
});
export type Problem = Type.Static<typeof ProblemShape>;

/**
 * How the chain stands, in /api/config and GET /api/chain. live: all is well. degraded: it works on one leg, nothing changes
 * for players. offline: play goes on, deposits and withdrawals wait; new sessions wait too once an Open could not land.
 */
export const ChainShape = exact({
  state: Type.Union([Type.Literal('live'), Type.Literal('degraded'), Type.Literal('offline')]),
  chainId: UintShape,
  escrow: AddressShape,
  registry: AddressShape,
  /** Where wallets can reach the chain; empty for a development chain, which pages reach through /api/chain/rpc. */
  rpcUrls: Type.Array(Type.String({ maxLength: 400 })),
  /** Pages of a transaction and an address: put the hash or the address behind; absent without an explorer. */
  explorer: Type.Optional(exact({ transaction: Type.String(), address: Type.String() })),
  /** Newest block of the chain, and the newest one that counts in the books. */
  headNumber: CountShape,
  readNumber: CountShape,
  /** A deposit counts with so many blocks, its own included. */
  confirmations: CountShape,
  /** Transactions of the hub that no block has yet. */
  waiting: CountShape,
  /** Coins in the escrow are at least what the books say; absent until it was checked. */
  booksHold: Type.Optional(Type.Boolean()),
  /** Why no new session starts now: the chain is away, the hub's clock is not the chain's, no price is believed, the books do not hold. */
  paused: Type.Optional(
    Type.Union([Type.Literal('chain'), Type.Literal('clock'), Type.Literal('price'), Type.Literal('books')]),
  ),
});
export type ChainFacts = Type.Static<typeof ChainShape>;

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
  /** Absent where no chain settles (`chainMode` off). */
  chain: Type.Optional(ChainShape),
  domain: DomainShape,
  games: Type.Array(GameShape),
  /** Millionths of a US dollar for one DBC, when it was taken and from where. */
  price: exact({ microUsdPerDbc: CountShape, atMs: MsShape, source: NameShape }),
  nodes: exact({ online: CountShape, freeSlots: CountShape, regions: Type.Array(NameShape) }),
  relays: exact({ udp: Type.Boolean(), tcp: Type.Boolean(), tls: Type.Boolean() }),
  /** What those who run the hub say to everybody now. */
  announcements: Type.Array(AnnouncementShape, { maxItems: ANNOUNCEMENTS_MAX }),
});
export type PublicConfig = Type.Static<typeof ConfigShape>;

const within = (inner: Type.TSchema) => Type.Union([inner, Type.Array(inner), Type.Record(Type.String(), inner)]);
const RpcLeafShape = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);
/** A parameter: no deeper than an access list, which has five floors. Whoever writes JSON down goes as deep as it is. */
const RpcValueShape = within(within(within(within(RpcLeafShape))));
/**
 * POST /api/chain/rpc, on a development chain only: a JSON-RPC call of the page's wallet, passed on. Methods: see
 * src/server/http/routes-chain.ts.
 */
export const RpcRequestShape = Type.Object({
  jsonrpc: Type.Literal('2.0'),
  id: Type.Union([Type.Integer(), Type.String({ maxLength: 100 })]),
  method: Type.String({ maxLength: 60 }),
  params: Type.Optional(Type.Array(RpcValueShape, { maxItems: 8 })),
});
export type RpcRequest = Type.Static<typeof RpcRequestShape>;

/** GET /api/operator/nodes/:node/binding?nonce=N: the machine key's word that the caller stakes for it. */
export const BindingShape = exact({
  node: NodeIdShape,
  operator: OperatorIdShape,
  nonce: UintShape,
  signature: SignatureShape,
});

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

/** PUT /api/operator/nodes/:node/premium: on top of the base price, in basis points of it; at most the base again. */
export const PremiumRequestShape = exact({ premiumBps: Type.Integer({ minimum: 0, maximum: 10_000 }) });

/** One figure of a machine's bench (node-bench.ts) as the hub judges it. With a `bad` one players would suffer. */
export const BenchLineShape = exact({
  check: Type.Union([
    Type.Literal('encode'),
    Type.Literal('sessions'),
    Type.Literal('upload'),
    Type.Literal('nat'),
    Type.Literal('rtt'),
    Type.Literal('loss'),
  ]),
  /** Name of the encoder or relay; the kind of address translation. */
  of: Type.Optional(NameShape),
  /** Lines of the picture that was encoded. */
  height: Type.Optional(CountShape),
  /** Beside pictures a second: milliseconds a picture. */
  ms: Type.Optional(DurationShape),
  /** Pictures a second, sessions, Mbit/s, milliseconds or a share from 0 to 1; absent for `nat`. */
  value: Type.Optional(Type.Number({ minimum: 0 })),
  limit: Type.Optional(Type.Number({ minimum: 0 })),
  verdict: Type.Union([Type.Literal('ok'), Type.Literal('less'), Type.Literal('bad')]),
});
export type BenchLine = Type.Static<typeof BenchLineShape>;

/** GET /api/operator/nodes. `stage` and `checks`: src/pool/node-life.ts. An offline machine has no checks and no bench. */
export const OperatorNodesShape = exact({
  operator: OperatorIdShape,
  nodes: Type.Array(
    exact({
      node: NodeIdShape,
      name: NameShape,
      region: NameShape,
      state: Type.Union([Type.Literal('online'), Type.Literal('draining'), Type.Literal('offline')]),
      stage: Type.Union([
        Type.Literal('suspended'),
        Type.Literal('maintenance'),
        Type.Literal('offline'),
        Type.Literal('draining'),
        Type.Literal('checking'),
        Type.Literal('awaiting-stake'),
        Type.Literal('active'),
      ]),
      checks: Type.Array(
        exact({
          check: Type.Union([
            Type.Literal('identity'),
            Type.Literal('encoder'),
            Type.Literal('games'),
            Type.Literal('address'),
            Type.Literal('gpu'),
            Type.Literal('display'),
            Type.Literal('pads'),
            Type.Literal('sandbox'),
            Type.Literal('clock'),
          ]),
          /** What was found, by its own name. */
          says: Type.Optional(NameShape),
          verdict: Type.Union([Type.Literal('ok'), Type.Literal('less'), Type.Literal('bad')]),
          value: DurationShape,
          limit: DurationShape,
        }),
      ),
      /** Version of its program; absent while it is not here. */
      agentVersion: Type.Optional(NameShape),
      /** What the machine measured of itself, judged; absent while it has not, or is not here. */
      bench: Type.Optional(exact({ atMs: MsShape, lines: Type.Array(BenchLineShape) })),
      slots: CountShape,
      freeSlots: CountShape,
      sessions: CountShape,
      earnedWei: WeiShape,
      premiumBps: CountShape,
      /** Its stake is in, for each of its cards, or this hub asks for none. */
      staked: Type.Boolean(),
      /** Cards that it rents out, each of which needs a stake; 1 while the hub has not heard it. */
      cards: CountShape,
      /** Cards that its operator has a stake for; absent until the contract was asked. */
      stakedCards: Type.Optional(CountShape),
      seenAtMs: MsShape,
    }),
  ),
  /** Machines that the operator took out, the last first: a stake may still lie for them. */
  former: Type.Array(exact({ node: NodeIdShape, name: NameShape })),
});
export type OperatorNodes = Type.Static<typeof OperatorNodesShape>;

/** GET /api/operator/market: what machines of each class ask, and where the operator's own stand. */
export const MarketShape = exact({
  microUsdPerDbc: CountShape,
  platformBps: CountShape,
  /** The burn policy for new sessions; `tier` is the index of the one in force. */
  policy: exact({
    name: NameShape,
    tier: CountShape,
    tiers: Type.Array(exact({ gpusFrom: CountShape, burnBps: CountShape })),
  }),
  /** Each row of the price table; `machines` and their middle premium count those that players may be sent to now. */
  classes: Type.Array(
    exact({
      gpuClass: NameShape,
      machines: CountShape,
      baseMicroUsdPerHour: CountShape,
      medianPremiumBps: Type.Optional(CountShape),
    }),
  ),
  /** Of each own machine that is here: how many of its class ask less, in percent, equal ones counted half. */
  yours: Type.Array(
    exact({ node: NodeIdShape, gpuClass: NameShape, percentile: Type.Integer({ minimum: 0, maximum: 100 }) }),
  ),
});
export type Market = Type.Static<typeof MarketShape>;

/** GET /readyz */
export const ReadyShape = exact({
  ready: Type.Boolean(),
  store: Type.Boolean(),
  relay: Type.Boolean(),
  nodes: CountShape,
});
