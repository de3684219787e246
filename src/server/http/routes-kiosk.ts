// src/server/http/routes-kiosk.ts - a seat's own page: it shows six digits until it is paired, then its seat as it changes, and
// lets a customer start by code or PIN. The device is known by a cookie that no script can read.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { kioskView, placeOf, startAtKiosk } from '../../app/cafe/kiosks.ts';
import { seatTicket } from '../../app/cafe/play-on-seat.ts';
import { type CafeId, type MemberId, newId } from '../../base/ids.ts';
import { CafeActAnswerShape, KioskHelloShape, KioskTicketShape } from '../../protocol/cafe-acts.ts';
import { KioskCodeShape, KioskShape, KioskStartShape } from '../../protocol/cafe-api.ts';
import { refusal } from '../../protocol/error-codes.ts';
import { ProblemShape } from '../../protocol/http-api.ts';
import { openEventStream } from './event-stream.ts';
import { type Guard, nowOf } from './guard.ts';
import type { HttpParts } from './parts.ts';
import { answer, refuse } from './problems.ts';

const STILL_MS = 5_000;
const COOKIE_S = 400 * 86_400; // The longest that browsers keep one.
const tags = ['kiosk'];
type Start = { by: 'code'; code: string } | { by: 'member'; member: MemberId; pin: string };

/** Serves what a seat's device asks. */
export function addKioskRoutes(app: FastifyInstance, parts: HttpParts, guard: Guard): void {
  const { cafes, kiosks, clock, secure, hub } = parts;
  const { seals, random } = cafes.parts;
  const cookie = secure ? '__Host-nearcade-seat' : 'nearcade-seat';
  const hashOf = (request: FastifyRequest): string | undefined => {
    const token = request.cookies[cookie];
    return token === undefined ? undefined : seals.digest(token);
  };

  app.post<{ Body: { deviceKey: `0x${string}` } }>(
    '/api/cafe-kiosk',
    {
      schema: {
        tags,
        summary: 'Six digits to type at the till; the cookie that comes with them is this device',
        body: KioskHelloShape,
        response: { 200: KioskCodeShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      if (guard.ownOrigin(request, reply) === undefined) return reply;
      const token = request.cookies[cookie] ?? newId<CafeId>('d', random);
      const tokenHash = seals.digest(token);
      if (!guard.counted(tokenHash, request, reply)) return reply;
      const { deviceKey } = request.body;
      const open = cafes.pairings.open({ tokenHash, deviceKey }, random, clock.wallMs());
      if (open === undefined) return refuse(parts, request, reply, refusal('RATE_TOO_HIGH'));
      reply.setCookie(cookie, token, { httpOnly: true, sameSite: 'strict', secure, path: '/', maxAge: COOKIE_S });
      return { code: open.code, expiresAtMs: open.untilMs };
    },
  );

  app.get(
    '/api/cafe-kiosk',
    { schema: { tags, summary: 'The seat of this device', response: { 200: KioskShape, '4xx': ProblemShape } } },
    async (request, reply) => {
      const hash = hashOf(request);
      reply.header('cache-control', 'no-store');
      return kioskView(cafes, kiosks, hash ?? '', clock.wallMs());
    },
  );

  app.post<{ Body: Start }>(
    '/api/cafe-kiosk/start',
    {
      schema: {
        tags,
        summary: 'A customer starts here, by code or as a member by PIN',
        body: KioskStartShape,
        response: { 200: CafeActAnswerShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      if (guard.ownOrigin(request, reply) === undefined) return reply;
      const hash = hashOf(request);
      if (hash === undefined) return refuse(parts, request, reply, refusal('TOKEN_UNKNOWN'));
      if (!guard.counted(hash, request, reply)) return reply;
      return answer(parts, request, reply, await startAtKiosk(cafes, kiosks, hash, request.body, clock.wallMs()));
    },
  );

  app.post(
    '/api/cafe-kiosk/ticket',
    {
      schema: {
        tags,
        summary: 'A ticket that opens /ws/play once for the tab on this seat, paid by the café',
        response: { 200: KioskTicketShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      if (guard.ownOrigin(request, reply) === undefined) return reply;
      const hash = hashOf(request);
      if (hash === undefined) return refuse(parts, request, reply, refusal('TOKEN_UNKNOWN'));
      if (!guard.counted(hash, request, reply)) return reply;
      reply.header('cache-control', 'no-store');
      return answer(parts, request, reply, seatTicket(parts, hash, nowOf(parts)));
    },
  );

  app.get(
    '/api/cafe-kiosk/live',
    {
      schema: {
        tags,
        summary: 'Server-sent events: the seat as it changes',
        response: {
          200: { description: 'text/event-stream', content: { 'text/event-stream': { schema: KioskShape } } },
          '4xx': ProblemShape,
        },
      },
    },
    async (request, reply) => {
      const hash = hashOf(request);
      if (hash === undefined) return refuse(parts, request, reply, refusal('TOKEN_UNKNOWN'));
      if (hub.stopping) return refuse(parts, request, reply, refusal('SHUTTING_DOWN'));
      return serveKiosk(reply, hash);
    },
  );

  function serveKiosk(reply: FastifyReply, hash: string): FastifyReply {
    const leave = kiosks.here(hash, clock.wallMs());
    const tell = () => stream.send(kioskView(cafes, kiosks, hash, clock.wallMs()));
    // A device that is not paired yet hears of its pairing within a second; a paired one hears its own café.
    let unwatch: (() => void) | undefined;
    let lastMs = 0;
    const look = setInterval(() => {
      const place = placeOf(cafes, hash);
      if (place !== undefined && unwatch === undefined) {
        const seat = place.device.seat;
        unwatch = cafes.watch(place.cafe.id, ({ live }) => {
          if (live.gone.includes(seat) || live.seats.some((one) => one.seat === seat)) tell();
        });
        tell();
      } else if (clock.wallMs() - lastMs >= STILL_MS) {
        lastMs = clock.wallMs();
        tell();
      }
    }, 1_000);
    const stream = openEventStream(reply, () => {
      clearInterval(look);
      unwatch?.();
      leave(clock.wallMs());
    });
    tell();
    return reply;
  }
}
