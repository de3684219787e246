// test/support/hub/talker.ts - the other end of a hub's socket, for tests: sends messages, remembers what came, waits for
// what must come.
import { WebSocket } from 'ws';

/** Longest wait for a message that must come; far above what it takes, so that a busy machine fails nothing. */
const WAIT_MS = 8_000;

type Tagged = { readonly t: string };
/** A message of one type. */
export type Of<In extends Tagged, T extends In['t']> = Extract<In, { t: T }>;
type Waiter<In> = { readonly wants: (message: In) => boolean; readonly give: (message: In) => void };

/** How a socket is opened; `localAddress`: from which address of this machine. */
export type TalkOptions = {
  readonly origin?: string;
  readonly headers?: Record<string, string>;
  readonly localAddress?: string;
};

/** One socket, seen by its client. */
export class Talker<In extends Tagged, Out> {
  readonly ws: WebSocket;
  /** Everything that came and nobody has taken. */
  readonly heard: In[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  readonly #decode: (bytes: Uint8Array) => In;
  readonly #encode: (message: Out) => Uint8Array;
  readonly #onMessage: (message: In) => void;
  readonly #waiters = new Set<Waiter<In>>();
  readonly #whenClosed: Promise<void>;

  constructor(
    url: string,
    options: TalkOptions,
    codec: { decode: (bytes: Uint8Array) => In; encode: (message: Out) => Uint8Array },
    onMessage: (message: In) => void = () => {},
  ) {
    this.#decode = codec.decode;
    this.#encode = codec.encode;
    this.#onMessage = onMessage;
    this.ws = new WebSocket(url, { perMessageDeflate: false, ...options });
    this.ws.on('message', (data: Buffer) => this.#take(this.#decode(data)));
    this.#whenClosed = new Promise((resolve) => {
      this.ws.on('close', (code, reason) => {
        this.closed = { code, reason: reason.toString() };
        resolve();
      });
    });
    this.ws.on('error', () => {}); // Tests look at what happened, by `closed`.
  }

  #take(message: In): void {
    this.#onMessage(message);
    for (const waiter of this.#waiters) {
      if (!waiter.wants(message)) continue;
      this.#waiters.delete(waiter);
      waiter.give(message);
      return;
    }
    this.heard.push(message);
  }

  /** Resolves when the socket is open. */
  async opened(): Promise<this> {
    if (this.ws.readyState === WebSocket.CONNECTING) {
      await new Promise((resolve, reject) => {
        this.ws.once('open', resolve);
        this.ws.once('error', reject);
      });
    }
    return this;
  }

  /** Resolves when the socket has closed. */
  async gone(): Promise<{ readonly code: number; readonly reason: string }> {
    await within(this.#whenClosed, () => 'the socket to close');
    return this.closed ?? { code: 0, reason: '' };
  }

  send(message: Out): void {
    this.ws.send(this.#encode(message));
  }

  sendBytes(bytes: Uint8Array): void {
    this.ws.send(bytes);
  }

  /** The first message of a type that came or comes, taken out; `that` narrows it. */
  next<T extends In['t']>(t: T, that: (message: Of<In, T>) => boolean = () => true): Promise<Of<In, T>> {
    const wants = (message: In): boolean => message.t === t && that(message as Of<In, T>);
    return this.any(wants, `a message '${t}'`) as Promise<Of<In, T>>;
  }

  /** The first message that `wants` takes, of any type. */
  any(wants: (message: In) => boolean, what: string): Promise<In> {
    const at = this.heard.findIndex(wants);
    const found = at < 0 ? undefined : this.heard.splice(at, 1)[0];
    if (found !== undefined) return Promise.resolve(found);
    const comes = new Promise<In>((give) => this.#waiters.add({ wants, give }));
    return within(
      comes,
      () => `${what} (heard: ${this.heard.map((message) => JSON.stringify(message).slice(0, 120)).join(' ')})`,
    );
  }

  /** Messages of a type that came and were not taken. */
  all<T extends In['t']>(t: T): Of<In, T>[] {
    return this.heard.filter((message): message is Of<In, T> => message.t === t);
  }

  close(): void {
    this.ws.close();
  }

  /** Cuts the connection without a word, as a killed process does. */
  cut(): void {
    this.ws.terminate();
  }
}

/** Waits for what must happen. */
export async function within<T>(work: Promise<T>, what: () => string, limitMs = WAIT_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${limitMs} ms in vain for ${what()}`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until something is true, looking often. For facts that no message tells. */
export async function until(fact: () => boolean, what: string, limitMs = WAIT_MS): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!fact()) {
    if (performance.now() > endMs) throw new Error(`waited ${limitMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
