// src/server/http/routes-cafe-read.ts - what is read of a café: itself, its floor, members, receipts, reports, audit, prices.
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { findReceipts, takenOf } from '../../app/cafe/find-receipts.ts';
import type { AuditFilter } from '../../app/cafe/ports.ts';
import { priceIt } from '../../app/cafe/price-it.ts';
import { actorName, dayBounds } from '../../app/cafe/report-day.ts';
import { type Cafe, pricesAt, settingsOf } from '../../app/cafe/state.ts';
import { batchViews, codeLine, floorOf, memberView, payingOwner, shiftView } from '../../app/cafe/views.ts';
import { workplaces } from '../../app/cafe/who-works.ts';
import { CSV_MARK, csvLine } from '../../base/csv.ts';
import type { CafeId, MemberId } from '../../base/ids.ts';
import { TAIPEI_AGE_BANDS, TAIPEI_CURFEW } from '../../cafe/curfew.ts';
import { dateOf } from '../../cafe/local-time.ts';
import type { CafeRead } from '../../cafe/roles.ts';
import { cafeActs } from '../../protocol/cafe-acts.ts';
import {
  AuditListShape,
  BatchListShape,
  CafeInfoShape,
  CafeReceiptListShape,
  CodeListShape,
  CurfewExampleShape,
  FloorShape,
  MemberHistoryShape,
  MemberListShape,
  PlaysNowShape,
  PriceAnswerShape,
  ShiftListShape,
} from '../../protocol/cafe-api.ts';
import {
  BatchIdShape,
  CafeIdShape,
  LocalDateShape,
  MemberIdShape,
  MinorShape,
  SeatNumberShape,
} from '../../protocol/cafe-shapes.ts';
import { type CafeAuditLine, CafeListShape } from '../../protocol/cafe-things.ts';
import { refusal } from '../../protocol/error-codes.ts';
import { ProblemShape } from '../../protocol/http-api.ts';
import { exact } from '../../protocol/shapes.ts';
import { cafeDesk, readersOf } from './cafe-desk.ts';
import { csvFile } from './csv.ts';
import type { Guard } from './guard.ts';
import type { HttpParts } from './parts.ts';
import { answer, refuse } from './problems.ts';

const LISTED = 100;
const FIRST = 2 ** 40;
const tags = ['café'];
const params = exact({ cafe: CafeIdShape });
const Before = exact({ before: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,11}$' })) });
type OfCafe = { Params: { cafe: CafeId } };
const AuditQuery = exact({
  ...Before.properties,
  act: Type.Optional(Type.String({ pattern: '^[a-z][a-z.-]{0,39}$' })),
  refused: Type.Optional(Type.Boolean()),
  date: Type.Optional(LocalDateShape),
});
const ReceiptQuery = exact({
  ...Before.properties,
  date: Type.Optional(LocalDateShape),
  number: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,11}$' })),
  /** Where they were made, or where their sitting came later. */
  seat: Type.Optional(SeatNumberShape),
  /** Only payments so young that something may go back. */
  payments: Type.Optional(Type.Boolean()),
  /** A number, or a part of a name. */
  member: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
  /** Taken or given back, by any way of paying. */
  minor: Type.Optional(MinorShape),
  /** A part of a name, the beginning of a wallet, or the id of a key. */
  cashier: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
});
type AuditAsk = OfCafe & { Querystring: Type.Static<typeof AuditQuery> };
const LINES_IN_FILE = 10_000;

const PriceWish = Type.Omit(cafeActs.start, ['key', 'version']);

function auditFilter(cafe: Cafe, { act, refused, date }: Type.Static<typeof AuditQuery>): AuditFilter {
  const { fromMs, toMs } = date === undefined ? {} : dayBounds(cafe, date);
  return { act, refused, fromMs, toMs };
}

/** The audit as CSV, page by page: a file of ten thousand lines is never in memory as a whole. */
async function* auditRows(
  first: readonly CafeAuditLine[],
  page: (before: number, most: number) => Promise<readonly CafeAuditLine[]>,
): AsyncGenerator<string> {
  yield `${CSV_MARK}${csvLine(['number', 'at', 'by', 'act', 'outcome', 'about', 'reason', 'before', 'after'])}`;
  let lines = first;
  for (let left = LINES_IN_FILE; lines.length > 0; ) {
    for (const { seq, atMs, by, act, outcome, about, reason, before, after } of lines) {
      yield csvLine([
        ...[seq, new Date(atMs).toISOString(), actorName(by), act, outcome, about, reason],
        ...[JSON.stringify(before), JSON.stringify(after)],
      ]);
    }
    left -= lines.length;
    lines = left > 0 ? await page(lines.at(-1)?.seq ?? 0, left) : [];
  }
}

/** Serves all readings but the live ones. */
export function addCafeReadRoutes(app: FastifyInstance, parts: HttpParts, guard: Guard): void {
  const { cafes, clock } = parts;
  const { store, surroundings } = cafes.parts;
  const desk = cafeDesk(parts, cafes, guard);
  const schemaOf = (power: CafeRead, summary: string, shape: Type.TSchema, querystring?: Type.TSchema) => ({
    schema: {
      tags,
      summary,
      description: readersOf(power),
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

  app.get<OfCafe>(
    '/api/cafe/:cafe',
    schemaOf('read.settings', 'Settings, staff, keys', CafeInfoShape),
    async (request, reply) => {
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
        staff: [...cafe.things.staff.values()].map(({ wallet, role, name }) => ({
          ...{ wallet, role },
          ...(name === undefined ? {} : { name }),
        })),
        apiKeys: [...cafe.things['api-key'].values()].map(({ id, role }) => ({ id, role })),
        webhooks: [...cafe.things.webhook.values()].map(({ id, url, acts }) => ({
          ...{ id, url, acts: [...acts] },
          failing: failing.has(`${cafe.id}/${id}`),
        })),
      };
    },
  );

  app.get<OfCafe>(
    '/api/cafe/:cafe/floor',
    schemaOf('read.floor', 'The floor now', FloorShape),
    async (request, reply) => {
      const at = await desk.reader(request, reply, 'read.floor');
      if (at === undefined) return reply;
      const nowMs = clock.wallMs();
      const owner = payingOwner(at.cafe);
      const cloud = await surroundings.cloud(owner ?? ('0x' as never), nowMs);
      reply.header('cache-control', 'no-store');
      return floorOf(cafes.look(at.cafe, nowMs), cloud, (seat) => surroundings.life(at.cafe.id, seat));
    },
  );

  app.get<OfCafe>(
    '/api/cafe/:cafe/plays',
    schemaOf('read.floor', 'The sessions behind the seats now, with what their pages measured last', PlaysNowShape),
    async (request, reply) => {
      const at = await desk.reader(request, reply, 'read.floor');
      if (at === undefined) return reply;
      const plays = [...at.cafe.things.seat.keys()].flatMap((seat) => {
        const { play } = surroundings.life(at.cafe.id, seat);
        return play === undefined ? [] : [{ seat, play }];
      });
      reply.header('cache-control', 'no-store');
      return { plays };
    },
  );

  app.post<OfCafe & { Body: Type.Static<typeof PriceWish> }>(
    '/api/cafe/:cafe/price',
    {
      schema: {
        ...schemaOf('read.floor', 'What a start or an extension would cost; changes nothing', PriceAnswerShape).schema,
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
      'read.members',
      'Members whose name holds a text, or whose number it is',
      MemberListShape,
      exact({ q: Type.Optional(Type.String({ maxLength: 80 })) }),
    ),
    async (request, reply) => {
      const at = await desk.reader(request, reply, 'read.members');
      if (at === undefined) return reply;
      const text = (request.query.q ?? '').toLowerCase();
      const found = [...at.cafe.things.member.values()].filter(
        ({ name, number }) => name.toLowerCase().includes(text) || String(number) === text,
      );
      return { members: found.slice(0, LISTED).map(memberView), more: found.length > LISTED };
    },
  );

  app.get<{ Params: { cafe: CafeId; member: MemberId } }>(
    '/api/cafe/:cafe/members/:member',
    {
      schema: {
        ...schemaOf('read.members', 'A member and its receipts, newest first', MemberHistoryShape).schema,
        params: exact({ cafe: CafeIdShape, member: MemberIdShape }),
      },
    },
    async (request, reply) => {
      const at = await desk.reader(request, reply, 'read.members');
      if (at === undefined) return reply;
      const member = at.cafe.things.member.get(request.params.member);
      if (member === undefined) return refuse(parts, request, reply, refusal('MEMBER_UNKNOWN'));
      const receipts = await store.receipts(at.cafe.id, FIRST, LISTED, { members: [member.member] });
      const look = { cafes, cafe: at.cafe, nowMs: clock.wallMs() };
      return { member: memberView(member), receipts, payments: takenOf(look, receipts, receipts) };
    },
  );

  app.get<OfCafe & { Querystring: { q?: string; batch?: string } }>(
    '/api/cafe/:cafe/codes',
    schemaOf(
      'read.members',
      'Printed codes that were sold, or all of a batch, by their last four characters',
      CodeListShape,
      exact({ q: Type.Optional(Type.String({ maxLength: 8 })), batch: Type.Optional(BatchIdShape) }),
    ),
    async (request, reply) => {
      const at = await desk.reader(request, reply, 'read.members');
      if (at === undefined) return reply;
      const { q = '', batch: wanted } = request.query;
      const text = q.toUpperCase();
      // A whole code or its last four: a list that answered to less would let codes be found letter by letter.
      const found = [...at.cafe.things.code.values()]
        .filter(({ batch, soldMinor }) => (wanted === undefined ? soldMinor > 0n : batch === wanted))
        .filter(({ code }) => text === '' || code === text || code.slice(-4) === text)
        .toSorted((a, b) => b.untilMs - a.untilMs);
      return { codes: found.slice(0, LISTED).map(codeLine), more: found.length > LISTED };
    },
  );

  app.get<OfCafe>(
    '/api/cafe/:cafe/codes/batches',
    schemaOf('read.members', 'Codes that were made together, and what became of them', BatchListShape),
    async (request, reply) => {
      const at = await desk.reader(request, reply, 'read.members');
      return at === undefined ? reply : { batches: batchViews(at.cafe) };
    },
  );

  app.get<OfCafe & { Querystring: Type.Static<typeof ReceiptQuery> }>(
    '/api/cafe/:cafe/receipts',
    schemaOf(
      'read.receipts',
      'Receipts, newest first, with what was given back of them; those of a business day all at once',
      CafeReceiptListShape,
      ReceiptQuery,
    ),
    async (request, reply) => {
      const at = await desk.reader(request, reply, 'read.receipts');
      if (at === undefined) return reply;
      const { before, number, ...wish } = request.query;
      return findReceipts(
        { cafes, cafe: at.cafe, nowMs: clock.wallMs() },
        {
          ...wish,
          ...(before === undefined ? {} : { before: Number(before) }),
          ...(number === undefined ? {} : { number: Number(number) }),
        },
      );
    },
  );

  app.get<AuditAsk>(
    '/api/cafe/:cafe/audit',
    schemaOf('read.audit', 'Who did what, with before and after, newest first', AuditListShape, AuditQuery),
    async (request, reply) => {
      const at = await desk.reader(request, reply, 'read.audit');
      if (at === undefined) return reply;
      const filter = auditFilter(at.cafe, request.query);
      const lines = await store.audit(at.cafe.id, Number(request.query.before ?? FIRST), LISTED, filter);
      const last = lines.at(-1)?.seq;
      const more = last !== undefined && (await store.audit(at.cafe.id, last, 1, filter)).length > 0;
      return { lines, ...(more ? { next: last } : {}) };
    },
  );

  app.get<AuditAsk>(
    '/api/cafe/:cafe/audit.csv',
    {
      schema: {
        tags,
        summary: 'The same lines as CSV, newest first, 10,000 at most',
        description: readersOf('read.audit'),
        params,
        querystring: AuditQuery,
        produces: ['text/csv'],
      },
    },
    async (request, reply) => {
      const at = await desk.reader(request, reply, 'read.audit');
      if (at === undefined) return reply;
      const filter = auditFilter(at.cafe, request.query);
      const page = (before: number, most: number) => store.audit(at.cafe.id, before, Math.min(LISTED, most), filter);
      const first = await page(Number(request.query.before ?? FIRST), LINES_IN_FILE); // An outage is told while it can be.
      const file = csvFile(reply, `audit-${request.query.date ?? 'all'}`);
      return file.send(Readable.from(auditRows(first, page), { objectMode: false }));
    },
  );

  app.get<OfCafe>(
    '/api/cafe/:cafe/shifts',
    schemaOf('read.receipts', 'Shifts, newest first', ShiftListShape),
    async (request, reply) => {
      const at = await desk.reader(request, reply, 'read.receipts');
      if (at === undefined) return reply;
      return { shifts: (await store.shifts(at.cafe.id, LISTED)).map(shiftView) };
    },
  );
}
