// test/support/agent/fake-hub.ts - a hub that does what a test tells it, over real sockets: it checks what nodes say with
// the real schema, keeps every message, and stores saves.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { messageCodec } from '../../../src/protocol/codec.ts';
import { type HubToNode, type NodeToHub, nodeHelloText, nodeToHub } from '../../../src/protocol/node-messages.ts';
import { recoverSigner, textDigest } from '../../../src/protocol/typed-data.ts';
import { playDomain } from './player.ts';

type Said<T extends NodeToHub['t']> = Extract<NodeToHub, { t: T }>;
type Waiter = { matches: (message: NodeToHub) => boolean; resolve: (message: NodeToHub) => void };

const codec = messageCodec<NodeToHub, HubToNode>(nodeToHub, 1024 * 1024);
const NONCE = 'nonce-0123456789abcdef';

/** A scripted hub. */
export class FakeHub {
  /** What the node said that nobody asked for yet, in order. */
  readonly heard: NodeToHub[] = [];
  /** Everything the node ever said. */
  readonly all: NodeToHub[] = [];
  /** Messages that were none. */
  malformed = 0;
  readonly saves = new Map<string, Uint8Array>();
  /** Status of the next PUTs of a save; 200 stores it. */
  saveStatus = 200;
  /** Answers hello with this refusal instead of a welcome. */
  refuseWith: string | undefined;
  /** Answers `ended` with `ended.kept`. */
  keepsEnds = true;
  hellos = 0;
  #waiters: Waiter[] = [];
  #socket: WebSocket | undefined;
  #server: Server | undefined;
  #sockets: WebSocketServer | undefined;
  #port = 0;

  /** Starts listening; a second call after `stop` takes the same port. */
  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const session = /^\/api\/saves\/(s_[0-9a-z]{26})$/.exec(request.url ?? '')?.[1];
      if (session === undefined || request.headers.authorization !== 'Bearer save-token-0123456789') {
        response.writeHead(401).end();
        return;
      }
      if (request.method === 'GET') {
        const save = this.saves.get(session);
        response.writeHead(save === undefined ? 404 : 200).end(save);
        return;
      }
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        if (this.saveStatus === 200) this.saves.set(session, Buffer.concat(parts));
        response.writeHead(this.saveStatus).end();
      });
    });
    this.#server = server;
    this.#sockets = new WebSocketServer({ server, path: '/ws/node' });
    this.#sockets.on('connection', (socket) => this.#connected(socket));
    await new Promise<void>((done) => server.listen(this.#port, '127.0.0.1', done));
    this.#port = (server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  #connected(socket: WebSocket): void {
    this.#socket = socket;
    socket.send(codec.encode({ t: 'challenge', nonce: NONCE }));
    socket.on('message', (data: Buffer) => {
      const message = codec.decode(data);
      if (!message.ok) {
        this.malformed++;
        throw new Error(`the node said nonsense: ${JSON.stringify(message.error)}`);
      }
      this.#hear(message.value);
    });
  }

  #hear(message: NodeToHub): void {
    this.all.push(message);
    if (message.t === 'hello') this.#greet(message);
    if (message.t === 'ended' && this.keepsEnds) this.send({ t: 'ended.kept', session: message.session });
    const index = this.#waiters.findIndex(({ matches }) => matches(message));
    if (index < 0) this.heard.push(message);
    else for (const waiter of this.#waiters.splice(index, 1)) waiter.resolve(message);
  }

  #greet(hello: Said<'hello'>): void {
    this.hellos++;
    const signer = recoverSigner(textDigest(nodeHelloText(hello.node, this.origin, NONCE)), hello.signature);
    const code = signer === String(hello.node) ? this.refuseWith : 'NODE_BAD_SIGNATURE';
    if (code === undefined) this.send({ t: 'welcome', v: hello.v, name: 'fake', domain: playDomain });
    else {
      this.send({ t: 'refused', code });
      this.#socket?.close();
    }
  }

  /** The next message of this kind, heard already or still to come. */
  next<T extends NodeToHub['t']>(t: T, when: (message: Said<T>) => boolean = () => true): Promise<Said<T>> {
    const matches = (message: NodeToHub): boolean => message.t === t && when(message as Said<T>);
    const index = this.heard.findIndex(matches);
    if (index >= 0) return Promise.resolve(this.heard.splice(index, 1)[0] as Said<T>);
    return new Promise((resolve) => {
      this.#waiters.push({ matches, resolve: (message) => resolve(message as Said<T>) });
    });
  }

  /** Forgets what was heard and not asked for. */
  clear(): void {
    this.heard.length = 0;
  }

  send(message: HubToNode): void {
    this.#socket?.send(codec.encode(message));
  }

  /** Sends bytes that may be anything. */
  sendRaw(bytes: Uint8Array | string): void {
    this.#socket?.send(bytes);
  }

  /** Cuts the node's socket without a word. */
  cut(): void {
    this.#socket?.terminate();
  }

  /** Goes away as a killed process does. */
  async stop(): Promise<void> {
    for (const client of this.#sockets?.clients ?? []) client.terminate();
    this.#sockets?.close();
    this.#server?.closeAllConnections();
    await new Promise<void>((done) => (this.#server === undefined ? done() : this.#server.close(() => done())));
  }
}
