// test/support/agent/fake-page.ts - the page's end of a fake peer: a unix socket whose path is the SDP answer.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { NodeToPlayer, PlayerToNode } from '../../../src/protocol/control-messages.ts';

/** From the test to the fake peer in the slot. */
export type PageSays =
  | { readonly state: 'connected' | 'lost' | 'closed' }
  | { readonly control: PlayerToNode }
  | { readonly input: true }
  | { readonly exit: 'quit' | 'crashed' }
  | { readonly save: string };
/** From the fake peer to the test. */
export type PeerSays = { readonly control: NodeToPlayer } | { readonly attached: true };

/** One page that a fake peer connects to when it is answered. */
export class FakePage {
  readonly #folder = mkdtempSync(join(tmpdir(), 'nearcade-page-'));
  readonly #server: Server;
  readonly #heard: PeerSays[] = [];
  #waiters: { matches: (said: PeerSays) => boolean; resolve: (said: PeerSays) => void }[] = [];
  #socket = Promise.withResolvers<Socket>();
  closed = false;

  constructor() {
    this.#server = createServer((socket) => {
      socket.on('close', () => {
        this.closed = true;
      });
      socket.on('error', () => {});
      createInterface(socket).on('line', (line) => this.#hear(JSON.parse(line) as PeerSays));
      this.#socket.resolve(socket);
    });
    this.#server.listen(this.sdp);
  }

  /** The answer that leads the fake peer here. */
  get sdp(): string {
    return join(this.#folder, 'page');
  }

  #hear(said: PeerSays): void {
    const index = this.#waiters.findIndex(({ matches }) => matches(said));
    if (index < 0) this.#heard.push(said);
    else for (const waiter of this.#waiters.splice(index, 1)) waiter.resolve(said);
  }

  async say(said: PageSays): Promise<void> {
    (await this.#socket.promise).write(`${JSON.stringify(said)}\n`);
  }

  /** The next thing the peer says that fits. */
  next(matches: (said: PeerSays) => boolean): Promise<PeerSays> {
    const index = this.#heard.findIndex(matches);
    if (index >= 0) return Promise.resolve(this.#heard.splice(index, 1)[0] as PeerSays);
    return new Promise((resolve) => this.#waiters.push({ matches, resolve }));
  }

  /** The next control message of a kind. */
  async control<T extends NodeToPlayer['t']>(t: T): Promise<Extract<NodeToPlayer, { t: T }>> {
    const said = await this.next((one) => 'control' in one && one.control.t === t);
    return ('control' in said ? said.control : undefined) as Extract<NodeToPlayer, { t: T }>;
  }

  async close(): Promise<void> {
    this.#server.close();
    (await this.#socket.promise.catch(() => undefined))?.destroy();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
