// src/server/http/routes-cafe-acts.ts - everything that changes a café: one route an act, all from the table of
// protocol/cafe-acts.ts, and the making of a café.
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { createCafe } from '../../app/cafe/create-cafe.ts';
import { noteRefusal, runAct } from '../../app/cafe/run-act.ts';
import { OutageError } from '../../base/assert.ts';
import type { CafeId } from '../../base/ids.ts';
import { powers } from '../../cafe/roles.ts';
import {
  CafeActAnswerShape,
  type CafeActBody,
  type CafeActName,
  cafeActs,
  NewCafeShape,
} from '../../protocol/cafe-acts.ts';
import { NewCafeAnswerShape } from '../../protocol/cafe-api.ts';
import type { CafeSettings } from '../../protocol/cafe-settings.ts';
import { CafeIdShape } from '../../protocol/cafe-shapes.ts';
import { refusal } from '../../protocol/error-codes.ts';
import { ProblemShape } from '../../protocol/http-api.ts';
import { exact } from '../../protocol/shapes.ts';
import { type CafeRequest, cafeDesk } from './cafe-desk.ts';
import type { Guard } from './guard.ts';
import type { HttpParts } from './parts.ts';
import { answer, onError, refusalOf, refuse } from './problems.ts';

/** Two hundred painted weeks and their names. */
const SETTINGS_BYTES = 512 * 1024;
const tags = ['café'];
const actNames = Object.keys(cafeActs) as CafeActName[];

/** Serves POST /api/cafe and POST /api/cafe/:cafe/<act>. */
export function addCafeActRoutes(app: FastifyInstance, parts: HttpParts, guard: Guard): void {
  const { cafes, clock } = parts;
  const desk = cafeDesk(parts, cafes, guard);

  app.post<{ Body: { key: string; settings: CafeSettings } }>(
    '/api/cafe',
    {
      bodyLimit: SETTINGS_BYTES,
      schema: {
        tags,
        summary: 'Open a café; the caller becomes its owner',
        body: NewCafeShape,
        response: { 200: NewCafeAnswerShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      if (guard.ownOrigin(request, reply) === undefined) return reply;
      const owner = await guard.player(request, reply);
      if (owner === undefined) return reply;
      const made = await createCafe(cafes, { owner, ...request.body }, clock.wallMs());
      return made.ok ? { cafe: made.value } : refuse(parts, request, reply, made.error);
    },
  );

  /** Refuses a body that no handler sees: broken JSON, one too large. It leaves its line as any refused act does. */
  const unread = (act: CafeActName) => async (error: FastifyError, request: CafeRequest, reply: FastifyReply) => {
    const refused = error instanceof OutageError ? undefined : refusalOf(error);
    if (refused === undefined) return onError(parts)(error, request, reply);
    const at = await desk.writer(request, reply);
    if (at === undefined) return reply;
    await noteRefusal(cafes, { cafe: at.cafe.id, act, actor: at.actor, nowMs: clock.wallMs() }, refused);
    return refuse(parts, request, reply, refused);
  };

  function addAct<N extends CafeActName>(act: N): void {
    app.post<{ Params: { cafe: CafeId } }>(
      `/api/cafe/:cafe/${act.replaceAll('.', '/')}`,
      {
        bodyLimit: act === 'settings' ? SETTINGS_BYTES : 64 * 1024,
        // A malformed body is refused by us, after we know who sent it: it leaves an audit line like any refusal.
        attachValidation: true,
        errorHandler: unread(act),
        schema: {
          tags,
          summary: `${act}: for ${powers[act].join(', ')}`,
          params: exact({ cafe: CafeIdShape }),
          body: cafeActs[act],
          response: { 200: CafeActAnswerShape, '4xx': ProblemShape },
        },
      },
      async (request, reply) => {
        const wrong = request.validationError;
        if (wrong?.validationContext === 'params') return refuse(parts, request, reply, refusal('NOT_FOUND'));
        const at = await desk.writer(request, reply);
        if (at === undefined) return reply;
        const doing = { cafe: at.cafe.id, act, actor: at.actor };
        if (wrong !== undefined) {
          const field = String(wrong.validation?.[0]?.instancePath ?? '').slice(0, 80);
          const refused = refusal('MESSAGE_MALFORMED', { field });
          await noteRefusal(cafes, { ...doing, nowMs: clock.wallMs() }, refused);
          return refuse(parts, request, reply, refused);
        }
        reply.header('cache-control', 'no-store');
        const body = request.body as CafeActBody<N>; // The validator above has read it by this very shape.
        return answer(parts, request, reply, await runAct(cafes, { ...doing, body }, clock.wallMs()));
      },
    );
  }
  for (const act of actNames) addAct(act);
}
