// test/e2e/stream/udp-forwarder.ts - a path between a browser and a peer that can lose packets, delay them and be cut.
// The browser is told the forwarder's port in place of the peer's; the peer sees one socket of ours per browser socket.
import { createSocket, type Socket } from 'node:dgram';

/** A running forwarder on 127.0.0.1. The fields may be changed at any time. */
export type UdpForwarder = {
  readonly port: number;
  /** Nothing gets through in either direction. */
  cut: boolean;
  /** Share of datagrams to the browser that are lost, of those that carry media (first byte from 128). */
  mediaLoss: number;
  delayMs: number;
  readonly lost: number;
  close(): void;
};

const bound = (): Promise<Socket> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1', () => resolve(socket));
  });

/** Opens a forwarder to `127.0.0.1:targetPort`. */
export async function openForwarder(targetPort: number): Promise<UdpForwarder> {
  const outside = await bound();
  const inside = new Map<number, Promise<Socket>>();
  let chance = 1;
  const random = () => {
    chance = (chance * 1_103_515_245 + 12_345) & 0x7fffffff;
    return chance / 0x8000_0000;
  };
  let closed = false;
  const send = (socket: Socket, data: Buffer, port: number) => {
    const act = () => closed || socket.send(data, port, '127.0.0.1');
    if (path.delayMs > 0) setTimeout(act, path.delayMs);
    else act();
  };
  const path = {
    port: outside.address().port,
    cut: false,
    mediaLoss: 0,
    delayMs: 0,
    lost: 0,
    close() {
      closed = true;
      outside.close();
      for (const socket of inside.values()) void socket.then((each) => each.close());
    },
  };
  const socketFor = (browserPort: number): Promise<Socket> => {
    const known = inside.get(browserPort);
    if (known !== undefined) return known;
    const made = bound().then((socket) => {
      socket.on('message', (data) => {
        if (path.cut) return;
        if ((data[0] ?? 0) >= 128 && random() < path.mediaLoss) {
          path.lost++;
          return;
        }
        send(outside, data, browserPort);
      });
      return socket;
    });
    inside.set(browserPort, made);
    return made;
  };
  outside.on('message', (data, from) => {
    if (path.cut) return;
    void socketFor(from.port).then((socket) => send(socket, data, targetPort));
  });
  return path;
}
