// src/server/http/problems.ts - refusals over HTTP: the status of the code, the code, its facts, and the request's id, by
// which the log finds it.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { OutageError, UnkeepableError } from '../../base/assert.ts';
import type { Result } from '../../base/result.ts';
import { errorCodes, type Refusal, refusal } from '../../protocol/error-codes.ts';
import type { Problem } from '../../protocol/http-api.ts';
import type { HttpParts } from './parts.ts';

/** Answers with a refusal. */
export function refuse(
  parts: HttpParts,
  request: FastifyRequest,
  reply: FastifyReply,
  { code, facts }: Refusal,
): FastifyReply {
  parts.hub.ports.counters.refused(code);
  const problem: Problem = { code, id: request.id, ...(facts === undefined ? {} : { facts }) };
  return reply.code(errorCodes[code].httpStatus).header('cache-control', 'no-store').send(problem);
}

/** Answers with the value, or with the refusal. */
export function answer<T>(
  parts: HttpParts,
  request: FastifyRequest,
  reply: FastifyReply,
  result: Result<T, Refusal>,
): FastifyReply {
  return result.ok ? reply.send(result.value) : refuse(parts, request, reply, result.error);
}

/** What a thrown error is to the caller; `undefined` when it is a bug of ours. */
export function refusalOf(error: FastifyError): Refusal | undefined {
  if (error instanceof OutageError) return refusal('STORE_UNAVAILABLE');
  if (error instanceof UnkeepableError) return refusal('MESSAGE_MALFORMED', { field: 'value' });
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return refusal('MESSAGE_TOO_LARGE');
  const [first] = error.validation ?? [];
  if (first !== undefined)
    return refusal('MESSAGE_MALFORMED', { field: String(first.instancePath ?? '').slice(0, 80) });
  return (error.statusCode ?? 500) < 500 ? refusal('MESSAGE_MALFORMED') : undefined;
}

/** The error handler of the server: no stack and no words of a library reach a peer. */
export function onError(parts: HttpParts) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const known = refusalOf(error);
    if (known?.code === 'STORE_UNAVAILABLE')
      parts.log.warn({ request: request.id, cause: error.message }, 'http.outage');
    if (error instanceof UnkeepableError)
      parts.log.warn({ request: request.id, cause: error.message }, 'store.unkeepable');
    if (known !== undefined) return refuse(parts, request, reply, known);
    parts.log.error({ request: request.id, cause: error.stack ?? error.message }, 'http.failed');
    parts.fatal(error);
    return refuse(parts, request, reply, refusal('SHUTTING_DOWN'));
  };
}
