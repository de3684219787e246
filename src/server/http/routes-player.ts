// src/server/http/routes-player.ts - what a page reads about the hub, and a player about themselves.
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { ownFacts, publicFacts } from '../../app/look-around.ts';
import { welcome } from '../../app/welcome.ts';
import type { SessionId } from '../../base/ids.ts';
import { weiFromWire } from '../../base/units.ts';
import { refusal } from '../../protocol/error-codes.ts';
import {
  CapRequestShape,
  ConfigShape,
  MeShape,
  ProblemShape,
  SessionListShape,
  TimelineShape,
} from '../../protocol/http-api.ts';
import { ReceiptShape } from '../../protocol/receipt.ts';
import { exact, SessionIdShape } from '../../protocol/shapes.ts';
import { type Guard, nowOf } from './guard.ts';
import type { HttpParts } from './parts.ts';
import { answer, refuse } from './problems.ts';

const SESSIONS_LISTED = 100;
const OfSession = exact({ session: SessionIdShape });
type OfSession = { Params: { session: SessionId } };
const Nothing = Type.Null({ description: 'no body' });

/** Serves the public facts, and to a player who is logged in their own. */
export function addPlayerRoutes(app: FastifyInstance, parts: HttpParts, guard: Guard): void {
  const { hub } = parts;
  const { book } = hub.ports;

  app.get(
    '/api/config',
    {
      schema: { tags: ['hub'], summary: 'What a page must know before anyone logs in', response: { 200: ConfigShape } },
    },
    async (_request, reply) => {
      const { version, chainMode, chain } = parts;
      const now = nowOf(parts);
      reply.header('cache-control', 'no-cache');
      return { version, chainMode, ...(chain && { chain: chain.facts(now) }), ...publicFacts(hub, now) };
    },
  );

  const own = { tags: ['player'] };
  app.get(
    '/api/me',
    { schema: { ...own, summary: 'Balance, cap, running sessions', response: { 200: MeShape, '4xx': ProblemShape } } },
    async (request, reply) => {
      const player = await guard.player(request, reply);
      if (player === undefined) return reply;
      const now = nowOf(parts);
      const found = await ownFacts(hub, player, now);
      // Whoever was logged in before this hub kept these books has had no welcome yet; a second one gives nothing.
      if (found.balanceWei === '0') await welcome(hub, player, parts.welcomeWei, now);
      const facts = found.balanceWei === '0' ? await ownFacts(hub, player, now) : found;
      return parts.admins.has(player) ? { ...facts, admin: true } : facts;
    },
  );

  app.put<{ Body: { capWei: string | null } }>(
    '/api/me/cap',
    {
      schema: {
        ...own,
        summary: 'Own spending limit a day, or null for none; a higher one counts from the next day',
        body: CapRequestShape,
        response: { 204: Nothing, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      if (guard.ownOrigin(request, reply) === undefined) return reply;
      const player = await guard.player(request, reply);
      if (player === undefined) return reply;
      const { capWei } = request.body;
      const cap = capWei === null ? null : weiFromWire(capWei);
      if (cap !== null && !cap.ok)
        return refuse(parts, request, reply, refusal('MESSAGE_MALFORMED', { field: '/capWei' }));
      await book.setCap(player, cap === null ? null : cap.value, parts.clock.wallMs());
      return reply.code(204).send();
    },
  );

  app.get<{ Querystring: { before?: string } }>(
    '/api/sessions',
    {
      schema: {
        ...own,
        summary: 'Own sessions, newest first; `before`: a `next` of an earlier answer',
        querystring: exact({ before: Type.Optional(Type.String({ pattern: '^[0-9]{1,16}$' })) }),
        response: { 200: SessionListShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      const player = await guard.player(request, reply);
      if (player === undefined) return reply;
      const { before } = request.query;
      const sessions = await book.history(player, SESSIONS_LISTED, before === undefined ? undefined : Number(before));
      const last = sessions.length === SESSIONS_LISTED ? sessions.at(-1) : undefined;
      return { sessions, ...(last && { next: String(last.startedAtMs) }) };
    },
  );

  app.get<OfSession>(
    '/api/sessions/:session/receipt',
    {
      schema: {
        ...own,
        summary: 'The receipt of an ended session, for its player or operator',
        params: OfSession,
        response: { 200: ReceiptShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      const player = await guard.player(request, reply);
      if (player === undefined) return reply;
      return answer(parts, request, reply, await book.receipt(request.params.session, player));
    },
  );

  app.get<OfSession>(
    '/api/sessions/:session/timeline',
    {
      schema: {
        ...own,
        summary: 'What the page measured during a session',
        params: OfSession,
        response: { 200: TimelineShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      const player = await guard.player(request, reply);
      if (player === undefined) return reply;
      return answer(parts, request, reply, await book.timeline(request.params.session, player));
    },
  );
}
