// bench/cafe/caller.ts - one machine that speaks HTTP: requests over kept connections and server-sent events, from an address of
// its own on loopback, as behind a café's router.
import { Agent, type IncomingMessage, request } from 'node:http';

/** An answer: its status, its JSON, and the cookie that it set. */
export type Answer<T> = { readonly status: number; readonly body: T; readonly cookie: string };
/** Takes one message of a line, at `performance.now()`. */
export type OnMessage = (message: Record<string, unknown>, atMs: number) => void;

function textOf(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  return new Promise((resolve, reject) => {
    let text = '';
    response.on('data', (chunk: string) => {
      text += chunk;
    });
    response.on('end', () => resolve(text));
    response.on('error', reject);
  });
}

/** One machine. */
export class Caller {
  readonly #origin: string;
  readonly #agent: Agent;
  readonly #localAddress: string;

  /** @param localAddress of 127.0.0.0/8, from which it calls */
  constructor(origin: string, localAddress: string) {
    this.#origin = origin;
    this.#localAddress = localAddress;
    this.#agent = new Agent({ keepAlive: true, localAddress });
  }

  #call(path: string, cookie: string, body?: string, agent: Agent | false = this.#agent): Promise<IncomingMessage> {
    const json = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body ?? '') };
    const headers = { origin: this.#origin, cookie, ...(body === undefined ? {} : json) };
    const method = body === undefined ? 'GET' : 'POST';
    return new Promise((resolve, reject) => {
      const asked = request(`${this.#origin}${path}`, { method, headers, agent, localAddress: this.#localAddress });
      asked.on('error', (cause: NodeJS.ErrnoException) => {
        // A kept connection that the server closes while we speak: a browser asks again, and an act has its key.
        const isClosed = asked.reusedSocket && cause.code === 'ECONNRESET';
        if (isClosed) this.#call(path, cookie, body, false).then(resolve, reject);
        else reject(cause);
      });
      asked.once('response', resolve).end(body);
    });
  }

  /** Posts JSON. Throws when nobody answers. */
  post<T>(path: string, body: object, cookie = ''): Promise<Answer<T>> {
    return this.#ask(path, cookie, JSON.stringify(body));
  }

  /** Reads JSON. Throws when nobody answers. */
  get<T>(path: string, cookie: string): Promise<Answer<T>> {
    return this.#ask(path, cookie);
  }

  async #ask<T>(path: string, cookie: string, json?: string): Promise<Answer<T>> {
    const response = await this.#call(path, cookie, json);
    const [set = ''] = response.headers['set-cookie'] ?? [];
    const text = await textOf(response);
    return { status: response.statusCode ?? 0, body: JSON.parse(text) as T, cookie: set.split(';')[0] ?? '' };
  }

  /** Opens a line of server-sent events on a connection of its own; the answer closes it. Throws when it is refused. */
  async live(path: string, cookie: string, onMessage: OnMessage): Promise<() => void> {
    const response = await this.#call(path, cookie, undefined, false);
    if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode} ${await textOf(response)}`);
    response.setEncoding('utf8');
    response.on('error', () => {}); // It is cut when the server ends.
    let text = '';
    response.on('data', (chunk: string) => {
      const atMs = performance.now();
      const parts = (text + chunk).split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) if (part.startsWith('data: ')) onMessage(JSON.parse(part.slice(6)), atMs);
    });
    return () => response.destroy();
  }

  /** Closes the kept connections. */
  close(): void {
    this.#agent.destroy();
  }
}
