// src/server/tls/door.ts - HTTPS on the hub's one port. Whoever types the address without `https://` comes to the same port in
// the clear: the first byte tells the two apart (a TLS handshake begins with 22), and the clear one is answered by `plain`,
// which has one short answer for everybody. Certificates are exchanged without dropping a connection.
import { createServer as createPlain, type RequestListener, type ServerOptions } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import type { Certificate } from './authority.ts';

const TLS_HANDSHAKE = 22;
/** Time for the first byte, for a handshake, and for all of a conversation in the clear. */
const PATIENCE_MS = 10_000;
const PLAIN_HEADER_BYTES = 8_192;

/** What is served at the door. */
export type DoorParts = {
  readonly certificate: Certificate;
  /** Answers in the clear. */
  readonly plain: RequestListener;
  /** Answers before the hub does, over TLS; says whether it did. */
  readonly first: (...args: Parameters<RequestListener>) => boolean;
};

/** The servers of one port: several where a name stands for several addresses. */
export class Door {
  readonly #parts: DoorParts;
  readonly #servers = new Set<Server>();
  #certificate: Certificate;

  constructor(parts: DoorParts) {
    this.#parts = parts;
    this.#certificate = parts.certificate;
  }

  /** Makes a server for `serve`; whoever called listens and closes. */
  makeServer(serve: RequestListener, options: ServerOptions): Server {
    const { first, plain } = this.#parts;
    const server = createServer(
      { ...options, ...this.#certificate, minVersion: 'TLSv1.2', handshakeTimeout: PATIENCE_MS },
      (request, response) => {
        if (!first(request, response)) serve(request, response);
      },
    );
    const clear = createPlain({ maxHeaderSize: PLAIN_HEADER_BYTES }, (request, response) => {
      response.setHeader('connection', 'close');
      plain(request, response);
    });
    clear.on('upgrade', (_request, tcp) => tcp.destroy()); // Without TLS no page of ours opens a socket.
    const secured = server.listeners('connection');
    server.removeAllListeners('connection');
    server.on('connection', (socket: Socket) => {
      whenSpoken(socket, (tls) => {
        if (tls) for (const listener of secured) listener.call(server, socket);
        else clear.emit('connection', socket);
      });
    });
    server.on('tlsClientError', (_cause, socket) => socket.destroy()); // A device that does not trust us yet hangs up.
    server.on('close', () => this.#servers.delete(server));
    this.#servers.add(server);
    return server;
  }

  /** Uses another certificate for connections from now on. */
  setCertificate(certificate: Certificate): void {
    this.#certificate = certificate;
    for (const server of this.#servers) server.setSecureContext({ ...certificate, minVersion: 'TLSv1.2' });
  }
}

/** Tells whether a connection began with TLS; one in the clear has `PATIENCE_MS` from its opening to its end. */
function whenSpoken(socket: Socket, then: (tls: boolean) => void): void {
  socket.on('error', () => {});
  const slow = setTimeout(() => socket.destroy(), PATIENCE_MS);
  socket.once('close', () => clearTimeout(slow));
  socket.once('readable', () => {
    const bytes: Uint8Array | null = socket.read();
    if (bytes === null) return void socket.destroy(); // It ended without a word.
    socket.unshift(bytes);
    const tls = bytes[0] === TLS_HANDSHAKE;
    if (tls) clearTimeout(slow);
    then(tls);
  });
}
