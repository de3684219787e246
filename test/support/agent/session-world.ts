// test/support/agent/session-world.ts - a session in this process, with time that the test moves: a game, a peer and a
// stream without flesh, a journal in memory.
import type { Entry } from '../../../src/agent/journal.ts';
import type { SlotToAgent } from '../../../src/agent/slot-messages.ts';
import { SlotSession } from '../../../src/agent/slot-session.ts';
import { readTerms } from '../../../src/agent/terms.ts';
import type { GameRun, SessionPeer } from '../../../src/media/ports.ts';
import { silentLog } from '../../../src/observe/log.ts';
import type { NodeToPlayer, PlayerToNode } from '../../../src/protocol/control-messages.ts';
import type { KeyFrame, MotionFrame } from '../../../src/protocol/input-frames.ts';
import type { Address } from '../../../src/protocol/typed-data.ts';
import { domain, Player } from './player.ts';

type PeerState = Parameters<Parameters<SessionPeer['onState']>[0]>[0];

/** The page's end of one peer, in memory. */
export class MemoryPeer implements SessionPeer {
  codec = 'h264' as const;
  readonly told: NodeToPlayer[] = [];
  closed = false;
  #state: ((state: PeerState) => void)[] = [];
  #keys: ((frame: KeyFrame) => void)[] = [];
  #motions: ((frame: MotionFrame) => void)[] = [];
  #controls: ((message: PlayerToNode) => void)[] = [];

  offer = (): Promise<string> => Promise.resolve('v=0\r\n');
  answer = (): Promise<void> => Promise.resolve();
  addCandidate = (): Promise<void> => Promise.resolve();
  onCandidate(): void {}
  onState = (listener: (state: PeerState) => void) => this.#state.push(listener);
  onKey = (listener: (frame: KeyFrame) => void) => this.#keys.push(listener);
  onMotion = (listener: (frame: MotionFrame) => void) => this.#motions.push(listener);
  onControl = (listener: (message: PlayerToNode) => void) => this.#controls.push(listener);
  control = (message: NodeToPlayer): boolean => {
    this.told.push(message);
    return !this.closed;
  };
  close = (): Promise<void> => {
    this.closed = true;
    return Promise.resolve();
  };

  become(state: PeerState): void {
    for (const listener of this.#state) listener(state);
  }
  key(event: KeyFrame['event']): void {
    for (const listener of this.#keys) listener({ seq: 1, event });
  }
  motion(frame: MotionFrame): void {
    for (const listener of this.#motions) listener(frame);
  }
  say(message: PlayerToNode): void {
    for (const listener of this.#controls) listener(message);
  }
}

const TURN_MS = 250;
const FPS = 30;
const PAY_MS = 5_000;

/** One session and everything around it. */
export class SessionWorld {
  readonly player: Player;
  readonly session: SlotSession<MemoryPeer>;
  readonly said: SlotToAgent[] = [];
  readonly written: Entry[] = [];
  readonly peers: MemoryPeer[] = [];
  readonly saves: string[] = [];
  readonly counters = { framesSent: 0, framesEncoded: 0, encodeMs: 0, bytesSent: 0, fps: FPS };
  nowMs = 1_000;
  wallMs = Date.now();
  /** Share of the promised pictures that really go out. */
  sending = 1;
  over = false;
  closedGames = 0;
  save = '';
  #worthy = (): void => {};
  #frames = 0;
  #paidMs = 0;
  readonly #left = Promise.withResolvers<void>();

  constructor(change: ConstructorParameters<typeof Player>[1] = {}) {
    const node = `0x${'ab'.repeat(20)}` as Address;
    this.player = new Player(node, change);
    const start = this.player.start();
    const terms = readTerms(start, { domain, node, wallMs: this.wallMs });
    if (!terms.ok) throw new Error(terms.error.code);
    this.session = new SlotSession(start, terms.value, {
      startGame: () => Promise.resolve(this.#game()),
      openStream: () => this.#stream() as never,
      openPeer: () => {
        const peer = new MemoryPeer();
        this.peers.push(peer);
        return peer;
      },
      outside: () => ({ forwards: [], only: false }),
      clock: { monotonicMs: () => this.nowMs, wallMs: () => this.wallMs },
      journal: {
        keep: (entry) => {
          this.written.push(entry);
          return Promise.resolve();
        },
      },
      saves: {
        keep: ({ bytes }) => {
          this.saves.push(Buffer.from(bytes).toString());
          return Promise.resolve();
        },
        bring: () => Promise.resolve('stored' as const),
        deliver: () => Promise.resolve('stored' as const),
      },
      hubSaves: { get: () => Promise.resolve(undefined) },
      encoder: 'auto',
      slot: 0,
      recordsFromMs: 0,
      tag: 0,
      send: (message) => this.said.push(message),
      log: silentLog,
      onOver: () => {
        this.over = true;
        this.#left.resolve();
      },
    });
  }

  #game(): GameRun {
    return {
      onExit: () => {},
      onSaveWorthy: (listener: () => void) => {
        this.#worthy = listener;
      },
      packSave: () => Promise.resolve(this.save === '' ? undefined : Buffer.from(this.save)),
      close: () => {
        this.closedGames++;
        return Promise.resolve();
      },
    } as unknown as GameRun;
  }

  #stream() {
    return {
      counters: this.counters,
      onEncoder: (listener: (encoder: { name: string; codec: 'h264' }) => void) =>
        listener({ name: 'none', codec: 'h264' }),
      onFault: () => {},
      attach: () => {},
      close: () => Promise.resolve(),
    };
  }

  /** The peer that the page answers now. */
  get peer(): MemoryPeer {
    const peer = this.peers.at(-1);
    if (peer === undefined) throw new Error('the session has no peer yet');
    return peer;
  }

  /** Begins, signs and connects. */
  async play(): Promise<void> {
    this.session.begin();
    this.session.message(this.player.signedOpen());
    await this.settle();
    this.peer.become('connected');
  }

  /** Lets promises that are due run. */
  async settle(): Promise<void> {
    for (let i = 0; i < 30; i++) await Promise.resolve();
  }

  /** Moves time on, a quarter of a second at a time, with pictures as they would go out. */
  async pass(ms: number, { paying = false } = {}): Promise<void> {
    for (let left = ms; left > 0 && !this.over; left -= TURN_MS) {
      this.nowMs += TURN_MS;
      this.wallMs += TURN_MS;
      this.#frames += (this.sending * FPS * TURN_MS) / 1_000;
      this.counters.framesSent = Math.floor(this.#frames);
      this.session.beat();
      if (paying) this.#pay();
      await this.settle();
    }
  }

  #pay(): void {
    const { goodMs } = this.session.running;
    if (goodMs < this.#paidMs + PAY_MS) return;
    this.#paidMs = goodMs;
    this.peer.say(this.player.voucher(goodMs));
  }

  /** The game has something worth saving. */
  worthy(save: string): void {
    this.save = save;
    this.#worthy();
  }

  /** How it ended, as the hub is told. */
  async end(): Promise<Extract<SlotToAgent, { t: 'ended' }> | undefined> {
    await this.#left.promise;
    return this.said.find((message) => message.t === 'ended');
  }
}
