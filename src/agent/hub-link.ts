// src/agent/hub-link.ts - the node's one socket to the hub: knock, sign the challenge, say hello, pass messages both ways,
// and knock again when it breaks. A hub that refuses for good is not asked a second time.
import { type RawData, WebSocket } from 'ws';
import type { Random } from '../base/random.ts';
import type { Log } from '../observe/log.ts';
import { messageCodec } from '../protocol/codec.ts';
import { bounds } from '../protocol/limits.ts';
import { type HubToNode, hubToNode, type NodeToHub } from '../protocol/node-messages.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import type { MachineKey } from './machine-key.ts';
import { finalRefusal, reconnectDelayMs } from './reconnect.ts';

type Hello = Extract<NodeToHub, { t: 'hello' }>;
type Welcome = Extract<HubToNode, { t: 'welcome' }>;
/** What the link needs from the agent. */
export type HubLinkOptions = {
  /** Origin of the hub, as the operator wrote it: the signature counts only there. */
  readonly hub: string;
  readonly key: MachineKey;
  readonly random: Random;
  readonly log: Log;
  /** What `hello` says beside the signature, asked for anew each time. */
  readonly hello: () => Omit<Hello, 't' | 'v' | 'node' | 'signature'>;
  readonly onWelcome: (welcome: Welcome) => void;
  readonly onMessage: (message: HubToNode) => void;
  /** The hub does not answer, or no longer: why. Told at once, then about once a minute; never after our own `close`. */
  readonly onAway: (trouble: string) => void;
  /** The hub will never take this node: a sentence for the operator. The link knocks no more. */
  readonly onRefused: (sentence: string) => void;
};

const HANDSHAKE_MS = 5_000;
/** TCP alone takes minutes to notice a hub whose cable was pulled. */
const PING_MS = 2_000;
const PINGS_UNANSWERED_MAX = 3;
const WARN_EVERY_TRIES = 30; // About once a minute.
const CLOSE_GRACE_MS = 1_000;

const codec = messageCodec<HubToNode, NodeToHub>(hubToNode);

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

/** One socket at a time to one hub. */
export class HubLink {
  readonly #options: HubLinkOptions;
  readonly #url: string;
  #socket: WebSocket | undefined;
  #joined = false;
  #closed = false;
  /** The socket is closed by us, for a new hello: the hub is not away. */
  #renewing = false;
  #tries = 0;
  #pingsOpen = 0;
  #toldMalformedMs = Number.NEGATIVE_INFINITY;
  #retry: NodeJS.Timeout | undefined;
  readonly #pinger: NodeJS.Timeout;

  constructor(options: HubLinkOptions) {
    this.#options = options;
    this.#url = `${options.hub.replace(/^http/, 'ws')}/ws/node`;
    this.#pinger = setInterval(() => this.#ping(), PING_MS);
    this.#knock();
  }

  /** True between the hub's welcome and the end of the socket. */
  get joined(): boolean {
    return this.#joined;
  }

  #knock(): void {
    if (this.#closed) return;
    const socket = new WebSocket(this.#url, {
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: bounds.signalMessageBytes,
      perMessageDeflate: false,
    });
    this.#socket = socket;
    this.#pingsOpen = 0;
    let trouble = 'closed';
    socket.on('message', (data, isBinary) => this.#hear(socket, isBinary ? bytesOf(data) : new Uint8Array(0)));
    socket.on('pong', () => {
      this.#pingsOpen = 0;
    });
    socket.on('error', (cause) => {
      trouble = cause.message;
    });
    socket.once('close', (code) => this.#lost(socket, `${trouble} (${code})`));
  }

  #lost(socket: WebSocket, trouble: string): void {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    const { log, random, onAway } = this.#options;
    const facts = { hub: this.#options.hub, trouble, tries: this.#tries };
    const told = !this.#closed && !this.#renewing && (this.#joined || this.#tries % WARN_EVERY_TRIES === 0);
    this.#renewing = false;
    this.#joined = false;
    log[told ? 'warn' : 'debug'](facts, 'hub.away');
    if (told) onAway(trouble);
    if (this.#closed) return;
    this.#retry = setTimeout(() => this.#knock(), reconnectDelayMs(this.#tries++, random));
  }

  #ping(): void {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return;
    if (this.#pingsOpen >= PINGS_UNANSWERED_MAX) {
      socket.terminate();
      return;
    }
    this.#pingsOpen++;
    socket.ping();
  }

  #hear(socket: WebSocket, bytes: Uint8Array): void {
    if (socket !== this.#socket) return;
    const message = codec.decode(bytes);
    if (!message.ok) {
      this.#complain(message.error.code, message.error.facts);
      return;
    }
    const { value } = message;
    if (value.t === 'challenge') this.#greet(value.nonce);
    else if (value.t === 'welcome') this.#welcome(value);
    else if (!this.#joined && value.t === 'refused') this.#refused(value.code);
    else if (this.#joined) this.#options.onMessage(value);
  }

  #greet(nonce: string): void {
    const { key, hub, hello } = this.#options;
    const signature = key.signHello(hub, nonce);
    this.#write({ t: 'hello', v: PROTOCOL_VERSION, node: key.node, signature, ...hello() });
  }

  #welcome(welcome: Welcome): void {
    if (welcome.v !== PROTOCOL_VERSION) {
      this.#refused('VERSION_UNKNOWN');
      return;
    }
    this.#tries = 0;
    this.#joined = true;
    this.#options.log.info({ hub: this.#options.hub, name: welcome.name }, 'hub.joined');
    this.#options.onWelcome(welcome);
  }

  #refused(code: string): void {
    const sentence = finalRefusal(code);
    this.#options.log.warn({ hub: this.#options.hub, code, final: sentence !== undefined }, 'hub.refused');
    this.#closed = sentence !== undefined;
    this.#socket?.close();
    if (sentence !== undefined) this.#options.onRefused(sentence);
  }

  /** Tells the hub, at most once a second, that it sent something that is no message. */
  #complain(code: string, facts: object | undefined): void {
    const nowMs = performance.now();
    if (nowMs - this.#toldMalformedMs < 1_000) return;
    this.#toldMalformedMs = nowMs;
    this.#options.log.warn({ code, ...facts }, 'hub.message-refused');
    if (this.#joined) this.#write({ t: 'refused', code, detail: JSON.stringify(facts ?? {}).slice(0, 300) });
  }

  #write(message: NodeToHub): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    if (socket.bufferedAmount > bounds.socketBacklogBytes) {
      socket.terminate(); // It reads nothing: what counts is cumulative and goes with the next hello.
      return;
    }
    socket.send(codec.encode(message));
  }

  /** Sends when the hub is there; false when it is not and the message was not sent. */
  send(message: NodeToHub): boolean {
    if (!this.#joined || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#write(message);
    return true;
  }

  /** Says hello anew: addresses or figures changed. */
  renew(): void {
    this.#renewing = this.#socket !== undefined;
    this.#socket?.close();
  }

  /** Closes for good; resolves when what was sent is out, or after a second. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#pinger);
    clearTimeout(this.#retry);
    const socket = this.#socket;
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    const cut = setTimeout(() => socket.terminate(), CLOSE_GRACE_MS);
    socket.close();
    await closed;
    clearTimeout(cut);
  }
}
