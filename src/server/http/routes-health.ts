// src/server/http/routes-health.ts - is the process alive, can it serve, and how is it doing.
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { ReadyShape } from '../../protocol/http-api.ts';
import { exact } from '../../protocol/shapes.ts';
import type { HttpParts } from './parts.ts';

const tags = ['health'];

/** Serves /healthz, /readyz and /metrics; none needs a login. */
export function addHealthRoutes(app: FastifyInstance, parts: HttpParts): void {
  const { hub } = parts;
  app.get(
    '/healthz',
    { schema: { tags, summary: 'The process answers', response: { 200: exact({ ok: Type.Boolean() }) } } },
    async () => ({ ok: true }),
  );
  app.get(
    '/readyz',
    { schema: { tags, summary: 'It can serve players', response: { 200: ReadyShape, 503: ReadyShape } } },
    async (_request, reply) => {
      const store = await parts.storeReady();
      const nodes = [...hub.nodes.values()].filter(({ presence }) => presence.state === 'here').length;
      const ready = store && !hub.stopping;
      reply.code(ready ? 200 : 503).header('cache-control', 'no-store');
      return { ready, store, relay: hub.relays.size > 0, nodes };
    },
  );
  app.get(
    '/metrics',
    { schema: { tags, summary: 'For Prometheus', produces: ['text/plain'] } },
    async (_request, reply) => reply.header('content-type', parts.metrics.contentType).send(await parts.metrics.text()),
  );
}
