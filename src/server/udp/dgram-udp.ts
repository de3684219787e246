// src/server/udp/dgram-udp.ts - BatchUdp over Node's own sockets: one system call a packet, works wherever Node does. The
// fallback where the `ffi` backend cannot run; same meaning, same tests.
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { formatIp, type IpBytes, parseIp } from '../../relay/address.ts';
import { readRecord, writeRecord } from '../../relay/endpoint.ts';
import { PACKET_BYTES_MAX, PacketMemory, packetMemoryBytes } from '../../relay/packet-memory.ts';
import {
  BATCH_PACKETS,
  type BatchCounts,
  type BatchHandlers,
  type BatchUdp,
  type BatchUdpOptions,
} from './batch-udp.ts';

const LISTEN_BUFFER_BYTES = 4 * 1024 * 1024;
const RELAY_BUFFER_BYTES = 1024 * 1024;
const QUEUE_PACKETS_MAX = 1_024; // Unsent packets a socket may hold; beyond them video is dropped, as the kernel would.

type Destination = { readonly address: string; readonly port: number };

/** Sockets of `node:dgram`. */
export class DgramUdp implements BatchUdp {
  readonly kind = 'dgram';
  readonly memory: PacketMemory;
  readonly lengths = new Int32Array(BATCH_PACKETS);
  readonly counts: BatchCounts = { receiveCalls: 0, receivedPackets: 0, oversized: 0, sendCalls: 0, unsent: 0 };
  readonly canForbidFragments = false;
  readonly #sockets = new Map<number, Socket>();
  #handlers: BatchHandlers | undefined;
  #lastHandle = 0;

  constructor({ records }: BatchUdpOptions) {
    const size = { slots: BATCH_PACKETS, records };
    this.memory = new PacketMemory(new ArrayBuffer(packetMemoryBytes(size)), 0, size);
  }

  open(ip: IpBytes, port: number): number {
    return this.#bind(ip, port, RELAY_BUFFER_BYTES);
  }

  listen(ip: IpBytes, port: number): number {
    return this.#bind(ip, port, LISTEN_BUFFER_BYTES);
  }

  #bind(ip: IpBytes, port: number, bufferBytes: number): number {
    let bound = false;
    const socket = createSocket({
      type: ip.length === 4 ? 'udp4' : 'udp6',
      ipv6Only: ip.length === 16,
      // Addresses are numbers already; answering at once makes `bind` and `send` do their work at once.
      lookup: (host, _options, done) => done(null, host, ip.length === 4 ? 4 : 6),
    });
    socket.on('error', () => {}); // A taken port shows as `bound` staying false; later errors as unsent packets.
    socket.once('listening', () => {});
    socket.bind({ address: formatIp(ip), port, exclusive: true });
    try {
      bound = socket.address().port > 0;
    } catch {
      bound = false; // `address()` throws on a socket that is not bound.
    }
    if (!bound) {
      socket.close();
      return -1;
    }
    socket.setRecvBufferSize(bufferBytes);
    socket.setSendBufferSize(bufferBytes);
    const handle = ++this.#lastHandle;
    socket.on('message', (packet, from) => this.#arrived(handle, packet, from));
    this.#sockets.set(handle, socket);
    return handle;
  }

  portOf(socket: number): number {
    return this.#sockets.get(socket)?.address().port ?? 0;
  }

  close(socket: number): void {
    this.#sockets.get(socket)?.close();
    this.#sockets.delete(socket);
  }

  send(socket: number, at: number, length: number, to: number): void {
    const from = this.#sockets.get(socket);
    if (from === undefined) return;
    this.counts.sendCalls++;
    if (from.getSendQueueCount() >= QUEUE_PACKETS_MAX) {
      this.counts.unsent++;
      return;
    }
    const { address, port } = this.#destination(to);
    from.send(this.memory.bytes.slice(at, at + length), port, address, (error) => {
      if (error !== null) this.counts.unsent++;
    });
  }

  #destination(record: number): Destination {
    const { ip, port } = readRecord(this.memory, record);
    return { address: formatIp(ip), port };
  }

  flush(): void {}

  start(handlers: BatchHandlers): void {
    this.#handlers = handlers;
  }

  #arrived(handle: number, packet: Uint8Array, from: RemoteInfo): void {
    const ip = parseIp(from.address.split('%')[0] ?? '');
    if (this.#handlers === undefined || ip === undefined || !this.#sockets.has(handle)) return;
    this.counts.receiveCalls++;
    this.counts.receivedPackets++;
    this.#handlers.begin();
    writeRecord(this.memory, 0, { ip, port: from.port });
    const fits = packet.length <= PACKET_BYTES_MAX;
    this.lengths[0] = fits ? packet.length : -1;
    if (fits) this.memory.bytes.set(packet, this.memory.packetAt(0));
    else this.counts.oversized++;
    this.#handlers.packets(handle, 0, 1);
    this.#handlers.end();
  }

  stop(): void {
    this.#handlers = undefined;
    for (const handle of [...this.#sockets.keys()]) this.close(handle);
  }
}
