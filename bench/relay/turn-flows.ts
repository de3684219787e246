// bench/relay/turn-flows.ts - many TURN allocations with one channel each, driven through the batch sockets of the product:
// the load that the generator puts on a server, ours or another.
import { createHmac } from 'node:crypto';
import { sameBytes } from '../../src/base/bytes.ts';
import { type IpBytes, parseIp, type TransportAddress } from '../../src/relay/address.ts';
import { longTermKey } from '../../src/relay/credentials.ts';
import { writeRecord } from '../../src/relay/endpoint.ts';
import { decodeErrorCode } from '../../src/relay/stun/attributes/error-code.ts';
import { addMessageIntegrity } from '../../src/relay/stun/attributes/message-integrity.ts';
import { classes, decodeMessage, firstValue, MessageWriter, type StunMessage } from '../../src/relay/stun/message.ts';
import { attributeTypes as A, methods } from '../../src/relay/stun/registry.ts';
import { decodeXorAddress, encodeXorAddress } from '../../src/relay/stun/xor-address.ts';
import { Out } from '../../src/relay/turn/out.ts';
import type { BatchHandlers } from '../../src/server/udp/batch-udp.ts';
import type { FfiUdp } from '../../src/server/udp/ffi-udp.ts';

/** A server under test and how one proves oneself to it. */
export type Target = { readonly server: TransportAddress; readonly secret: string; readonly realm: string };

/** Asks the server for something on one flow's 5-tuple. */
type Ask = (method: number, fill: (writer: MessageWriter) => void, alsoFine?: number) => StunMessage;

/** One allocation: the client's socket, the relayed address, the peer's socket, and a channel between them. */
export type Flow = {
  readonly client: number;
  readonly peer: number;
  readonly channel: number;
  /** Record of the server's address, for the client; of the relayed address, for the peer. */
  readonly serverRecord: number;
  readonly relayedRecord: number;
  readonly relayed: TransportAddress;
  /** Binds the channel again: it and its permission, which ends after 5 minutes, begin anew. Nothing may be under way. */
  readonly keep: () => void;
  /** Deletes the allocation. */
  readonly end: () => void;
};

const FIRST_CHANNEL = 0x4000;
const TRIES = 40;
const WAIT_MS = 250;
const GONE = 437; // The answer to a deletion that is asked again because its first answer came late.
const utf8 = new TextEncoder();

/** Sets up flows, one request at a time. */
export class TurnFlows {
  readonly udp: FfiUdp;
  readonly #target: Target;
  readonly #username: string;
  readonly #key: Uint8Array;
  readonly #out = new Out();
  #transactions = 0;
  #reply: Uint8Array | undefined;

  constructor(udp: FfiUdp, target: Target) {
    this.udp = udp;
    this.#target = target;
    this.#username = `${Math.floor(Date.now() / 1_000) + 36_000}:bench`;
    const password = createHmac('sha1', target.secret).update(this.#username).digest('base64');
    this.#key = longTermKey('md5', { username: this.#username, realm: target.realm, password });
  }

  /** Opens one flow with a channel bound towards `peer`, or a socket of its own. */
  open(peer = this.udp.open(this.#target.server.ip, 0)): Flow {
    const loopback = this.#target.server.ip;
    const client = this.udp.open(loopback, 0);
    const [serverRecord, relayedRecord] = [this.udp.memory.takeRecord(), this.udp.memory.takeRecord()];
    writeRecord(this.udp.memory, serverRecord, this.#target.server);
    const nonce: { value: Uint8Array | undefined } = { value: undefined };
    const ask: Ask = (method, fill, alsoFine) => {
      for (let tried = 0; tried < TRIES; tried++) {
        const reply = this.#exchange(client, serverRecord, this.#request(method, fill, nonce.value));
        const error = firstValue(reply, A.ERROR_CODE);
        if (error === undefined) return reply;
        const code = decodeErrorCode(error);
        if (code.ok && code.value.code === alsoFine) return reply;
        if (!code.ok || (code.value.code !== 401 && code.value.code !== 438)) {
          throw new Error(`refused: ${code.ok ? code.value.code : '?'}`);
        }
        nonce.value = firstValue(reply, A.NONCE)?.slice();
      }
      throw new Error('the server keeps asking');
    };
    const made = ask(methods.ALLOCATE, (writer) => {
      writer.add(A.REQUESTED_TRANSPORT, Uint8Array.of(17, 0, 0, 0)).add(A.LIFETIME, Uint8Array.of(0, 0, 0x0e, 0x10));
    });
    const relayed = decodeXorAddress(firstValue(made, A.XOR_RELAYED_ADDRESS) ?? new Uint8Array(0), made.transactionId);
    if (!relayed.ok) throw new Error('no relayed address');
    writeRecord(this.udp.memory, relayedRecord, relayed.value);
    const peerAddress = { ip: loopback, port: this.udp.portOf(peer) };
    const keep = (): void => {
      ask(methods.CHANNEL_BIND, (writer) => {
        writer
          .add(A.CHANNEL_NUMBER, Uint8Array.of(0x40, 0, 0, 0))
          .add(A.XOR_PEER_ADDRESS, encodeXorAddress(peerAddress, writer.transactionId));
      });
    };
    keep();
    const end = (): void => {
      ask(methods.REFRESH, (writer) => writer.add(A.LIFETIME, new Uint8Array(4)), GONE);
    };
    return { client, peer, channel: FIRST_CHANNEL, serverRecord, relayedRecord, relayed: relayed.value, keep, end };
  }

  #request(method: number, fill: (writer: MessageWriter) => void, nonce: Uint8Array | undefined): Uint8Array {
    const transactionId = new Uint8Array(12);
    new DataView(transactionId.buffer).setUint32(0, process.pid);
    new DataView(transactionId.buffer).setUint32(8, ++this.#transactions);
    const writer = new MessageWriter(classes.REQUEST, method, transactionId);
    fill(writer);
    if (nonce === undefined) return writer.bytes();
    writer
      .add(A.USERNAME, utf8.encode(this.#username))
      .add(A.REALM, utf8.encode(this.#target.realm))
      .add(A.NONCE, nonce);
    return addMessageIntegrity(writer, this.#key).bytes();
  }

  #exchange(socket: number, record: number, request: Uint8Array): StunMessage {
    const { memory } = this.udp;
    for (let tried = 0; tried < TRIES; tried++) {
      this.udp.prepare(this.#out);
      memory.bytes.set(request, memory.replyAt);
      Object.assign(this.#out, { socket, to: record, at: memory.replyAt, length: request.length });
      this.udp.send(this.#out);
      this.udp.flush();
      this.#reply = undefined;
      const until = performance.now() + WAIT_MS;
      while (performance.now() < until) {
        this.udp.poll(this.#handlers);
        const reply = this.#reply === undefined ? undefined : decodeMessage(this.#reply);
        if (reply?.ok && sameBytes(reply.value.transactionId, request.subarray(8, 20))) return reply.value;
      }
    }
    throw new Error('the server does not answer');
  }

  readonly #handlers: BatchHandlers = {
    begin() {},
    end: () => false,
    icmp() {},
    packets: (_, first) => {
      const at = this.udp.memory.bufferAt(first);
      this.#reply = this.udp.memory.bytes.slice(at, at + Math.max(0, this.udp.lengths[first] ?? 0));
    },
  };
}

/** A flow without a server between its ends, to see what the generator can do by itself. */
export function directFlow(udp: FfiUdp, ip: IpBytes): Flow {
  const [client, peer] = [udp.open(ip, 0), udp.open(ip, 0)];
  const [serverRecord, relayedRecord] = [udp.memory.takeRecord(), udp.memory.takeRecord()];
  const relayed = { ip, port: udp.portOf(client) };
  writeRecord(udp.memory, serverRecord, { ip, port: udp.portOf(peer) });
  writeRecord(udp.memory, relayedRecord, relayed);
  return { client, peer, channel: FIRST_CHANNEL, serverRecord, relayedRecord, relayed, keep: () => {}, end: () => {} };
}

/** Reads `127.0.0.1:3478`. */
export function targetAddress(text: string): TransportAddress {
  const [host = '', port = ''] = text.split(':');
  return { ip: parseIp(host) ?? new Uint8Array(4), port: Number(port) };
}
