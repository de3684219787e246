// src/server/tcp/client-streams.ts - clients that come over TCP or TLS: cuts their bytes into messages, gathers what goes
// back to them in one batch into one write, and drops it when they read too slowly: video must not pile up.
import type { Socket } from 'node:net';
import type { TransportAddress } from '../../relay/address.ts';
import { type ClientTransport, STREAM_HANDLES } from '../../relay/ports.ts';
import { StreamFramer } from '../../relay/stream-framer.ts';

/** Unsent bytes towards one client before packets for it are dropped: 40 ms of 50 Mbit/s. */
const BACKLOG_BYTES_MAX = 256 * 1024;
/** A stream that has no allocation this long after it opened is closed: nobody holds a place for nothing. */
export const UNUSED_STREAM_MS = 10_000;

/** What a shard does with streams. */
export interface StreamHandlers {
  /** A whole message of a stream, in `bytes`; valid during the call. */
  message(stream: ClientStream, bytes: Uint8Array, at: number, length: number): void;
  /** A read is over and all its messages were handled. */
  readEnd(): void;
  closed(stream: ClientStream): void;
}

/** One client's connection. */
export type ClientStream = {
  readonly handle: number;
  readonly transport: ClientTransport;
  readonly address: TransportAddress;
};

type Entry = ClientStream & { readonly socket: Socket; readonly pieces: Uint8Array[] };

/** Streams of one worker by handle. */
export class ClientStreams {
  readonly #handlers: StreamHandlers;
  #streams = new Map<number, Entry>();
  #dirty: Entry[] = [];
  #lastHandle = STREAM_HANDLES;
  /** Packets that were dropped because their client reads too slowly. */
  dropped = 0;

  constructor(handlers: StreamHandlers) {
    this.#handlers = handlers;
  }

  /** Open streams. */
  get size(): number {
    return this.#streams.size;
  }

  /** Takes over an open connection. Its bytes are TURN messages from now on. */
  add(socket: Socket, transport: ClientTransport, address: TransportAddress): ClientStream {
    const entry: Entry = { handle: ++this.#lastHandle, transport, address, socket, pieces: [] };
    const framer = new StreamFramer();
    this.#streams.set(entry.handle, entry);
    socket.setNoDelay(true);
    if (transport === 'tls') writeOneByOne(socket);
    socket.on('data', (chunk: Uint8Array) => {
      const fits = framer.push(chunk, (bytes, at, length) => this.#handlers.message(entry, bytes, at, length));
      this.#handlers.readEnd();
      if (!fits) socket.destroy();
    });
    socket.on('error', () => {}); // 'close' follows, which is all that matters.
    socket.once('close', () => {
      if (this.#streams.delete(entry.handle)) this.#handlers.closed(entry);
    });
    return entry;
  }

  /** Queues bytes for a client, which it keeps, or drops them when the client has too many unread. */
  send(handle: number, bytes: Uint8Array): void {
    const entry = this.#streams.get(handle);
    if (entry === undefined) return;
    if (entry.socket.writableLength > BACKLOG_BYTES_MAX) {
      this.dropped++;
      return;
    }
    if (entry.pieces.length === 0) this.#dirty.push(entry);
    entry.pieces.push(bytes);
  }

  /** Writes what was queued, once per client. True when there was anything. */
  flush(): boolean {
    if (this.#dirty.length === 0) return false;
    for (const { socket, transport, pieces } of this.#dirty) {
      if (transport === 'tcp') socket.cork(); // One system call for the batch.
      for (const piece of pieces) socket.write(piece);
      socket.uncork();
      pieces.length = 0;
    }
    this.#dirty = [];
    return true;
  }

  /** Ends one client's connection. */
  close(handle: number): void {
    this.#streams.get(handle)?.socket.destroy();
  }

  /** Ends all connections. */
  stop(): void {
    for (const { socket } of this.#streams.values()) socket.destroy();
  }
}

/**
 * Gives each message a TLS record of its own. Node would join what waits into one; clients that take a record for a message
 * (turnutils_uclient does) would lose all but the first.
 */
function writeOneByOne(socket: Socket): void {
  Object.defineProperty(socket, '_writev', { value: undefined });
}
