// src/server/ws/socket.ts - one WebSocket as a `Link`: rate and size before decoding, one codec, a bound on what waits to be
// sent. It knows no conversation: play, node and relay sockets hand it theirs.
import type { RawData, WebSocket } from 'ws';
import type { Link } from '../../app/ports.ts';
import type { Clock } from '../../base/clock.ts';
import type { IdempotencyKey, SessionId } from '../../base/ids.ts';
import { cutAddress } from '../../observe/log.ts';
import type { MessageCodec } from '../../protocol/codec.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import { bounds } from '../../protocol/limits.ts';
import { type Door, GREETING_MS, maySay, newDoor, stepDoor } from '../../signaling/door.ts';
import { type BucketRate, takeToken } from '../../signaling/token-bucket.ts';
import type { LogGate } from './log-gate.ts';

/** What a refusal is about. */
export type About = { readonly re?: IdempotencyKey; readonly session?: SessionId };

/** One kind of socket: who speaks how, and what happens. */
export type Conversation<In, Out> = {
  readonly kind: 'play' | 'node' | 'relay';
  readonly codec: MessageCodec<In, Out>;
  readonly rate: BucketRate;
  /** A refusal in this conversation's words. */
  readonly refused: (refused: Refusal, about: About) => Out;
  /** A message that is exactly of its type; the first ones come before `greeted`. */
  readonly onMessage: (socket: Socket<In, Out>, message: In) => void;
  readonly onClose: (socket: Socket<In, Out>) => void;
};

/** What all sockets share. */
export type SocketParts = {
  readonly clock: Clock;
  readonly gate: LogGate;
  readonly onMessage: (kind: 'play' | 'node' | 'relay') => void;
  readonly onRefusal: (code: Refusal['code']) => void;
};

/** Close codes of RFC 6455 section 7.4.1. */
const POLICY = 1008;
const NORMAL = 1000;
/** How long a flooder may take to read why it was cut. */
const LAST_WORDS_MS = 500;

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

/** One peer's socket. */
export class Socket<In, Out> implements Link<Out> {
  readonly address: string;
  /** Answered the last ping; read and cleared by the heartbeat. */
  alive = true;
  #cut = false;
  readonly #ws: WebSocket;
  readonly #parts: SocketParts;
  readonly #conversation: Conversation<In, Out>;
  readonly #door: Door;
  readonly #greeting: NodeJS.Timeout;

  constructor(ws: WebSocket, address: string, conversation: Conversation<In, Out>, parts: SocketParts) {
    this.#ws = ws;
    this.address = address;
    this.#conversation = conversation;
    this.#parts = parts;
    this.#door = newDoor(conversation.rate, parts.clock.monotonicMs());
    this.#greeting = setTimeout(() => this.#step('deadline'), GREETING_MS + 1);
    ws.on('message', (data, binary) => this.#frame(data, binary));
    ws.on('pong', () => {
      this.alive = true;
    });
    ws.on('error', (cause) => this.#parts.gate.warn('socket.error', this.#facts(cause.message), this.#nowMs()));
    ws.on('close', () => {
      clearTimeout(this.#greeting);
      this.#step('closed');
      conversation.onClose(this);
    });
  }

  /** The peer has said who it is; its greeting time is over. */
  greeted(): void {
    clearTimeout(this.#greeting);
    this.#step('greeted');
  }

  send(message: Out): void {
    if (this.#ws.readyState !== this.#ws.OPEN) return;
    if (this.#ws.bufferedAmount > bounds.socketBacklogBytes) {
      this.#parts.gate.warn('socket.backlog', this.#facts(), this.#nowMs());
      this.#ws.terminate();
      return;
    }
    this.#ws.send(this.#conversation.codec.encode(message), { binary: true });
  }

  refuse(refused: Refusal, about: About = {}): void {
    this.#parts.onRefusal(refused.code);
    if (about.re === undefined && !maySay(this.#door, this.#nowMs())) return;
    this.send(this.#conversation.refused(refused, about));
  }

  close(reason: string): void {
    this.#ws.close(NORMAL, reason);
  }

  /** Takes `frames` more from what the peer may send; false when there is not so much. */
  charge(frames: number): boolean {
    for (let i = 0; i < frames; i++) {
      if (!takeToken(this.#door.bucket, this.#door.rate, this.#nowMs())) return false;
    }
    return true;
  }

  /** Asks for a sign of life; cuts a peer that did not answer the last time. */
  heartbeat(): void {
    if (!this.alive) {
      this.#ws.terminate();
      return;
    }
    this.alive = false;
    if (this.#ws.readyState === this.#ws.OPEN) this.#ws.ping();
  }

  /** Ends at once, without a closing handshake. */
  terminate(): void {
    this.#ws.terminate();
  }

  #nowMs(): number {
    return this.#parts.clock.monotonicMs();
  }

  #facts(cause?: string): object {
    const facts = { kind: this.#conversation.kind, address: cutAddress(this.address) };
    return cause === undefined ? facts : { ...facts, cause };
  }

  #step(event: 'deadline' | 'greeted' | 'closed'): void {
    if (stepDoor(this.#door, event, this.#nowMs()) === 'cut') this.#ws.close(POLICY, 'no greeting');
  }

  /** Reads no more, and ends a moment later: a socket closed with unread bytes is reset, and what it was told is lost. */
  #endFlood(): void {
    this.#cut = true;
    this.#ws.close(POLICY, 'too many messages');
    this.#ws.pause();
    setTimeout(() => this.#ws.terminate(), LAST_WORDS_MS).unref();
  }

  #frame(data: RawData, binary: boolean): void {
    if (this.#cut) return;
    const verdict = stepDoor(this.#door, 'frame', this.#nowMs());
    if (verdict === 'drop') return;
    if (verdict === 'cut') {
      this.#parts.gate.warn('socket.flood', this.#facts(), this.#nowMs());
      this.#endFlood();
      return;
    }
    if (verdict === 'tell') {
      this.#tellRefusal(refusal('RATE_TOO_HIGH'));
      return;
    }
    const { codec, kind, onMessage } = this.#conversation;
    const message = binary ? codec.decode(bytesOf(data)) : undefined;
    if (message === undefined || !message.ok) {
      const wrong = message === undefined ? refusal('MESSAGE_MALFORMED', { field: 'text' }) : message.error;
      if (maySay(this.#door, this.#nowMs())) this.#tellRefusal(wrong);
      return;
    }
    this.#parts.onMessage(kind);
    onMessage(this, message.value);
  }

  /** Says and logs a refusal that nobody asked for; the caller has seen that it may be said. */
  #tellRefusal(refused: Refusal): void {
    this.#parts.onRefusal(refused.code);
    this.#parts.gate.warn('socket.refused', { ...this.#facts(), code: refused.code, ...refused.facts }, this.#nowMs());
    this.send(this.#conversation.refused(refused, {}));
  }
}
