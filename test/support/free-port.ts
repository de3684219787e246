// test/support/free-port.ts - ports for servers that a test starts, ends and starts again.
import { randomInt } from 'node:crypto';
import { listenFault } from '../../src/main/can-listen.ts';

/** Below the ports that the kernel gives to sockets without one of their own: nobody takes such a port in between. */
const PORTS = { from: 12_000, count: 8_000 };

/** A port of loopback that is free for TCP and UDP, and so are the `count - 1` after it. */
export async function freePort(count = 1): Promise<number> {
  for (;;) {
    const first = PORTS.from + randomInt(PORTS.count);
    const faults = Array.from({ length: count }, (_, i) => listenFault({ host: '127.0.0.1', port: first + i }, true));
    if ((await Promise.all(faults)).every((fault) => fault === undefined)) return first;
  }
}
