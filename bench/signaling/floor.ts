// bench/signaling/floor.ts - the least a signaling server can do: a bare `ws` server that parses JSON, looks up the socket that
// a message names, and sends it on. No login, no schema, no limits. Everything is measured against it.
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { ready, serveParent } from './child.ts';

const sockets = new Map<string, WebSocket>();
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', (ws, request) => {
  const name = (request.url ?? '').slice(1);
  sockets.set(name, ws);
  ws.on('close', () => sockets.delete(name));
  ws.on('message', (data: Buffer) => {
    const message: { to?: string } = JSON.parse(data.toString());
    sockets.get(message.to ?? '')?.send(JSON.stringify(message));
  });
});
server.on('listening', () => ready((server.address() as AddressInfo).port));
serveParent(() => undefined);
