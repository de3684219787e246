// src/server/http/routes-cafe-read.ts - what is read of a café: itself, its floor, members, receipts, reports, audit, prices.
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { priceIt } from '../../app/cafe/price-it.ts';
import { isDaySpan, reportDay, reportHeat } from '../../app/cafe/report-day.ts';
import { type Cafe, pricesAt, settingsOf } from '../../app/cafe/state.ts';
import { floorOf, memberView, payingOwner, shiftView } from '../../app/cafe/views.ts';
import { workplaces } from '../../app/cafe/who-works.ts';
import type { CafeId } from '../../base/ids.ts';
import { TAIPEI_AGE_BANDS, TAIPEI_CURFEW } from '../../cafe/curfew.ts';
import { dateOf } from '../../cafe/local-time.ts';
import { cafeActs } from '../../protocol/cafe-acts.ts';
import {
  AuditListShape,
  CafeInfoShape,
  CafeReceiptListShape,
  CurfewExampleShape,
  DayReportShape,
  FloorShape,
  HeatMapShape,
  MemberListShape,
  PriceAnswerShape,
  ShiftListShape,
} from '../../protocol/cafe-api.ts';
import { CafeIdShape, LocalDateShape } from '../../protocol/cafe-shapes.ts';
import { CafeListShape } from '../../protocol/cafe-things.ts';
import { refusal } from '../../protocol/error-codes.ts';
import { ProblemShape } from '../../protocol/http-api.ts';
import { exact } from '../../protocol/shapes.ts';
import { cafeDesk } from './cafe-desk.ts';
import { csvOf } from './csv.ts';
import type { Guard } from './guard.ts';
import type { HttpParts } from './parts.ts';
import { answer, refuse } from './problems.ts';

const LISTED = 100;
const FIRST = 2 ** 40;
const tags = ['café'];
const params = exact({ cafe: CafeIdShape });
const Before = exact({ before: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,11}$' })) });
type OfCafe = { Params: { cafe: CafeId } };
type Paged = OfCafe & { Querystring: { before?: string } };
type Dated = OfCafe & { Querystring: { date: string } };

const PriceWish = Type.Omit(cafeActs.start, ['key', 'version']);

/** Serves all readings but the live ones. */
export function addCafeReadRoutes(app: FastifyInstance, parts: HttpParts, guard: Guard): void {
  const { cafes, clock } = parts;
  const { store, surroundings } = cafes.parts;
  const desk = cafeDesk(parts, cafes, guard);
  const schemaOf = (summary: string, shape: Type.TSchema, querystring?: Type.TSchema) => ({
    schema: {
      tags,
      summary,
      params,
      ...(querystring === undefined ? {} : { querystring }),
      response: { 200: shape, '4xx': ProblemShape },
    },
  });
  const wall = (cafe: Cafe, atMs: number) => pricesAt(cafe, cafe.settingsVersion).calendar.time.wallAt(atMs);

  app.get(
    '/api/cafe',
    { schema: { tags, summary: 'Cafés you work in', response: { 200: CafeListShape, '4xx': ProblemShape } } },
    async (request, reply) => {
      const wallet = await guard.player(request, reply);
      return wallet === undefined ? reply : { cafes: await workplaces(cafes, wallet) };
    },
  );

  app.get(
    '/api/cafe-examples/curfew',
    {
      schema: {
        tags,
        summary: 'Example age bands and curfew rules; whoever runs a site confirms its own',
        response: {
          200: CurfewExampleShape,
        },
      },
    },
    async () => ({ ageBands: TAIPEI_AGE_BANDS, curfew: TAIPEI_CURFEW }),
  );

  app.get<OfCafe>('/api/cafe/:cafe', schemaOf('Settings, staff, keys', CafeInfoShape), async (request, reply) => {
    const at = await desk.reader(request, reply, 'read.settings');
    if (at === undefined) return reply;
    const { cafe, actor } = at;
    const nowMs = clock.wallMs();
    const { day, minute } = wall(cafe, nowMs);
    const failing = parts.failingHooks();
    return {
      cafe: cafe.id,
      role: actor.role,
      version: cafe.settingsVersion,
      settings: settingsOf(cafe),
      today: dateOf(day),
      minute,
      nowMs,
      staff: [...cafe.things.staff.values()].map(({ wallet, role }) => ({ wallet, role })),
      apiKeys: [...cafe.things['api-key'].values()].map(({ id, role }) => ({ id, role })),
      webhooks: [...cafe.things.webhook.values()].map(({ id, url, acts }) => ({
        ...{ id, url, acts: [...acts] },
        failing: failing.has(`${cafe.id}/${id}`),
      })),
    };
  });

  app.get<OfCafe>('/api/cafe/:cafe/floor', schemaOf('The floor now', FloorShape), async (request, reply) => {
    const at = await desk.reader(request, reply, 'read.floor');
    if (at === undefined) return reply;
    const nowMs = clock.wallMs();
    const owner = payingOwner(at.cafe);
    const cloud = await surroundings.cloud(owner ?? ('0x' as never), nowMs);
    reply.header('cache-control', 'no-store');
    return floorOf(cafes.look(at.cafe, nowMs), cloud, (seat) => surroundings.life(at.cafe.id, seat));
  });

  app.post<OfCafe & { Body: Type.Static<typeof PriceWish> }>(
    '/api/cafe/:cafe/price',
    {
      schema: {
        ...schemaOf('What a start or an extension would cost; changes nothing', PriceAnswerShape).schema,
        body: PriceWish,
      },
    },
    async (request, reply) => {
      const at = await desk.reader(request, reply, 'read.floor');
      if (at === undefined) return reply;
      return answer(parts, request, reply, priceIt(cafes.look(at.cafe, clock.wallMs()), request.body));
    },
  );

  app.get<OfCafe & { Querystring: { q?: string } }>(
    '/api/cafe/:cafe/members',
    schemaOf(
      'Members whose name or id holds a text',
      MemberListShape,
      exact({ q: Type.Optional(Type.String({ maxLength: 80 })) }),
    ),
    async (request, reply) => {
      const at = await desk.reader(request, reply, 'read.members');
      if (at === undefined) return reply;
      const text = (request.query.q ?? '').toLowerCase();
      const found = [...at.cafe.things.member.values()].filter(
        ({ name, member }) => name.toLowerCase().includes(text) || member.includes(text),
      );
      return { members: found.slice(0, LISTED).map(memberView), more: found.length > LISTED };
    },
  );

  app.get<Paged>(
    '/api/cafe/:cafe/receipts',
    schemaOf('Receipts, newest first', CafeReceiptListShape, Before),
    async (request, reply) => {
      const at = await desk.reader(request, reply, 'read.receipts');
      if (at === undefined) return reply;
      return { receipts: await store.receipts(at.cafe.id, Number(request.query.before ?? FIRST), LISTED) };
    },
  );

  app.get<Paged>(
    '/api/cafe/:cafe/audit',
    schemaOf('Who did what, with before and after, newest first', AuditListShape, Before),
    async (request, reply) => {
      const at = await desk.reader(request, reply, 'read.audit');
      if (at === undefined) return reply;
      return { lines: await store.audit(at.cafe.id, Number(request.query.before ?? FIRST), LISTED) };
    },
  );

  app.get<OfCafe>(
    '/api/cafe/:cafe/shifts',
    schemaOf('Shifts, newest first', ShiftListShape),
    async (request, reply) => {
      const at = await desk.reader(request, reply, 'read.receipts');
      if (at === undefined) return reply;
      return { shifts: (await store.shifts(at.cafe.id, LISTED)).map(shiftView) };
    },
  );

  const OfDay = exact({ date: LocalDateShape });
  app.get<Dated>(
    '/api/cafe/:cafe/reports/day',
    schemaOf('The close of a business day', DayReportShape, OfDay),
    async (request, reply) => {
      const at = await desk.reader(request, reply, 'read.reports');
      return at === undefined ? reply : reportDay(cafes, at.cafe, request.query.date);
    },
  );

  app.get<Dated>(
    '/api/cafe/:cafe/reports/receipts.csv',
    {
      schema: {
        tags,
        summary: 'Receipts of a business day as CSV',
        params,
        querystring: OfDay,
        produces: ['text/csv'],
      },
    },
    async (request, reply) => {
      const at = await desk.reader(request, reply, 'read.reports');
      if (at === undefined) return reply;
      const { receipts } = await store.day(at.cafe.id, request.query.date);
      const rows = receipts.map(({ number, kind, atMs, shift, seat, tab, member, totalMinor, of, reason, paid }) => [
        ...[number, kind, new Date(atMs).toISOString(), shift, seat, tab, member, totalMinor],
        ...[paid.map(({ by, minor }) => `${by} ${minor}`).join('; '), of, reason],
      ]);
      const head = ['number', 'kind', 'at', 'shift', 'seat', 'tab', 'member', 'total', 'paid', 'of', 'reason'];
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="receipts-${request.query.date}.csv"`)
        .send(csvOf([head, ...rows]));
    },
  );

  app.get<OfCafe & { Querystring: { from: string; to: string } }>(
    '/api/cafe/:cafe/reports/heat',
    schemaOf('How full each seat was, by hour', HeatMapShape, exact({ from: LocalDateShape, to: LocalDateShape })),
    async (request, reply) => {
      const at = await desk.reader(request, reply, 'read.reports');
      if (at === undefined) return reply;
      const { from, to } = request.query;
      if (!isDaySpan(from, to)) return refuse(parts, request, reply, refusal('MESSAGE_MALFORMED', { field: '/to' }));
      return reportHeat(cafes, at.cafe, from, to);
    },
  );
}
