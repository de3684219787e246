// src/server/udp/shard.ts - one worker's relay: joins the core to its sockets, streams and clock. Everything of a client
// happens on one thread, so there is no lock and nothing to hand over.
import { assert } from '../../base/assert.ts';
import type { Clock } from '../../base/clock.ts';
import type { IpBytes, TransportAddress } from '../../relay/address.ts';
import { readRecord, writeRecord } from '../../relay/endpoint.ts';
import { BUFFERS, REPLY_BYTES_MAX } from '../../relay/packet-memory.ts';
import { type ClientPath, type RelayEvent, STREAM_HANDLES } from '../../relay/ports.ts';
import { type Relay, verdicts } from '../../relay/relay.ts';
import { counterIndex } from '../../relay/shard-stats.ts';
import type { IcmpError } from '../../relay/stun/attributes/icmp.ts';
import { Out } from '../../relay/turn/out.ts';
import { type ClientStream, ClientStreams, type StreamHandlers, UNUSED_STREAM_MS } from '../tcp/client-streams.ts';
import type { BatchHandlers, BatchUdp } from './batch-udp.ts';
import { copyPacket } from './dgram-udp.ts';

const TIMER_SLACK_MS = 20; // Deadlines are seconds away; timers that fall together are one wake-up.

/** What a shard is made of. */
export type ShardParts = {
  readonly relay: Relay;
  readonly udp: BatchUdp;
  readonly clock: Clock;
  readonly onEvents: (events: readonly RelayEvent[]) => void;
};

/** Moves packets between sockets and the core. */
export class Shard implements BatchHandlers, StreamHandlers {
  readonly streams: ClientStreams;
  readonly #relay: Relay;
  readonly #udp: BatchUdp;
  readonly #clock: Clock;
  readonly #onEvents: (events: readonly RelayEvent[]) => void;
  readonly #listeners = new Set<number>();
  readonly #out = new Out();
  #streamBuffer = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerMs = Number.POSITIVE_INFINITY;

  constructor({ relay, udp, clock, onEvents }: ShardParts) {
    this.#relay = relay;
    this.#udp = udp;
    this.#clock = clock;
    this.#onEvents = onEvents;
    this.streams = new ClientStreams(this);
    this.begin();
  }

  /** Opens a UDP port for clients; -1 when it is taken. */
  listen(ip: IpBytes, port: number): number {
    const socket = this.#udp.listen(ip, port);
    if (socket >= 0) this.#listeners.add(socket);
    return socket;
  }

  begin(): void {
    this.#relay.setTime(this.#clock.monotonicMs(), this.#clock.wallMs());
  }

  packets(socket: number, first: number, count: number): void {
    const { memory, lengths, segments } = this.#udp;
    const fromClients = this.#listeners.has(socket);
    for (let buffer = first; buffer < first + count; buffer++) {
      const start = memory.bufferAt(buffer);
      const total = lengths[buffer] ?? 0;
      const segment = segments[buffer] ?? 0;
      let offset = 0;
      do {
        const length = Math.min(segment, total - offset);
        if (fromClients) this.#fromClient(socket, start + offset, length, buffer);
        else this.#fromPeer(socket, start + offset, length, buffer);
        offset += length;
      } while (offset < total);
    }
  }

  #fromClient(socket: number, at: number, length: number, record: number): void {
    this.#udp.prepare(this.#out);
    const verdict = this.#relay.fromClient(socket, at, length, record, this.#out);
    if (verdict === verdicts.FORWARD) this.#forward();
    else if (verdict === verdicts.REQUEST) this.#request(socket, record, at, length);
  }

  #fromPeer(socket: number, at: number, length: number, record: number): void {
    this.#udp.prepare(this.#out);
    if (this.#relay.fromPeer(socket, at, length, record, this.#out) === verdicts.FORWARD) this.#forward();
  }

  end(): boolean {
    const written = this.streams.flush();
    this.#settle();
    return written;
  }

  #forward(): void {
    if (this.#out.socket < STREAM_HANDLES) this.#udp.send(this.#out);
    else this.streams.send(this.#out.socket, copyPacket(this.#udp.memory, this.#out));
  }

  /** A request over UDP: the ordinary code runs with an empty queue. */
  #request(listener: number, record: number, at: number, length: number): void {
    const { memory } = this.#udp;
    this.#udp.flush();
    const client: ClientPath = { transport: 'udp', listener, record, address: readRecord(memory, record) };
    const reply = this.#relay.request(memory.bytes.slice(at, at + length), client);
    if (reply !== undefined) this.#sendMessage(reply, listener, record);
  }

  /** Sends a message of the ordinary code at once. */
  #sendMessage(bytes: Uint8Array, socket: number, to: number): void {
    const { memory } = this.#udp;
    assert(bytes.length <= REPLY_BYTES_MAX, 'a reply has its bound');
    this.#udp.flush();
    memory.bytes.set(bytes, memory.replyAt);
    this.#udp.prepare(this.#out);
    Object.assign(this.#out, { socket, to, headLength: 0, at: memory.replyAt, length: bytes.length, padLength: 0 });
    this.#out.dontFragment = false;
    this.#udp.send(this.#out);
    this.#udp.flush();
  }

  icmp(socket: number, peer: TransportAddress, error: IcmpError): void {
    const told = this.#relay.icmp(socket, peer, error);
    if (told === undefined) return;
    if (told.to.transport === 'udp') this.#sendMessage(told.bytes, told.to.listener, told.to.record);
    else this.streams.send(told.to.listener, told.bytes);
  }

  /** One message of a stream; the messages of one read fill the buffers one after the other, as a batch of packets does. */
  message({ handle, transport, address }: ClientStream, bytes: Uint8Array, from: number, length: number): void {
    const { memory } = this.#udp;
    if (this.#streamBuffer === BUFFERS) this.readEnd();
    const buffer = this.#streamBuffer++;
    if (buffer === 0) this.begin();
    const at = memory.bufferAt(buffer);
    memory.bytes.set(bytes.subarray(from, from + length), at);
    this.#udp.prepare(this.#out);
    const verdict = this.#relay.fromStream(handle, at, length, this.#out);
    if (verdict === verdicts.FORWARD) this.#forward();
    if (verdict !== verdicts.REQUEST) return;
    this.#udp.flush();
    writeRecord(memory, buffer, address);
    const client: ClientPath = { transport, listener: handle, record: buffer, address };
    const reply = this.#relay.request(bytes.slice(from, from + length), client);
    if (reply !== undefined) this.streams.send(handle, reply);
  }

  readEnd(): void {
    this.#streamBuffer = 0;
    this.#udp.flush();
    this.end();
  }

  /** Takes over a client's connection; without an allocation it is closed after a while. */
  addStream(...[socket, transport, address]: Parameters<ClientStreams['add']>): void {
    const stream = this.streams.add(socket, transport, address);
    this.#relay.state.count('streamsMade');
    this.#countStreams();
    const unused = setTimeout(() => {
      if (this.#relay.state.table.findStream(stream.handle) === undefined) this.streams.close(stream.handle);
    }, UNUSED_STREAM_MS);
    socket.once('close', () => clearTimeout(unused));
  }

  closed({ handle }: ClientStream): void {
    this.act(() => this.#relay.streamClosed(handle));
    this.#countStreams();
  }

  #countStreams(): void {
    this.#relay.state.means.stats[counterIndex.streamsOpen] = this.streams.size;
  }

  /** Runs ordinary code on the core, with the time set and nothing queued. */
  act(change: (relay: Relay) => void): void {
    this.begin();
    this.#udp.flush();
    change(this.#relay);
    this.#settle();
  }

  /** After a batch: events to the log, counters to shared memory, the timer to the next deadline. */
  #settle(): void {
    const { stats } = this.#relay.state.means;
    const { counts } = this.#udp;
    stats[counterIndex.receiveCalls] = counts.receiveCalls;
    stats[counterIndex.receivedPackets] = counts.receivedPackets;
    stats[counterIndex.sendCalls] = counts.sendCalls;
    stats[counterIndex.droppedSend] = counts.unsent;
    stats[counterIndex.droppedBacklog] = this.streams.dropped;
    const events = this.#relay.takeEvents();
    if (events.length > 0) this.#onEvents(events);
    const dueMs = this.#relay.nextDueMs;
    if (dueMs === undefined || dueMs >= this.#timerMs) return;
    clearTimeout(this.#timer);
    this.#timerMs = dueMs;
    this.#timer = setTimeout(() => this.#onTimer(), Math.max(0, dueMs - this.#relay.state.nowMs) + TIMER_SLACK_MS);
  }

  #onTimer(): void {
    this.#timerMs = Number.POSITIVE_INFINITY;
    this.act((relay) => relay.due());
  }

  /** Frees every allocation and closes every socket. */
  stop(): void {
    clearTimeout(this.#timer);
    this.act((relay) => relay.endAll('shutdown'));
    this.streams.stop();
    this.#udp.stop();
  }
}
