// src/server/http/event-stream.ts - server-sent events: one answer that does not end. A reader that is too slow is cut, as a
// socket would be; the browser comes back by itself and starts from a fresh whole.
import type { FastifyReply } from 'fastify';
import { bounds } from '../../protocol/limits.ts';

/** An open stream. */
export type EventStream = {
  /** Sends one message as JSON. */
  send(message: object): void;
  end(): void;
};

/** Takes the answer over. `onEnd` is called once, when the reader is gone or cut. */
export function openEventStream(reply: FastifyReply, onEnd: () => void): EventStream {
  const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
  for (const [name, value] of Object.entries(headers)) reply.header(name, value);
  reply.hijack();
  const { raw } = reply;
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200);
  raw.write('retry: 1000\n\n');
  raw.on('error', () => {}); // The close that follows is told below.
  // It may have gone while we looked things up: then its close was told before anybody listened.
  if (raw.destroyed) onEnd();
  else raw.once('close', onEnd);
  return {
    send: (message) => {
      if (raw.destroyed) return;
      if (raw.writableLength > bounds.socketBacklogBytes) raw.destroy();
      else raw.write(`data: ${JSON.stringify(message)}\n\n`);
    },
    end: () => void raw.end(),
  };
}
