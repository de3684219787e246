// src/server/udp/shard.ts - one worker's relay: joins the core to its sockets, streams and clock. Everything of a client
// happens on one thread, so there is no lock and nothing to hand over.
import type { Clock } from '../../base/clock.ts';
import type { IpBytes, TransportAddress } from '../../relay/address.ts';
import { readRecord, writeRecord } from '../../relay/endpoint.ts';
import { type ClientPath, type RelayEvent, STREAM_HANDLES } from '../../relay/ports.ts';
import { type Relay, verdicts } from '../../relay/relay.ts';
import { counterIndex } from '../../relay/shard-stats.ts';
import type { IcmpError } from '../../relay/stun/attributes/icmp.ts';
import { Out } from '../../relay/turn/out.ts';
import { type ClientStream, ClientStreams, type StreamHandlers, UNUSED_STREAM_MS } from '../tcp/client-streams.ts';
import { BATCH_PACKETS, type BatchHandlers, type BatchUdp } from './batch-udp.ts';

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
  #streamSlot = 0;
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
    const { memory, lengths } = this.#udp;
    const fromClients = this.#listeners.has(socket);
    for (let slot = first; slot < first + count; slot++) {
      const length = lengths[slot] ?? -1;
      if (length < 0) continue;
      const at = memory.packetAt(slot);
      const verdict = fromClients
        ? this.#relay.fromClient(socket, at, length, slot, this.#out)
        : this.#relay.fromPeer(socket, at, length, slot, this.#out);
      if (verdict === verdicts.FORWARD) this.#forward();
      else if (verdict === verdicts.REQUEST) this.#request(socket, slot, at, length);
    }
  }

  end(): void {
    this.streams.flush();
    this.#settle();
  }

  #forward(): void {
    const { socket, at, length, to, dontFragment } = this.#out;
    if (socket < STREAM_HANDLES) this.#udp.send(socket, at, length, to, dontFragment);
    else this.streams.send(socket, this.#udp.memory.bytes.subarray(at, at + length));
  }

  /** A request over UDP: the ordinary code runs with an empty queue, and its reply leaves from the request's own slot. */
  #request(listener: number, slot: number, at: number, length: number): void {
    const { memory } = this.#udp;
    this.#udp.flush();
    const client: ClientPath = { transport: 'udp', listener, record: slot, address: readRecord(memory, slot) };
    const reply = this.#relay.request(memory.bytes.slice(at, at + length), client);
    if (reply === undefined) return;
    memory.bytes.set(reply, at);
    this.#udp.send(listener, at, reply.length, slot, false);
  }

  icmp(socket: number, peer: TransportAddress, error: IcmpError): void {
    const told = this.#relay.icmp(socket, peer, error);
    if (told === undefined) return;
    const { bytes, to } = told;
    if (to.transport !== 'udp') {
      this.streams.send(to.listener, bytes);
      return;
    }
    const { memory } = this.#udp;
    this.#udp.flush();
    memory.bytes.set(bytes, memory.packetAt(0));
    this.#udp.send(to.listener, memory.packetAt(0), bytes.length, to.record, false);
    this.#udp.flush();
  }

  /** One message of a stream; the messages of one read fill the slots one after the other, as a batch of packets does. */
  message({ handle, transport, address }: ClientStream, bytes: Uint8Array, from: number, length: number): void {
    const { memory } = this.#udp;
    if (this.#streamSlot === BATCH_PACKETS) this.readEnd();
    const slot = this.#streamSlot++;
    if (slot === 0) this.begin();
    const at = memory.packetAt(slot);
    memory.bytes.set(bytes.subarray(from, from + length), at);
    const verdict = this.#relay.fromStream(handle, at, length, slot, this.#out);
    if (verdict === verdicts.FORWARD) this.#forward();
    if (verdict !== verdicts.REQUEST) return;
    this.#udp.flush();
    writeRecord(memory, slot, address);
    const client: ClientPath = { transport, listener: handle, record: slot, address };
    const reply = this.#relay.request(bytes.slice(from, from + length), client);
    if (reply !== undefined) this.streams.send(handle, reply);
  }

  readEnd(): void {
    this.#streamSlot = 0;
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
    stats[counterIndex.droppedSend] = counts.unsent + counts.oversized;
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
