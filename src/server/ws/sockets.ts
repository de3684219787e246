// src/server/ws/sockets.ts - every WebSocket of the hub: who may open one, how many, and that the dead are noticed. The three
// conversations are in play-socket.ts, node-socket.ts and relay-socket.ts.
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { countedBy } from '../../base/ip.ts';
import { bounds } from '../../protocol/limits.ts';
import { Counts } from '../../signaling/counts.ts';
import { LogGate } from './log-gate.ts';
import { nodeConversation } from './node-socket.ts';
import { playConversation } from './play-socket.ts';
import { receptionOf, type SocketsParts, type Visit } from './reception.ts';
import { relayConversation } from './relay-socket.ts';
import { type Conversation, Socket, type SocketParts } from './socket.ts';

/** A ping unanswered for this long ends a socket: proxies and phones drop connections without a word. */
const HEARTBEAT_MS = 15_000;
const FORBIDDEN = 'HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n';
const NOT_FOUND = 'HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n';
const TOO_MANY = 'HTTP/1.1 429 Too Many Requests\r\nconnection: close\r\ncontent-length: 0\r\n\r\n';

/** The open sockets. */
export type HubSockets = {
  /** How many are open. */
  count(): number;
  /** Ends all of them and takes no more. */
  close(reason: string): void;
};

function visitOf(request: IncomingMessage, trustProxy: boolean): Visit {
  const header = request.headers['x-forwarded-for'];
  const forwarded = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').at(-1)?.trim() ?? '';
  const proxied = forwarded !== '' || request.headers.forwarded !== undefined;
  const remote = (request.socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
  return trustProxy && forwarded !== ''
    ? { address: forwarded, viaProxy: false }
    : { address: remote, viaProxy: proxied };
}

/** Takes the upgrades of `server` and serves the three conversations. */
export function openSockets(server: Server, parts: SocketsParts): HubSockets {
  const { hub, clock, metrics, log } = parts;
  const gate = new LogGate(log);
  const perAddress = new Counts<string>(bounds.socketsPerAddress);
  const open = new Set<{ heartbeat(): void; close(reason: string): void; terminate(): void }>();
  const shared: SocketParts = {
    clock,
    gate,
    onMessage: metrics.message,
    onRefusal: (code) => hub.ports.counters.refused(code),
  };
  const upgrades = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false, // SDP compresses well, but each socket would keep 300 KB of zlib windows.
    maxPayload: bounds.signalMessageBytes,
    skipUTF8Validation: true, // Text frames are refused unread.
  });
  const reception = receptionOf(parts, gate);

  /** Conversations by address; browsers always send an Origin, nodes and relays never do. */
  const doors: Readonly<Record<string, { browser: boolean; converse: (ws: WebSocket, visit: Visit) => void }>> = {
    '/ws/play': { browser: true, converse: (ws, visit) => admit(ws, visit, playConversation(reception)) },
    '/ws/node': {
      browser: false,
      converse: (ws, visit) => nodeConversation(reception, visit, (talk) => admit(ws, visit, talk)),
    },
    '/ws/relay': {
      browser: false,
      converse: (ws, visit) => relayConversation(reception, (talk) => admit(ws, visit, talk)),
    },
  };
  function admit<In, Out>(ws: WebSocket, { address }: Visit, talk: Conversation<In, Out>): Socket<In, Out> {
    const socket = new Socket(ws, address, talk, shared);
    open.add(socket);
    ws.once('close', () => {
      open.delete(socket);
      perAddress.remove(countedBy(address));
    });
    return socket;
  }

  server.on('upgrade', (request: IncomingMessage, tcp: Duplex, head: Buffer) => {
    tcp.on('error', () => tcp.destroy()); // A peer that resets while being refused is no event.
    const door = doors[(request.url ?? '').split('?')[0] ?? ''];
    const { origin } = request.headers;
    const visit = visitOf(request, parts.trustProxy);
    const refuseWith = (answer: string) => void tcp.end(answer);
    if (door === undefined) return refuseWith(NOT_FOUND);
    const fits = door.browser ? origin !== undefined && hub.config.origins.includes(origin) : origin === undefined;
    if (!fits) {
      hub.ports.counters.refused('ORIGIN_REFUSED');
      gate.warn('socket.origin', { origin: (origin ?? 'none').slice(0, 100) }, clock.monotonicMs());
      return refuseWith(FORBIDDEN);
    }
    const from = countedBy(visit.address);
    if (!perAddress.add(from)) return refuseWith(TOO_MANY);
    const leave = () => perAddress.remove(from);
    tcp.once('close', leave); // Until the handshake is done; from then on the socket's own close counts.
    upgrades.handleUpgrade(request, tcp, head, (ws) => {
      tcp.off('close', leave);
      door.converse(ws, visit);
    });
  });
  const pulse = setInterval(() => {
    for (const socket of open) socket.heartbeat();
  }, HEARTBEAT_MS);
  return {
    count: () => open.size,
    close: (reason) => {
      clearInterval(pulse);
      server.removeAllListeners('upgrade');
      for (const socket of open) socket.close(reason);
      for (const socket of open) socket.terminate();
    },
  };
}
