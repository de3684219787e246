// src/server/ws/relay-link.ts - the relay's line to its hub: says where it listens and what it carried, learns which
// sessions ended. The relay decides nothing from it but what the hub may end; without the hub it goes on (docs/PROTOCOL.md).
import { createHmac } from 'node:crypto';
import WebSocket from 'ws';
import type { Log } from '../../observe/log.ts';
import { messageCodec } from '../../protocol/codec.ts';
import { type HubToRelay, hubToRelay, type RelayToHub, relayHelloText } from '../../protocol/relay-messages.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';

const RETRY_MS = [250, 250, 250, 250, 500, 1_000, 2_000] as const; // Both may just have started. The last one repeats.
const SILENCE_MS = 15_000; // Without a ping or message for so long the line is dead, whatever TCP believes.
const REFUSED_RETRY_MS = 10_000; // A wrong secret is not cured by asking often.

/** What the relay says of itself. */
export type RelayHello = Omit<Extract<RelayToHub, { t: 'hello' }>, 't' | 'v' | 'proof'>;

/** What a link is given. */
export type RelayLinkOptions = {
  /** http(s) origin of the hub. */
  readonly hub: string;
  /** The newest live secret, which the hub shares; asked at each greeting, because it may be replaced. */
  readonly secret: () => string;
  readonly hello: RelayHello;
  readonly log: Log;
  /** Called after each welcome: everything is to be reported anew. */
  readonly onWelcome: () => void;
  readonly onMessage: (message: Exclude<HubToRelay, { t: 'challenge' | 'welcome' | 'refused' }>) => void;
};

/** One line to one hub, made again whenever it breaks. */
export class RelayLink {
  readonly #options: RelayLinkOptions;
  readonly #codec = messageCodec<HubToRelay, RelayToHub>(hubToRelay);
  #socket: WebSocket | undefined;
  #welcome = false;
  #tries = 0;
  #retry: NodeJS.Timeout | undefined;
  #silence: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: RelayLinkOptions) {
    this.#options = options;
    this.#connect();
  }

  /** True after the hub's welcome. */
  get connected(): boolean {
    return this.#welcome;
  }

  /** Sends a message; false, and nothing sent, while the hub is away. */
  send(message: RelayToHub): boolean {
    if (!this.#welcome || this.#socket === undefined) return false;
    this.#socket.send(this.#codec.encode(message));
    return true;
  }

  /** Ends the line for good. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#silence);
    this.#socket?.close(1_001);
    this.#socket = undefined;
    this.#welcome = false;
  }

  #connect(): void {
    const url = `${this.#options.hub.replace(/^http/, 'ws')}/ws/relay`;
    const socket = new WebSocket(url, { maxPayload: 64 * 1024, handshakeTimeout: 5_000, perMessageDeflate: false });
    this.#socket = socket;
    this.#alive();
    socket.on('ping', () => this.#alive());
    socket.on('message', (data) => {
      this.#alive();
      if (data instanceof Uint8Array) this.#received(data);
    });
    socket.on('error', () => {}); // 'close' follows.
    socket.on('close', () => this.#closed(socket));
  }

  #alive(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#socket?.terminate(), SILENCE_MS);
  }

  #closed(socket: WebSocket): void {
    if (this.#stopped || socket !== this.#socket) return;
    if (this.#welcome) this.#options.log.warn({ hub: this.#options.hub }, 'hub.lost');
    this.#welcome = false;
    const wait = RETRY_MS[Math.min(this.#tries++, RETRY_MS.length - 1)] ?? 2_000;
    this.#retry = setTimeout(() => this.#connect(), wait);
  }

  #received(bytes: Uint8Array): void {
    const message = this.#codec.decode(bytes);
    if (!message.ok) {
      this.#options.log.warn({ code: message.error.code, ...message.error.facts }, 'hub.message-refused');
      return;
    }
    const { value } = message;
    if (value.t === 'challenge') this.#hello(value.nonce);
    else if (value.t === 'welcome') {
      this.#welcome = true;
      this.#tries = 0;
      this.#options.log.info({ hub: this.#options.hub }, 'hub.joined');
      this.#options.onWelcome();
    } else if (value.t === 'refused') {
      this.#options.log.error({ hub: this.#options.hub, code: value.code }, 'hub.refused');
      this.#tries = RETRY_MS.length;
      const socket = this.#socket;
      this.#socket = undefined;
      socket?.close();
      this.#retry = setTimeout(() => this.#connect(), REFUSED_RETRY_MS);
    } else this.#options.onMessage(value);
  }

  #hello(nonce: string): void {
    const { secret, hello } = this.#options;
    const proof = createHmac('sha256', secret()).update(relayHelloText(hello.name, nonce)).digest('base64url');
    this.#socket?.send(this.#codec.encode({ t: 'hello', v: PROTOCOL_VERSION, proof, ...hello }));
  }
}
