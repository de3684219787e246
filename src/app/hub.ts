// src/app/hub.ts - all that one hub knows: nodes, players, seats, running sessions. The use cases beside this file read
// and change it; nothing here survives the process but what the session book and the stores keep.

import { DeadlineHeap } from '../base/deadline-heap.ts';
import type { GameId, NodeId, PeerId, PlayerId, SessionId } from '../base/ids.ts';
import type { Cidr } from '../base/ip.ts';
import type { Random } from '../base/random.ts';
import type { Upkeep } from '../pool/maintenance.ts';
import type { NodeRecord } from '../pool/node-record.ts';
import type { RelayRecord } from '../pool/relays.ts';
import { RttMemory } from '../pool/rtt-memory.ts';
import { type LeaseKey, Seats } from '../pool/seats.ts';
import { TrackRecord } from '../pool/track-record.ts';
import { WaitingLine } from '../pool/waiting-line.ts';
import { type Refusal, refusal } from '../protocol/error-codes.ts';
import { bounds, timings } from '../protocol/limits.ts';
import type { NodeToHub } from '../protocol/node-messages.ts';
import type { HubToPlayer, PlayerToHub } from '../protocol/player-messages.ts';
import type { Codec, EndReason, Path, PathWish, Quote } from '../protocol/shapes.ts';
import type { SigningDomain } from '../protocol/typed-data.ts';
import { ExpiringMap } from '../signaling/expiring-map.ts';
import { PeerRoutes } from '../signaling/peer-routes.ts';
import { type Gate, openGate } from './admin/gate.ts';
import type { ChainKeeper } from './chain/chain-keeper.ts';
import type { KeptWindow, OperatorStore } from './operator/ports.ts';
import type {
  Counters,
  MintCredential,
  NodeLink,
  NodeStore,
  Now,
  PlayerLink,
  QuotePort,
  RelayLink,
  SaveIndex,
  Seals,
} from './ports.ts';
import type { SessionBook } from './session-book.ts';

/** What does not change while the hub runs. */
export type HubConfig = {
  readonly domain: SigningDomain;
  readonly playMoney: boolean;
  /** Origins this hub answers to; a node signs one of them. */
  readonly origins: readonly string[];
  readonly machineAddresses: readonly string[];
  /** Ranges in which nodes may name media addresses without proof. */
  readonly allowedMedia: readonly Cidr[];
  /** The promise of a quote: no second counts above this round trip and its slack. */
  readonly rttCapMs: number;
};

/** Everything from outside. */
export type HubPorts = {
  readonly book: SessionBook;
  readonly quotes: QuotePort;
  readonly nodes: NodeStore;
  readonly operators: OperatorStore;
  readonly saves: SaveIndex;
  readonly seals: Seals;
  readonly random: Random;
  readonly mint: MintCredential;
  readonly counters: Counters;
  /** Absent where no chain settles. */
  readonly chain?: Pick<ChainKeeper, 'pauseReason' | 'mayServe' | 'stakedCards' | 'closeSigned' | 'sendGift' | 'news'>;
};

/** A message of a player by its name. */
export type PlayerMessage<T extends PlayerToHub['t']> = Extract<PlayerToHub, { t: T }>;

/** 'Where could I play this?', answered: quotes hold for a minute. */
export type Plan = {
  readonly player: PlayerId;
  readonly game: GameId;
  readonly quotes: ReadonlyMap<NodeId, Quote>;
  /** Until when they hold, whatever the price does. */
  readonly untilMs: number;
};

/** A start that waits for its turn. */
export type QueuedPlay = { link: PlayerLink; readonly message: PlayerMessage<'play'>; readonly plan: Plan };

/** A session that is running or ending. Money and time are in the session book. */
export type LiveSession = {
  readonly session: SessionId;
  readonly player: PlayerId;
  /** What this session is counted by (place.ts). */
  readonly place: string;
  readonly node: NodeId;
  readonly game: GameId;
  readonly path: Path;
  readonly wish: PathWish;
  readonly region: string;
  readonly codecs: readonly Codec[];
  /** The page that plays; `undefined` while there is none. */
  link: PlayerLink | undefined;
  peer: PeerId | undefined;
  /** The node must still be told of `peer`: it was away. */
  attachWanted: boolean;
  /** The node was lost and is not back. */
  nodeLost: boolean;
  /** The node has said that it is over there. */
  nodeDone: boolean;
  /** When relay credentials are due to be minted anew; Infinity without a relay. */
  refreshAtMs: number;
  /** Name of the relay that carries it, as far as relays have told; and what each has carried since it began. */
  relay: string | undefined;
  readonly carried: Map<string, { readonly toPlayerBytes: number; readonly toNodeBytes: number }>;
  ending: { readonly reason: EndReason; closeAtMs: number; closing: boolean } | undefined;
  /** When its page last said how far it plays, on the wall; a hub that starts anew counts from there. Undefined until then. */
  heardAtMs: number | undefined;
  /** What page and node said last of the stream, for the operator's console; undefined until they did. */
  seen: (NonNullable<PlayerMessage<'tick'>['sample']> & { readonly atMs: number }) | undefined;
  encodeMs: number | undefined;
};

/** Text for everybody, until a time. */
export type Announcement = Extract<HubToPlayer, { t: 'announce' }>['announcement'];

/** The hub in memory. */
export type Hub = {
  readonly config: HubConfig;
  readonly ports: HubPorts;
  readonly links: Map<PlayerId, Set<PlayerLink>>;
  readonly nodes: Map<NodeId, NodeRecord<NodeLink>>;
  readonly relays: Map<RelayLink, RelayRecord>;
  readonly sessions: Map<SessionId, LiveSession>;
  /** The one running session of a place: of a player, or of a customer's tab in a café. */
  readonly playing: Map<string, SessionId>;
  /** Sessions that ended lately, so that a late message is told so. */
  readonly ended: ExpiringMap<
    SessionId,
    { readonly player: PlayerId; readonly game: GameId; readonly reason: EndReason | undefined }
  >;
  readonly plans: ExpiringMap<string, Plan>;
  readonly usedTickets: ExpiringMap<string, true>;
  readonly routes: PeerRoutes<PlayerLink>;
  readonly seats: Seats;
  readonly line: WaitingLine<QueuedPlay>;
  /** Places whose start is being written, by the key of the play. */
  readonly starting: Map<string, string>;
  /** Starts that wait until an earlier session has left its node. */
  readonly moves: Map<SessionId, (now: Now) => void>;
  /** The newest word of each machine that is here about who stakes for it. */
  readonly bindings: Map<NodeId, Extract<NodeToHub, { t: 'bind.signed' }>>;
  /** Questions to machines about a session's log that are open, by machine and session. */
  readonly logs: Map<string, PromiseWithResolvers<readonly string[]>>;
  /** Planned maintenance that is not over, and where machines stand with it now; those that serve are not in it. */
  readonly windows: Map<NodeId, readonly KeptWindow[]>;
  readonly upkeep: Map<NodeId, Upkeep>;
  readonly rtts: RttMemory;
  readonly record: TrackRecord;
  readonly due: {
    readonly nodes: DeadlineHeap<NodeId>;
    readonly leases: DeadlineHeap<LeaseKey>;
    readonly probes: DeadlineHeap<PeerId>;
    readonly sessions: DeadlineHeap<SessionId>;
    lineAtMs: number;
  };
  announcements: readonly Announcement[];
  /** Whom and what those who run the hub have closed. */
  readonly gate: Gate;
  /** Why a page may not play for its customer's tab now; nothing for a page of a person. The cafés set it. */
  tabRefusal: (page: Pick<PlayerLink, 'place' | 'device'>) => Refusal | undefined;
  /** No new starts: the hub is about to stop. */
  stopping: boolean;
};

/** Live plans and used tickets: what 100,000 players looking around at once would need. */
const PLANS_MAX = 100_000;
const TICKETS_MAX = PLANS_MAX * bounds.candidatesMax;
/** How long a session is remembered as ended. */
const ENDED_KEPT_MS = 600_000;
const ENDED_MAX = 100_000;

/** An empty hub. */
export function newHub(config: HubConfig, ports: HubPorts): Hub {
  return {
    config,
    ports,
    links: new Map(),
    nodes: new Map(),
    relays: new Map(),
    sessions: new Map(),
    playing: new Map(),
    ended: new ExpiringMap(ENDED_KEPT_MS, ENDED_MAX),
    plans: new ExpiringMap(timings.planMs, PLANS_MAX),
    usedTickets: new ExpiringMap(timings.probeTicketMs, TICKETS_MAX),
    routes: new PeerRoutes(),
    seats: new Seats(),
    line: new WaitingLine(),
    starting: new Map(),
    moves: new Map(),
    bindings: new Map(),
    logs: new Map(),
    windows: new Map(),
    upkeep: new Map(),
    rtts: new RttMemory(),
    record: new TrackRecord(),
    due: {
      nodes: new DeadlineHeap(),
      leases: new DeadlineHeap(),
      probes: new DeadlineHeap(),
      sessions: new DeadlineHeap(),
      lineAtMs: Number.POSITIVE_INFINITY,
    },
    announcements: [],
    gate: openGate(),
    tabRefusal: ({ place }) => (place === undefined ? undefined : refusal('NOT_FOUND')), // No cafés, no tabs.
    stopping: false,
  };
}
