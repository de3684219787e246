// src/server/http/routes-cafe-reports.ts - the reports of a café: the close of a business day, its tables as CSV files, its
// receipts, and how full seats were; and all of its members as a file.
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type Type from 'typebox';
import { isDaySpan, reportDay, reportHeat } from '../../app/cafe/report-day.ts';
import { type ReportTable, reportTables } from '../../app/cafe/report-tables.ts';
import type { AtWork } from '../../app/cafe/who-works.ts';
import { CSV_MARK, csvLine, csvOf } from '../../base/csv.ts';
import type { CafeId } from '../../base/ids.ts';
import { DayReportShape, HeatMapShape } from '../../protocol/cafe-api.ts';
import { CafeIdShape, LocalDateShape } from '../../protocol/cafe-shapes.ts';
import { refusal } from '../../protocol/error-codes.ts';
import { ProblemShape } from '../../protocol/http-api.ts';
import { exact } from '../../protocol/shapes.ts';
import { type CafeRequest, cafeDesk, readersOf } from './cafe-desk.ts';
import { csvFile } from './csv.ts';
import type { Guard } from './guard.ts';
import type { HttpParts } from './parts.ts';
import { refuse } from './problems.ts';

const tags = ['café'];
const params = exact({ cafe: CafeIdShape });
const description = readersOf('read.reports');
const OfDay = exact({ date: LocalDateShape });
const OfSpan = exact({ from: LocalDateShape, to: LocalDateShape });
type OfCafe = { Params: { cafe: CafeId } };
type Dated = OfCafe & { Querystring: Type.Static<typeof OfDay> };
type Spanned = OfCafe & { Querystring: Type.Static<typeof OfSpan> };

const iso = (atMs: number): string => new Date(atMs).toISOString();

/** A row a member, one by one: a hundred thousand are never in memory as a whole. */
function* memberRows({ cafe }: AtWork): Generator<string> {
  yield `${CSV_MARK}${csvLine(['number', 'name', 'group', 'age_band', 'real_minor', 'bonus_minor', 'note'])}`;
  for (const { number, name, group, ageBand, realMinor, bonusMinor, note } of cafe.things.member.values()) {
    yield csvLine([number, name, group, ageBand, realMinor.toString(), bonusMinor.toString(), note]);
  }
}

/** Serves them to whoever may read reports. */
export function addCafeReportRoutes(app: FastifyInstance, parts: HttpParts, guard: Guard): void {
  const { cafes, clock, hub } = parts;
  const { store } = cafes.parts;
  const desk = cafeDesk(parts, cafes, guard);
  const json = (summary: string, shape: Type.TSchema, querystring: Type.TSchema) => ({
    schema: { tags, summary, description, params, querystring, response: { 200: shape, '4xx': ProblemShape } },
  });
  const file = (summary: string, querystring: Type.TSchema) => ({
    schema: { tags, summary, description, params, querystring, produces: ['text/csv'] },
  });
  const reader = (request: CafeRequest, reply: FastifyReply) => desk.reader(request, reply, 'read.reports');
  const dayOf = ({ cafe }: AtWork, date: string) => {
    const nowMs = clock.wallMs();
    const { microUsdPerDbc } = hub.ports.quotes.price(nowMs);
    return reportDay(cafes, cafe, date, { nowMs, microUsdPerDbc });
  };
  const heatOf = async (request: FastifyRequest<Spanned>, reply: FastifyReply) => {
    const at = await reader(request, reply);
    if (at === undefined) return undefined;
    const { from, to } = request.query;
    if (isDaySpan(from, to)) return reportHeat(cafes, at.cafe, { from, to, nowMs: clock.wallMs() });
    refuse(parts, request, reply, refusal('MESSAGE_MALFORMED', { field: '/to' }));
    return undefined;
  };

  app.get<Dated>(
    '/api/cafe/:cafe/reports/day',
    json('The close of a business day', DayReportShape, OfDay),
    async (request, reply) => {
      const at = await reader(request, reply);
      return at === undefined ? reply : dayOf(at, request.query.date);
    },
  );

  for (const [name, { summary, head, rows }] of Object.entries<ReportTable>(reportTables)) {
    app.get<Dated>(
      `/api/cafe/:cafe/reports/${name}.csv`,
      file(`${summary}; of a business day, as CSV`, OfDay),
      async (request, reply) => {
        const at = await reader(request, reply);
        if (at === undefined) return reply;
        const nameOf = (wallet: string) => at.cafe.things.staff.get(wallet)?.name;
        const report = await dayOf(at, request.query.date);
        return csvFile(reply, `${name}-${request.query.date}`).send(csvOf([head, ...rows(report, { nameOf, iso })]));
      },
    );
  }

  app.get<Dated>(
    '/api/cafe/:cafe/reports/receipts.csv',
    file('Receipts of a business day as CSV', OfDay),
    async (request, reply) => {
      const at = await reader(request, reply);
      if (at === undefined) return reply;
      const { receipts } = await store.day(at.cafe.id, request.query.date);
      const rows = receipts.map(({ number, kind, atMs, shift, seat, tab, member, totalMinor, of, reason, paid }) => [
        ...[number, kind, iso(atMs), shift, seat, tab, member, totalMinor],
        ...[paid.map(({ by, minor }) => `${by} ${minor}`).join('; '), of, reason],
      ]);
      const head = ['number', 'kind', 'at', 'shift', 'seat', 'tab', 'member', 'total', 'paid', 'of', 'reason'];
      return csvFile(reply, `receipts-${request.query.date}`).send(csvOf([head, ...rows]));
    },
  );

  app.get<OfCafe>(
    '/api/cafe/:cafe/members.csv',
    {
      schema: { tags, summary: 'All members with what they have, as CSV', description, params, produces: ['text/csv'] },
    },
    async (request, reply) => {
      const at = await reader(request, reply); // Who may look one up at the desk carries not all of them off.
      return at === undefined
        ? reply
        : csvFile(reply, 'members').send(Readable.from(memberRows(at), { objectMode: false }));
    },
  );

  app.get<Spanned>(
    '/api/cafe/:cafe/reports/heat',
    json('How full each seat was, by hour', HeatMapShape, OfSpan),
    async (request, reply) => (await heatOf(request, reply)) ?? reply,
  );

  app.get<Spanned>(
    '/api/cafe/:cafe/reports/heat.csv',
    file('The same as CSV: a row a seat, a column an hour, 0 to 1', OfSpan),
    async (request, reply) => {
      const heat = await heatOf(request, reply);
      if (heat === undefined) return reply;
      const { from, to } = request.query;
      const head = ['seat', ...Array.from({ length: 24 }, (_, hour) => String(hour))];
      return csvFile(reply, `seats-${from}-${to}`).send(
        csvOf([head, ...heat.seats.map(({ seat, hours }) => [seat, ...hours.map((share) => share.toFixed(3))])]),
      );
    },
  );
}
