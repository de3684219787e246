// test/e2e/support/bare-pings.ts - what a path takes without us: datagrams there and back between two plain sockets, in
// rounds as long as the page's own, so that a round trip the product tells can be held against one it had no part in.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { bounds } from '../../../src/protocol/limits.ts';

const GAP_MS = 16;

async function bound(port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

/** Pings that run until `stop`. */
export type BarePings = {
  /** Ends them. Resolves to the least round trip of each full round of as many echoes as a probe has. */
  stop(): Promise<readonly number[]>;
};

/** Answers on `answerPort`, and sends to `port`, which leads there. */
export async function startBarePings(port: number, answerPort: number): Promise<BarePings> {
  const [answers, pings] = [await bound(answerPort), await bound(0)];
  answers.on('message', (bytes, from) => answers.send(bytes, from.port, from.address));
  const rttsMs: number[] = [];
  pings.on('message', (bytes) => rttsMs.push(performance.now() - bytes.readDoubleBE()));
  const timer = setInterval(() => {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(performance.now());
    pings.send(bytes, port, '127.0.0.1');
  }, GAP_MS);
  return {
    async stop() {
      clearInterval(timer);
      const closed = [answers, pings].map((socket) => once(socket, 'close'));
      for (const socket of [answers, pings]) socket.close();
      await Promise.all(closed);
      const rounds = Math.floor(rttsMs.length / bounds.probeEchoes);
      return Array.from({ length: rounds }, (_, i) =>
        Math.min(...rttsMs.slice(i * bounds.probeEchoes, (i + 1) * bounds.probeEchoes)),
      );
    },
  };
}
