// src/server/tcp/stream-listener.ts - one TCP port for TURN in the clear and over TLS: the first byte tells them apart (a
// TLS handshake begins with 22, STUN with 0 to 3, ChannelData with 64 to 79). So `turn:` and `turns:` share a port, and
// that port can be 443. Certificates are exchanged without dropping anybody.
import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { countedBy } from '../../base/ip.ts';
import { parseIp, type TransportAddress } from '../../relay/address.ts';
import type { ClientTransport } from '../../relay/ports.ts';

const TLS_HANDSHAKE = 22;
/** Time for the first byte and for the TLS handshake; then the connection must have an allocation (see the shard). */
const HANDSHAKE_MS = 10_000;

/** A certificate chain and its key, both PEM. */
export type Certificate = { readonly cert: string; readonly key: string };

/** What a listener is given. */
export type StreamListenerOptions = {
  readonly host: string;
  readonly port: number;
  readonly certificate: Certificate | undefined;
  /** Most connections at once, and of one address; more are closed at once. */
  readonly connectionsMax: number;
  readonly perAddressMax: number;
  readonly onClient: (socket: Socket, transport: ClientTransport, address: TransportAddress) => void;
};

function contextOf(certificate: Certificate | undefined): SecureContext | undefined {
  return certificate === undefined
    ? undefined
    : createSecureContext({ cert: certificate.cert, key: certificate.key, minVersion: 'TLSv1.2' });
}

/** The client's address, an IPv4-mapped one as IPv4. */
function addressOf(socket: Socket): TransportAddress | undefined {
  const ip = parseIp((socket.remoteAddress ?? '').replace(/^::ffff:/i, '').split('%')[0] ?? '');
  return ip === undefined || socket.remotePort === undefined ? undefined : { ip, port: socket.remotePort };
}

/** Accepts clients on one TCP port. */
export class StreamListener {
  readonly #options: StreamListenerOptions;
  readonly #server: Server;
  readonly #perAddress = new Map<string, number>();
  #context: SecureContext | undefined;

  /** @throws Error when the certificate or key cannot be read */
  constructor(options: StreamListenerOptions) {
    this.#options = options;
    this.#context = contextOf(options.certificate);
    this.#server = createServer({ pauseOnConnect: true }, (socket) => this.#accept(socket));
    this.#server.maxConnections = options.connectionsMax;
  }

  /** Begins to listen; resolves with the port. Rejects when it is taken. */
  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: this.#options.host, port: this.#options.port, ipv6Only: true }, () => {
        const bound = this.#server.address();
        resolve(typeof bound === 'object' && bound !== null ? bound.port : 0);
      });
    });
  }

  /** Uses another certificate for connections from now on. @throws Error when it cannot be read */
  setCertificate(certificate: Certificate): void {
    this.#context = contextOf(certificate);
  }

  /** Takes no more connections; those there are stay. */
  close(): void {
    this.#server.close();
  }

  #accept(socket: Socket): void {
    const address = addressOf(socket);
    const key = countedBy(socket.remoteAddress ?? '');
    const open = this.#perAddress.get(key) ?? 0;
    if (address === undefined || open >= this.#options.perAddressMax) {
      socket.destroy();
      return;
    }
    this.#perAddress.set(key, open + 1);
    socket.once('close', () => {
      const left = (this.#perAddress.get(key) ?? 1) - 1;
      if (left > 0) this.#perAddress.set(key, left);
      else this.#perAddress.delete(key);
    });
    socket.on('error', () => {});
    const slow = setTimeout(() => socket.destroy(), HANDSHAKE_MS);
    socket.once('close', () => clearTimeout(slow));
    socket.once('readable', () => {
      const first: Uint8Array | null = socket.read();
      if (first === null) return;
      socket.unshift(first);
      if (first[0] !== TLS_HANDSHAKE) {
        clearTimeout(slow);
        this.#options.onClient(socket, 'tcp', address);
      } else if (this.#context === undefined) socket.destroy();
      else this.#secure(socket, this.#context, address, slow);
    });
  }

  #secure(socket: Socket, secureContext: SecureContext, address: TransportAddress, slow: NodeJS.Timeout): void {
    const secured = new TLSSocket(socket, { isServer: true, secureContext });
    secured.on('error', () => socket.destroy());
    secured.once('secure', () => {
      clearTimeout(slow);
      this.#options.onClient(secured, 'tls', address);
    });
  }
}
