// src/agent/slot-session.ts - one player's time in this process: the game, the peers that carry it, its account and its
// end. It goes on while the hub is away. It has no timer of its own: `beat` is called a few times a second.
import type { Clock } from '../base/clock.ts';
import type { GameRun, SessionPeer } from '../media/ports.ts';
import type { Log } from '../observe/log.ts';
import type { PlayerToNode } from '../protocol/control-messages.ts';
import type { ErrorCode } from '../protocol/error-codes.ts';
import type { HubToNode, Running } from '../protocol/node-messages.ts';
import type { Codec, EndReason } from '../protocol/shapes.ts';
import type { Outside } from './advertise.ts';
import { withinMs } from './deadline.ts';
import type { HubSaves } from './hub-saves.ts';
import type { Journal } from './journal.ts';
import type { KeptSaves } from './kept-saves.ts';
import { expectPlayer, type Presence, type PresenceEvent, stepPresence } from './presence.ts';
import { SaveKeeper } from './save-keeper.ts';
import type { ServedFacts } from './served-time.ts';
import { type AccountDeps, SessionAccount } from './session-account.ts';
import { SessionPeers } from './session-peers.ts';
import { detailText, type EncoderWish, type SlotToAgent } from './slot-messages.ts';
import type { SlotParts, Stream } from './slot-ports.ts';
import { openIsSigned, type Terms } from './terms.ts';

/** The hub's `start`. */
export type Start = Extract<HubToNode, { t: 'start' }>;
/** What the process lends to its session. */
export type SessionDeps<Peer extends SessionPeer> = {
  readonly startGame: SlotParts<Peer>['startGame'];
  readonly openStream: SlotParts<Peer>['openStream'];
  readonly openPeer: (codecs: readonly Codec[]) => Peer;
  readonly outside: () => Outside;
  readonly clock: Clock;
  readonly journal: Pick<Journal, 'keep'>;
  readonly saves: Pick<KeptSaves, 'keep' | 'bring' | 'deliver'>;
  readonly hubSaves: Pick<HubSaves, 'get'>;
  readonly encoder: EncoderWish;
  /** 8 bits that no other session of this machine shows in its picture now. */
  readonly tag: number;
  /** Index of the slot, and the first moment that its records may cover. */
  readonly slot: number;
  readonly recordsFromMs: number;
  readonly send: (message: SlotToAgent) => void;
  readonly log: Log;
  /** Called once, when nothing of the session is left in this process and the last message is sent. */
  readonly onOver: () => void;
};

/** How long each step of an end may take: the end itself must come. */
const LAST_VOUCHER_MS = 1_000;
const LAST_RECORD_MS = 500;
const LAST_SAVE_MS = 6_000;
const STREAM_CLOSE_MS = 2_000;
const GAME_CLOSE_MS = 6_000;
const START_MS = 15_000;

/** One session. Made when its terms are checked; `begin` starts it. */
export class SlotSession<Peer extends SessionPeer> {
  readonly #start: Start;
  readonly #terms: Terms;
  readonly #deps: SessionDeps<Peer>;
  readonly #log: Log;
  readonly #beganMs: number;
  readonly #peers: SessionPeers<Peer>;
  readonly #account: SessionAccount;
  #presence: Presence;
  #run: GameRun | undefined;
  #stream: Stream<Peer> | undefined;
  #saves: SaveKeeper | undefined;
  #starting: Promise<void> = Promise.resolve();
  #opened = false;
  #saidReady = false;
  #handSeen = false;
  #ending: Promise<void> | undefined;

  constructor(start: Start, terms: Terms, deps: SessionDeps<Peer>) {
    const { clock, journal, send, outside } = deps;
    this.#start = start;
    this.#terms = terms;
    this.#deps = deps;
    this.#log = deps.log.child({ session: start.session });
    this.#beganMs = clock.monotonicMs();
    this.#presence = expectPlayer(this.#beganMs);
    const place = { slot: deps.slot, fromWallMs: Math.max(clock.wallMs(), deps.recordsFromMs) };
    const toPage: AccountDeps['toPage'] = (message) => this.#peers.current?.control(message) ?? false;
    this.#account = new SessionAccount({ start, terms, place, clock, journal, send, toPage, log: this.#log });
    this.#peers = new SessionPeers({
      open: deps.openPeer,
      outside,
      send,
      log: this.#log,
      onCurrent: (peer) => (this.#stream === undefined ? this.#serve() : this.#stream.attach(peer)),
      onPath: (path) => this.#present(path),
      onControl: (message) => this.#control(message),
      onHand: () => {
        this.#handSeen = true;
      },
    });
  }

  /** What the hub is told of it after a reconnect. */
  get running(): Running {
    return this.#account.running;
  }

  /** Offers the first peer and starts the game. */
  begin(): void {
    const { game, path, peer, settings } = this.#start;
    this.#log.info({ game, path }, 'session.starting');
    const offered = this.#peers.open(peer, settings.codecs);
    // The game's first picture keeps this process busy for a while; the page can look for its way meanwhile.
    const started = offered.then(() => this.#startGame());
    this.#starting = started.catch((cause: unknown) => {
      this.#log.error({ cause: String(cause) }, 'session.start-failed');
      this.#refuse('NODE_REFUSED', detailText(cause));
    });
  }

  async #startGame(): Promise<void> {
    if (this.#ending !== undefined) return;
    const { game, settings, session, save, saveToken } = this.#start;
    const { hubSaves, startGame, tag, saves, send } = this.#deps;
    // Without the save the game would start anew, and its next save would replace the one we failed to fetch.
    const bytes = save ? await hubSaves.get(session, saveToken) : undefined;
    if (this.#ending !== undefined) return;
    const run = await startGame({ game, settings, tag, ...(bytes === undefined ? {} : { save: bytes }) });
    this.#log.info({ game, savedBytes: bytes?.length ?? 0 }, 'game.started');
    this.#run = run;
    this.#saves = new SaveKeeper({ session, token: saveToken, run, saves, send, log: this.#log });
    run.onExit(({ crashed, detail }) => {
      this.#log.info({ crashed, detail }, 'game.exited');
      this.end(crashed ? 'game-crashed' : 'game-exited');
    });
    void this.#account.tick(undefined); // The journal's first entry: from here on a crash leaves something to tell.
    this.#serve();
  }

  /** A peer for a reloaded page. Where none can be made, the one there goes on. */
  #attach(id: Start['peer'], codecs: readonly Codec[]): void {
    this.#peers.open(id, codecs).catch((cause: unknown) => {
      this.#log.error({ peer: id, cause: String(cause) }, 'session.attach-failed');
      this.#deps.send({ t: 'refused', peer: id, code: 'NODE_REFUSED' });
    });
  }

  /** Pictures flow when there is a game, a peer and the player's signature: nothing is served on a mere promise. */
  #serve(): void {
    const [run, peer] = [this.#run, this.#peers.current];
    if (this.#stream !== undefined || this.#ending !== undefined) return;
    if (run === undefined || peer === undefined || !this.#opened) return;
    const { picture, kbpsMax } = this.#start.settings;
    this.#stream = this.#deps.openStream({
      run,
      peer,
      encoder: this.#deps.encoder,
      ...(kbpsMax === undefined ? {} : { kbpsMax }),
      ...(picture === undefined ? {} : { fps: Math.min(picture.fps, run.picture.fps) }),
    });
    this.#stream.onFault((detail) => {
      this.#log.error({ detail }, 'session.stream-fault');
      this.end('node-lost'); // Another node can do what this one no longer can.
    });
    this.#stream.onEncoder(({ name, codec }) => {
      if (this.#saidReady) return;
      this.#saidReady = true;
      const startMs = this.#deps.clock.monotonicMs() - this.#beganMs;
      this.#deps.send({ t: 'ready', session: this.#start.session, codec, encoder: name, startMs });
    });
  }

  /** Takes what the hub says about this session or one of its peers. Once it is ending, only vouchers count. */
  message(message: HubToNode): void {
    if (this.#ending !== undefined && message.t !== 'voucher' && message.t !== 'relayed') return;
    if (message.t === 'relayed') this.#account.relayed(message);
    else if (message.t === 'open') this.#open(message.signature);
    else if (message.t === 'attach') this.#attach(message.peer, message.codecs);
    else if (message.t === 'restart') this.#peers.restart();
    else if (message.t === 'awake') this.#present('input');
    else if (message.t === 'voucher') void this.#account.take(message);
    else if (message.t === 'end') this.end(message.reason);
    else if (message.t === 'candidate') void this.#peers.find(message.peer)?.candidate(message.candidate);
    else if (message.t === 'peer.close') this.#peers.find(message.peer)?.close();
    else if (message.t === 'sdp' && message.kind === 'answer') void this.#peers.find(message.peer)?.answer(message.sdp);
  }

  #open(signature: `0x${string}`): void {
    if (this.#opened) return;
    this.#opened = openIsSigned(this.#terms, signature);
    if (this.#opened) this.#serve();
    else this.#refuse('OPEN_BAD', 'the open is not signed by the session key');
  }

  #control(message: PlayerToNode): void {
    if (message.t === 'bye') this.#present('lost');
    if (message.t === 'record.signed') this.#account.recordSigned(message);
    if (message.t !== 'voucher') return; // The stream answers the rest.
    void this.#account.answer(message).then((answer) => this.#peers.current?.control(answer));
  }

  #present(event: PresenceEvent): void {
    const before = this.#presence;
    this.#presence = stepPresence(before, event, this.#deps.clock.monotonicMs());
    if (before.state !== this.#presence.state) this.#log.info({ presence: this.#presence.state }, 'session.presence');
    if (this.#presence.state === 'over') this.end(this.#presence.reason);
  }

  #facts(): ServedFacts {
    const { framesSent = 0, fps: fpsAsked = this.#start.promise.fps } = this.#stream?.counters ?? {};
    const connected = this.#presence.state === 'present';
    return { connected, serving: this.#opened && framesSent > 0, framesSent, fpsAsked };
  }

  /** Call about four times a second. */
  beat(): void {
    if (this.#ending !== undefined) return;
    if (this.#handSeen) this.#present('input');
    this.#handSeen = false;
    this.#present('deadline');
    this.#saves?.beat(this.#deps.clock.monotonicMs());
    const reason = this.#account.beat(this.#facts(), this.#stream?.counters);
    if (reason !== undefined) this.end(reason);
  }

  /** Ends a session that never served anything: no receipt, no save, only why not. */
  #refuse(code: ErrorCode, detail: string): void {
    if (this.#ending !== undefined) return;
    this.#deps.send({ t: 'refused', session: this.#start.session, code, detail });
    this.#ending = this.#leave().then(this.#deps.onOver);
  }

  /** Ends the session kindly: last voucher, save, final count, nothing left. Only the first reason counts. */
  end(reason: EndReason): void {
    this.#ending ??= this.#finish(reason);
  }

  async #finish(reason: EndReason): Promise<void> {
    this.#log.info({ reason }, 'session.ending');
    const heard = this.#peers.current?.control({ t: 'ending', reason }) ?? false;
    this.#account.close(this.#facts());
    await this.#within(STREAM_CLOSE_MS, this.#stream?.close());
    await Promise.all([
      heard ? this.#account.lastVoucher(LAST_VOUCHER_MS) : undefined,
      this.#within(LAST_SAVE_MS, this.#saves?.save()),
    ]);
    await this.#account.lastRecord(heard ? LAST_RECORD_MS : 0, this.#stream?.counters);
    const ended = await this.#account.end(reason, this.#stream?.counters);
    this.#deps.send(ended); // Before the wiping, which takes an X server a second: the player waits for the receipt.
    this.#log.info({ reason, goodMs: ended.goodMs, vouchedMs: ended.voucher?.servedMs ?? '0' }, 'session.ended');
    await this.#leave();
    this.#deps.onOver();
  }

  /** The agent is gone: leave at once, without a word. */
  async abandon(): Promise<void> {
    if (this.#ending !== undefined) return this.#ending;
    this.#ending = this.#leave();
    await this.#ending;
  }

  /** Wipes the game and lets go of the peers. */
  async #leave(): Promise<void> {
    await this.#within(START_MS, this.#starting); // A game that is just starting must be there to be closed.
    await this.#within(GAME_CLOSE_MS, this.#run?.close());
    this.#peers.closeAll();
  }

  /** One step of an end: late or failed, it is logged, the agent wipes after this process, and the end goes on. */
  async #within(limitMs: number, work: Promise<unknown> | undefined): Promise<void> {
    try {
      if (!(await withinMs(limitMs, work))) this.#log.warn({ limitMs }, 'session.end-step-late');
    } catch (cause) {
      this.#log.error({ cause: String(cause) }, 'session.end-step-failed');
    }
  }
}
