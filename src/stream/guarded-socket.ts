// src/stream/guarded-socket.ts - one UDP socket of a peer, bound to one address of this machine. It stands where werift
// would put its own, which binds to every address, races other processes for a port, dies on a send error and takes
// datagrams from anybody. Here STUN requests must be signed with our password and everything else must come from an
// address that such a request came from.
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { OutageError } from '../base/assert.ts';
import { isSignedForUs, isStun, isStunRequest } from './stun-door.ts';

/** Peers that proved our password, per socket: a browser has a handful of paths, each with few addresses. */
const KNOWN_SOURCES_MAX = 64;
/** Room for one key frame at 50 Mbit/s, so that a burst waits in the kernel and is not lost. */
const BUFFER_BYTES = 1024 * 1024;
const PORTS_TRIED_MAX = 2_000;
const DTLS_ALERT = 21;
const DTLS_HANDSHAKE = 22;
/** A browser repeats its last handshake flight until ours arrives; later nobody shakes hands (werift keeps fragments). */
const HANDSHAKE_TAIL_MS = 10_000;

/** Which ports a socket may take. */
export type PortRange = { readonly first: number; readonly last: number };

function isOurs(address: string): boolean {
  return Object.values(networkInterfaces()).some((list) => list?.some((entry) => entry.address === address) ?? false);
}

function openSocket(address: string, port: number): Promise<Socket> {
  const six = isIPv6(address);
  const socket = createSocket({
    type: six ? 'udp6' : 'udp4',
    ipv6Only: six,
    // Destinations are addresses already; the system's resolver would cost a turn of the event loop a packet.
    lookup: (host, _options, done) => done(null, host, six ? 6 : 4),
  });
  // An advertised address of a NAT in front of us is not on any interface: then every address must do.
  const bound = isOurs(address) ? { address, port } : { port };
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ ...bound, exclusive: true }, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

async function bindInRange(address: string, range: PortRange | undefined): Promise<Socket> {
  if (range === undefined) return openSocket(address, 0);
  const count = range.last - range.first + 1;
  // Starts anywhere, so that processes that open at the same time seldom try the same port.
  const start = Math.floor(Math.random() * count);
  for (let i = 0; i < Math.min(count, PORTS_TRIED_MAX); i++) {
    try {
      return await openSocket(address, range.first + ((start + i) % count));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    }
  }
  throw new OutageError(`no free UDP port at ${address} in ${range.first}-${range.last}`);
}

/** A bound socket with werift's `UdpTransport` surface. */
export class GuardedSocket {
  readonly type = 'udp';
  readonly socket: Socket;
  readonly addressFamily: 4 | 6;
  closed = false;
  /** Where the bytes go that were let in. */
  onData: (data: Buffer, from: readonly [string, number]) => void = () => {};
  /** Our ICE password for one of our user name fragments. */
  passwordOf: (ufrag: string) => string | undefined = () => undefined;
  /** Datagrams that were not let in. */
  refused = 0;
  #known = new Set<string>();
  #handshakeDoneMs: number | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.addressFamily = socket.address().family === 'IPv6' ? 6 : 4;
    socket.on('error', () => {}); // A network that is away is no fault of this process; ICE notices by itself.
    socket.on('message', (data, from) => {
      if (this.#letsIn(data, from.address, from.port)) this.onData(data, [from.address, from.port]);
      else this.refused++;
    });
    try {
      socket.setSendBufferSize(BUFFER_BYTES);
      socket.setRecvBufferSize(BUFFER_BYTES);
    } catch {
      // The system's own sizes then; only bursts suffer.
    }
  }

  /**
   * Binds to `address`, or to all of its family when this machine does not have it, on a free port of `range`.
   * @throws OutageError when no port is free or the address cannot be bound
   */
  static async open(address: string, range?: PortRange): Promise<GuardedSocket> {
    try {
      return new GuardedSocket(await bindInRange(address, range));
    } catch (error) {
      if (error instanceof OutageError) throw error;
      throw new OutageError(`cannot bind UDP at ${address}: ${String(error)}`);
    }
  }

  get address(): ReturnType<Socket['address']> {
    return this.socket.address();
  }

  get host(): string {
    return this.socket.address().address;
  }

  get port(): number {
    return this.socket.address().port;
  }

  #letsIn(data: Buffer, address: string, port: number): boolean {
    const source = `${address} ${port}`;
    if (isStun(data)) {
      if (!isStunRequest(data)) return true; // A response: werift checks it against its open transactions and their key.
      if (!isSignedForUs(data, this.passwordOf)) return false;
      if (this.#known.size < KNOWN_SOURCES_MAX) this.#known.add(source);
      return true;
    }
    if (!this.#known.has(source)) return false;
    const first = data[0] ?? 0;
    if (first >= 128) return true; // SRTP and SRTCP authenticate themselves.
    if (first < 20 || first > 23) return false; // werift takes any other record for a close.
    if (this.#handshakeDoneMs === undefined) return true;
    const epochIsZero = data[3] === 0 && data[4] === 0;
    if (first === DTLS_ALERT) return !epochIsZero; // A real one is encrypted by now.
    return first !== DTLS_HANDSHAKE || performance.now() - this.#handshakeDoneMs < HANDSHAKE_TAIL_MS;
  }

  /** From now on plain-text alerts are refused, and soon handshakes too. */
  handshakeDone(): void {
    this.#handshakeDoneMs ??= performance.now();
  }

  /** Sends one datagram now. What the system refuses is lost like any other datagram. */
  sendNow(data: Uint8Array, port: number, address: string): void {
    if (this.closed) return;
    this.socket.send(data, port, address);
  }

  send = async (data: Buffer, to?: readonly [string, number]): Promise<void> => {
    if (to !== undefined) this.sendNow(data, to[1], to[0]);
  };

  close = (): Promise<void> =>
    new Promise((resolve) => {
      if (this.closed) {
        resolve();
        return;
      }
      this.closed = true;
      this.onData = () => {};
      this.socket.close(() => resolve());
    });
}
