// src/server/http/routes-money.ts - what a wallet reads about its money: lines and CSV of its accounts, holds, earnings, and
// the log of a session.
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CSV_HEADER, csvRow } from '../../app/money/account-lines.ts';
import { accountLines, accountPage, earningsOf, holdsOf, sessionLog } from '../../app/money/read-account.ts';
import type { OperatorId, PlayerId, SessionId } from '../../base/ids.ts';
import { type AccountId, chart } from '../../billing/ledger.ts';
import { ProblemShape } from '../../protocol/http-api.ts';
import {
  EarningsShape,
  HoldsShape,
  LedgerPageShape,
  LedgerQueryShape,
  SessionLogShape,
} from '../../protocol/money-api.ts';
import { exact, SessionIdShape } from '../../protocol/shapes.ts';
import { csvFile } from './csv.ts';
import { type Guard, nowOf } from './guard.ts';
import type { HttpParts } from './parts.ts';
import { answer } from './problems.ts';

const LINES = 100;
const CSV_PAGE_LINES = 1_000;
/** The promise does not change who gets what; a quote needs one. */
const ANY_PROMISE = { fps: 30, height: 720, rttCapMs: 100 };
type LinesQuery = { Querystring: { before?: string; limit?: number } };

/** Serves accounts to the wallets they belong to. */
export function addMoneyRoutes(app: FastifyInstance, parts: HttpParts, guard: Guard): void {
  const { hub, desk } = parts;
  const accounts = chart(desk.currency);
  const asOperator = (player: PlayerId) => player as string as OperatorId;
  const sides = [
    { path: '/api/me', tags: ['player'], accountOf: (player: PlayerId): AccountId => accounts.player(player) },
    {
      path: '/api/operator',
      tags: ['operator'],
      accountOf: (player: PlayerId): AccountId => accounts.operator(asOperator(player)),
    },
  ];

  for (const { path, tags, accountOf } of sides) {
    app.get<LinesQuery>(
      `${path}/ledger`,
      {
        schema: {
          tags,
          summary: 'Every line of the account, newest first',
          querystring: LedgerQueryShape,
          response: { 200: LedgerPageShape, '4xx': ProblemShape },
        },
      },
      async (request, reply) => {
        const player = await guard.player(request, reply);
        if (player === undefined) return reply;
        const { before, limit = LINES } = request.query;
        const from = before === undefined ? undefined : Number(before);
        return accountPage(desk, accountOf(player), { before: from, limit });
      },
    );
    app.get(
      `${path}/ledger.csv`,
      { schema: { tags, summary: 'All lines of the account as CSV, newest first', produces: ['text/csv'] } },
      async (request, reply) => {
        const player = await guard.player(request, reply);
        return player === undefined ? reply : sendCsv(reply, csvOf(parts, accountOf(player)));
      },
    );
  }

  app.get(
    '/api/me/holds',
    { schema: { tags: ['player'], summary: 'Money on hold', response: { 200: HoldsShape, '4xx': ProblemShape } } },
    async (request, reply) => {
      const player = await guard.player(request, reply);
      return player === undefined ? reply : holdsOf(hub.ports.book, player, desk.currency, nowOf(parts).nowMs);
    },
  );

  app.get(
    '/api/operator/earnings',
    {
      schema: {
        tags: ['operator'],
        summary: 'Earned, redeemable, redeemed, burned, with the policy',
        response: { 200: EarningsShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      const player = await guard.player(request, reply);
      if (player === undefined) return reply;
      const { wallMs, nowMs } = nowOf(parts);
      const quote = hub.ports.quotes.quote({ gpuClass: 'cpu', premiumBps: 0, promise: ANY_PROMISE }, wallMs);
      let runningWei = 0n;
      for (const live of hub.sessions.values()) {
        if (hub.nodes.get(live.node)?.terms.operator !== asOperator(player)) continue;
        runningWei += BigInt(hub.ports.book.state(live.session, nowMs)?.heldWei ?? '0');
      }
      return earningsOf(desk, asOperator(player), quote, runningWei);
    },
  );

  app.get<{ Params: { session: SessionId } }>(
    '/api/sessions/:session/records',
    {
      schema: {
        tags: ['player'],
        summary: 'The log of a session: receipt, signed minutes, transfers; for its player, its operator and admins',
        params: exact({ session: SessionIdShape }),
        response: { 200: SessionLogShape, '4xx': ProblemShape },
      },
    },
    async (request: FastifyRequest<{ Params: { session: SessionId } }>, reply) => {
      const player = await guard.player(request, reply);
      if (player === undefined) return reply;
      const reader = parts.admins.has(player) ? undefined : player;
      return answer(parts, request, reply, await sessionLog(desk, request.params.session, reader));
    },
  );
}

async function* csvOf({ desk }: HttpParts, account: AccountId): AsyncGenerator<string> {
  yield CSV_HEADER;
  for await (const line of accountLines(desk, account, CSV_PAGE_LINES)) {
    yield csvRow(line, new Date(line.atMs).toISOString());
  }
}

function sendCsv(reply: FastifyReply, rows: AsyncGenerator<string>): FastifyReply {
  return csvFile(reply, 'nearcade-ledger').header('cache-control', 'no-store').send(Readable.from(rows));
}
