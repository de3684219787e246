// bench/select/delay-line.ts - the way to a node: every packet is late by half the round trip and an exponential jitter of its
// own, in order, each way. In user space, on loopback: no rights and no kernel modules needed. A TCP connection cannot be
// delayed before the kernel answers it, so its handshake is modelled: the first byte through it is a round trip later.
import { createSocket, type RemoteInfo } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import type { Random } from '../../src/base/random.ts';

/** A way: base round trip and mean of the jitter that each direction adds, in ms. */
export type Way = { readonly rttMs: number; readonly jitterMs: number };
/** An open way to a node. */
export type DelayLine = { readonly udpPort: number; readonly tcpPort: number; close(): void };

/** Delivers in order, each after its own delay. */
class OneWay {
  readonly #way: Way;
  readonly #random: Random;
  readonly #waiting: { readonly atMs: number; readonly deliver: () => void }[] = [];
  #lastMs = 0;

  constructor(way: Way, random: Random) {
    this.#way = way;
    this.#random = random;
  }

  /** Calls `deliver` when what is sent now arrives; `extraMs` later than usual. */
  send(deliver: () => void, extraMs = 0): void {
    const draw = (this.#random.below(1_000_000) + 1) / 1_000_001;
    const atMs = performance.now() + extraMs + this.#way.rttMs / 2 - Math.log(draw) * this.#way.jitterMs;
    this.#lastMs = Math.max(this.#lastMs, atMs);
    this.#waiting.push({ atMs: this.#lastMs, deliver });
    if (this.#waiting.length === 1) this.#wait();
  }

  /** One timer at a time: two of them may fire in the wrong order. */
  #wait(): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    setTimeout(
      () => {
        while ((this.#waiting[0]?.atMs ?? Number.POSITIVE_INFINITY) <= performance.now())
          this.#waiting.shift()?.deliver();
        this.#wait();
      },
      Math.max(0, first.atMs - performance.now()),
    );
  }
}

function udpLine(nodePort: number, way: Way, random: Random): Promise<{ port: number; close(): void }> {
  const front = createSocket('udp4');
  const [there, back] = [new OneWay(way, random), new OneWay(way, random)];
  const behind = new Map<string, ReturnType<typeof createSocket>>();
  let closed = false;
  const towardsNode = (from: RemoteInfo) => {
    const key = `${from.address}:${from.port}`;
    const known = behind.get(key);
    if (known !== undefined) return known;
    const socket = createSocket('udp4');
    behind.set(key, socket);
    socket.on('message', (bytes) => back.send(() => void (closed || front.send(bytes, from.port, from.address))));
    return socket;
  };
  front.on('message', (bytes, from) => {
    const socket = towardsNode(from);
    there.send(() => void (closed || socket.send(bytes, nodePort, '127.0.0.1')));
  });
  return new Promise((resolve) => {
    front.bind(0, '127.0.0.1', () =>
      resolve({
        port: front.address().port,
        close: () => {
          closed = true;
          front.close();
          for (const socket of behind.values()) socket.close();
        },
      }),
    );
  });
}

function tcpLine(nodePort: number, way: Way, random: Random): Promise<{ port: number; close(): void }> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const node = connect(nodePort, '127.0.0.1');
    const [there, back] = [new OneWay(way, random), new OneWay(way, random)];
    let handshakeMs = way.rttMs;
    for (const socket of [client, node]) {
      open.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => open.delete(socket));
    }
    const pass = (to: Socket) => (bytes: Buffer) => void (to.writable && to.write(bytes));
    client.on('data', (bytes) => {
      there.send(() => pass(node)(bytes), handshakeMs);
      handshakeMs = 0;
    });
    node.on('data', (bytes) => {
      back.send(() => pass(client)(bytes));
    });
    client.on('end', () => there.send(() => node.end()));
    node.on('end', () => back.send(() => client.end()));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () => {
          server.close();
          for (const socket of open) socket.destroy();
        },
      }),
    );
  });
}

/** Opens a way to a node's UDP echo and to its TCP port. */
export async function delayLine(
  node: { readonly udpPort: number; readonly tcpPort: number },
  way: Way,
  random: Random,
): Promise<DelayLine> {
  const [udp, tcp] = [await udpLine(node.udpPort, way, random), await tcpLine(node.tcpPort, way, random)];
  return {
    udpPort: udp.port,
    tcpPort: tcp.port,
    close: () => {
      udp.close();
      tcp.close();
    },
  };
}
