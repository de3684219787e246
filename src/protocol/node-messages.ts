// src/protocol/node-messages.ts - what a rendering node and the hub say to each other over /ws/node. One socket a
// machine; `session` and `peer` say which slot is meant. The node is known by its machine key (DESIGN 7).
import Type from 'typebox';
import { bounds } from './limits.ts';
import { NodeBenchShape } from './node-bench.ts';
import { PlayRecordShape } from './play-record.ts';
import {
  AddressShape,
  BadMsShape,
  CandidateShape,
  CodecShape,
  ConsentShape,
  CountShape,
  DomainShape,
  DurationShape,
  EndReasonShape,
  EpochShape,
  exact,
  GameIdShape,
  GameShape,
  KeyProofShape,
  LeaseIdShape,
  MsShape,
  NameShape,
  NodeIdShape,
  OpenShape,
  PathShape,
  PeerIdShape,
  PlayerIdShape,
  PlaySettingsShape,
  PromiseShape,
  SessionIdShape,
  ShareShape,
  SignatureShape,
  TokenShape,
  UintShape,
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

/** UDP ports on which a node's sessions answer, at one address. Text forms of RFC 5952 or dotted quads. */
export const MediaAddressShape = exact({
  address: Type.String({ maxLength: 45 }),
  portFirst: Type.Integer({ minimum: 1, maximum: 65_535 }),
  portLast: Type.Integer({ minimum: 1, maximum: 65_535 }),
});
export type MediaAddress = Type.Static<typeof MediaAddressShape>;

/** What the machine is. */
export const MachineShape = exact({
  name: NameShape,
  region: NameShape,
  agentVersion: NameShape,
  os: NameShape,
  cpu: NameShape,
  cores: Type.Integer({ minimum: 1, maximum: 4_096 }),
  memoryMb: CountShape,
  gpus: Type.Array(NameShape, { maxItems: 16 }),
  /** Memory of each of `gpus` in MB, 0 where its driver does not say; absent from older agents. */
  gpuMemoryMb: Type.Optional(Type.Array(CountShape, { maxItems: 16 })),
  /** Price table row this machine takes itself for; the hub works out its own (pool/gpu-class.ts). */
  gpuClass: NameShape,
  /** Encoders that really opened and encoded a frame, best first. */
  encoders: Type.Array(exact({ name: NameShape, codec: CodecShape, msPerFrame: DurationShape }), { maxItems: 16 }),
  virtualPads: Type.Boolean(),
  /** Version of the card's driver, where it says. */
  driver: Type.Optional(NameShape),
  /** The card that draws X11 games, as OpenGL names it; absent where the processor does, and from older agents. */
  drawnBy: Type.Optional(NameShape),
  /** How X11 games are shut in: bubblewrap in a namespace of the user, by root, or not at all. Absent from older agents. */
  sandbox: Type.Optional(Type.Union([Type.Literal('user'), Type.Literal('root'), Type.Literal('none')])),
});
export type Machine = Type.Static<typeof MachineShape>;

/** A session that goes on although the hub was away. */
export const RunningShape = exact({
  session: SessionIdShape,
  lease: LeaseIdShape,
  epoch: EpochShape,
  seq: CountShape,
  servedMs: MsShape,
  goodMs: MsShape,
  voucherSeq: CountShape,
});
export type Running = Type.Static<typeof RunningShape>;

/** How long a node that drains stays at most: a span, for its clock may be wrong. Absent from older agents and hubs. */
const LeavesInShape = Type.Optional(Type.Integer({ minimum: 0, maximum: bounds.drainMs }));

/** What a node may send, by `t`; anything else is refused. */
export const nodeToHub = {
  /** Answer to the challenge. `signature`: machine key over `nodeHelloText`. `token`: only the first time. */
  hello: exact({
    t: Type.Literal('hello'),
    v: Type.Integer(),
    node: NodeIdShape,
    signature: SignatureShape,
    token: Type.Optional(TokenShape),
    machine: MachineShape,
    slots: Type.Integer({ minimum: 1, maximum: bounds.slotsPerNode }),
    games: Type.Array(GameShape, { maxItems: bounds.gamesPerNode }),
    media: Type.Array(MediaAddressShape, { maxItems: bounds.scopePairs }),
    /** Random, of this run of the program: two machines with one key differ in it. Absent from older agents. */
    boot: Type.Optional(TokenShape),
    /** The machine's clock as it says this; Unix ms. Absent from older agents. */
    atMs: Type.Optional(MsShape),
    running: Type.Array(RunningShape, { maxItems: bounds.slotsPerNode }),
    draining: Type.Boolean(),
    leavesInMs: LeavesInShape,
    /** What the machine measured of itself; absent before it has, and from older agents. */
    bench: Type.Optional(NodeBenchShape),
  }),
  /** Heartbeat, each second and on every change. */
  status: exact({
    t: Type.Literal('status'),
    freeSlots: CountShape,
    probes: CountShape,
    draining: Type.Boolean(),
    leavesInMs: LeavesInShape,
    /** Processor use of the machine, 0..1. */
    load: ShareShape,
  }),
  sdp: Sdp,
  candidate: Candidate,
  'peer.closed': exact({ t: Type.Literal('peer.closed'), peer: PeerIdShape }),
  /** A probe or a session cannot be had here. */
  refused: exact({
    t: Type.Literal('refused'),
    session: Type.Optional(SessionIdShape),
    peer: Type.Optional(PeerIdShape),
    code: Type.String({ maxLength: 40 }),
    detail: Type.Optional(Type.String({ maxLength: 300 })),
  }),
  /** The game runs and the first picture is encoded. */
  ready: exact({
    t: Type.Literal('ready'),
    session: SessionIdShape,
    codec: CodecShape,
    encoder: NameShape,
    startMs: DurationShape,
  }),
  /** Cumulative, since the session's start: served is good by the node's own count (frames really sent). */
  tick: exact({
    t: Type.Literal('tick'),
    session: SessionIdShape,
    epoch: EpochShape,
    seq: CountShape,
    goodMs: MsShape,
    badMs: BadMsShape,
    framesSent: CountShape,
    bytesSent: CountShape,
    encodeMs: DurationShape,
  }),
  /** The highest voucher the node holds. */
  voucher: exact({
    t: Type.Literal('voucher'),
    session: SessionIdShape,
    voucher: VoucherShape,
    signature: SignatureShape,
  }),
  /** A record of the session (play-record.ts); said again after each hello until it is kept. */
  record: exact({
    t: Type.Literal('record'),
    session: SessionIdShape,
    record: PlayRecordShape,
    nodeSignature: SignatureShape,
    playerSignature: Type.Optional(SignatureShape),
  }),
  /** A save was stored with the hub over HTTP. */
  saved: exact({ t: Type.Literal('saved'), session: SessionIdShape, bytes: CountShape }),
  ended: exact({
    t: Type.Literal('ended'),
    session: SessionIdShape,
    reason: EndReasonShape,
    goodMs: MsShape,
    voucher: Type.Optional(VoucherShape),
    voucherSignature: Type.Optional(SignatureShape),
  }),
  /** The machine key's word for the contract (settlement-data.ts, Close): this voucher was the last of the lease. */
  'close.signed': exact({
    t: Type.Literal('close.signed'),
    session: SessionIdShape,
    lease: LeaseIdShape,
    seq: UintShape,
    amount: WeiShape,
    signature: SignatureShape,
  }),
  /** What the machine wrote down about a session, as lines of JSON; none of one that it did not serve or keeps no more. */
  log: exact({
    t: Type.Literal('log'),
    session: SessionIdShape,
    lines: Type.Array(Type.String({ maxLength: bounds.logLineChars }), { maxItems: bounds.logLines }),
  }),
  /** The machine key's word for the contract (settlement-data.ts, Bind): this operator stakes for me. */
  'bind.signed': exact({
    t: Type.Literal('bind.signed'),
    operator: AddressShape,
    nonce: UintShape,
    signature: SignatureShape,
  }),
} as const;

/** What the hub may send to a node, by `t`. */
export const hubToNode = {
  /** First message on a socket: sign this. */
  challenge: exact({ t: Type.Literal('challenge'), nonce: TokenShape }),
  welcome: exact({ t: Type.Literal('welcome'), v: Type.Integer(), name: NameShape, domain: DomainShape }),
  refused: exact({
    t: Type.Literal('refused'),
    code: Type.String({ maxLength: 40 }),
    facts: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]))),
  }),
  /** Open a peer connection that only echoes, in the process that would become the session. */
  'probe.open': exact({ t: Type.Literal('probe.open'), peer: PeerIdShape, path: PathShape, game: GameIdShape }),
  'peer.close': exact({ t: Type.Literal('peer.close'), peer: PeerIdShape }),
  sdp: Sdp,
  candidate: Candidate,
  /** Become a session. The node checks consent and open itself. */
  start: exact({
    t: Type.Literal('start'),
    session: SessionIdShape,
    peer: PeerIdShape,
    epoch: EpochShape,
    player: PlayerIdShape,
    game: GameIdShape,
    settings: PlaySettingsShape,
    promise: PromiseShape,
    consent: ConsentShape,
    consentSignature: SignatureShape,
    keyProof: Type.Optional(KeyProofShape),
    open: OpenShape,
    lease: LeaseIdShape,
    /** Bearer token for GET and PUT /api/saves/SESSION; `save` says whether there is one to put back. */
    saveToken: TokenShape,
    save: Type.Boolean(),
    path: PathShape,
  }),
  /** The player's signature over the open; frames may be counted as served from here on. */
  open: exact({ t: Type.Literal('open'), session: SessionIdShape, signature: SignatureShape }),
  /** A new peer connection for a running session: the page was reloaded. */
  attach: exact({
    t: Type.Literal('attach'),
    session: SessionIdShape,
    peer: PeerIdShape,
    codecs: Type.Array(CodecShape, { minItems: 1, maxItems: 2 }),
  }),
  /** The player answered 'still playing?': count idle time from here again. */
  awake: exact({ t: Type.Literal('awake'), session: SessionIdShape }),
  /** Offer again with fresh ICE credentials on the session's peer connection. */
  restart: exact({ t: Type.Literal('restart'), session: SessionIdShape }),
  /** A voucher that reached the hub only. */
  voucher: exact({
    t: Type.Literal('voucher'),
    session: SessionIdShape,
    voucher: VoucherShape,
    signature: SignatureShape,
  }),
  /** What the relay carried of a session so far, for its next record. */
  relayed: exact({
    t: Type.Literal('relayed'),
    session: SessionIdShape,
    toPlayerBytes: CountShape,
    toNodeBytes: CountShape,
  }),
  /** The hub has written record `seq`. */
  'record.kept': exact({ t: Type.Literal('record.kept'), session: SessionIdShape, seq: CountShape }),
  end: exact({ t: Type.Literal('end'), session: SessionIdShape, reason: EndReasonShape }),
  /** The hub has written what `ended` said; until then the node keeps it on disk and says it again in each hello. */
  'ended.kept': exact({ t: Type.Literal('ended.kept'), session: SessionIdShape }),
  /** Sign the end of a lease: the hub settles it by this voucher. A node signs only what pays all that it holds. */
  'close.ask': exact({
    t: Type.Literal('close.ask'),
    session: SessionIdShape,
    lease: LeaseIdShape,
    seq: UintShape,
    amount: WeiShape,
  }),
  /** The operator asks what the machine wrote down about a session. */
  'log.ask': exact({ t: Type.Literal('log.ask'), session: SessionIdShape }),
  /** Sign that this operator stakes for the machine. A node signs for one operator, the first it was asked for. */
  'bind.ask': exact({ t: Type.Literal('bind.ask'), operator: AddressShape, nonce: UintShape }),
  /**
   * Take no new sessions; leave when the last one ends or at the deadline (Unix milliseconds). The span to it counts where
   * it is said. Older agents refuse a message with a span: it follows once more without one.
   */
  drain: exact({ t: Type.Literal('drain'), deadlineMs: MsShape, leavesInMs: LeavesInShape }),
} as const;

type Shapes<T extends Record<string, Type.TSchema>> = Type.Static<T[keyof T]>;
export type NodeToHub = Shapes<typeof nodeToHub>;
export type HubToNode = Shapes<typeof hubToNode>;

/** What a node signs (EIP-191) to prove its machine key. `hub`: origin it connects to, so no other hub can replay it. */
export function nodeHelloText(node: string, hub: string, nonce: string): string {
  return `Nearcade node\nnode: ${node}\nhub: ${hub}\nnonce: ${nonce}`;
}
