// src/server/http/routes-console.ts - what the operator's console reads and does beyond the list of machines
// (routes-operator.ts): games that run, reports, reliability, plans and alerts. All of it is about the caller's own machines.
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { earningsTable, endedSessions, type SessionTable, sessionsTable } from '../../app/operator/ended-sessions.ts';
import { actOnFleet, fleetOf } from '../../app/operator/fleet.ts';
import { livePlay } from '../../app/operator/live-play.ts';
import { cancelMaintenance, planMaintenance } from '../../app/operator/maintain.ts';
import { operatorReport } from '../../app/operator/report.ts';
import { askLog, forgetLog } from '../../app/operator/session-log.ts';
import { CSV_MARK, csvLine } from '../../base/csv.ts';
import type { NodeId, OperatorId, PlayerId, SessionId } from '../../base/ids.ts';
import { ok } from '../../base/result.ts';
import { refusal } from '../../protocol/error-codes.ts';
import { ProblemShape } from '../../protocol/http-api.ts';
import {
  EndedPlayShape,
  FleetDoneShape,
  FleetRequestShape,
  FleetShape,
  LivePlayShape,
  type OperatorReport,
  OperatorReportShape,
  SessionLogShape,
  WindowIdShape,
  WindowRequestShape,
  WindowsMadeShape,
} from '../../protocol/operator-api.ts';
import { exact, NodeIdShape, SessionIdShape } from '../../protocol/shapes.ts';
import { ExpiringMap } from '../../signaling/expiring-map.ts';
import { csvFile } from './csv.ts';
import { type Guard, nowOf } from './guard.ts';
import type { HttpParts } from './parts.ts';
import { answer, refuse } from './problems.ts';

/** An operator is a wallet, like a player. */
const asOperator = (player: PlayerId): OperatorId => player as string as OperatorId;
const tags = ['operator'];
/** A report reads thousands of receipts: a page that asks again gets the same for a while. */
const REPORT_KEPT_MS = 20_000;
const REPORTS_MAX = 10_000;
const ENDED_SHOWN = 20;
/** A machine answers from its disk; one that is busy or gone for longer is away. */
const LOG_ANSWER_MS = 5_000;

/** Serves the console of the operator who asks. */
export function addConsoleRoutes(app: FastifyInstance, parts: HttpParts, guard: Guard): void {
  const { hub } = parts;

  app.get(
    '/api/operator/sessions',
    {
      schema: {
        tags,
        summary: 'Games that run on your machines: since when, rate, picture, line and encoder; not who plays',
        response: { 200: LivePlayShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      const player = await guard.player(request, reply);
      return player === undefined ? reply : livePlay(hub, asOperator(player), nowOf(parts).nowMs);
    },
  );

  app.get(
    '/api/operator/ended',
    {
      schema: {
        tags,
        summary: 'The last sessions of your machines, newest first; not who played',
        response: { 200: EndedPlayShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      const player = await guard.player(request, reply);
      if (player === undefined) return reply;
      const last = { sinceMs: 0, after: undefined, limit: ENDED_SHOWN };
      const rows = await parts.desk.books.sessionsOf(asOperator(player), parts.desk.currency, last);
      return {
        sessions: rows.map(({ session, node, nodeName, game, endedAtMs, reason, billedMs, operatorWei }) => ({
          ...{ session, node, nodeName, game, endedAtMs, reason, billedMs, operatorWei },
        })),
      };
    },
  );

  app.get<{ Params: { node: NodeId; session: SessionId } }>(
    '/api/operator/nodes/:node/sessions/:session/log',
    {
      schema: {
        tags,
        summary: 'What your machine wrote down about one session, asked of the machine itself',
        params: exact({ node: NodeIdShape, session: SessionIdShape }),
        response: { 200: SessionLogShape, '4xx': ProblemShape, '5xx': ProblemShape },
      },
    },
    async (request, reply) => {
      const player = await guard.player(request, reply);
      if (player === undefined) return reply;
      const { node, session } = request.params;
      if ((await hub.ports.nodes.find(node))?.operator !== asOperator(player)) {
        return refuse(parts, request, reply, refusal('NOT_FOUND'));
      }
      const late = Promise.withResolvers<undefined>();
      const timer = setTimeout(() => late.resolve(undefined), LOG_ANSWER_MS);
      const lines = await Promise.race([askLog(hub, node, session), late.promise]);
      clearTimeout(timer);
      if (lines !== undefined) return { lines: [...lines] };
      forgetLog(hub, node, session);
      return refuse(parts, request, reply, refusal('NODE_LOST'));
    },
  );

  const reports = new ExpiringMap<OperatorId, Promise<OperatorReport>>(REPORT_KEPT_MS, REPORTS_MAX);
  app.get(
    '/api/operator/report',
    {
      schema: {
        tags,
        summary: 'The last seven days of your machines: use, and reliability with every event that cost points',
        response: { 200: OperatorReportShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      const player = await guard.player(request, reply);
      if (player === undefined) return reply;
      const [operator, now] = [asOperator(player), nowOf(parts)];
      const known = reports.get(operator, now.nowMs);
      if (known !== undefined) return known;
      const made = operatorReport(hub, parts.desk, operator, now);
      reports.add(operator, made, now.nowMs);
      made.catch(() => reports.take(operator, now.nowMs)); // An outage is not kept.
      return made;
    },
  );

  app.get(
    '/api/operator/fleet',
    {
      schema: {
        tags,
        summary: 'Tags of your machines, when those that leave will be empty, and planned maintenance',
        response: { 200: FleetShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      const player = await guard.player(request, reply);
      return player === undefined ? reply : fleetOf(hub, asOperator(player), nowOf(parts));
    },
  );

  app.post<{ Body: Type.Static<typeof FleetRequestShape> }>(
    '/api/operator/fleet',
    {
      schema: {
        tags,
        summary: 'One act on many of your machines: premium, drain, tag. Nothing is done when one of them is not yours',
        body: FleetRequestShape,
        response: { 200: FleetDoneShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      if (guard.ownOrigin(request, reply) === undefined) return reply;
      const player = await guard.player(request, reply);
      if (player === undefined) return reply;
      const { nodes, act } = request.body;
      return answer(parts, request, reply, await actOnFleet(hub, asOperator(player), nodes, act, nowOf(parts)));
    },
  );

  app.post<{ Body: Type.Static<typeof WindowRequestShape> }>(
    '/api/operator/windows',
    {
      schema: {
        tags,
        summary: 'Plan maintenance: no new games ten minutes before, left alone meanwhile, back by itself',
        body: WindowRequestShape,
        response: { 200: WindowsMadeShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      if (guard.ownOrigin(request, reply) === undefined) return reply;
      const player = await guard.player(request, reply);
      if (player === undefined) return reply;
      const made = await planMaintenance(hub, asOperator(player), request.body, nowOf(parts));
      const ids = made.ok ? ok({ ids: made.value.map(({ id }) => id) }) : made;
      return answer(parts, request, reply, ids);
    },
  );

  app.delete<{ Params: { id: string } }>(
    '/api/operator/windows/:id',
    {
      schema: {
        tags,
        summary: 'Take planned maintenance back; a machine that is away by it serves at once',
        params: exact({ id: WindowIdShape }),
        response: { 204: Type.Null({ description: 'no body' }), '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      if (guard.ownOrigin(request, reply) === undefined) return reply;
      const player = await guard.player(request, reply);
      if (player === undefined) return reply;
      const gone = await cancelMaintenance(hub, asOperator(player), request.params.id, nowOf(parts));
      return gone ? reply.code(204).send() : refuse(parts, request, reply, refusal('NOT_FOUND'));
    },
  );

  const tables = [
    {
      file: 'earnings',
      table: earningsTable,
      summary: 'What each ended session brought: gross - burn - platform = net',
    },
    {
      file: 'sessions',
      table: sessionsTable,
      summary: 'How each ended session ran: paid time, and free time by cause',
    },
  ];
  for (const { file, table, summary } of tables) {
    app.get(
      `/api/operator/${file}.csv`,
      { schema: { tags, summary: `${summary}; as CSV, newest first`, produces: ['text/csv'] } },
      async (request, reply) => {
        const player = await guard.player(request, reply);
        if (player === undefined) return reply;
        return csvFile(reply, `nearcade-${file}`)
          .header('cache-control', 'no-store')
          .send(Readable.from(tableLines(parts, asOperator(player), table)));
      },
    );
  }
}

const iso = (atMs: number): string => new Date(atMs).toISOString();

async function* tableLines({ desk }: HttpParts, operator: OperatorId, { head, row }: SessionTable) {
  yield `${CSV_MARK}${csvLine(head)}`;
  for await (const session of endedSessions(desk, operator, 0)) yield csvLine(row(session, desk.currency, iso));
}
