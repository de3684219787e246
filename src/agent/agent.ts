// src/agent/agent.ts - the rendering node as a whole: one link to the hub, one pool of slots, and what passes between
// them. It decides nothing about a session's money or picture; that lives in the slot and goes on without the hub.
import type { Clock } from '../base/clock.ts';
import { newId, type SessionId } from '../base/ids.ts';
import type { Random } from '../base/random.ts';
import type { Log } from '../observe/log.ts';
import type { ErrorCode } from '../protocol/error-codes.ts';
import { bounds } from '../protocol/limits.ts';
import type { HubToNode, Machine, MediaAddress, NodeToHub } from '../protocol/node-messages.ts';
import type { EndReason, Game } from '../protocol/shapes.ts';
import type { SigningDomain } from '../protocol/typed-data.ts';
import { ChainSigner } from './chain-signer.ts';
import { type ChainWatch, watchChain } from './chain-watch.ts';
import type { Claims } from './claims.ts';
import { HubLink } from './hub-link.ts';
import { LastWords, type LastWordsDeps } from './last-words.ts';
import type { OwnChain } from './lease-watch.ts';
import type { MachineKey } from './machine-key.ts';
import { cpuTimes, loadBetween } from './machine-report.ts';
import { Outbox } from './outbox.ts';
import { finalRefusal } from './reconnect.ts';
import { RecordKeeper } from './record-keeper.ts';
import type { SelfBench } from './self-bench.ts';
import type { SlotToAgent } from './slot-messages.ts';
import type { SlotPool } from './slot-pool.ts';
import type { SlotProcess } from './slot-process.ts';
import { readDomain } from './terms.ts';

type Welcome = Extract<HubToNode, { t: 'welcome' }>;
/** What an agent is made of. */
export type AgentParts = {
  readonly hub: string;
  readonly token: string | undefined;
  readonly key: MachineKey;
  readonly machine: Machine;
  readonly games: readonly Game[];
  /** Most sessions that it will ever have at once. */
  readonly slots: number;
  /** Asked for at each hello: addresses come and go. */
  readonly media: () => MediaAddress[];
  readonly pool: SlotPool;
  readonly lastWords: LastWordsDeps;
  /** Folder of the sessions' records. */
  readonly records: string;
  /** What the operator can settle alone. */
  readonly claims: Claims;
  /** The chain as the operator reaches it; absent: what the hub says of a lease is believed. */
  readonly ownChain?: OwnChain;
  /** What was logged about a session, the newest that fit into a message. */
  readonly logOf: (session: SessionId) => string[];
  /** What the machine measured of itself, and the hand that stops it when somebody comes. */
  readonly bench: Pick<SelfBench, 'bench' | 'beat' | 'stop'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** The hub took this machine for the first time. */
  readonly onJoined: (domain: SigningDomain) => void;
  /** It does not answer now, and why. */
  readonly onAway: (trouble: string) => void;
  /** It never will: one sentence for the operator. */
  readonly onRefused: (sentence: string) => void;
  /** It keeps this machine, and gives it nobody: a sentence for the operator. */
  readonly onTold: (sentence: string) => void;
  /** A drain that the hub asked for is done: the machine has left. */
  readonly onDrained: () => void;
};

const BEAT_MS = 1_000;
/** Changes within this go out as one status. */
const STATUS_PAUSE_MS = 50;
const ADDRESS_CHECK_BEATS = 10;
/** An end takes a slot some seconds (slot-session.ts); after this it is cut. */
const END_LIMIT_MS = 12_000;

/** Runs until `stop`, or until the hub drains it. */
export class Agent {
  readonly #parts: AgentParts;
  /** Of this run: how the hub tells two machines with one key apart. */
  readonly #boot: string;
  readonly #link: HubLink;
  readonly #outbox: Outbox;
  readonly #lastWords: LastWords;
  readonly #records: RecordKeeper;
  readonly #chain: ChainSigner;
  readonly #chainWatch: ChainWatch | undefined;
  readonly #beat: NodeJS.Timeout;
  /** Sessions that said their own last word. */
  readonly #finished = new Map<SessionId, 'ended' | 'refused'>();
  #domain: Welcome['domain'] | undefined;
  #status: NodeJS.Timeout | undefined;
  #cpu = cpuTimes();
  #load = 0;
  #beats = 0;
  #media: string;
  /** The deadline for which the hub has said a span. */
  #spanTold: number | undefined;
  #drain: { readonly untilMs: number; readonly done: PromiseWithResolvers<void>; asked: boolean } | undefined;

  constructor(parts: AgentParts) {
    this.#parts = parts;
    this.#boot = newId<string>('b', parts.random);
    this.#outbox = new Outbox(parts.slots);
    this.#lastWords = new LastWords(parts.lastWords, (ended) => this.#link.send(ended));
    const { key, claims, lastWords, log } = parts;
    this.#records = new RecordKeeper({
      folder: parts.records,
      sign: (digest) => key.signRecord(digest),
      send: (message) => this.#link.send(message),
      log,
    });
    this.#chain = new ChainSigner({
      key,
      claims,
      journal: lastWords.journal,
      send: (said) => this.#link.send(said),
      log,
    });
    const { ownChain: chain, clock, pool } = parts;
    if (chain !== undefined) {
      this.#chainWatch = watchChain({
        ...{ chain, claims, journal: lastWords.journal, key, clock, log },
        end: (session, reason) => this.#endSlot(pool.bySession(session), reason),
        isServed: (session) => pool.bySession(session) !== undefined,
      });
    }
    this.#media = JSON.stringify(parts.media());
    this.#link = new HubLink({
      ...{ hub: parts.hub, key: parts.key, random: parts.random, log: parts.log },
      hello: () => this.#hello(),
      onWelcome: ({ domain }) => this.#welcome(domain),
      onMessage: (message) => this.#fromHub(message),
      onAway: parts.onAway,
      onRefused: parts.onRefused,
    });
    this.#beat = setInterval(() => this.#turn(), BEAT_MS);
  }

  #hello() {
    const { token, machine, games, pool, media, clock } = this.#parts;
    const { bench } = this.#parts.bench;
    return {
      ...(token === undefined ? {} : { token }),
      boot: this.#boot,
      atMs: Math.max(0, Math.floor(clock.wallMs())),
      ...{ machine, slots: pool.most, games: [...games], media: media(), running: pool.running },
      ...this.#leaving(),
      ...(bench === undefined ? {} : { bench }),
    };
  }

  /** Says hello anew: there is a new bench. Sessions go on. */
  helloAgain(): void {
    this.#link.renew();
  }

  /** A refusal of something we sent or of this machine, or a second welcome. */
  #toldOff(message: HubToNode): void {
    const { log, onTold } = this.#parts;
    const code = message.t === 'refused' ? message.code : undefined;
    log.warn({ t: message.t, code }, 'hub.said');
    const sentence = code === undefined ? undefined : finalRefusal(code);
    if (sentence !== undefined) onTold(sentence);
  }

  /** Lets the bench go on, or stops it when somebody has come. */
  #beatBench(): void {
    const { serving, probes } = this.#parts.pool;
    const quiet = this.#link.joined && this.#drain === undefined && serving.length === 0 && probes === 0;
    this.#parts.bench.beat({ quiet, load: this.#load }, this.#parts.clock.monotonicMs());
  }

  #welcome(domain: Welcome['domain']): void {
    if (this.#domain === undefined) this.#parts.onJoined(readDomain(domain));
    this.#domain = domain;
    this.#tellStatus();
    for (const message of this.#outbox.takeAll()) this.#link.send(message);
    this.#records.tellAll(); // Before the ends: a record is a witness of a session that runs.
    void this.#lastWords.tellAll((session) => this.#parts.pool.bySession(session) !== undefined);
  }

  #refuse(code: ErrorCode, of: Pick<Extract<NodeToHub, { t: 'refused' }>, 'session' | 'peer'>): void {
    this.#link.send({ t: 'refused', code, ...of });
  }

  #fromHub(message: HubToNode): void {
    const { pool } = this.#parts;
    switch (message.t) {
      case 'probe.open':
        this.#probe(message);
        break;
      case 'start':
        this.#start(message);
        break;
      case 'attach':
        if (!pool.attach(message)) this.#refuse('SESSION_UNKNOWN', { session: message.session });
        break;
      case 'sdp':
      case 'candidate':
      case 'peer.close':
        pool.byPeer(message.peer)?.send(message);
        break;
      case 'open':
      case 'awake':
      case 'restart':
      case 'voucher':
      case 'relayed':
      case 'end':
        this.#toSession(message);
        break;
      case 'drain':
        this.#drainBy(message);
        break;
      case 'record.kept':
        this.#records.kept(message.session, message.seq);
        break;
      case 'ended.kept':
        if (!this.#lastWords.has(message.session)) break; // Of a session that runs, nothing is forgotten.
        void this.#chain.ended(message.session).then(() => this.#lastWords.kept(message.session));
        break;
      case 'close.ask':
        if (pool.bySession(message.session) === undefined) void this.#chain.close(message);
        break;
      case 'log.ask':
        this.#link.send({ t: 'log', session: message.session, lines: this.#parts.logOf(message.session) });
        break;
      case 'bind.ask':
        if (this.#domain !== undefined) void this.#chain.bind(message, readDomain(this.#domain));
        break;
      default:
        this.#toldOff(message);
    }
    this.#beatBench();
    this.#tellStatusSoon();
  }

  #probe(message: Extract<HubToNode, { t: 'probe.open' }>): void {
    const { peer } = message;
    const { pool } = this.#parts;
    if (this.#drain !== undefined) this.#refuse('NODE_DRAINING', { peer });
    else if (pool.free === 0) this.#refuse('NODES_BUSY', { peer });
    else if (!pool.probe(message)) this.#refuse('PROBES_FULL', { peer });
  }

  #start(start: Extract<HubToNode, { t: 'start' }>): void {
    const { session } = start;
    const domain = this.#domain;
    if (this.#parts.pool.bySession(session) !== undefined) return; // A repeat: what its slot has checked stands.
    if (this.#drain !== undefined) this.#refuse('NODE_DRAINING', { session });
    else if (
      domain === undefined ||
      !this.#parts.pool.start({ t: 'start', start, domain, recordsFromMs: this.#records.untilMs })
    ) {
      this.#refuse('NODES_BUSY', { session });
    } else this.#chain.starts(start, readDomain(domain));
  }

  #toSession(message: Extract<HubToNode, { t: 'open' | 'awake' | 'restart' | 'voucher' | 'relayed' | 'end' }>): void {
    const slot = this.#parts.pool.bySession(message.session);
    if (message.t === 'open') void this.#opened(message);
    if (slot !== undefined) slot.send(message);
    else if (!this.#lastWords.has(message.session)) this.#refuse('SESSION_UNKNOWN', { session: message.session });
  }

  /** Keeps what the player signed. A session of a name that was served before ends: it would take the earlier one's claim. */
  async #opened({ session, signature }: Extract<HubToNode, { t: 'open' }>): Promise<void> {
    const claim = await this.#chain.opened(session, signature);
    const slot = this.#parts.pool.bySession(session);
    if (claim === undefined || slot === undefined) return;
    if (claim === 'named-before') this.#endSlot(slot, 'node-refused');
    else this.#chainWatch?.opened(claim);
  }

  /** Takes what a slot says; the pool calls it. */
  fromSlot(message: SlotToAgent): void {
    if (message.t === 'beat') return;
    if (message.t === 'warm' || message.t === 'failed') {
      this.#tellStatusSoon();
      return;
    }
    if (message.t === 'record') {
      const slot = this.#parts.pool.bySession(message.session);
      const lease = slot?.running?.lease;
      if (slot === undefined || lease === undefined || this.#domain === undefined) return;
      void this.#records.take(message, { slot: slot.index, lease, domain: readDomain(this.#domain) });
      return;
    }
    if (message.t === 'refused' && message.session !== undefined) this.#finished.set(message.session, 'refused');
    if (message.t === 'ended') {
      this.#finished.set(message.session, 'ended');
      this.#outbox.forget(message.session);
      this.#lastWords.tell(message);
    } else if (!this.#link.send(message)) this.#outbox.keep(message);
    this.#tellStatusSoon();
  }

  /** A slot's process is gone; the pool calls it. A session that did not say why is lost with it. */
  slotGone({ session }: SlotProcess): void {
    if (session !== undefined) {
      const last = this.#finished.get(session);
      this.#finished.delete(session);
      this.#outbox.forget(session);
      if (last === undefined) void this.#lastWords.lost(session);
      if (last === 'refused') void this.#lastWords.kept(session); // It never was: nothing is left to tell.
      this.#chainWatch?.over(session);
    }
    this.#tellStatusSoon();
    this.#drainStep();
  }

  #tellStatusSoon(): void {
    this.#status ??= setTimeout(() => this.#tellStatus(), STATUS_PAUSE_MS);
  }

  #tellStatus(): void {
    clearTimeout(this.#status);
    this.#status = undefined;
    const { free: freeSlots, probes } = this.#parts.pool;
    this.#link.send({ t: 'status', freeSlots, probes, ...this.#leaving(), load: this.#load });
  }

  #turn(): void {
    const now = cpuTimes();
    this.#load = loadBetween(this.#cpu, now);
    this.#cpu = now;
    this.#parts.pool.beat(this.#parts.clock.monotonicMs());
    this.#drainStep();
    this.#chainWatch?.beat();
    this.#beatBench();
    this.#tellStatus();
    this.#beats = (this.#beats + 1) % ADDRESS_CHECK_BEATS;
    if (this.#beats !== 0) return;
    const media = JSON.stringify(this.#parts.media());
    if (media === this.#media) return;
    this.#media = media;
    this.#parts.pool.renewNet();
    this.#link.renew();
  }

  /** The hub's word. Our clock may be wrong, so the span counts; the deadline alone is the same word for older agents. */
  #drainBy({ deadlineMs, leavesInMs }: Extract<HubToNode, { t: 'drain' }>): void {
    if (leavesInMs === undefined && this.#spanTold === deadlineMs) return;
    if (leavesInMs !== undefined) this.#spanTold = deadlineMs;
    void this.drain(leavesInMs ?? deadlineMs - this.#parts.clock.wallMs()).then(this.#parts.onDrained);
  }

  /** Takes no more sessions; resolves when the last one has ended. Those that run after `graceMs` are ended kindly. */
  drain(graceMs: number): Promise<void> {
    const untilMs = this.#parts.clock.monotonicMs() + Math.max(0, graceMs);
    const sooner = this.#drain === undefined || untilMs < this.#drain.untilMs;
    if (sooner) {
      this.#drain = { untilMs, done: this.#drain?.done ?? Promise.withResolvers<void>(), asked: false };
      this.#parts.log.info({ graceMs, sessions: this.#parts.pool.serving.length }, 'node.draining');
      this.#tellStatusSoon();
      this.#drainStep();
    }
    return this.#drain?.done.promise ?? Promise.resolve();
  }

  /** Whether it drains, and for how long at most. */
  #leaving(): Pick<Extract<NodeToHub, { t: 'status' }>, 'draining' | 'leavesInMs'> {
    if (this.#drain === undefined) return { draining: false };
    const leftMs = Math.ceil(this.#drain.untilMs - this.#parts.clock.monotonicMs());
    return { draining: true, leavesInMs: Math.min(Math.max(0, leftMs), bounds.drainMs) };
  }

  #drainStep(): void {
    const drain = this.#drain;
    if (drain === undefined) return;
    const { serving } = this.#parts.pool;
    const nowMs = this.#parts.clock.monotonicMs();
    if (serving.length === 0) drain.done.resolve();
    else if (nowMs >= drain.untilMs + END_LIMIT_MS) for (const slot of serving) slot.kill();
    else if (nowMs >= drain.untilMs && !drain.asked) {
      drain.asked = true;
      for (const slot of serving) this.#endSlot(slot, 'node-drained');
    }
  }

  #endSlot(slot: SlotProcess | undefined, reason: EndReason): void {
    if (slot?.session !== undefined) slot.send({ t: 'end', session: slot.session, reason });
  }

  /** Ends everything: sessions have `graceMs` to finish by themselves. Nothing of the node is left when it resolves. */
  async stop(graceMs: number): Promise<void> {
    await this.drain(graceMs);
    if (this.#link.joined) await this.#lastWords.allKept();
    clearInterval(this.#beat);
    this.#tellStatus(); // That it drains: one that was idle has not said so yet, and would seem to be lost.
    this.#parts.bench.stop();
    await this.#link.close();
    await this.#parts.pool.close();
    await this.#records.written();
  }
}
