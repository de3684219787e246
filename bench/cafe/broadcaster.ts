// bench/cafe/broadcaster.ts - the yardstick: the least that can carry a change from a till to a floor and a seat. It parses a
// request, counts, and writes so many bytes to each line that is meant. No login, no rules, no books, no database.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What is asked of it: a change of seats, with the bytes that a hub told of it. */
export type Broadcast = {
  readonly site: number;
  readonly seats: readonly string[];
  readonly floorBytes: number;
  readonly seatBytes: number;
};

const STILL_MS = 5_000;
const lines = new Map<string, Set<ServerResponse>>();
const counts = new Map<string, number>();

function next(name: string): number {
  const count = (counts.get(name) ?? 0) + 1;
  counts.set(name, count);
  return count;
}

const write = (line: ServerResponse, message: object): void => void line.write(`data: ${JSON.stringify(message)}\n\n`);

function open(name: string, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const here = lines.get(name) ?? new Set();
  lines.set(name, here.add(response));
  write(response, { t: 'still' });
  const still = setInterval(() => write(response, { t: 'still' }), STILL_MS);
  response.once('close', () => {
    clearInterval(still);
    here.delete(response);
  });
}

function change({ site, seats, floorBytes, seatBytes }: Broadcast): object {
  const rev = next(`floor ${site}`);
  const changed = seats.map((seat) => ({ seat, version: next(`${site} ${seat}`) }));
  const told = { t: 'seats', rev, seats: changed, filling: 'x'.repeat(floorBytes) };
  for (const line of lines.get(`floor ${site}`) ?? []) write(line, told);
  for (const seat of changed) {
    for (const line of lines.get(`${site} ${seat.seat}`) ?? []) {
      write(line, { t: 'kiosk', seat, filling: 'x'.repeat(seatBytes) });
    }
  }
  return told;
}

function read(request: IncomingMessage, done: (text: string) => void): void {
  let text = '';
  request.on('data', (chunk) => {
    text += chunk;
  });
  request.on('end', () => done(text));
}

const server = createServer((request, response) => {
  if (request.method === 'GET') return open(decodeURIComponent((request.url ?? '').slice(1)), response);
  read(request, (text) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(change(JSON.parse(text))));
  });
});
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.send?.({ kind: 'ready', facts: { url } });
});
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
