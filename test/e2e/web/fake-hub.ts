// test/e2e/web/fake-hub.ts - a hub that a test scripts: serves the built page, speaks HTTP and /ws/play as
// docs/PROTOCOL.md says, and lends a browser tab (clients/web/fake-node) as its nodes. It checks what the page signs.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { PeerId, SessionId } from '../../../src/base/ids.ts';
import { newId } from '../../../src/base/ids.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { messageCodec } from '../../../src/protocol/codec.ts';
import { type HubToPlayer, type PlayerToHub, playerToHub } from '../../../src/protocol/player-messages.ts';
import type { Receipt } from '../../../src/protocol/receipt.ts';
import { recoverSigner } from '../../../src/protocol/typed-data.ts';
import { PROTOCOL_VERSION } from '../../../src/protocol/version.ts';
import {
  type Consent,
  consentDigest,
  consentType,
  fromWire,
  type Open,
  openSigned,
  type Voucher,
  voucherSignedBy,
  voucherType,
} from '../../../src/protocol/voucher.ts';
import { FakeConsole } from './fake-console.ts';
import { type FakeNode, fakeConfig, fakeDomain, fakeNodes, fakeQuote, fakeReceipt, noBadMs } from './fake-facts.ts';
import { FakeHttp } from './fake-http.ts';
import { FakeMoney } from './fake-money.ts';
import { type FakeSession, openOf, startedMessage } from './fake-session.ts';

type PlaySocket = WebSocket & { player?: string };
const codec = messageCodec<PlayerToHub, HubToPlayer>(playerToHub);

/** Makes a hub; `listen` starts it. */
export class FakeHub {
  readonly server: Server;
  readonly random = seededRandom(7);
  readonly tickets = new Map<string, string>();
  readonly logins = new Map<string, string>();
  readonly nonces = new Set<string>();
  readonly #peers = new Map<PeerId, PlaySocket>();
  readonly #probeNode = new Map<string, FakeNode>();
  readonly sessions = new Map<SessionId, FakeSession>();
  readonly receipts = new Map<SessionId, Receipt>();
  /** Every message of every page, in order. */
  readonly heard: PlayerToHub[] = [];
  /** Everything the nodes told, in order. */
  readonly nodeHeard: Record<string, unknown>[] = [];
  /** Answers the next message of a type with this refusal instead. */
  readonly refuse = new Map<string, { code: string; facts?: Record<string, string | number | boolean> }>();
  /** Nodes in the next plans. */
  nodes: FakeNode[] = fakeNodes();
  config = fakeConfig();
  picture = { width: 640, height: 360, fps: 30 };
  /** Codec the nodes send. */
  codec = 'vp8';
  /** What operators changed about their machines: method, path, body. */
  readonly operatorActs: string[] = [];
  /** The operator's console beyond the list of machines. */
  readonly console = new FakeConsole(this);
  balanceWei = 500n * 10n ** 18n;
  capWei: string | undefined;
  /** Money, chain and administration. */
  readonly money = new FakeMoney();
  timeLeftMs = 3_600_000;
  lineWarning = false;
  /** Changes the terms of the next start behind the player's back. */
  tamper: ((open: Open) => Open) | undefined;
  /** Faults found in what the page signed. */
  readonly faults: string[] = [];
  #nodeTab: WebSocket | undefined;
  readonly #play = new WebSocketServer({ noServer: true });
  readonly #fake = new WebSocketServer({ noServer: true });
  readonly #state = setInterval(() => this.#everySecond(), 1_000);

  /** `page`: the built page; `node`: the built fake node. */
  constructor(roots: { page: string; node: string }) {
    const http = new FakeHttp(this, roots);
    this.server = createServer((request, response) => {
      http.answer(request, response).catch((cause: unknown) => {
        if (request.complete) throw cause; // Else the page left while it asked.
      });
    });
    this.server.on('upgrade', (request, socket, head) => {
      const server = request.url === '/ws/play' ? this.#play : request.url === '/ws/fake-node' ? this.#fake : undefined;
      if (server === undefined) {
        socket.destroy();
        return;
      }
      server.handleUpgrade(request, socket, head, (ws) => server.emit('connection', ws));
    });
    this.#play.on('connection', (socket: PlaySocket) => {
      socket.on('message', (data: Buffer) => this.#hear(socket, data));
    });
    this.#fake.on('connection', (socket) => {
      this.#nodeTab = socket;
      socket.on('message', (data: Buffer) => this.#hearNode(JSON.parse(data.toString())));
    });
  }

  /** Starts on a free port (or the one given) of 127.0.0.1; returns the origin. */
  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** True once the tab with the nodes is there. */
  get nodesReady(): boolean {
    return this.#nodeTab !== undefined;
  }

  async close(): Promise<void> {
    clearInterval(this.#state);
    this.dropSockets();
    this.#nodeTab?.terminate();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Cuts every page's socket, as a dead hub would. */
  dropSockets(): void {
    for (const socket of this.#play.clients) socket.terminate();
  }

  /** Says something to a session's page. */
  tell(session: SessionId, message: HubToPlayer): void {
    this.#send(this.sessions.get(session)?.socket, message);
  }

  /** Orders something from the nodes' tab. */
  order(message: object): void {
    this.#nodeTab?.send(JSON.stringify(message));
  }

  /** Ends a session as the hub would. */
  end(id: SessionId, reason: Receipt['reason']): void {
    const session = this.sessions.get(id);
    if (session === undefined || session.ended) return;
    session.ended = true;
    this.order({ t: 'end', session: id });
    this.receipts.set(id, fakeReceipt({ ...session, reason, lastTick: session.ticks.at(-1) }));
    this.#send(session.socket, { t: 'ended', session: id, reason, receipt: true });
  }

  #send(socket: WebSocket | undefined, message: HubToPlayer): void {
    const encoder = messageCodec<unknown, HubToPlayer>({});
    if (socket?.readyState === 1) socket.send(encoder.encode(message));
  }

  #everySecond(): void {
    for (const session of this.sessions.values()) {
      if (session.ended) continue;
      const cost = (session.open.rate * BigInt(session.goodMs)) / 3_600_000n;
      this.#send(session.socket, {
        t: 'state',
        state: {
          session: session.id,
          phase: session.goodMs > 0 ? 'playing' : 'connecting',
          billedMs: session.goodMs,
          costWei: (cost - (cost % 1_000n)).toString(),
          heldWei: (session.open.rate / 60n).toString(),
          balanceWei: (this.balanceWei - cost).toString(),
          timeLeftMs: this.timeLeftMs,
          limit: 'balance',
          badMs: session.ticks.at(-1)?.badMs ?? noBadMs(),
        },
      });
    }
  }

  #hear(socket: PlaySocket, data: Buffer): void {
    const message = codec.decode(new Uint8Array(data));
    if (!message.ok) {
      this.faults.push(`malformed: ${JSON.stringify(message.error)}`);
      return;
    }
    const { value } = message;
    this.heard.push(value);
    const refusal = this.refuse.get(value.t);
    if (refusal !== undefined) {
      this.refuse.delete(value.t);
      this.#send(socket, { t: 'refused', ...('re' in value ? { re: value.re } : {}), ...refusal });
      return;
    }
    this.#obey(socket, value);
  }

  #obey(socket: PlaySocket, message: PlayerToHub): void {
    switch (message.t) {
      case 'hello': {
        const player = this.tickets.get(message.ticket);
        if (player === undefined) {
          this.#send(socket, { t: 'refused', code: 'TICKET_UNKNOWN' });
          return;
        }
        this.tickets.delete(message.ticket);
        socket.player = player;
        this.#send(socket, {
          t: 'welcome',
          v: PROTOCOL_VERSION,
          player: player as never,
          nowMs: Date.now(),
          playMoney: this.config.playMoney,
          domain: this.config.domain,
          announcements: [],
        });
        return;
      }
      case 'plan':
        this.#plan(socket, message);
        return;
      case 'probe':
        this.#probe(socket, message);
        return;
      case 'play':
        this.#start(socket, message);
        return;
      case 'resume':
        this.#resume(socket, message);
        return;
      case 'sdp':
        this.order({ t: 'sdp', peer: message.peer, sdp: message.sdp });
        return;
      case 'candidate':
        this.order({ t: 'candidate', peer: message.peer, candidate: message.candidate });
        return;
      case 'peer.close':
        this.order({ t: 'close', peer: message.peer });
        return;
      case 'restart':
        this.order({ t: 'restart', session: message.session });
        return;
      case 'open': {
        const session = this.sessions.get(message.session);
        if (session !== undefined && !openSigned(fakeDomain, session.open, message.signature))
          this.faults.push('open is not signed by the session key');
        if (session !== undefined) session.openSignature = message.signature;
        return;
      }
      case 'tick': {
        const session = this.sessions.get(message.session);
        if (session === undefined) return;
        if (message.goodMs < session.goodMs) this.faults.push('good time fell');
        session.goodMs = message.goodMs;
        session.ticks.push(message);
        return;
      }
      case 'voucher':
        this.#voucher(message);
        return;
      case 'end':
        this.end(message.session, 'player-left');
        return;
      case 'ping':
        this.#send(socket, { t: 'pong', n: message.n });
        return;
      default:
        return;
    }
  }

  #plan(socket: PlaySocket, message: Extract<PlayerToHub, { t: 'plan' }>): void {
    const candidates = this.nodes
      .filter(({ node }) => !(message.avoid ?? []).includes(node))
      .slice(0, 5)
      .map((fake) => {
        const ticket = `t_${newId('', this.random)}`;
        this.#probeNode.set(ticket, fake);
        const { node, name, region, freeSlots, reliability } = fake;
        return {
          node,
          name,
          region,
          ticket,
          quote: fakeQuote(fake, this.config, this.picture),
          freeSlots,
          reliability,
        };
      });
    this.#send(socket, {
      t: 'plan',
      re: message.re,
      plan: newId('p', this.random),
      game: message.game,
      expiresAtMs: Date.now() + 60_000,
      candidates,
      holdMs: 60_000,
      balanceWei: this.balanceWei.toString(),
      ...(this.capWei === undefined ? {} : { capLeftWei: this.capWei }),
      relays: false,
      lineWarning: this.lineWarning,
    });
  }

  #probe(socket: PlaySocket, message: Extract<PlayerToHub, { t: 'probe' }>): void {
    const fake = this.#probeNode.get(message.ticket);
    if (fake === undefined) {
      this.#send(socket, { t: 'refused', re: message.re, code: 'PROBE_TICKET_BAD' });
      return;
    }
    const peer = newId<PeerId>('c', this.random);
    this.#peers.set(peer, socket);
    this.#send(socket, { t: 'peer', re: message.re, peer, path: message.path, ice: [] });
    this.order({ t: 'probe.open', peer, delayMs: fake.rttMs });
  }

  #start(socket: PlaySocket, message: Extract<PlayerToHub, { t: 'play' }>): void {
    const consent = fromWire<Consent>(consentType, message.consent);
    if (
      !consent.ok ||
      recoverSigner(consentDigest(fakeDomain, consent.value), message.consentSignature) !== socket.player
    ) {
      this.faults.push('consent is not signed by the player');
      return;
    }
    const free = this.nodes.filter(({ freeSlots }) => freeSlots > 0);
    if (free.length === 0) {
      this.#send(socket, { t: 'queued', re: message.re, position: 3, length: 7 });
      return;
    }
    const best = [...message.measurements].sort((a, b) => a.rttMinMs - b.rttMinMs)[0];
    const node = free.find((each) => each.node === (message.node ?? best?.node)) ?? free[0];
    if (node === undefined) return;
    const quote = fakeQuote(node, this.config, this.picture);
    const honest = openOf(node, quote, consent.value, this.random.below(2 ** 32));
    const open = this.tamper?.(honest) ?? honest;
    this.tamper = undefined;
    const id = newId<SessionId>('s', this.random);
    const session: FakeSession = {
      id,
      token: `r_${newId('', this.random)}`,
      peer: newId<PeerId>('c', this.random),
      node,
      player: socket.player ?? '',
      consent: consent.value,
      open,
      game: message.plan === '' ? '' : (this.heard.findLast((each) => each.t === 'plan')?.game ?? 'arcade'),
      startedAtMs: Date.now(),
      goodMs: 0,
      ended: false,
      consentSignature: message.consentSignature,
      openSignature: undefined,
      lastVoucher: undefined,
      vouchers: [],
      ticks: [],
      socket,
    };
    this.sessions.set(id, session);
    if (message.continues !== undefined) this.end(message.continues, 'moved');
    this.#started(session, message.re, false, message);
    this.order({
      t: 'start',
      peer: session.peer,
      session: id,
      delayMs: node.rttMs,
      codec: this.codec,
      ...this.picture,
    });
  }

  #started(session: FakeSession, re: string, resumed: boolean, play?: Extract<PlayerToHub, { t: 'play' }>): void {
    this.#peers.set(session.peer, session.socket as PlaySocket);
    const quote = fakeQuote(session.node, this.config, this.picture);
    this.#send(
      session.socket,
      startedMessage(session, quote, { re, resumed, measured: play?.measurements ?? [], nodes: this.nodes }),
    );
  }

  #resume(socket: PlaySocket, message: Extract<PlayerToHub, { t: 'resume' }>): void {
    const session = this.sessions.get(message.session);
    if (session === undefined || session.token !== message.token) {
      this.#send(socket, { t: 'refused', re: message.re, code: 'TOKEN_UNKNOWN' });
      return;
    }
    if (session.ended) {
      this.#send(socket, { t: 'refused', re: message.re, code: 'SESSION_ENDED' });
      return;
    }
    session.socket = socket;
    if (message.peer !== session.peer) {
      session.peer = newId<PeerId>('c', this.random);
      this.#started(session, message.re, true);
      this.order({ t: 'attach', peer: session.peer, session: session.id });
    } else this.#started(session, message.re, true);
  }

  #voucher(message: Extract<PlayerToHub, { t: 'voucher' }>): void {
    const session = this.sessions.get(message.session);
    const voucher = fromWire<Voucher>(voucherType, message.voucher);
    if (session === undefined || !voucher.ok) return;
    if (!voucherSignedBy(fakeDomain, voucher.value, message.signature, session.consent.sessionKey))
      this.faults.push('voucher is not signed by the session key');
    session.vouchers.push(voucher.value);
    session.lastVoucher = { voucher: voucher.value, signature: message.signature };
  }

  #hearNode(message: Record<string, unknown>): void {
    this.nodeHeard.push(message);
    if (message.t !== 'sdp' && message.t !== 'candidate') return;
    const peer = message.peer as PeerId;
    const owner = [...this.sessions.values()].find((session) => session.peer === peer)?.socket ?? this.#peers.get(peer);
    this.#send(owner, message as HubToPlayer);
  }
}
