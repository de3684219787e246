// src/server/http/routes-alerts.ts - how an operator is told of trouble: a webhook of its own, a mail address that has proved itself.
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { askMail, codeGate, confirmMail, readAlerts, setAlerts } from '../../app/operator/set-alerts.ts';
import type { OperatorId, PlayerId } from '../../base/ids.ts';
import { ProblemShape } from '../../protocol/http-api.ts';
import {
  AlertsRequestShape,
  AlertsSetShape,
  AlertsShape,
  MailConfirmShape,
  MailRequestShape,
} from '../../protocol/operator-api.ts';
import { type Guard, nowOf } from './guard.ts';
import type { HttpParts } from './parts.ts';
import { refuse } from './problems.ts';

const asOperator = (player: PlayerId): OperatorId => player as string as OperatorId;
const tags = ['operator'];
const nothing = Type.Null({ description: 'no body' });

/** Serves the alert settings of the operator who asks. */
export function addAlertRoutes(app: FastifyInstance, parts: HttpParts, guard: Guard): void {
  const { hub, alerts } = parts;
  const { surroundings } = parts.cafes.parts;
  const gate = codeGate();

  app.get(
    '/api/operator/alerts',
    {
      schema: {
        tags,
        summary: 'How you are told of trouble, and what stands',
        response: { 200: AlertsShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      const player = await guard.player(request, reply);
      if (player === undefined) return reply;
      return readAlerts(hub, alerts, asOperator(player), parts.failingHooks().has(`operator/${player}`));
    },
  );

  app.put<{ Body: Type.Static<typeof AlertsRequestShape> }>(
    '/api/operator/alerts',
    {
      schema: {
        tags,
        summary:
          'Set your webhook and when you are told; a new webhook is answered with the secret that signs its calls',
        body: AlertsRequestShape,
        response: { 200: AlertsSetShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      if (guard.ownOrigin(request, reply) === undefined) return reply;
      const player = await guard.player(request, reply);
      if (player === undefined) return reply;
      const set = await setAlerts(hub, asOperator(player), request.body, surroundings.mayCall);
      return set.ok ? set.value : refuse(parts, request, reply, set.error);
    },
  );

  app.post<{ Body: Type.Static<typeof MailRequestShape> }>(
    '/api/operator/alerts/mail',
    {
      schema: {
        tags,
        summary: 'Send a code to a mail address of yours; one a minute',
        body: MailRequestShape,
        response: { 204: nothing, '4xx': ProblemShape, '5xx': ProblemShape },
      },
    },
    async (request, reply) => {
      if (guard.ownOrigin(request, reply) === undefined) return reply;
      const player = await guard.player(request, reply);
      if (player === undefined) return reply;
      const asked = await askMail(hub, alerts, gate, { operator: asOperator(player), ...request.body }, nowOf(parts));
      return asked.ok ? reply.code(204).send() : refuse(parts, request, reply, asked.error);
    },
  );

  app.post<{ Body: Type.Static<typeof MailConfirmShape> }>(
    '/api/operator/alerts/mail/confirm',
    {
      schema: {
        tags,
        summary: 'Bring the code back: alerts go to this address from now on',
        body: MailConfirmShape,
        response: { 204: nothing, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      if (guard.ownOrigin(request, reply) === undefined) return reply;
      const player = await guard.player(request, reply);
      if (player === undefined) return reply;
      const taken = await confirmMail(hub, { operator: asOperator(player), ...request.body }, nowOf(parts));
      return taken.ok ? reply.code(204).send() : refuse(parts, request, reply, taken.error);
    },
  );
}
