// test/unit/relay/turn/turn-world.ts - a relay core with nothing real around it: sockets are numbers, time is set by hand,
// clients write and read real STUN bytes. Shared by the tests of this folder.

import { createHmac } from 'node:crypto';
import { sameBytes } from '../../../../src/base/bytes.ts';
import { seededRandom } from '../../../../src/base/random.ts';
import { fromUtf8, toUtf8 } from '../../../../src/base/utf8.ts';
import { type IpBytes, parseIp, type TransportAddress } from '../../../../src/relay/address.ts';
import { parseCidr } from '../../../../src/relay/cidr.ts';
import { longTermKey, type PasswordAlgorithm } from '../../../../src/relay/credentials.ts';
import { readRecord, writeRecord } from '../../../../src/relay/endpoint.ts';
import { PacketMemory, packetMemoryBytes } from '../../../../src/relay/packet-memory.ts';
import { PeerFilter } from '../../../../src/relay/peer-filter.ts';
import { type ClientTransport, STREAM_HANDLES } from '../../../../src/relay/ports.ts';
import { Relay, verdicts } from '../../../../src/relay/relay.ts';
import { SessionCounters, sessionCountersBytes } from '../../../../src/relay/session-counters.ts';
import { readShardStats, shardCounters } from '../../../../src/relay/shard-stats.ts';
import { decodeErrorCode } from '../../../../src/relay/stun/attributes/error-code.ts';
import { addFingerprint } from '../../../../src/relay/stun/attributes/fingerprint.ts';
import { addMessageIntegrity, messageIntegrityHolds } from '../../../../src/relay/stun/attributes/message-integrity.ts';
import {
  addMessageIntegritySha256,
  messageIntegritySha256Holds,
} from '../../../../src/relay/stun/attributes/message-integrity-sha256.ts';
import {
  classes,
  decodeMessage,
  firstValue,
  MessageWriter,
  type StunMessage,
} from '../../../../src/relay/stun/message.ts';
import { attributeTypes, methods } from '../../../../src/relay/stun/registry.ts';
import { decodeXorAddress, encodeXorAddress } from '../../../../src/relay/stun/xor-address.ts';
import { Out } from '../../../../src/relay/turn/out.ts';
import type { RelayConfig } from '../../../../src/relay/turn/relay-state.ts';

export const SECRET = 'a secret of the fleet';
export const REALM = 'nearcade';
export const WALL_MS = 1_800_000_000_000;
export const LISTENER = 0;

export const ip = (text: string): IpBytes => {
  const bytes = parseIp(text);
  if (bytes === undefined) throw new Error(`no address: ${text}`);
  return bytes;
};
export const at = (text: string, port: number): TransportAddress => ({ ip: ip(text), port });
export const lifetime = (seconds: number): Uint8Array => Uint8Array.of(0, 0, seconds >> 8, seconds & 0xff);
export const UDP = Uint8Array.of(17, 0, 0, 0);
export const passwordOf = (username: string, secret = SECRET): string =>
  createHmac('sha1', secret).update(username).digest('base64');

/** What left the relay. */
export type Sent = { readonly socket: number; readonly to: TransportAddress; readonly bytes: Uint8Array };

export type WorldOptions = Partial<RelayConfig> & {
  readonly allow?: readonly string[];
  readonly own?: readonly string[];
  readonly records?: number;
};

export class TurnWorld {
  readonly memory: PacketMemory;
  readonly relay: Relay;
  readonly out = new Out();
  readonly stats = new Float64Array(shardCounters.length);
  readonly counters: SessionCounters;
  /** Open relay sockets: handle -> port. */
  readonly sockets = new Map<number, { ip: IpBytes; port: number }>();
  /** Sockets connected to a peer, beside one of those. */
  readonly connected = new Map<number, { of: number; peer: TransportAddress }>();
  /** Whether sockets can be connected at all. */
  connects = true;
  /** Ports that somebody else on the machine holds. */
  readonly busyPorts = new Set<number>();
  nowMs = 1_000;
  wallMs = WALL_MS;
  #handle = 10;

  constructor(options: WorldOptions = {}) {
    const records = options.records ?? 4_096;
    this.memory = new PacketMemory(new ArrayBuffer(packetMemoryBytes(records)), records);
    this.counters = new SessionCounters(new SharedArrayBuffer(sessionCountersBytes(64)));
    const relayAddresses = options.relayAddresses ?? [
      { bind: ip('198.51.100.1'), told: ip('198.51.100.1') },
      { bind: ip('2001:db8::1'), told: ip('2001:db8::1') },
    ];
    const relayPorts = options.relayPorts ?? { first: 50_000, last: 50_099 };
    this.relay = new Relay(
      {
        realm: REALM,
        secrets: [SECRET],
        scopeRequired: false,
        quota: { perUser: 8, perAddress: 16, total: 100 },
        bytesPerS: 1e9,
        dontFragment: true,
        ...options,
        relayAddresses,
        relayPorts,
      },
      {
        memory: this.memory,
        sockets: {
          open: (bind, port) => {
            if (this.busyPorts.has(port)) return -1;
            this.sockets.set(++this.#handle, { ip: bind, port });
            return this.#handle;
          },
          connect: (socket, record) => {
            const own = this.sockets.get(socket);
            if (own === undefined || !this.connects) return -1;
            this.connected.set(++this.#handle, { of: socket, peer: readRecord(this.memory, record) });
            return this.#handle;
          },
          close: (socket) => {
            if (!this.sockets.delete(socket) && !this.connected.delete(socket)) throw new Error('closed twice');
          },
        },
        random: seededRandom(7),
        filter: new PeerFilter({
          allow: (options.allow ?? []).flatMap((text) => parseCidr(text) ?? []),
          ownAddresses: (options.own ?? []).map(ip),
          relayAddresses: relayAddresses.map(({ told }) => told),
          relayPorts,
          servicePorts: [3_478, 9_090],
        }),
        counters: this.counters,
        stats: this.stats,
      },
    );
    this.tick(0);
  }

  /** Lets time pass, on both clocks, and runs what is due. */
  tick(ms: number): void {
    this.nowMs += ms;
    this.wallMs += ms;
    this.relay.setTime(this.nowMs, this.wallMs);
    if (this.relay.nextDueMs !== undefined && this.relay.nextDueMs <= this.nowMs) this.relay.due();
  }

  count(): ReturnType<typeof readShardStats> {
    return readShardStats(this.stats);
  }

  /** A datagram from a client: what the relay forwarded or replied. */
  fromClient(
    bytes: Uint8Array,
    from: TransportAddress,
    transport: ClientTransport = 'udp',
    stream = 0,
  ): Sent | undefined {
    const start = this.memory.bufferAt(1);
    this.memory.bytes.set(bytes, start);
    writeRecord(this.memory, 1, from);
    this.#prepare();
    const listener = transport === 'udp' ? LISTENER : STREAM_HANDLES + stream;
    const verdict =
      transport === 'udp'
        ? this.relay.fromClient(listener, start, bytes.length, 1, this.out)
        : this.relay.fromStream(listener, start, bytes.length, this.out);
    if (verdict === verdicts.FORWARD) return this.#sent();
    if (verdict === verdicts.DROP) return undefined;
    const reply = this.relay.request(Uint8Array.from(bytes), { transport, listener, record: 1, address: from });
    return reply === undefined ? undefined : { socket: listener, to: from, bytes: Uint8Array.from(reply) };
  }

  /** A datagram from a peer to a relayed port. */
  fromPeer(relayed: TransportAddress, bytes: Uint8Array, from: TransportAddress): Sent | undefined {
    const family = relayed.ip.length;
    const found = [...this.sockets].find(([, { ip: bound, port }]) => port === relayed.port && bound.length === family);
    if (found === undefined) return undefined;
    const towards = [...this.connected].find(
      ([, { of, peer }]) => of === found[0] && peer.port === from.port && sameBytes(peer.ip, from.ip),
    );
    const start = this.memory.bufferAt(2);
    this.memory.bytes.set(bytes, start);
    writeRecord(this.memory, 2, from);
    this.#prepare();
    const verdict = this.relay.fromPeer(towards?.[0] ?? found[0], start, bytes.length, 2, this.out);
    return verdict === verdicts.FORWARD ? this.#sent() : undefined;
  }

  #sent(): Sent {
    const { socket, headAt, headLength, at: start, length, padLength, to } = this.out;
    const { bytes } = this.memory;
    const packet = new Uint8Array(headLength + length + padLength);
    packet.set(bytes.subarray(headAt, headAt + headLength));
    packet.set(bytes.subarray(start, start + length), headLength);
    return { socket, to: readRecord(this.memory, to), bytes: packet };
  }

  /** As a backend does: room for a header that still holds old bytes, and a record that still holds an old address. */
  #prepare(): void {
    this.out.headAt = this.memory.headAt(0);
    this.out.scratchRecord = this.memory.pieceRecord(0);
    this.memory.bytes.fill(0xee, this.out.headAt, this.out.headAt + 64);
  }
}

/** A reply, read. */
export type ReadReply = {
  readonly message: StunMessage;
  /** Error code, or 0 for a success. */
  readonly code: number;
  value(type: number): Uint8Array | undefined;
  address(type: number): TransportAddress | undefined;
};

export type ClientOptions = {
  readonly username?: string;
  readonly secret?: string;
  readonly algorithm?: PasswordAlgorithm;
  readonly transport?: ClientTransport;
  readonly stream?: number;
};

let transactions = 0;
export const newTransaction = (): Uint8Array => {
  const id = new Uint8Array(12);
  new DataView(id.buffer).setUint32(8, ++transactions);
  return id;
};

/** A client that follows RFC 8489 section 9.2.5: answers a challenge once, keeps the nonce, checks every signature. */
export class TurnClient {
  readonly world: TurnWorld;
  readonly from: TransportAddress;
  readonly options: ClientOptions;
  username: string;
  nonce: Uint8Array | undefined;

  constructor(world: TurnWorld, from: TransportAddress, options: ClientOptions = {}) {
    this.world = world;
    this.from = from;
    this.options = options;
    this.username = options.username ?? `${WALL_MS / 1_000 + 86_400}:alice`;
  }

  key(): Uint8Array {
    const password = passwordOf(this.username, this.options.secret);
    return longTermKey(this.options.algorithm ?? 'md5', { username: this.username, realm: REALM, password });
  }

  /** Builds a signed request; `behind` adds attributes after the signature, which nobody may honour. */
  build(
    method: number,
    attributes: readonly (readonly [number, Uint8Array])[],
    extra: {
      transactionId?: Uint8Array;
      behind?: readonly (readonly [number, Uint8Array])[];
      fingerprint?: boolean;
    } = {},
  ): Uint8Array {
    const writer = new MessageWriter(classes.REQUEST, method, extra.transactionId ?? newTransaction());
    for (const [type, value] of attributes) writer.add(type, value);
    if (this.nonce !== undefined) {
      writer
        .add(attributeTypes.USERNAME, toUtf8(this.username))
        .add(attributeTypes.REALM, toUtf8(REALM))
        .add(attributeTypes.NONCE, this.nonce);
      if (this.options.algorithm === undefined) addMessageIntegrity(writer, this.key());
      else {
        writer
          .add(attributeTypes.PASSWORD_ALGORITHMS, Uint8Array.of(0, 2, 0, 0, 0, 1, 0, 0))
          .add(attributeTypes.PASSWORD_ALGORITHM, Uint8Array.of(0, this.options.algorithm === 'md5' ? 1 : 2, 0, 0));
        addMessageIntegritySha256(writer, this.key());
      }
    }
    for (const [type, value] of extra.behind ?? []) writer.add(type, value);
    if (extra.fingerprint) addFingerprint(writer);
    return Uint8Array.from(writer.bytes());
  }

  exchange(bytes: Uint8Array): ReadReply | undefined {
    const sent = this.world.fromClient(bytes, this.from, this.options.transport, this.options.stream);
    return sent === undefined ? undefined : readReply(sent.bytes);
  }

  /** One request with its challenge, if any. Throws when nothing comes back or an authenticated reply is not signed. */
  request(
    method: number,
    attributes: readonly (readonly [number, Uint8Array])[],
    extra: Parameters<TurnClient['build']>[2] = {},
  ): ReadReply {
    let reply = this.exchange(this.build(method, attributes, extra));
    if (reply !== undefined && (reply.code === 438 || (reply.code === 401 && this.nonce === undefined))) {
      this.nonce = reply.value(attributeTypes.NONCE)?.slice();
      reply = this.exchange(this.build(method, attributes, extra));
    }
    if (reply === undefined) throw new Error('no reply');
    if (![400, 401, 438].includes(reply.code)) this.#checkSignature(reply.message);
    return reply;
  }

  #checkSignature(message: StunMessage): void {
    const holds = message.attributes.some((attribute) =>
      this.options.algorithm === undefined
        ? attribute.type === attributeTypes.MESSAGE_INTEGRITY && messageIntegrityHolds(message, attribute, this.key())
        : attribute.type === attributeTypes.MESSAGE_INTEGRITY_SHA256 &&
          messageIntegritySha256Holds(message, attribute, this.key()),
    );
    if (!holds) throw new Error('the reply is not signed as the request was');
  }

  allocate(attributes: readonly (readonly [number, Uint8Array])[] = []): ReadReply {
    return this.request(methods.ALLOCATE, [[attributeTypes.REQUESTED_TRANSPORT, UDP], ...attributes]);
  }

  /** The relayed address of a successful Allocate. */
  relayed(reply: ReadReply = this.allocate()): TransportAddress {
    const address = reply.address(attributeTypes.XOR_RELAYED_ADDRESS);
    if (address === undefined) throw new Error(`no relayed address, error ${reply.code}`);
    return address;
  }

  peerAttribute(peer: TransportAddress, transactionId: Uint8Array): readonly [number, Uint8Array] {
    return [attributeTypes.XOR_PEER_ADDRESS, encodeXorAddress(peer, transactionId)];
  }

  permit(...peers: readonly TransportAddress[]): ReadReply {
    const transactionId = newTransaction();
    return this.request(
      methods.CREATE_PERMISSION,
      peers.map((peer) => this.peerAttribute(peer, transactionId)),
      { transactionId },
    );
  }

  bind(number: number, peer: TransportAddress): ReadReply {
    const transactionId = newTransaction();
    const value = Uint8Array.of(number >> 8, number & 0xff, 0, 0);
    return this.request(
      methods.CHANNEL_BIND,
      [[attributeTypes.CHANNEL_NUMBER, value], this.peerAttribute(peer, transactionId)],
      { transactionId },
    );
  }

  refresh(seconds: number | undefined, attributes: readonly (readonly [number, Uint8Array])[] = []): ReadReply {
    const wish = seconds === undefined ? [] : ([[attributeTypes.LIFETIME, lifetime(seconds)]] as const);
    return this.request(methods.REFRESH, [...wish, ...attributes]);
  }

  /** A ChannelData message; what came out of the relay. */
  channelData(number: number, payload: Uint8Array): Sent | undefined {
    const bytes = Uint8Array.of(number >> 8, number & 0xff, payload.length >> 8, payload.length & 0xff, ...payload);
    return this.world.fromClient(bytes, this.from, this.options.transport, this.options.stream);
  }

  sendIndication(
    peer: TransportAddress,
    payload: Uint8Array,
    extra: readonly (readonly [number, Uint8Array])[] = [],
  ): Sent | undefined {
    const writer = new MessageWriter(classes.INDICATION, methods.SEND, newTransaction());
    for (const [type, value] of extra) writer.add(type, value);
    writer
      .add(attributeTypes.XOR_PEER_ADDRESS, encodeXorAddress(peer, writer.transactionId))
      .add(attributeTypes.DATA, payload);
    return this.world.fromClient(writer.bytes(), this.from, this.options.transport, this.options.stream);
  }
}

export function readReply(bytes: Uint8Array): ReadReply {
  const message = decodeMessage(bytes);
  if (!message.ok) throw new Error(message.error);
  const value = (type: number) => firstValue(message.value, type);
  const error = value(attributeTypes.ERROR_CODE);
  const code = error === undefined ? undefined : decodeErrorCode(error);
  return {
    message: message.value,
    code: code?.ok ? code.value.code : 0,
    value,
    address(type) {
      const coded = value(type);
      const address = coded === undefined ? undefined : decodeXorAddress(coded, message.value.transactionId);
      return address?.ok ? address.value : undefined;
    },
  };
}

export const textOf = (value: Uint8Array | undefined): string => (value === undefined ? '' : (fromUtf8(value) ?? ''));
