// src/server/http/routes-saves.ts - saves between a node and the hub: GET before a game starts, PUT after it ends, with the
// bearer token that came with the session's `start`. The body is the save's bytes, at most 64 MB, streamed.
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { openSave, type SaveAccess, type SaveAct } from '../../app/save-access.ts';
import type { SessionId } from '../../base/ids.ts';
import { refusal } from '../../protocol/error-codes.ts';
import { ProblemShape } from '../../protocol/http-api.ts';
import { bounds } from '../../protocol/limits.ts';
import { exact, SessionIdShape } from '../../protocol/shapes.ts';
import { nowOf } from './guard.ts';
import type { HttpParts } from './parts.ts';
import { refuse } from './problems.ts';

type SaveRequest = FastifyRequest<{ Params: { session: SessionId } }>;

/** SHA-256 as hex from a Content-Digest header (RFC 9530), `undefined` without one. */
function declaredDigest(header: unknown): string | undefined {
  const match = typeof header === 'string' ? /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec(header) : null;
  return match?.[1] === undefined ? undefined : Buffer.from(match[1], 'base64').toString('hex');
}

const digestHeader = (sha256: string): string => `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;

/** Serves saves to nodes. Bodies are streams here, so these routes have a scope of their own. */
export function addSaveRoutes(app: FastifyInstance, parts: HttpParts): void {
  const access = async (request: SaveRequest, reply: FastifyReply, act: SaveAct): Promise<SaveAccess | undefined> => {
    const token = /^Bearer ([A-Za-z0-9_.~-]{16,400})$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const opened = await openSave(parts.hub, request.params.session, token, act, nowOf(parts));
    if (opened.ok) return opened.value;
    refuse(parts, request, reply, opened.error);
    return undefined;
  };
  const schema = { tags: ['node'], params: exact({ session: SessionIdShape }), response: { '4xx': ProblemShape } };

  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { bodyLimit: bounds.saveBytes + 1 }, (_request, body, done) => done(null, body));

    scope.get<{ Params: { session: SessionId } }>(
      '/api/saves/:session',
      {
        schema: {
          ...schema,
          summary: 'The save to put back; 404 when there is none',
          produces: ['application/octet-stream'],
        },
      },
      async (request, reply) => {
        const opened = await access(request, reply, 'get');
        if (opened === undefined) return reply;
        const found = await parts.saves.find(opened.player, opened.game);
        if (found === undefined) return refuse(parts, request, reply, refusal('NOT_FOUND'));
        return reply
          .header('content-type', 'application/octet-stream')
          .header('content-length', found.kept.bytes)
          .header('content-digest', digestHeader(found.kept.sha256))
          .header('cache-control', 'no-store')
          .send(found.stream);
      },
    );

    scope.put<{ Params: { session: SessionId }; Body: Readable }>(
      '/api/saves/:session',
      {
        bodyLimit: bounds.saveBytes + 1,
        schema: {
          ...schema,
          summary: 'Keep this save: its bytes as they are, 64 MB at most',
          response: { 204: Type.Null({ description: 'no body' }), ...schema.response },
        },
      },
      async (request, reply) => {
        const opened = await access(request, reply, 'put');
        if (opened === undefined) return reply;
        const declared = declaredDigest(request.headers['content-digest']);
        const kept = await parts.saves.put(opened, request.body, declared);
        return kept.ok ? reply.code(204).send() : refuse(parts, request, reply, kept.error);
      },
    );
  });
}
