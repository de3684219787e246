// src/server/http/app.ts - the HTTP server of the hub: routes, headers, documents, page.
import type { RequestListener } from 'node:http';
import cookie from '@fastify/cookie';
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import fastify, { type FastifyInstance } from 'fastify';
import { newId, type SessionId } from '../../base/ids.ts';
import { refusal } from '../../protocol/error-codes.ts';
import { bounds } from '../../protocol/limits.ts';
import { addDocuments } from './documents.ts';
import { httpGuard } from './guard.ts';
import { addJsonBody } from './json-body.ts';
import { addPage } from './page.ts';
import type { HttpParts } from './parts.ts';
import { onError, refuse } from './problems.ts';
import { addAdminRoutes } from './routes-admin.ts';
import { addAlertRoutes } from './routes-alerts.ts';
import { addBenchRoutes } from './routes-bench.ts';
import { addCafeActRoutes } from './routes-cafe-acts.ts';
import { addCafeLiveRoutes } from './routes-cafe-live.ts';
import { addCafeReadRoutes } from './routes-cafe-read.ts';
import { addCafeReportRoutes } from './routes-cafe-reports.ts';
import { addChainRoutes } from './routes-chain.ts';
import { addConsoleRoutes } from './routes-console.ts';
import { addConvertRoutes } from './routes-convert.ts';
import { addHealthRoutes } from './routes-health.ts';
import { addKioskRoutes } from './routes-kiosk.ts';
import { addLoginRoutes } from './routes-login.ts';
import { addMoneyRoutes } from './routes-money.ts';
import { addOperatorRoutes } from './routes-operator.ts';
import { addPlayerRoutes } from './routes-player.ts';
import { addSaveRoutes } from './routes-saves.ts';
import { addSecurityHeaders } from './security.ts';

/** A phone on a bad line sends a header in this; whoever takes longer holds a socket for nothing. */
const HEADERS_MS = 10_000;
const KEEP_ALIVE_MS = 30_000;
/** The largest save, 64 MB, over 2 Mbit/s. The library would wait for ever. */
const REQUEST_MS = 300_000;
/** How long a server waits; the library sets the second two by options of its own. */
const WAITS = { headersTimeout: HEADERS_MS, keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: REQUEST_MS };

function statusClass(status: number): '2xx' | '3xx' | '4xx' | '5xx' {
  return status < 300 ? '2xx' : status < 400 ? '3xx' : status < 500 ? '4xx' : '5xx';
}

/** Makes the server; the caller listens and closes. */
export async function makeHttp(parts: HttpParts): Promise<FastifyInstance> {
  const { door } = parts;
  const app = fastify({
    bodyLimit: bounds.httpBodyBytes,
    genReqId: () => newId<SessionId>('r', parts.hub.ports.random),
    trustProxy: parts.trustProxy ? (_address, hop) => hop === 0 : false, // Only the last hop is ours.
    ...(door === undefined
      ? { http: WAITS }
      : { serverFactory: (serve: RequestListener) => door.makeServer(serve, WAITS) }),
    keepAliveTimeout: WAITS.keepAliveTimeout,
    requestTimeout: WAITS.requestTimeout,
    forceCloseConnections: true,
    // An address that the router cannot read reaches no hook: without this the library answers in its own words.
    frameworkErrors: (_error, request, reply) =>
      refuse(parts, request, reply, refusal('MESSAGE_MALFORMED', { field: 'url' })),
  });
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  app.setErrorHandler(onError(parts));
  addJsonBody(app);
  const guard = httpGuard(parts);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (!guard.address(request, reply)) return reply;
    if (request.url.includes('%00'))
      return refuse(parts, request, reply, refusal('MESSAGE_MALFORMED', { field: 'url' }));
  });
  app.addHook('onResponse', async (_request, reply) => {
    parts.metrics.answered(statusClass(reply.statusCode), reply.elapsedTime / 1_000);
  });
  await addSecurityHeaders(app, parts.onlyHttps);
  await app.register(cookie);
  await addDocuments(app, parts);
  addHealthRoutes(app, parts);
  addLoginRoutes(app, parts, guard);
  addPlayerRoutes(app, parts, guard);
  addMoneyRoutes(app, parts, guard);
  addConvertRoutes(app, parts, guard);
  addOperatorRoutes(app, parts, guard);
  addConsoleRoutes(app, parts, guard);
  addAlertRoutes(app, parts, guard);
  addAdminRoutes(app, parts, guard);
  addSaveRoutes(app, parts);
  addBenchRoutes(app, parts);
  addChainRoutes(app, parts, guard);
  addCafeActRoutes(app, parts, guard);
  addCafeReadRoutes(app, parts, guard);
  addCafeReportRoutes(app, parts, guard);
  addCafeLiveRoutes(app, parts, guard);
  addKioskRoutes(app, parts, guard);
  await addPage(app, parts);
  return app;
}
