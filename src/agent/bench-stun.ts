// src/agent/bench-stun.ts - round trip and loss to each relay over UDP, and what a router makes of the machine's address:
// STUN Binding (RFC 8489 section 2), which relays answer without a login. One socket for all, because only then do the
// answers tell whether the address is the same for everybody (RFC 4787 section 4.1).
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchRelays, NodeBench } from '../protocol/node-bench.ts';
import { formatTransportAddress } from '../relay/address.ts';
import { classes, decodeMessage, firstValue, MessageWriter, TRANSACTION_BYTES } from '../relay/stun/message.ts';
import { attributeTypes, methods } from '../relay/stun/registry.ts';
import { decodeXorAddress } from '../relay/stun/xor-address.ts';

type Relay = BenchRelays['relays'][number];
/** What is known of the line to the relays. */
export type StunReport = Pick<NodeBench, 'relays' | 'nat'>;

/** A relay gives strangers 50 answers a second: we ask half as often. */
const QUESTIONS = 40;
const GAP_MS = 40;
/** An answer that comes later is lost to a game. */
const ANSWER_MS = 1_000;

/** One asked port. */
type Asked = { readonly host: string; readonly port: number; sent: number; readonly rttsMs: number[]; mapped?: string };

/** Where a relay listens; undefined for what is no `HOST:PORT` or has no IPv4 address. */
async function place(text: string): Promise<Asked | undefined> {
  const [, name = '', port = '0'] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  const found = await lookup(name.replace(/^\[|\]$/g, ''), { family: 4 }).catch(() => undefined);
  return found && { host: found.address, port: Number(port), sent: 0, rttsMs: [] };
}

/** Asks one place again and again, and hears what comes back on the same socket. */
class Questions {
  readonly #open = new Map<string, { readonly asked: Asked; readonly atMs: number }>();
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (bytes) => this.#hear(bytes));
  }

  ask(asked: Asked): void {
    const id = randomBytes(TRANSACTION_BYTES);
    const bytes = new MessageWriter(classes.REQUEST, methods.BINDING, id).bytes();
    this.#open.set(id.toString('hex'), { asked, atMs: performance.now() });
    asked.sent++;
    this.#socket.send(bytes, asked.port, asked.host, () => {}); // A host that cannot be reached answers nothing.
  }

  #hear(bytes: Uint8Array): void {
    const message = decodeMessage(bytes);
    if (!message.ok || message.value.klass !== classes.SUCCESS) return;
    const key = Buffer.from(message.value.transactionId).toString('hex');
    const question = this.#open.get(key);
    if (question === undefined) return; // Nobody of whom we asked anything.
    this.#open.delete(key);
    const ms = performance.now() - question.atMs;
    if (ms <= ANSWER_MS) question.asked.rttsMs.push(ms);
    const value = firstValue(message.value, attributeTypes.XOR_MAPPED_ADDRESS);
    const mapped = value && decodeXorAddress(value, message.value.transactionId);
    if (mapped?.ok) question.asked.mapped = formatTransportAddress(mapped.value);
  }
}

/**
 * What stands between the machine and those who answered.
 * @param mapped how each of them saw our one socket, as `ADDRESS:PORT`
 * @param own the socket as the machine knows it, once for each of its addresses
 */
export function natOf(mapped: readonly string[], own: ReadonlySet<string>): NonNullable<NodeBench['nat']> {
  if (mapped.length === 0) return 'blocked';
  if (mapped.every((each) => own.has(each))) return 'none';
  if (new Set(mapped).size > 1) return 'dependent';
  return mapped.length > 1 ? 'endpoint-independent' : 'unknown';
}

function ownAddresses(port: number): Set<string> {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return new Set(all.map(({ address }) => `${address}:${port}`));
}

const median = (sorted: readonly number[]): number | undefined => sorted[Math.floor(sorted.length / 2)];

async function open(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.on('error', () => {}); // ICMP's word on a closed port; what is not answered counts as lost.
  await new Promise<void>((resolve) => socket.bind(0, resolve));
  return socket;
}

/** Asks all relays; about three seconds. Without relays there is nothing to know. Never throws. */
export async function askRelays(relays: readonly Relay[]): Promise<StunReport> {
  const places = await Promise.all(
    relays.map(async ({ name, udp }) => ({ name, ports: await Promise.all(udp.map(place)) })),
  );
  const known = places.map(({ name, ports }) => ({ name, ports: ports.filter((port) => port !== undefined) }));
  const first = known.flatMap(({ ports }) => ports.slice(0, 1));
  if (relays.length === 0) return { relays: [] };
  const socket = await open();
  try {
    const questions = new Questions(socket);
    // Its other ports are asked once or twice: they only tell how a router treats another destination.
    for (const { ports } of known) for (const port of [...ports.slice(1, 4), ...ports.slice(1, 4)]) questions.ask(port);
    for (let round = 0; round < QUESTIONS; round++) {
      for (const port of first) questions.ask(port);
      await sleep(GAP_MS);
    }
    await sleep(ANSWER_MS);
    const mapped = known.flatMap(({ ports }) => ports.flatMap((port) => port.mapped ?? []));
    return {
      nat: natOf(mapped, ownAddresses(socket.address().port)),
      relays: known.map(({ name, ports: [port] }) => {
        const rttMs = median((port?.rttsMs ?? []).toSorted((a, b) => a - b));
        const loss = port === undefined ? 1 : 1 - port.rttsMs.length / port.sent;
        return { name, loss, ...(rttMs !== undefined && { rttMs }) };
      }),
    };
  } finally {
    socket.close();
  }
}
