// test/support/hub/world.ts - a seeded world around the hub's use cases: pages, nodes, a store that fails, a hub that is
// killed. No sockets and no clock: every message waits in a pipe until chance delivers it, in order, or drops the pipe.
import { createHash } from 'node:crypto';
import { type Hub, newHub } from '../../../src/app/hub.ts';
import { joinPool } from '../../../src/app/join-pool.ts';
import type { MoneyStore } from '../../../src/app/money/ports.ts';
import { fixedPrice, QuoteBook } from '../../../src/app/money/quote.ts';
import { nodeActs } from '../../../src/app/node-acts.ts';
import { nodeWent } from '../../../src/app/node-here.ts';
import { playerActs } from '../../../src/app/player-acts.ts';
import { playerCame, playerWent } from '../../../src/app/player-here.ts';
import type { NodeLink, Now, PlayerLink } from '../../../src/app/ports.ts';
import { recoverSessions } from '../../../src/app/recover.ts';
import { earliestMs, runDeadlines } from '../../../src/app/run-deadlines.ts';
import { OutageError } from '../../../src/base/assert.ts';
import {
  type IdempotencyKey,
  type NodeId,
  newId,
  type PeerId,
  type PlayerId,
  type SessionId,
} from '../../../src/base/ids.ts';
import { type Random, seededRandom } from '../../../src/base/random.ts';
import { sealsBy } from '../../../src/main/seals.ts';
import type { Refusal } from '../../../src/protocol/error-codes.ts';
import { type HubToNode, type NodeToHub, nodeHelloText } from '../../../src/protocol/node-messages.ts';
import type { HubToPlayer, PlayerToHub } from '../../../src/protocol/player-messages.ts';
import { addressOf, signDigest, textDigest } from '../../../src/protocol/typed-data.ts';
import { PROTOCOL_VERSION } from '../../../src/protocol/version.ts';
import {
  type Consent,
  consentDigest,
  fromWire,
  type Open,
  openDigest,
  openType,
  toWire,
} from '../../../src/protocol/voucher.ts';
import { memoryNodes } from '../../../src/storage/hub-store-memory.ts';
import { MemoryMoneyStore } from '../../../src/storage/memory-money-store.ts';
import { memoryOperators } from '../../../src/storage/operator-store-memory.ts';
import { address, bookOver, domain, sign, WALL_MS } from '../money.ts';
import { ARCADE, MACHINE, noBadMs } from './fake-node.ts';

const ORIGIN = 'http://hub.test';
const OPERATOR = address(0xfeed);
const seals = sealsBy('the seal of a world');

/** Messages on their way, in order; a cut pipe delivers no more. */
class Pipe<In, Out> {
  readonly toHub: In[] = [];
  readonly fromHub: Out[] = [];
  cut = false;
}

/** A page, as far as the hub can see it. */
export class SimPlayer {
  readonly player: PlayerId;
  readonly consent: Consent;
  pipe: Pipe<PlayerToHub, HubToPlayer> | undefined;
  link: PlayerLink | undefined;
  plan: Extract<HubToPlayer, { t: 'plan' }> | undefined;
  /** The session it holds, until it is told that it ended. */
  game: { session: SessionId; token: string; seq: number; goodMs: number } | undefined;
  readonly peers = new Set<PeerId>();
  started = 0;

  constructor(number: number) {
    this.player = address(0x1000 + number) as string as PlayerId;
    this.consent = {
      payer: address(0x1000 + number),
      sessionKey: address(0x9000 + number),
      maxAmount: 900n * 10n ** 18n,
      maxRate: 900n * 10n ** 18n,
      validFrom: BigInt(WALL_MS / 1_000 - 100),
      validUntil: BigInt(WALL_MS / 1_000 + 90_000),
      nonce: 1n,
    };
  }
}

/** A machine, with the truth about its slots. */
export class SimNode {
  readonly key: Uint8Array;
  readonly node: NodeId;
  readonly slots: number;
  readonly running = new Map<SessionId, { epoch: number; seq: number; goodMs: number; lease: string }>();
  /** Sessions that ended and are being wiped: their slots are not free yet. */
  wiping = 0;
  pipe: Pipe<NodeToHub, HubToNode> | undefined;
  link: NodeLink | undefined;
  readonly peers = new Set<PeerId>();
  draining = false;
  /** It hangs: no heartbeat comes. */
  silent = false;

  constructor(name: string, slots: number) {
    this.key = createHash('sha256').update(name).digest();
    this.node = addressOf(this.key) as string as NodeId;
    this.slots = slots;
  }

  get free(): number {
    return this.slots - this.running.size - this.wiping;
  }

  say(message: NodeToHub): void {
    this.pipe?.toHub.push(message);
  }

  status(): void {
    this.say({ t: 'status', freeSlots: this.free, probes: 0, draining: this.draining, load: 0.1 });
  }
}

/** What breaks when a law of the world is broken. */
export class LawBroken extends Error {}
function law(holds: boolean, fact: string): asserts holds {
  if (!holds) throw new LawBroken(fact);
}

/** One world. */
export class World {
  readonly random: Random;
  readonly players: SimPlayer[];
  readonly nodes: SimNode[];
  readonly store = new MemoryMoneyStore('PLAY');
  readonly nodeStore = memoryNodes();
  hub: Hub;
  nowMs = 1_000;
  outage = false;
  #beatAtMs = 1_000;
  /** Work of the hub that is under way; a rejection that is no outage is a bug. */
  readonly bugs: unknown[] = [];

  constructor(seed: number) {
    this.random = seededRandom(seed);
    this.players = Array.from({ length: 2 + this.random.below(5) }, (_, i) => new SimPlayer(i));
    this.nodes = Array.from(
      { length: 1 + this.random.below(3) },
      (_, i) => new SimNode(`sim ${i}`, 1 + this.random.below(2)),
    );
    this.hub = this.#newHub();
  }

  get now(): Now {
    return { nowMs: this.nowMs, wallMs: WALL_MS + this.nowMs };
  }

  /** Money for everybody, and machines that are bound. */
  async prepare(): Promise<this> {
    for (const { player } of this.players) {
      await this.hub.ports.book.welcomeGift(player, 1_000n * 10n ** 18n, WALL_MS);
    }
    for (const { node } of this.nodes) {
      await this.nodeStore.addToken(node, OPERATOR as string as never, 2 ** 52);
      await this.nodeStore.bind(node, node, 0);
    }
    return this;
  }

  #newHub(): Hub {
    const world = this;
    const store = new Proxy(this.store, {
      get(target, name) {
        const value = Reflect.get(target, name) as unknown;
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          if (world.outage && world.random.below(2) === 0) throw new OutageError('the store is away');
          const done = await (value as (...all: unknown[]) => Promise<unknown>).apply(target, args);
          if (world.outage) throw new OutageError('the store went away, but it was done');
          return done;
        };
      },
    }) as MoneyStore;
    const quotes = new QuoteBook({ store, policy: 'seed-2024', platformBps: 500, price: fixedPrice(2_000, WALL_MS) });
    return newHub(
      { domain, playMoney: true, origins: [ORIGIN], machineAddresses: [], allowedMedia: [], rttCapMs: 100 },
      {
        book: bookOver(store, { random: this.random }),
        quotes,
        nodes: this.nodeStore,
        operators: memoryOperators(),
        saves: { has: async () => false },
        seals,
        random: this.random,
        mint: () => ({ username: 'u', credential: 'c' }),
        counters: { refused: () => {}, started: () => {}, ended: () => {}, nodeLost: () => {} },
      },
    );
  }

  /** Follows work as the edge does. */
  follow(work: void | Promise<void>): void {
    work?.catch((cause: unknown) => {
      if (!(cause instanceof OutageError)) this.bugs.push(cause);
    });
  }

  /** Lets everything that waits for nothing but itself finish. */
  async settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.bugs.length > 0) throw this.bugs[0];
  }

  /** A key that this seed alone makes. */
  key(): IdempotencyKey {
    return newId<IdempotencyKey>('k', this.random);
  }

  /** Time passes; every deadline is met on its moment, and machines that are not silent beat each second. */
  async pass(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    for (;;) {
      await this.#beat(Math.min(earliestMs(this.hub), endMs));
      const dueMs = earliestMs(this.hub);
      if (dueMs > endMs) break;
      this.nowMs = Math.max(this.nowMs, dueMs);
      for (const work of runDeadlines(this.hub, this.now)) this.follow(work);
      await this.settle();
      if (earliestMs(this.hub) <= this.nowMs) this.nowMs += 1;
    }
    this.nowMs = Math.max(this.nowMs, endMs);
  }

  /** Heartbeats up to `untilMs`; what a machine said before them arrives before them. */
  async #beat(untilMs: number): Promise<void> {
    while (this.#beatAtMs <= untilMs) {
      this.nowMs = Math.max(this.nowMs, this.#beatAtMs);
      this.#beatAtMs += 1_000;
      for (const node of this.nodes) {
        if (node.silent) continue;
        node.status();
        while (node.pipe !== undefined && node.pipe.toHub.length > 0) this.hear(node.pipe);
      }
      await this.settle();
    }
  }

  connect(who: SimPlayer): void {
    this.disconnect(who);
    const pipe = new Pipe<PlayerToHub, HubToPlayer>();
    const link: PlayerLink = {
      player: who.player,
      address: '203.0.113.5',
      send: (message) => void (pipe.cut || pipe.fromHub.push(message)),
      refuse: ({ code }: Refusal, about = {}) => void (pipe.cut || pipe.fromHub.push({ t: 'refused', code, ...about })),
      close: () => this.disconnect(who),
    };
    who.pipe = pipe;
    who.link = link;
    who.plan = undefined;
    playerCame(this.hub, link, this.now);
  }

  disconnect(who: SimPlayer): void {
    const { link, pipe } = who;
    if (link === undefined || pipe === undefined) return;
    pipe.cut = true;
    who.pipe = undefined;
    who.link = undefined;
    this.follow(playerWent(this.hub, link, this.now));
  }

  /** A node joins, saying what it runs. */
  async join(node: SimNode): Promise<void> {
    this.drop(node);
    const pipe = new Pipe<NodeToHub, HubToNode>();
    const link: NodeLink = {
      address: '203.0.113.9',
      send: (message) => void (pipe.cut || pipe.fromHub.push(message)),
      refuse: () => {},
      close: () => this.drop(node),
    };
    node.pipe = pipe;
    node.link = link;
    const nonce = 'nonce-of-the-world';
    const hello: Extract<NodeToHub, { t: 'hello' }> = {
      t: 'hello',
      v: PROTOCOL_VERSION,
      node: node.node,
      signature: signDigest(textDigest(nodeHelloText(node.node, ORIGIN, nonce)), node.key),
      machine: MACHINE,
      slots: node.slots,
      games: [ARCADE],
      media: [],
      running: [...node.running].map(([session, { epoch, seq, goodMs, lease }]) => ({
        session,
        lease: lease as Extract<HubToNode, { t: 'start' }>['lease'],
        epoch,
        seq,
        servedMs: goodMs,
        goodMs,
        voucherSeq: 0,
      })),
      draining: node.draining,
    };
    this.follow(joinPool(this.hub, { link, nonce, viaProxy: false }, hello, this.now).then(() => node.status()));
    await this.settle();
  }

  drop(node: SimNode): void {
    const { link, pipe } = node;
    if (link === undefined || pipe === undefined) return;
    pipe.cut = true;
    node.pipe = undefined;
    node.link = undefined;
    nodeWent(this.hub, node.node, link, this.now);
  }

  /** The machine is switched off: its sessions are gone. */
  kill(node: SimNode): void {
    node.running.clear();
    node.peers.clear();
    node.wiping = 0;
    this.drop(node);
  }

  /** The hub is killed and starts anew on what its store kept. */
  async restart(): Promise<void> {
    for (const who of this.players) {
      if (who.pipe !== undefined) who.pipe.cut = true;
      who.pipe = undefined;
      who.link = undefined;
    }
    for (const node of this.nodes) {
      if (node.pipe !== undefined) node.pipe.cut = true;
      node.pipe = undefined;
      node.link = undefined;
    }
    await this.settle();
    const outage = this.outage;
    this.outage = false;
    this.hub = this.#newHub();
    await recoverSessions(this.hub, this.now);
    this.outage = outage;
  }

  /** One message reaches the hub. */
  hear(pipe: Pipe<PlayerToHub, HubToPlayer> | Pipe<NodeToHub, HubToNode>): void {
    const who = this.players.find((player) => player.pipe === pipe);
    const node = this.nodes.find((machine) => machine.pipe === pipe);
    const message = pipe.toHub.shift();
    if (message === undefined) return;
    if (who?.link !== undefined && message.t !== 'hello') {
      this.follow(playerActs(this.hub, who.link, message as Exclude<PlayerToHub, { t: 'hello' }>, this.now));
    }
    if (node?.link !== undefined && message.t !== 'hello') {
      this.follow(nodeActs(this.hub, node.node, node.link, message as Exclude<NodeToHub, { t: 'hello' }>, this.now));
    }
  }

  /** One message reaches a page or a machine, which does what an honest one does. */
  tell(pipe: Pipe<PlayerToHub, HubToPlayer> | Pipe<NodeToHub, HubToNode>): void {
    const message = pipe.fromHub.shift();
    if (message === undefined) return;
    const who = this.players.find((player) => player.pipe === pipe);
    const node = this.nodes.find((machine) => machine.pipe === pipe);
    if (who !== undefined) this.#tellPlayer(who, message as HubToPlayer);
    if (node !== undefined) this.#tellNode(node, message as HubToNode);
  }

  #tellPlayer(who: SimPlayer, message: HubToPlayer): void {
    if (message.t === 'plan') who.plan = message;
    if (message.t === 'peer') who.peers.add(message.peer);
    if (message.t === 'sdp') law(who.peers.has(message.peer), 'a page hears only of its own peer connections');
    if (message.t === 'started') {
      const { session, token, goodMs, peer, open } = message;
      if (who.game?.session !== session) who.started += 1;
      who.game = { session, token, seq: who.game?.session === session ? who.game.seq : 0, goodMs };
      who.peers.add(peer);
      const read = fromWire<Open>(openType, open);
      law(read.ok, 'an open is well formed');
      who.pipe?.toHub.push({
        t: 'open',
        session,
        signature: sign(openDigest(domain, read.value), who.consent.sessionKey),
      });
    }
    if (message.t === 'ended' && who.game?.session === message.session) who.game = undefined;
  }

  #tellNode(node: SimNode, message: HubToNode): void {
    if (message.t === 'start') {
      law(node.free > 0, 'a node is never given more sessions than it has slots');
      node.running.set(message.session, { epoch: message.epoch, seq: 0, goodMs: 0, lease: message.lease });
      node.peers.add(message.peer);
      node.say({ t: 'ready', session: message.session, codec: 'h264', encoder: 'x264', startMs: 1 });
      node.say({ t: 'sdp', peer: message.peer, kind: 'offer', sdp: 'v=0' });
    }
    if (message.t === 'probe.open' || message.t === 'attach') {
      node.peers.add(message.peer);
      node.say({ t: 'sdp', peer: message.peer, kind: 'offer', sdp: 'v=0' });
    }
    if (message.t === 'sdp') law(node.peers.has(message.peer), 'a node hears only of its own peer connections');
    if (message.t === 'end' && node.running.has(message.session)) this.finish(node, message.session, message.reason);
  }

  /** A session ends on its node: last word now, slot free when it is wiped. */
  finish(node: SimNode, session: SessionId, reason: Extract<NodeToHub, { t: 'ended' }>['reason']): void {
    const goodMs = node.running.get(session)?.goodMs ?? 0;
    node.running.delete(session);
    node.wiping += 1;
    node.say({ t: 'ended', session, reason, goodMs });
  }

  /** Laws that hold after every event. */
  check(): void {
    const { hub } = this;
    for (const record of hub.nodes.values()) {
      law(hub.seats.of(record.node).all <= record.slots, `at most ${record.slots} seats of a node are taken`);
    }
    for (const live of hub.sessions.values()) {
      law(hub.playing.get(live.player) === live.session, 'a player plays the session that is theirs');
      const { peer, link } = live;
      const route = peer === undefined ? undefined : hub.routes.find(peer);
      law(
        route === undefined || route.link === link || link === undefined,
        'a session’s signaling goes to the page that has it',
      );
    }
    law(hub.playing.size === hub.sessions.size, 'a player has one session');
    law(hub.due.sessions.size >= hub.sessions.size, 'every session has a deadline');
  }

  /** Sends a play with what was last planned. */
  play(who: SimPlayer, queue: boolean, continues: boolean): void {
    const { plan, consent, game } = who;
    if (plan === undefined) return;
    who.pipe?.toHub.push({
      t: 'play',
      re: this.key(),
      plan: plan.plan,
      path: 'auto',
      settings: { codecs: ['h264'] },
      measurements: plan.candidates.map(({ node }, i) => ({
        node,
        path: 'direct',
        rttMinMs: 5 + i,
        rttMedianMs: 6,
        jitterMs: 1,
        loss: 0,
      })),
      consent: toWire(consent),
      consentSignature: sign(consentDigest(domain, consent), consent.payer),
      queue,
      ...(continues && game !== undefined ? { continues: game.session } : {}),
    });
  }

  /** Both sides count a little more good time. */
  tick(who: SimPlayer, ms: number): void {
    const { game } = who;
    if (game === undefined) return;
    const node = this.nodes.find(({ running }) => running.has(game.session));
    const state = node?.running.get(game.session);
    if (node === undefined || state === undefined) return;
    game.goodMs += ms;
    game.seq += 1;
    state.goodMs = Math.max(state.goodMs, game.goodMs);
    state.seq += 1;
    const { session } = game;
    const counts = { framesSent: 1, bytesSent: 1, encodeMs: 1 };
    node.say({
      t: 'tick',
      session,
      epoch: state.epoch,
      seq: state.seq,
      goodMs: state.goodMs,
      badMs: noBadMs,
      ...counts,
    });
    who.pipe?.toHub.push({ t: 'tick', session, seq: game.seq, goodMs: game.goodMs, badMs: noBadMs });
  }

  /** Everything on its way arrives. */
  async deliverAll(): Promise<void> {
    for (let quiet = 0; quiet < 2; ) {
      const pipes = [...this.players, ...this.nodes].flatMap(({ pipe }) => pipe ?? []);
      const full = pipes.filter((pipe) => pipe.toHub.length + pipe.fromHub.length > 0);
      for (const pipe of full) {
        this.hear(pipe);
        this.tell(pipe);
      }
      await this.settle();
      quiet = full.length === 0 ? quiet + 1 : 0;
    }
  }
}

/** What a page sends to come back to its game. */
export function resumeMessage(re: IdempotencyKey, { game }: SimPlayer): PlayerToHub | undefined {
  return game && { t: 'resume', re, session: game.session, token: game.token };
}
