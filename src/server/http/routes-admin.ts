// src/server/http/routes-admin.ts - the hub's owners over HTTP. An admin is a wallet named by --admin that has logged in like
// anybody; everybody else is told FORBIDDEN.
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { catchUp, doAct, noteRefused } from '../../app/admin/desk.ts';
import { storedState } from '../../app/admin/reconcile.ts';
import { revenueOf } from '../../app/money/read-account.ts';
import { sessionsOn } from '../../app/node-here.ts';
import { OutageError } from '../../base/assert.ts';
import type { PlayerId } from '../../base/ids.ts';
import {
  type AdminActRequest,
  AdminActRequestShape,
  type AdminState,
  AdminStateShape,
  AuditLineShape,
  AuditPageShape,
  AuditQueryShape,
  RevenueQueryShape,
  RevenueShape,
} from '../../protocol/admin-api.ts';
import { refusal } from '../../protocol/error-codes.ts';
import { ProblemShape } from '../../protocol/http-api.ts';
import { ExpiringMap } from '../../signaling/expiring-map.ts';
import { LogGate } from '../ws/log-gate.ts';
import { type Guard, nowOf } from './guard.ts';
import type { HttpParts } from './parts.ts';
import { answer, onError, refusalOf, refuse } from './problems.ts';

const LINES = 100;
const REVENUE_DAYS = 30;
const NODES_SHOWN = 1_000;
/** Anybody may log in and ask for acts: the audit has a line an hour of each, and so many an hour of all; the log has the rest. */
const STRANGERS_EVERY_MS = 3_600_000;
const STRANGERS_MAX = 20;
const ACT_URL = '/api/admin/acts';
const tags = ['admin'];

/** Serves what those who run the hub may do and see. */
export function addAdminRoutes(app: FastifyInstance, parts: HttpParts, guard: Guard): void {
  const { hub, desk, admins } = parts;
  const gate = new LogGate(parts.log);
  const strangers = new ExpiringMap<PlayerId, true>(STRANGERS_EVERY_MS, STRANGERS_MAX);
  const admin = async (request: FastifyRequest, reply: FastifyReply): Promise<PlayerId | undefined> => {
    const player = await guard.player(request, reply);
    if (player === undefined || admins.has(player)) return player;
    const { url } = request.routeOptions;
    const now = nowOf(parts);
    gate.warn('admin.stranger', { who: player, request: request.id, url }, now.nowMs);
    const refused = refusal('FORBIDDEN');
    if (url === ACT_URL && strangers.add(player, true, now.nowMs))
      await noteRefused(desk, player, request.body, refused, now);
    refuse(parts, request, reply, refused);
    return undefined;
  };

  /** Refuses what is no act, after it is known who sent it: it leaves its line as any refused act does. */
  const unread = async (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    const refused = error instanceof OutageError ? undefined : refusalOf(error);
    if (refused === undefined) return onError(parts)(error, request, reply);
    if (guard.ownOrigin(request, reply) === undefined) return reply;
    const who = await admin(request, reply);
    if (who === undefined) return reply;
    await noteRefused(desk, who, request.body, refused, nowOf(parts));
    return refuse(parts, request, reply, refused);
  };

  app.post<{ Body: AdminActRequest }>(
    ACT_URL,
    {
      errorHandler: unread,
      schema: {
        tags,
        summary: 'Does one act with its reason; the same key acts once',
        body: AdminActRequestShape,
        response: { 200: AuditLineShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      if (guard.ownOrigin(request, reply) === undefined) return reply;
      const who = await admin(request, reply);
      if (who === undefined) return reply;
      const done = await doAct(desk, who, request.body, nowOf(parts));
      if (done.ok) await catchUp(desk, nowOf(parts));
      else parts.log.warn({ who, request: request.id, act: request.body.act, code: done.error.code }, 'admin.refused');
      return answer(parts, request, reply, done);
    },
  );

  app.get(
    '/api/admin/state',
    { schema: { tags, summary: 'What is in force', response: { 200: AdminStateShape, '4xx': ProblemShape } } },
    async (request, reply) => {
      if ((await admin(request, reply)) === undefined) return reply;
      const nodes = [...hub.nodes.values()].slice(0, NODES_SHOWN).map(({ node, terms, machine }) => ({
        ...{ node, operator: terms.operator, name: machine.name, region: machine.region },
        sessions: sessionsOn(hub, node).length,
      }));
      const state: AdminState = { ...(await storedState(desk, nowOf(parts))), running: hub.sessions.size, nodes };
      return state;
    },
  );

  app.get<{ Querystring: { before?: number; limit?: number } }>(
    '/api/admin/audit',
    {
      schema: {
        tags,
        summary: 'Every act, newest first',
        querystring: AuditQueryShape,
        response: { 200: AuditPageShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      if ((await admin(request, reply)) === undefined) return reply;
      const { before, limit = LINES } = request.query;
      const lines = await desk.admin.lines(before, limit);
      const last = lines.length === limit ? lines.at(-1) : undefined;
      return { lines, ...(last && { next: last.seq }) };
    },
  );

  app.get<{ Querystring: { days?: number } }>(
    '/api/admin/revenue',
    {
      schema: {
        tags,
        summary: 'Turnover by day',
        querystring: RevenueQueryShape,
        response: { 200: RevenueShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      if ((await admin(request, reply)) === undefined) return reply;
      return revenueOf(desk, request.query.days ?? REVENUE_DAYS, nowOf(parts).wallMs);
    },
  );
}
