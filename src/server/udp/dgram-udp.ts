// src/server/udp/dgram-udp.ts - BatchUdp over Node's own sockets: one system call a packet, works wherever Node does. The
// fallback where the `ffi` backend cannot run; same meaning, same tests.
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { formatIp, type IpBytes, parseIp } from '../../relay/address.ts';
import { readRecord, writeRecord } from '../../relay/endpoint.ts';
import { BUFFER_BYTES, BUFFERS, PacketMemory, packetMemoryBytes } from '../../relay/packet-memory.ts';
import type { Out } from '../../relay/turn/out.ts';
import type { BatchCounts, BatchHandlers, BatchUdp, BatchUdpOptions } from './batch-udp.ts';

const LISTEN_BUFFER_BYTES = 4 * 1024 * 1024;
const RELAY_BUFFER_BYTES = 1024 * 1024;
const QUEUE_PACKETS_MAX = 1_024; // Unsent packets a socket may hold; beyond them video is dropped, as the kernel would.

/** Sockets of `node:dgram`. */
export class DgramUdp implements BatchUdp {
  readonly kind = 'dgram';
  readonly memory: PacketMemory;
  readonly lengths = new Int32Array(BUFFERS);
  readonly segments = new Int32Array(BUFFERS);
  readonly counts: BatchCounts = { receiveCalls: 0, receivedPackets: 0, sendCalls: 0, unsent: 0 };
  readonly canForbidFragments = false;
  readonly #sockets = new Map<number, Socket>();
  #handlers: BatchHandlers | undefined;
  #lastHandle = 0;

  constructor({ records }: BatchUdpOptions) {
    this.memory = new PacketMemory(new ArrayBuffer(packetMemoryBytes(records)), records);
  }

  open(ip: IpBytes, port: number): number {
    return this.#bind(ip, port, RELAY_BUFFER_BYTES);
  }

  /** Node connects a socket only in a later turn. */
  connect(): number {
    return -1;
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

  prepare(out: Out): void {
    out.headAt = this.memory.headAt(0);
    out.scratchRecord = this.memory.pieceRecord(0);
  }

  send(out: Out): void {
    const from = this.#sockets.get(out.socket);
    if (from === undefined) return;
    this.counts.sendCalls++;
    if (from.getSendQueueCount() >= QUEUE_PACKETS_MAX) {
      this.counts.unsent++;
      return;
    }
    const { ip, port } = readRecord(this.memory, out.to);
    from.send(copyPacket(this.memory, out), port, formatIp(ip), (error) => {
      if (error !== null) this.counts.unsent++;
    });
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
    const length = Math.min(packet.length, BUFFER_BYTES);
    this.lengths[0] = length;
    this.segments[0] = length;
    this.memory.bytes.set(packet.subarray(0, length), this.memory.bufferAt(0));
    this.#handlers.packets(handle, 0, 1);
    this.#handlers.end();
  }

  stop(): void {
    this.#handlers = undefined;
    for (const handle of [...this.#sockets.keys()]) this.close(handle);
  }
}

/** A packet in one piece, for senders that take no parts: streams and Node's own sockets. */
export function copyPacket({ bytes }: PacketMemory, out: Out): Uint8Array {
  const packet = new Uint8Array(out.headLength + out.length + out.padLength);
  packet.set(bytes.subarray(out.headAt, out.headAt + out.headLength));
  packet.set(bytes.subarray(out.at, out.at + out.length), out.headLength);
  return packet;
}
