// src/server/http/routes-bench.ts - what a machine needs to measure its line: whom to ask, and a place to send bytes to. Open to
// all, so that it can be measured before it joins; few at a time, and nothing of the bytes is kept.
import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { benchRelays } from '../../app/bench-relays.ts';
import { refusal } from '../../protocol/error-codes.ts';
import { ProblemShape } from '../../protocol/http-api.ts';
import { BENCH_UPLOAD_BYTES, BenchRelaysShape, BenchUploadShape } from '../../protocol/node-bench.ts';
import type { HttpParts } from './parts.ts';
import { refuse } from './problems.ts';

const tags = ['node'];
/** More side by side would measure each other, and take the line from players. */
const UPLOADS_MAX = 2;
/** A sender that is silent for longer holds the place for nothing. */
const UPLOAD_MS = 30_000;

/** Bytes of a body and the time from its first piece to its last; undefined when it is too long. Throws when it breaks off. */
async function count(body: Readable, nowMs: () => number): Promise<{ bytes: number; ms: number } | undefined> {
  let [bytes, firstMs, lastMs, firstBytes] = [0, 0, 0, 0];
  for await (const piece of body) {
    lastMs = nowMs();
    if (bytes === 0) [firstMs, firstBytes] = [lastMs, piece.length];
    bytes += piece.length;
    if (bytes > BENCH_UPLOAD_BYTES) return undefined; // Leaving the loop closes the body.
  }
  // What came first came at the start of the time, not in it.
  return { bytes: bytes - firstBytes, ms: lastMs - firstMs };
}

/** Serves /api/bench. Bodies are streams here, so these routes have a scope of their own. */
export function addBenchRoutes(app: FastifyInstance, parts: HttpParts): void {
  let uploads = 0;
  app.get(
    '/api/bench/relays',
    { schema: { tags, summary: 'Relays to measure the way to', response: { 200: BenchRelaysShape } } },
    async () => benchRelays(parts.hub),
  );
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/octet-stream', (_request, body, done) => done(null, body));
    scope.post<{ Body: Readable }>(
      '/api/bench/upload',
      {
        bodyLimit: BENCH_UPLOAD_BYTES,
        schema: {
          tags,
          summary: 'Counts the bytes that you send, as application/octet-stream; nothing is kept',
          response: { 200: BenchUploadShape, '4xx': ProblemShape },
        },
      },
      async (request, reply) => {
        if (uploads >= UPLOADS_MAX) return refuse(parts, request, reply, refusal('RATE_TOO_HIGH'));
        uploads++;
        const cut = setTimeout(() => request.raw.destroy(), UPLOAD_MS);
        try {
          const counted = await count(request.body, () => parts.clock.monotonicMs());
          return counted ?? refuse(parts, request, reply, refusal('MESSAGE_TOO_LARGE'));
        } catch {
          return refuse(parts, request, reply, refusal('MESSAGE_MALFORMED'));
        } finally {
          clearTimeout(cut);
          uploads--;
        }
      },
    );
  });
}
