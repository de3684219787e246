// src/server/http/page.ts - the built web page: files as they lie there, brotli where the build made it, and the page itself
// for every address that is a place in it. A missing script is a 404, never the page: that would stay blank in silence.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refusal } from '../../protocol/error-codes.ts';
import type { HttpParts } from './parts.ts';
import { refuse } from './problems.ts';

/** First parts of addresses that are never a place in the page. */
const NOT_THE_PAGE =
  /^\/(?:assets|api|ws|docs|healthz|readyz|metrics|openapi\.json)(?:[/?]|$)|\.[a-z0-9]{2,5}(?:\?|$)/i;
/** The checker that people save: one file that may load nothing (its own head narrows this to its very script). */
const SAVED_PAGE = /[\\/]verify\.html(?:\.(?:br|gz))?$/;
const SAVED_POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const HASHED = /[\\/]assets[\\/]/;

function wantsPage({ method, url, headers }: FastifyRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  return !NOT_THE_PAGE.test(url) && (headers.accept ?? '*/*').includes('html') === true;
}

/** Serves the page, and answers everything nobody else does. */
export async function addPage(app: FastifyInstance, parts: HttpParts): Promise<void> {
  const { pageFolder } = parts;
  const built = pageFolder !== undefined && existsSync(join(pageFolder, 'index.html'));
  if (built) {
    await app.register(fastifyStatic, {
      root: pageFolder,
      preCompressed: true,
      index: ['index.html'],
      cacheControl: false,
      setHeaders: (reply, path) => {
        // Names under /assets carry a hash of their content; the page itself must always be asked for.
        if (SAVED_PAGE.test(path)) reply.header('content-security-policy', SAVED_POLICY);
        reply.header('cache-control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) =>
    built && wantsPage(request) ? reply.sendFile('index.html') : refuse(parts, request, reply, refusal('NOT_FOUND')),
  );
}
