// src/server/http/routes-login.ts - logging in and out, and tickets for sockets (docs/PROTOCOL.md, 'Logging in').
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { giveNonce, giveTicket, logIn, logOut } from '../../app/log-in.ts';
import { welcome } from '../../app/welcome.ts';
import {
  LoginNonceRequestShape,
  LoginNonceShape,
  type LoginRequest,
  LoginRequestShape,
  ProblemShape,
  SocketTicketShape,
} from '../../protocol/http-api.ts';
import { timings } from '../../protocol/limits.ts';
import { loginText } from '../../protocol/login.ts';
import type { Address } from '../../protocol/typed-data.ts';
import { cookieName, type Guard, nowOf } from './guard.ts';
import type { HttpParts } from './parts.ts';
import { refuse } from './problems.ts';

/** ISO 8601 in UTC, to the second, as EIP-4361 texts have it. */
const isoSecond = (wallMs: number): string => new Date(wallMs).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** How a program makes the text; a page takes it from src/protocol/login.ts, where these words come from too. */
const LOGIN_WORDS = `The signature is by the wallet (EIP-191, \`personal_sign\`) over this text, its lines joined by a line feed and none at the end:
\`\`\`
${loginText({
  ...{ domain: '{domain}', address: '0x...', uri: '{uri}', nonce: '{nonce}' },
  ...{ chainId: 0n, issuedAt: '{issuedAt}', expiresAt: '{expiresAt}' },
}).replace('Chain ID: 0', 'Chain ID: {domain.chainId of GET /api/config}')}
\`\`\`
\`domain\` is host and port of the hub as browsers show it, \`uri\` its origin.`;

const tags = ['login'];
const Nothing = Type.Null({ description: 'no body' });

/** Serves nonce, login, logout and socket tickets. */
export function addLoginRoutes(app: FastifyInstance, parts: HttpParts, guard: Guard): void {
  const { logIns, hub } = parts;
  const cookie = { path: '/', httpOnly: true, sameSite: 'lax', secure: parts.secure } as const;

  app.post<{ Body: { address: Address } }>(
    '/api/login/nonce',
    {
      schema: {
        tags,
        summary: 'A nonce for one login of this address, good for 5 minutes',
        body: LoginNonceRequestShape,
        response: { 200: LoginNonceShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      if (guard.ownOrigin(request, reply) === undefined) return reply;
      const now = nowOf(parts);
      const issuedAt = isoSecond(now.wallMs);
      const expiresAt = isoSecond(now.wallMs + timings.loginNonceMs);
      const nonce = giveNonce(logIns, { address: request.body.address, issuedAt, expiresAt }, now);
      return nonce.ok
        ? reply.send({ nonce: nonce.value, issuedAt, expiresAt })
        : refuse(parts, request, reply, nonce.error);
    },
  );

  app.post<{ Body: LoginRequest }>(
    '/api/login',
    {
      schema: {
        tags,
        summary: 'Log in with a signed EIP-4361 text; sets the cookie',
        description: LOGIN_WORDS,
        body: LoginRequestShape,
        response: { 204: Nothing, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      const origin = guard.ownOrigin(request, reply);
      if (origin === undefined) return reply;
      const now = nowOf(parts);
      const done = await logIn(logIns, request.body, origin, now);
      if (!done.ok) return refuse(parts, request, reply, done.error);
      const { token, player } = done.value;
      await welcome(hub, player, parts.welcomeWei, now);
      return reply
        .setCookie(cookieName(parts), token, { ...cookie, maxAge: timings.loginMs / 1_000 })
        .code(204)
        .send();
    },
  );

  app.post(
    '/api/logout',
    { schema: { tags, summary: 'End this login', response: { 204: Nothing, '4xx': ProblemShape } } },
    async (request, reply) => {
      if (guard.ownOrigin(request, reply) === undefined) return reply;
      await logOut(logIns, request.cookies[cookieName(parts)]);
      return reply.clearCookie(cookieName(parts), cookie).code(204).send();
    },
  );

  app.post(
    '/api/socket-ticket',
    {
      schema: {
        tags,
        summary: 'A ticket that opens /ws/play once within 30 s',
        response: { 200: SocketTicketShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      if (guard.ownOrigin(request, reply) === undefined) return reply;
      const player = await guard.player(request, reply);
      if (player === undefined) return reply;
      const ticket = giveTicket(logIns, { player }, nowOf(parts));
      return ticket.ok ? reply.send({ ticket: ticket.value }) : refuse(parts, request, reply, ticket.error);
    },
  );
}
