// test/support/hub/fake-node.ts - a scripted rendering machine: joins, beats, answers starts. It draws nothing.
import { createHash } from 'node:crypto';
import type { GameId, NodeId } from '../../../src/base/ids.ts';
import { messageCodec } from '../../../src/protocol/codec.ts';
import {
  type HubToNode,
  hubToNode,
  type Machine,
  type NodeToHub,
  nodeHelloText,
} from '../../../src/protocol/node-messages.ts';
import type { Game } from '../../../src/protocol/shapes.ts';
import { addressOf, signDigest, textDigest } from '../../../src/protocol/typed-data.ts';
import { PROTOCOL_VERSION } from '../../../src/protocol/version.ts';
import { Talker, within } from './talker.ts';

const codec = messageCodec<HubToNode, NodeToHub>(hubToNode);
type Hello = Extract<NodeToHub, { t: 'hello' }>;

const words = (text: string) => ({ 'zh-Hant': text, 'zh-Hans': text, en: text });
/** The game that fake nodes have. */
export const ARCADE: Game = {
  id: 'arcade' as GameId,
  title: words('Arcade'),
  summary: words('A game'),
  picture: { width: 1280, height: 720, fps: 30 },
  input: { keyboard: true, mouse: 'relative', gamepad: true, touch: true },
  saves: true,
};

/** A machine that fake nodes are. */
export const MACHINE: Machine = {
  name: 'Taipei-1',
  region: 'tw',
  agentVersion: '0.1.0',
  os: 'Linux',
  cpu: 'test',
  cores: 8,
  memoryMb: 16_000,
  gpus: [],
  gpuClass: 'cpu',
  encoders: [],
  virtualPads: false,
};

/** How a fake node differs from the ordinary one. */
export type NodeWish = {
  readonly name?: string;
  readonly region?: string;
  readonly token?: string;
  readonly slots?: number;
  readonly load?: number;
  readonly hello?: Partial<Hello>;
  /** Answer `start` with `ready` at once, and `end` with `ended`. Default true. */
  readonly obliging?: boolean;
  /** Send a heartbeat each 500 ms. Default true. */
  readonly beating?: boolean;
  /** Send a heartbeat as soon as it is welcome. Default true. */
  readonly firstBeat?: boolean;
  /** Origin that the signature names, when it is not the one connected to. */
  readonly signedOrigin?: string;
  readonly headers?: Record<string, string>;
};

/** The machine key of a name. */
export function keyOf(name: string): Uint8Array {
  return createHash('sha256').update(`node ${name}`).digest();
}

const NO_BAD = {
  'no-frame-yet': 0,
  'few-sent': 0,
  'few-decoded': 0,
  gap: 0,
  rtt: 0,
  'input-unanswered': 0,
  disconnected: 0,
};

/** One fake node. */
export class FakeNode {
  readonly node: NodeId;
  readonly talk: Talker<HubToNode, NodeToHub>;
  readonly #wish: NodeWish;
  readonly #origin: string;
  readonly #key: Uint8Array;
  /** Sessions it serves, by id: epoch, ticks sent, good time. */
  readonly running = new Map<string, { epoch: number; seq: number; goodMs: number; lease: string }>();
  #beat: NodeJS.Timeout | undefined;
  #joined = false;

  constructor(origin: string, wish: NodeWish = {}, running?: FakeNode['running']) {
    this.#wish = wish;
    this.#origin = origin;
    this.#key = keyOf(wish.name ?? MACHINE.name);
    this.node = addressOf(this.#key) as string as NodeId;
    for (const [session, state] of running ?? []) this.running.set(session, state);
    const decode = (bytes: Uint8Array): HubToNode => {
      const message = codec.decode(bytes);
      if (!message.ok) throw new Error(`the hub sent what is no message: ${JSON.stringify(message.error)}`);
      return message.value;
    };
    const { headers } = wish;
    this.talk = new Talker(
      `${origin.replace('http', 'ws')}/ws/node`,
      headers === undefined ? {} : { headers },
      { decode, encode: codec.encode },
      (message) => this.#oblige(message),
    );
    this.talk.ws.once('close', () => clearInterval(this.#beat));
  }

  /** Slots that are free by the node's own count. */
  get freeSlots(): number {
    return (this.#wish.slots ?? 1) - this.running.size;
  }

  #hello(nonce: string): void {
    const { signedOrigin = this.#origin, name = MACHINE.name, region = MACHINE.region, token, slots = 1 } = this.#wish;
    const text = nodeHelloText(this.node, signedOrigin, nonce);
    this.talk.send({
      t: 'hello',
      v: PROTOCOL_VERSION,
      node: this.node,
      signature: signDigest(textDigest(text), this.#key),
      ...(token === undefined ? {} : { token }),
      machine: { ...MACHINE, name, region },
      slots,
      games: [ARCADE],
      media: [{ address: '127.0.0.1', portFirst: 24_500, portLast: 24_600 }],
      running: [...this.running].map(([session, { epoch, seq, goodMs, lease }]) => ({
        session: session as Extract<NodeToHub, { t: 'tick' }>['session'],
        lease: lease as Extract<HubToNode, { t: 'start' }>['lease'],
        epoch,
        seq,
        servedMs: goodMs,
        goodMs,
        voucherSeq: 0,
      })),
      draining: false,
      ...this.#wish.hello,
    });
  }

  #oblige(message: HubToNode): void {
    if (message.t === 'challenge') this.#hello(message.nonce);
    if (message.t === 'welcome') {
      this.#joined = true;
      if (this.#wish.beating !== false) this.#beat = setInterval(() => this.status(), 500);
      if (this.#wish.firstBeat !== false) this.status();
    }
    if (this.#wish.obliging === false) return;
    if (message.t === 'start') {
      const { session, epoch, lease } = message;
      this.running.set(session, { epoch, seq: 0, goodMs: 0, lease });
      this.talk.send({ t: 'ready', session, codec: 'h264', encoder: 'x264', startMs: 10 });
      this.status();
    }
    if (message.t === 'end') this.end(message.session, message.reason);
  }

  /** Sends a heartbeat. */
  status(change: Partial<Extract<NodeToHub, { t: 'status' }>> = {}): void {
    if (this.talk.ws.readyState !== this.talk.ws.OPEN) return;
    const { load = 0.1 } = this.#wish;
    this.talk.send({ t: 'status', freeSlots: this.freeSlots, probes: 0, draining: false, load, ...change });
  }

  /** Says that a session served so much good time since its start. */
  tick(session: string, goodMs: number): void {
    const state = this.running.get(session);
    if (state === undefined) throw new Error('the node does not run this session');
    state.seq += 1;
    state.goodMs = goodMs;
    this.talk.send({
      t: 'tick',
      session: session as Extract<NodeToHub, { t: 'tick' }>['session'],
      epoch: state.epoch,
      seq: state.seq,
      goodMs,
      badMs: NO_BAD,
      framesSent: Math.round(goodMs / 33),
      bytesSent: goodMs * 500,
      encodeMs: 3,
    });
  }

  /** Ends a session from the node's side. */
  end(session: string, reason: Extract<NodeToHub, { t: 'ended' }>['reason']): void {
    const state = this.running.get(session);
    this.running.delete(session);
    this.talk.send({
      t: 'ended',
      session: session as Extract<NodeToHub, { t: 'ended' }>['session'],
      reason,
      goodMs: state?.goodMs ?? 0,
    });
    this.status();
  }

  /** Resolves when the hub has welcomed it and knows its first heartbeat. */
  async joined(): Promise<this> {
    if (!this.#joined) await this.talk.next('welcome');
    await this.read();
    return this;
  }

  /** Resolves when the hub has read everything said so far: a pong comes in order. */
  async read(): Promise<void> {
    const heard = new Promise((resolve) => this.talk.ws.once('pong', resolve));
    this.talk.ws.ping();
    await within(heard, () => 'the pong of the hub');
  }

  stop(): void {
    clearInterval(this.#beat);
    this.talk.close();
  }

  /** Dies as a killed process does. */
  die(): void {
    clearInterval(this.#beat);
    this.talk.cut();
  }
}

/** No bad time at all. */
export const noBadMs = NO_BAD;
