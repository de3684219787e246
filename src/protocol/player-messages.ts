// src/protocol/player-messages.ts - what a browser and the hub say to each other over /ws/play. docs/PROTOCOL.md walks
// through a session; here is every field. `re` is the caller's key: an answer or a refusal carries it back.
import Type from 'typebox';
import { bounds } from './limits.ts';
import {
  AddressShape,
  ANNOUNCEMENTS_MAX,
  AnnouncementShape,
  BadMsShape,
  CandidateShape,
  ConsentShape,
  CountShape,
  DomainShape,
  DurationShape,
  EndReasonShape,
  exact,
  GameIdShape,
  IceServerShape,
  KeyProofShape,
  KeyShape,
  LeaseIdShape,
  MeasurementShape,
  MsShape,
  NameShape,
  NodeIdShape,
  OpenShape,
  PathShape,
  PathWishShape,
  PeerIdShape,
  PlanIdShape,
  PlayerIdShape,
  PlaySettingsShape,
  QuoteShape,
  SessionIdShape,
  ShareShape,
  SignatureShape,
  TokenShape,
  VoucherShape,
  WeiShape,
} from './shapes.ts';

const Sdp = exact({
  t: Type.Literal('sdp'),
  peer: PeerIdShape,
  kind: Type.Union([Type.Literal('offer'), Type.Literal('answer')]),
  sdp: Type.String({ maxLength: bounds.sdpChars }),
});
const Candidate = exact({ t: Type.Literal('candidate'), peer: PeerIdShape, candidate: CandidateShape });
const IceList = Type.Array(IceServerShape, { maxItems: 4 });

/** From the browser to the hub. */
export const playerToHub = {
  /** First message on a socket. The ticket comes from POST /api/socket-ticket and opens one socket. */
  hello: exact({ t: Type.Literal('hello'), v: Type.Integer(), ticket: TokenShape }),
  /** 'Where could I play this?' Costs nothing, holds nothing. */
  plan: exact({
    t: Type.Literal('plan'),
    re: KeyShape,
    game: GameIdShape,
    /** Leave these out: nodes that just failed this player. */
    avoid: Type.Optional(Type.Array(NodeIdShape, { maxItems: 8 })),
    /** This node or none: for whoever wants to try a certain one. */
    only: Type.Optional(NodeIdShape),
  }),
  /** Opens a probe connection to one candidate of a plan. */
  probe: exact({ t: Type.Literal('probe'), re: KeyShape, ticket: TokenShape, path: PathShape }),
  'peer.close': exact({ t: Type.Literal('peer.close'), peer: PeerIdShape }),
  sdp: Sdp,
  candidate: Candidate,
  /** 'Start.' The same `re` starts one session however often it is sent. */
  play: exact({
    t: Type.Literal('play'),
    re: KeyShape,
    plan: PlanIdShape,
    path: PathWishShape,
    settings: PlaySettingsShape,
    measurements: Type.Array(MeasurementShape, { maxItems: 3 * bounds.candidatesMax }),
    /** A node the player picked by hand among the candidates. */
    node: Type.Optional(NodeIdShape),
    consent: ConsentShape,
    consentSignature: SignatureShape,
    /** Which key signs, where the consent speaks for several. */
    sessionKey: Type.Optional(AddressShape),
    keyProof: Type.Optional(KeyProofShape),
    /** The session this one goes on from, after its node was lost or left. */
    continues: Type.Optional(SessionIdShape),
    /** Wait in the queue when every seat is taken. */
    queue: Type.Optional(Type.Boolean()),
  }),
  'queue.leave': exact({ t: Type.Literal('queue.leave') }),
  /** The signature of its key over the Open that `started` carried. */
  open: exact({ t: Type.Literal('open'), session: SessionIdShape, signature: SignatureShape }),
  /** Back to a running session after a reload or on a new socket. */
  resume: exact({
    t: Type.Literal('resume'),
    re: KeyShape,
    session: SessionIdShape,
    token: TokenShape,
    /** The peer connection that still carries the picture (only the hub was away): it is kept, no new one is made. */
    peer: Type.Optional(PeerIdShape),
  }),
  /** 'My media connection is stuck': the node offers again with fresh ICE credentials. */
  restart: exact({ t: Type.Literal('restart'), session: SessionIdShape }),
  /** Cumulative: lost, doubled and reordered ticks change nothing. `good` is since the first decoded frame. */
  tick: exact({
    t: Type.Literal('tick'),
    session: SessionIdShape,
    seq: CountShape,
    goodMs: MsShape,
    badMs: BadMsShape,
    /** What the last second looked like, for the session's timeline. */
    sample: Type.Optional(
      exact({
        fps: DurationShape,
        rttMs: DurationShape,
        lossShare: ShareShape,
        kbps: DurationShape,
        clickToFrameMs: Type.Optional(DurationShape),
        path: PathShape,
        receivedBytes: CountShape,
      }),
    ),
  }),
  /** Copy of the voucher that went to the node. */
  voucher: exact({
    t: Type.Literal('voucher'),
    session: SessionIdShape,
    voucher: VoucherShape,
    signature: SignatureShape,
  }),
  /** 'I am still here', to the AFK question. */
  awake: exact({ t: Type.Literal('awake'), session: SessionIdShape }),
  end: exact({ t: Type.Literal('end'), session: SessionIdShape }),
  /** Keeps the socket open through proxies. */
  ping: exact({ t: Type.Literal('ping'), n: CountShape }),
} as const;

/** One candidate of a plan. */
export const PlanCandidateShape = exact({
  node: NodeIdShape,
  name: NameShape,
  region: NameShape,
  ticket: TokenShape,
  quote: QuoteShape,
  freeSlots: CountShape,
  /** 0..1: share of promised seconds kept over its last sessions; absent for a newcomer. */
  reliability: Type.Optional(ShareShape),
});
export type PlanCandidate = Type.Static<typeof PlanCandidateShape>;

/** How a node was chosen, in numbers; the page puts it in words. */
export const ChoiceShape = exact({
  node: NodeIdShape,
  path: PathShape,
  reason: Type.Union([
    Type.Literal('only'),
    Type.Literal('nearest'),
    Type.Literal('tie-jitter'),
    Type.Literal('tie-loss'),
    Type.Literal('tie-load'),
    Type.Literal('tie-price'),
    Type.Literal('picked'),
    Type.Literal('unmeasured'),
  ]),
  ranked: Type.Array(
    exact({
      node: NodeIdShape,
      name: NameShape,
      path: PathShape,
      rttMinMs: DurationShape,
      jitterMs: DurationShape,
      loss: ShareShape,
    }),
    { maxItems: 3 * bounds.candidatesMax },
  ),
});
export type Choice = Type.Static<typeof ChoiceShape>;

/** What a running session looks like to its player, sent every second and on every change. */
export const SessionStateShape = exact({
  session: SessionIdShape,
  phase: Type.Union([
    Type.Literal('connecting'),
    Type.Literal('playing'),
    Type.Literal('paused'),
    Type.Literal('ended'),
  ]),
  /** Billable: the smaller of node's and player's good time. */
  billedMs: MsShape,
  costWei: WeiShape,
  heldWei: WeiShape,
  balanceWei: WeiShape,
  /** Until balance, cap or consent end, at this rate; what comes first. */
  timeLeftMs: MsShape,
  limit: Type.Union([Type.Literal('balance'), Type.Literal('cap'), Type.Literal('consent')]),
  badMs: BadMsShape,
});
export type SessionState = Type.Static<typeof SessionStateShape>;

/** From the hub to the browser. */
export const hubToPlayer = {
  welcome: exact({
    t: Type.Literal('welcome'),
    v: Type.Integer(),
    player: PlayerIdShape,
    nowMs: MsShape,
    playMoney: Type.Boolean(),
    domain: DomainShape,
    announcements: Type.Array(AnnouncementShape, { maxItems: ANNOUNCEMENTS_MAX }),
  }),
  refused: exact({
    t: Type.Literal('refused'),
    re: Type.Optional(KeyShape),
    session: Type.Optional(SessionIdShape),
    code: Type.String({ maxLength: 40 }),
    facts: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]))),
  }),
  plan: exact({
    t: Type.Literal('plan'),
    re: KeyShape,
    plan: PlanIdShape,
    game: GameIdShape,
    expiresAtMs: MsShape,
    candidates: Type.Array(PlanCandidateShape, { maxItems: bounds.candidatesMax }),
    /** Held when play starts; comes back but for what was used. */
    holdMs: MsShape,
    balanceWei: WeiShape,
    /** The player's own limit a day and what is left of it today. */
    capLeftWei: Type.Optional(WeiShape),
    relays: Type.Boolean(),
    /** This player's line was below the promise on several nodes lately (DESIGN 6.4). */
    lineWarning: Type.Boolean(),
  }),
  /** A peer connection exists on the node; its offer follows. */
  peer: exact({
    t: Type.Literal('peer'),
    re: KeyShape,
    peer: PeerIdShape,
    path: PathShape,
    ice: IceList,
  }),
  'peer.closed': exact({ t: Type.Literal('peer.closed'), peer: PeerIdShape }),
  sdp: Sdp,
  candidate: Candidate,
  queued: exact({ t: Type.Literal('queued'), re: KeyShape, position: CountShape, length: CountShape }),
  started: exact({
    t: Type.Literal('started'),
    re: KeyShape,
    session: SessionIdShape,
    token: TokenShape,
    peer: PeerIdShape,
    node: NodeIdShape,
    nodeName: NameShape,
    region: NameShape,
    game: GameIdShape,
    path: PathShape,
    /** 'relay' shows the player's address to the relay only. */
    policy: Type.Union([Type.Literal('all'), Type.Literal('relay')]),
    ice: IceList,
    quote: QuoteShape,
    open: OpenShape,
    lease: LeaseIdShape,
    choice: ChoiceShape,
    /** True after `resume`: goodMs and voucher numbers go on from here. */
    resumed: Type.Boolean(),
    goodMs: MsShape,
    badMs: BadMsShape,
    voucherSeq: CountShape,
    continues: Type.Optional(SessionIdShape),
  }),
  /** Fresh relay credentials for a live session; use them in place. */
  ice: exact({ t: Type.Literal('ice'), session: SessionIdShape, ice: IceList }),
  state: exact({ t: Type.Literal('state'), state: SessionStateShape }),
  /** The node is silent. The clock stopped at `sinceMs`; start again with `continues` when another node suits. */
  'node.lost': exact({
    t: Type.Literal('node.lost'),
    session: SessionIdShape,
    node: NodeIdShape,
    sinceMs: MsShape,
  }),
  /** The node leaves soon (drain): finish or move. */
  'node.leaving': exact({ t: Type.Literal('node.leaving'), session: SessionIdShape, deadlineMs: MsShape }),
  ended: exact({ t: Type.Literal('ended'), session: SessionIdShape, reason: EndReasonShape, receipt: Type.Boolean() }),
  announce: exact({ t: Type.Literal('announce'), announcement: AnnouncementShape }),
  pong: exact({ t: Type.Literal('pong'), n: CountShape }),
} as const;

type Shapes<T extends Record<string, Type.TSchema>> = Type.Static<T[keyof T]>;
export type PlayerToHub = Shapes<typeof playerToHub>;
export type HubToPlayer = Shapes<typeof hubToPlayer>;
