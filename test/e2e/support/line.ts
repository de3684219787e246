// test/e2e/support/line.ts - the line between a browser and a hub: forwards TCP, loses answers, is cut, is mended.
import { type AddressInfo, createServer, type Socket, connect as tcp } from 'node:net';

/** A line that ends nowhere until `to` names the hub's port. */
export type Line = {
  readonly url: string;
  to(port: number): void;
  /** What the hub says is lost from now on; what the browser says arrives. */
  loseAnswers(): void;
  /** Every connection breaks, and none is taken. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
};

/** Opens a line on a free port of loopback. */
export async function openLine(): Promise<Line> {
  let target = 0;
  let state: 'up' | 'deaf' | 'cut' = 'up';
  const ends = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    ends.add(socket);
    socket.on('close', () => ends.delete(socket));
    socket.on('error', () => {}); // A line that is cut says so in many ways.
    return socket;
  };
  const server = createServer((browser) => {
    keep(browser);
    if (state === 'cut') return void browser.destroy();
    const hub = keep(tcp(target, '127.0.0.1'));
    browser.pipe(hub);
    hub.on('data', (bytes) => {
      if (state === 'up') browser.write(bytes);
    });
    hub.on('close', () => browser.destroy());
    browser.on('close', () => hub.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const breakAll = (): void => {
    for (const end of ends) end.destroy();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    to: (hubPort) => {
      target = hubPort;
    },
    loseAnswers: () => {
      state = 'deaf';
    },
    cut: () => {
      state = 'cut';
      breakAll();
    },
    mend: () => {
      state = 'up';
    },
    close: () => {
      breakAll();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
