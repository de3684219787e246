// src/server/http/routes-kiosk.ts - a seat's own page: it shows six digits until it is paired, then its seat as it changes, and
// lets a customer start by code or PIN. The device is known by a cookie that no script can read.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type Type from 'typebox';
import { enrolDevice, lineShown, type Shown } from '../../app/cafe/enrol-device.ts';
import { backAtKiosk, idleAtKiosk } from '../../app/cafe/idle.ts';
import { kioskView, placeOf, startAtKiosk } from '../../app/cafe/kiosks.ts';
import { seatTicket } from '../../app/cafe/play-on-seat.ts';
import { deviceOfLink } from '../../app/cafe/seat-link.ts';
import { type CafeId, newId } from '../../base/ids.ts';
import { countedBy } from '../../base/ip.ts';
import {
  CafeActAnswerShape,
  KioskEnrolShape,
  KioskHelloShape,
  KioskHereShape,
  KioskTicketShape,
} from '../../protocol/cafe-acts.ts';
import {
  type KioskBack,
  KioskBackShape,
  KioskCodeShape,
  KioskJoinShape,
  KioskShape,
  KioskStartShape,
} from '../../protocol/cafe-api.ts';
import { refusal } from '../../protocol/error-codes.ts';
import { ProblemShape } from '../../protocol/http-api.ts';
import { bounds } from '../../protocol/limits.ts';
import { Counts } from '../../signaling/counts.ts';
import { openEventStream } from './event-stream.ts';
import { type Guard, nowOf } from './guard.ts';
import type { HttpParts } from './parts.ts';
import { answer, refuse } from './problems.ts';

const STILL_MS = 5_000;
const COOKIE_S = 400 * 86_400; // The longest that browsers keep one.
const tags = ['kiosk'];
type Start = Type.Static<typeof KioskStartShape>;

/** Name of the cookie that a seat's device is known by. */
export const seatCookie = ({ secure }: HttpParts): string => (secure ? '__Host-nearcade-seat' : 'nearcade-seat');

/** Serves what a seat's device asks. */
export function addKioskRoutes(app: FastifyInstance, parts: HttpParts, guard: Guard): void {
  const { cafes, kiosks, clock, secure, hub } = parts;
  const { seals, random } = cafes.parts;
  const cookie = seatCookie(parts);
  const hashOf = (request: FastifyRequest): string | undefined => {
    const token = request.cookies[cookie];
    return token === undefined ? undefined : seals.digest(token);
  };

  const linesFrom = new Counts<string>(bounds.kioskLinesPerAddress);

  const keep = (reply: FastifyReply, token: string): void => {
    reply.setCookie(cookie, token, { httpOnly: true, sameSite: 'strict', secure, path: '/', maxAge: COOKIE_S });
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
      const before = hashOf(request);
      const shown = request.cookies[cookie];
      // Only a device that is a seat's stays who it was: two PCs of one disk become two, and nobody is paired under a cookie
      // that somebody else has put there.
      const stays = before !== undefined && placeOf(cafes, before) !== undefined;
      const token = stays && shown !== undefined ? shown : newId<CafeId>('d', random);
      const { deviceKey } = request.body;
      const device = { tokenHash: seals.digest(token), deviceKey, from: countedBy(request.ip), before };
      const open = cafes.pairings.open(device, random, clock.wallMs());
      if (open === undefined) return refuse(parts, request, reply, refusal('RATE_TOO_HIGH'));
      keep(reply, token);
      return { code: open.code, expiresAtMs: open.untilMs };
    },
  );

  app.post<{ Body: Shown }>(
    '/api/cafe-kiosk/enrol',
    {
      schema: {
        tags,
        summary: 'A PC without a disk shows its line of the enrolment file, at each boot; the cookie is its seat',
        body: KioskEnrolShape,
        response: { 200: KioskShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      if (guard.ownOrigin(request, reply) === undefined) return reply;
      const { body } = request;
      // Whoever shows nothing right is counted by its address: nobody keeps a PC out by asking in its name.
      const right = (await lineShown(cafes, body)) !== undefined;
      const name = right ? `enrol ${body.cafe} ${body.seat}` : `enrol ${countedBy(request.ip)}`;
      if (!guard.counted(name, request, reply)) return reply;
      const token = await enrolDevice(cafes, kiosks, body, clock.wallMs());
      if (!token.ok) return refuse(parts, request, reply, token.error);
      keep(reply, token.value);
      return kioskView(cafes, kiosks, seals.digest(token.value), clock.wallMs());
    },
  );

  app.post<{ Body: { line: number } }>(
    '/api/cafe-kiosk/here',
    {
      schema: {
        tags,
        summary: 'This page is alive: asked for by `prove` when several lines show one identity',
        body: KioskHereShape,
        response: { 200: KioskShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      if (guard.ownOrigin(request, reply) === undefined) return reply;
      const hash = hashOf(request);
      if (hash === undefined) return refuse(parts, request, reply, refusal('TOKEN_UNKNOWN'));
      kiosks.heard(hash, request.body.line, clock.wallMs());
      return kioskView(cafes, kiosks, hash, clock.wallMs());
    },
  );

  /** The device that acts; undefined when it was refused: another origin, no device, too often. */
  const actingDevice = (request: FastifyRequest, reply: FastifyReply): string | undefined => {
    if (guard.ownOrigin(request, reply) === undefined) return undefined;
    const hash = hashOf(request);
    if (hash === undefined) refuse(parts, request, reply, refusal('TOKEN_UNKNOWN'));
    return hash !== undefined && guard.counted(hash, request, reply) ? hash : undefined;
  };

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
      const hash = actingDevice(request, reply);
      if (hash === undefined) return reply;
      return answer(parts, request, reply, await startAtKiosk(cafes, kiosks, hash, request.body, clock.wallMs()));
    },
  );

  app.post<{ Body: { link: string; number: number; pin: string } }>(
    '/api/cafe-kiosk/join',
    {
      schema: {
        tags,
        summary: 'A member starts the seat whose QR code led here, from a phone',
        body: KioskJoinShape,
        response: { 200: CafeActAnswerShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      if (guard.ownOrigin(request, reply) === undefined) return reply;
      const { link, number, pin } = request.body;
      const device = deviceOfLink(cafes, link, clock.wallMs());
      if (!device.ok) return refuse(parts, request, reply, device.error);
      const { tokenHash } = device.value;
      if (!guard.counted(tokenHash, request, reply)) return reply;
      const wish = { by: 'member', number, pin } as const;
      return answer(parts, request, reply, await startAtKiosk(cafes, kiosks, tokenHash, wish, clock.wallMs()));
    },
  );

  app.post(
    '/api/cafe-kiosk/idle',
    {
      schema: {
        tags,
        summary: 'Nobody touched this seat for as long as the site allows: its clock stands',
        response: { 200: CafeActAnswerShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      const hash = actingDevice(request, reply);
      if (hash === undefined) return reply;
      return answer(parts, request, reply, await idleAtKiosk(cafes, kiosks, hash, clock.wallMs()));
    },
  );

  app.post<{ Body: KioskBack }>(
    '/api/cafe-kiosk/back',
    {
      schema: {
        tags,
        summary: 'The customer of a seat that stood still because nobody was there is back',
        body: KioskBackShape,
        response: { 200: CafeActAnswerShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      const hash = actingDevice(request, reply);
      if (hash === undefined) return reply;
      return answer(parts, request, reply, await backAtKiosk(cafes, kiosks, hash, request.body, clock.wallMs()));
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
      const hash = actingDevice(request, reply);
      if (hash === undefined) return reply;
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
      return serveKiosk(request, reply, hash);
    },
  );

  /** A device hears of its seat at once, of its pairing and of doubles too, and every five seconds that the line is up. */
  function serveKiosk(request: FastifyRequest, reply: FastifyReply, hash: string): FastifyReply {
    let stream: ReturnType<typeof openEventStream> | undefined;
    const tell = (): void => {
      const view = kioskView(cafes, kiosks, hash, clock.wallMs());
      stream?.send(kiosks.lines(hash) > 1 && line !== undefined ? { ...view, prove: line.id } : view);
    };
    const from = countedBy(request.ip);
    if (!linesFrom.add(from)) return refuse(parts, request, reply, refusal('RATE_TOO_HIGH'));
    const line = kiosks.here(hash, clock.wallMs(), tell);
    if (line === undefined) {
      linesFrom.remove(from);
      return refuse(parts, request, reply, refusal('RATE_TOO_HIGH'));
    }
    const still = setInterval(tell, STILL_MS);
    stream = openEventStream(reply, () => {
      clearInterval(still);
      linesFrom.remove(from);
      line.leave(clock.wallMs());
    });
    tell();
    return reply;
  }
}
